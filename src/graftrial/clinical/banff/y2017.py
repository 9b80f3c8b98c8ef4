"""Edition 2017: chronic active TCMR enters, suspicious AMR leaves, C4d and transcripts stand in for DSA."""

from __future__ import annotations

from graftrial.clinical.banff.antibody import amr_history, documented_dsa, documented_dsa_or_prior_amr
from graftrial.clinical.banff.antibody_mediated import c4d_without_rejection, chronic_amr
from graftrial.clinical.banff.criteria import Criteria
from graftrial.clinical.banff.edition import Edition, edition_of
from graftrial.clinical.banff.readings import Readings
from graftrial.clinical.banff.statements import Line
from graftrial.clinical.banff.t_cell_mediated import tubulitis_outside_scars
from graftrial.clinical.banff.tissue_injury import (
    severe_multilayering_or_new_intimal_fibrosis,
    thrombotic_microangiopathy_or_tubular_injury,
)

OWN: tuple[Line, ...] = (
    Line(
        "amr_history",
        "What opens chronic AMR: DSA now or earlier, after transplantation",
        "category 2, note under chronic active AMR",
        amr_history,
        declared="prior AMR without DSA (R11)",
    ),
    Line(
        "chronic_amr",
        "Chronic (inactive) AMR",
        'category 2, note under chronic active AMR ("may be stated as")',
        chronic_amr,
        declared="wording of the note",
    ),
    Line(
        "c4d_without_rejection",
        "C4d staining without evidence of rejection",
        "category 2, C4d staining without evidence of rejection",
        c4d_without_rejection,
    ),
)


def edition_2017(readings: Readings) -> Edition:
    """The edition of 2017 under the given readings."""
    criteria = Criteria(
        edition="2017",
        readings=readings,
        borderline_i=0 if readings.borderline_2017_accepts_i0 else 1,
        other_acute_injury=thrombotic_microangiopathy_or_tubular_injury,
        other_chronic_injury=severe_multilayering_or_new_intimal_fibrosis,
        chronic_injury_of_chronic_amr=severe_multilayering_or_new_intimal_fibrosis,
        history=documented_dsa_or_prior_amr if readings.prior_amr_opens_chronic_amr_2017 else documented_dsa,
        chronic_tubulitis=tubulitis_outside_scars,
    )
    return edition_of(criteria, OWN)
