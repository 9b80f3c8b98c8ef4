"""The statements whose wording is the same in every edition; what differs in them comes from the edition's criteria."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from graftrial.clinical.banff.antibody import antibody_interaction, serology
from graftrial.clinical.banff.antibody_mediated import (
    active_amr,
    active_or_chronic_active_amr,
    chronic_active_amr,
)
from graftrial.clinical.banff.biopsy import Biopsy, Criterion
from graftrial.clinical.banff.criteria import Composed, Criteria
from graftrial.clinical.banff.microvascular import (
    borderline_infiltrate,
    mvi_at_threshold,
    mvi_counted,
    restricts_ptc,
    tubulointerstitial_tcmr,
)
from graftrial.clinical.banff.t_cell_mediated import (
    acute_tcmr,
    acute_tcmr_grade,
    borderline,
    ca_tcmr,
    ca_tcmr_grade,
)
from graftrial.clinical.banff.tissue_injury import (
    acute_tissue_injury,
    chronic_tissue_injury,
    transplant_glomerulopathy,
)
from graftrial.clinical.banff.whole_biopsy import recorded_in_category_6

GRADES_ACUTE = "none, IA, IB, IIA, IIB, III"
GRADES_CHRONIC = "none, IA, IB, II, IA+II, IB+II"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the classification: what it is called, where it stands, and the function that decides it.

    declared: the part of it that is our declared reading rather than wording we have seen.
    """

    name: str
    title: str
    locator: str
    composed: Composed
    declared: str = ""
    output: str = "true or false"


def in_any_edition(criterion: Criterion) -> Composed:
    """A criterion to which the edition makes no difference."""

    def composed(biopsy: Biopsy, _criteria: Criteria) -> pl.Expr:
        return criterion(biopsy)

    return composed


SHARED: tuple[Line, ...] = (
    Line(
        "restricts_ptc",
        "Acute TCMR, borderline or infection: ptc alone is not enough",
        'category 2, active AMR, criterion 1, item 1, "although" clause',
        restricts_ptc,
        declared="infection; isolated v (R1)",
    ),
    Line(
        "mvi_counted",
        "Microvascular inflammation as acute tissue injury",
        "category 2, active AMR, criterion 1, item 1",
        mvi_counted,
        declared="scope of the glomerulonephritis clause (R2)",
    ),
    Line(
        "mvi_at_threshold",
        "At least moderate microvascular inflammation, g + ptc at least 2",
        "category 2, active AMR, criterion 2, item 2",
        mvi_at_threshold,
        declared="scope of the glomerulonephritis clause (R2)",
    ),
    Line(
        "acute_tissue_injury",
        "Criterion 1 of active AMR: acute tissue injury",
        "category 2, active AMR, criterion 1",
        acute_tissue_injury,
    ),
    Line(
        "transplant_glomerulopathy",
        "Transplant glomerulopathy",
        "category 2, chronic active AMR, criterion 1, item 1",
        in_any_edition(transplant_glomerulopathy),
    ),
    Line(
        "chronic_tissue_injury",
        "Criterion 1 of chronic active AMR: chronic tissue injury",
        "category 2, chronic active AMR, criterion 1",
        chronic_tissue_injury,
    ),
    Line(
        "antibody_interaction",
        "Criterion 2: current or recent antibody interaction with endothelium",
        "category 2, active AMR, criterion 2",
        antibody_interaction,
    ),
    Line(
        "serology",
        "Criterion 3: donor-specific antibody, or what stands in for it",
        "category 2, active AMR, criterion 3",
        in_any_edition(serology),
    ),
    Line(
        "tubulointerstitial_tcmr",
        "Inflammation and tubulitis of acute TCMR, i and t at least 2",
        "category 4, acute TCMR, grade IA and IB",
        in_any_edition(tubulointerstitial_tcmr),
    ),
    Line(
        "borderline_infiltrate",
        "Inflammation and tubulitis of borderline or more",
        "category 3",
        borderline_infiltrate,
    ),
    Line("active_amr", "Active AMR", "category 2, active AMR, criteria 1 to 3", active_amr),
    Line(
        "chronic_active_amr",
        "Chronic active AMR",
        "category 2, chronic active AMR, criteria 1 to 3",
        chronic_active_amr,
    ),
    Line(
        "active_or_chronic_active_amr",
        "Active or chronic active AMR, whichever of the two",
        "category 2, active AMR and chronic active AMR, criteria 1 to 3",
        active_or_chronic_active_amr,
    ),
    Line("acute_tcmr", "Acute TCMR of any grade", "category 4, acute TCMR", in_any_edition(acute_tcmr)),
    Line(
        "acute_tcmr_grade",
        "Grade of acute TCMR",
        "category 4, acute TCMR, grades IA to III",
        in_any_edition(acute_tcmr_grade),
        output=GRADES_ACUTE,
    ),
    Line("borderline", "Borderline (suspicious) for acute TCMR", "category 3", borderline),
    Line("ca_tcmr", "Chronic active TCMR of any grade", "category 4, chronic active TCMR", ca_tcmr),
    Line(
        "ca_tcmr_grade",
        "Grade of chronic active TCMR",
        "category 4, chronic active TCMR, grades IA, IB and II",
        ca_tcmr_grade,
        output=GRADES_CHRONIC,
    ),
    Line(
        "recorded_in_category_6",
        "Another diagnosis recorded",
        "category 6",
        recorded_in_category_6,
        declared="recorded TMA (R12)",
    ),
)
