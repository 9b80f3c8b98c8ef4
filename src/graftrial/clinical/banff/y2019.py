"""Edition 2019: chronic (inactive) AMR becomes a category, borderline needs i1, t-IFTA and polyomavirus class enter."""

from __future__ import annotations

from graftrial.clinical.banff.antibody import amr_history, documented_dsa_or_prior_amr, prior_dsa_or_prior_amr
from graftrial.clinical.banff.antibody_mediated import c4d_without_rejection, chronic_amr
from graftrial.clinical.banff.criteria import Criteria
from graftrial.clinical.banff.edition import Edition, edition_of
from graftrial.clinical.banff.readings import Readings
from graftrial.clinical.banff.statements import Line
from graftrial.clinical.banff.t_cell_mediated import tubulitis_in_or_outside_scars
from graftrial.clinical.banff.tissue_injury import (
    severe_multilayering,
    severe_multilayering_or_new_intimal_fibrosis,
    thrombotic_microangiopathy_or_tubular_injury,
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
        "c4d_without_rejection",
        "C4d staining without evidence of rejection",
        "category 2, C4d staining without evidence of rejection",
        c4d_without_rejection,
    ),
)


def edition_2019(readings: Readings) -> Edition:
    """The edition of 2019 under the given readings."""
    criteria = Criteria(
        edition="2019",
        readings=readings,
        borderline_i=1,
        other_acute_injury=thrombotic_microangiopathy_or_tubular_injury,
        other_chronic_injury=severe_multilayering_or_new_intimal_fibrosis,
        chronic_injury_of_chronic_amr=severe_multilayering,
        history=documented_dsa_or_prior_amr
        if readings.present_dsa_opens_chronic_amr
        else prior_dsa_or_prior_amr,
        chronic_tubulitis=tubulitis_in_or_outside_scars,
    )
    return edition_of(criteria, OWN)
