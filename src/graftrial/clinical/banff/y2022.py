"""Edition 2022: acute tubular injury and new arterial fibrosis leave; two phenotypes of microvascular injury enter."""

from __future__ import annotations

from graftrial.clinical.banff.antibody import amr_history, documented_dsa_or_prior_amr, prior_dsa_or_prior_amr
from graftrial.clinical.banff.antibody_mediated import (
    c4d_with_ati,
    c4d_without_rejection_and_ati,
    chronic_amr,
    mvi_dsa_neg_c4d_neg,
    probable_amr,
)
from graftrial.clinical.banff.criteria import Criteria
from graftrial.clinical.banff.edition import Edition, edition_of
from graftrial.clinical.banff.readings import Readings
from graftrial.clinical.banff.statements import Line
from graftrial.clinical.banff.t_cell_mediated import tubulitis_in_or_outside_scars
from graftrial.clinical.banff.tissue_injury import (
    severe_multilayering,
    thrombotic_microangiopathy,
)

OWN: tuple[Line, ...] = (
    Line(
        "amr_history",
        "What opens chronic AMR: earlier AMR, or documented DSA",
        "category 2, chronic AMR, criterion 3",
        amr_history,
        declared="wording; DSA present now (R3)",
    ),
    Line(
        "chronic_amr",
        "Chronic (inactive) AMR",
        "category 2, chronic AMR, criteria 1 to 3",
        chronic_amr,
        declared="wording of the criteria",
    ),
    Line(
        "mvi_dsa_neg_c4d_neg",
        "Microvascular inflammation, DSA-negative and C4d-negative",
        "category 2, microvascular inflammation, DSA-negative and C4d-negative",
        mvi_dsa_neg_c4d_neg,
    ),
    Line(
        "probable_amr",
        "Probable AMR",
        "category 2, probable AMR",
        probable_amr,
        declared="beside chronic injury (R6); through v or TMA alone (R9)",
    ),
    Line(
        "c4d_with_ati",
        "C4d staining with acute tubular injury",
        "category 2, C4d staining with acute tubular injury",
        c4d_with_ati,
        declared="beside borderline or TCMR (R5)",
    ),
    Line(
        "c4d_without_rejection",
        "C4d staining without evidence of rejection",
        "category 2, C4d staining without evidence of rejection",
        c4d_without_rejection_and_ati,
    ),
)


def edition_2022(readings: Readings) -> Edition:
    """The edition of 2022 under the given readings."""
    criteria = Criteria(
        edition="2022",
        readings=readings,
        borderline_i=1,
        other_acute_injury=thrombotic_microangiopathy,
        other_chronic_injury=severe_multilayering,
        chronic_injury_of_chronic_amr=severe_multilayering,
        history=documented_dsa_or_prior_amr
        if readings.present_dsa_opens_chronic_amr
        else prior_dsa_or_prior_amr,
        chronic_tubulitis=tubulitis_in_or_outside_scars,
    )
    return edition_of(criteria, OWN)
