"""An edition as a whole: its statements, each a criterion or diagnosis with its card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from graftrial.clinical.banff.antibody import antibody_interaction, serology
from graftrial.clinical.banff.antibody_mediated import (
    NO_CHANGE,
    ORDER,
    active_amr,
    active_or_chronic_active_amr,
    category_2,
    chronic_active_amr,
)
from graftrial.clinical.banff.biopsy import Biopsy, Criterion, biopsy_rule
from graftrial.clinical.banff.card_of_extent import extent_rules
from graftrial.clinical.banff.criteria import Composed, Criteria
from graftrial.clinical.banff.microvascular import (
    borderline_infiltrate,
    mvi_at_threshold,
    mvi_counted,
    restricts_ptc,
    tubulointerstitial_tcmr,
)
from graftrial.clinical.banff.readings import Readings
from graftrial.clinical.banff.sources import source
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
from graftrial.clinical.banff.whole_biopsy import (
    mixed_rejection,
    normal_or_nonspecific,
    recorded_in_category_6,
)
from graftrial.clinical.card import Rule

CRITERIA = (
    "restricts_ptc",
    "mvi_counted",
    "mvi_at_threshold",
    "acute_tissue_injury",
    "transplant_glomerulopathy",
    "chronic_tissue_injury",
    "antibody_interaction",
    "serology",
    "amr_history",
    "tubulointerstitial_tcmr",
    "borderline_infiltrate",
)
DIAGNOSES = (
    "active_amr",
    "chronic_active_amr",
    "active_or_chronic_active_amr",
    "chronic_amr",
    "acute_tcmr",
    "ca_tcmr",
    "borderline",
    "mvi_dsa_neg_c4d_neg",
    "probable_amr",
)
GRADES_ACUTE = "none, IA, IB, IIA, IIB, III"
GRADES_CHRONIC = "none, IA, IB, II, IA+II, IB+II"


@dataclass(frozen=True, slots=True)
class Statement:
    """A line of the classification: what it is called, where it stands, and the function that decides it."""

    name: str
    title: str
    locator: str
    decides: Criterion
    declared: str = ""
    document: str = ""
    output: str = "true or false"


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition under one set of readings.

    statements: criteria and diagnoses by name; a diagnosis that the edition does not have is not there.
    rules: the cards of all of them, and of what is counted rather than diagnosed.
    """

    name: str
    readings: Readings
    criteria: Criteria
    statements: Mapping[str, Statement]
    rules: tuple[Rule, ...]

    def decide(self, name: str, biopsy: Biopsy) -> pl.Expr:
        """The answer of a statement. Raises: KeyError where the edition does not have it."""
        return self.statements[name].decides(biopsy)


def edition_of(criteria: Criteria, own: tuple[Statement, ...]) -> Edition:
    """An edition from its criteria and the statements that are its own."""
    statements = {each.name: each for each in (*_shared(criteria), *own)}
    statements.update({each.name: each for each in _joined(statements)})
    rules = tuple(
        biopsy_rule(
            each.name,
            criteria.edition,
            each.title,
            source(each.document or criteria.edition, each.locator, each.declared),
            each.decides,
            each.output,
        )
        for each in statements.values()
    )
    extent = extent_rules(criteria.edition)
    return Edition(criteria.edition, criteria.readings, criteria, statements, rules + extent)


def _joined(statements: Mapping[str, Statement]) -> tuple[Statement, ...]:
    """Statements that are made of other statements."""
    category_2_names = [name for name in (*ORDER, "active_or_chronic_active_amr") if name in statements]

    def decided(name: str, biopsy: Biopsy) -> pl.Expr:
        return statements[name].decides(biopsy)

    def one_answer(biopsy: Biopsy) -> pl.Expr:
        return category_2({name: decided(name, biopsy) for name in category_2_names})

    def mixed(biopsy: Biopsy) -> pl.Expr:
        parts = ("active_or_chronic_active_amr", "acute_tcmr", "ca_tcmr")
        return mixed_rejection(*(decided(name, biopsy) for name in parts))

    def category_1(biopsy: Biopsy) -> pl.Expr:
        parts = ("acute_tcmr", "borderline", "ca_tcmr", "recorded_in_category_6")
        humoral = tuple(decided(name, biopsy) for name in category_2_names)
        return normal_or_nonspecific(humoral, *(decided(name, biopsy) for name in parts))

    return (
        Statement(
            "amr",
            "Category 2, antibody-mediated changes, in one answer",
            "category 2, all diagnoses",
            one_answer,
            declared="order of the diagnoses",
            output=", ".join((NO_CHANGE, *(name for name in ORDER if name in statements))),
        ),
        Statement(
            "mixed",
            "Mixed rejection",
            "category 2 with category 4 in one biopsy",
            mixed,
            declared="borderline beside AMR is stated, not called mixed",
        ),
        Statement(
            "category1",
            "Normal or nonspecific",
            "category 1",
            category_1,
            declared="recorded TMA blocks it (R12)",
        ),
    )


def _shared(criteria: Criteria) -> tuple[Statement, ...]:
    """Statements whose wording is the same in every edition; what differs in them comes from `criteria`."""

    def under(composed: Composed) -> Criterion:
        def decides(biopsy: Biopsy) -> pl.Expr:
            return composed(biopsy, criteria)

        return decides

    return (
        Statement(
            "restricts_ptc",
            "Acute TCMR, borderline or infection: ptc alone is not enough",
            'category 2, active AMR, criterion 1, item 1, "although" clause',
            under(restricts_ptc),
            declared="infection; isolated v (R1)",
        ),
        Statement(
            "mvi_counted",
            "Microvascular inflammation as acute tissue injury",
            "category 2, active AMR, criterion 1, item 1",
            under(mvi_counted),
            declared="scope of the glomerulonephritis clause (R2)",
        ),
        Statement(
            "mvi_at_threshold",
            "At least moderate microvascular inflammation, g + ptc at least 2",
            "category 2, active AMR, criterion 2, item 2",
            under(mvi_at_threshold),
            declared="scope of the glomerulonephritis clause (R2)",
        ),
        Statement(
            "acute_tissue_injury",
            "Criterion 1 of active AMR: acute tissue injury",
            "category 2, active AMR, criterion 1",
            under(acute_tissue_injury),
        ),
        Statement(
            "transplant_glomerulopathy",
            "Transplant glomerulopathy",
            "category 2, chronic active AMR, criterion 1, item 1",
            transplant_glomerulopathy,
        ),
        Statement(
            "chronic_tissue_injury",
            "Criterion 1 of chronic active AMR: chronic tissue injury",
            "category 2, chronic active AMR, criterion 1",
            under(chronic_tissue_injury),
        ),
        Statement(
            "antibody_interaction",
            "Criterion 2: current or recent antibody interaction with endothelium",
            "category 2, active AMR, criterion 2",
            under(antibody_interaction),
        ),
        Statement(
            "serology",
            "Criterion 3: donor-specific antibody, or what stands in for it",
            "category 2, active AMR, criterion 3",
            serology,
        ),
        Statement(
            "tubulointerstitial_tcmr",
            "Inflammation and tubulitis of acute TCMR, i and t at least 2",
            "category 4, acute TCMR, grade IA and IB",
            tubulointerstitial_tcmr,
        ),
        Statement(
            "borderline_infiltrate",
            "Inflammation and tubulitis of borderline or more",
            "category 3",
            under(borderline_infiltrate),
        ),
        Statement("active_amr", "Active AMR", "category 2, active AMR, criteria 1 to 3", under(active_amr)),
        Statement(
            "chronic_active_amr",
            "Chronic active AMR",
            "category 2, chronic active AMR, criteria 1 to 3",
            under(chronic_active_amr),
        ),
        Statement(
            "active_or_chronic_active_amr",
            "Active or chronic active AMR, whichever of the two",
            "category 2, active AMR and chronic active AMR, criteria 1 to 3",
            under(active_or_chronic_active_amr),
        ),
        Statement("acute_tcmr", "Acute TCMR of any grade", "category 4, acute TCMR", acute_tcmr),
        Statement(
            "acute_tcmr_grade",
            "Grade of acute TCMR",
            "category 4, acute TCMR, grades IA to III",
            acute_tcmr_grade,
            output=GRADES_ACUTE,
        ),
        Statement("borderline", "Borderline (suspicious) for acute TCMR", "category 3", under(borderline)),
        Statement(
            "ca_tcmr", "Chronic active TCMR of any grade", "category 4, chronic active TCMR", under(ca_tcmr)
        ),
        Statement(
            "ca_tcmr_grade",
            "Grade of chronic active TCMR",
            "category 4, chronic active TCMR, grades IA, IB and II",
            under(ca_tcmr_grade),
            output=GRADES_CHRONIC,
        ),
        Statement(
            "recorded_in_category_6",
            "Another diagnosis recorded",
            "category 6",
            under(recorded_in_category_6),
            declared="recorded TMA (R12)",
        ),
    )
