"""Categories 3 and 4: borderline changes, acute and chronic active T cell-mediated rejection."""

from __future__ import annotations

import polars as pl

from graftrial.clinical.banff.biopsy import Biopsy
from graftrial.clinical.banff.criteria import Criteria
from graftrial.clinical.banff.microvascular import tubulointerstitial_tcmr
from graftrial.clinical.kleene import at_least, first_that_holds, graded

NONE = "none"


def acute_tcmr(biopsy: Biopsy) -> pl.Expr:
    """Acute TCMR of any grade: intimal arteritis, with or without i and t; or i and t at least 2."""
    return (biopsy.v >= 1) | tubulointerstitial_tcmr(biopsy)


def acute_tcmr_grade(biopsy: Biopsy) -> pl.Expr:
    """IA to III; null while a higher grade is possible."""
    grade_i = tubulointerstitial_tcmr(biopsy)
    return first_that_holds(
        {
            "III": biopsy.v == 3,
            "IIB": biopsy.v == 2,
            "IIA": biopsy.v == 1,
            "IB": grade_i & (biopsy.t == 3),
            "IA": grade_i & (biopsy.t == 2),
        },
        NONE,
    )


def borderline(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """Tubulitis with at least the i of the edition, below acute TCMR, no arteritis."""
    inflamed = at_least(graded(biopsy.i), criteria.borderline_i)
    # `not (i >= 2 and t >= 2)` beside `t >= 1`, so written that an unknown t is asked once.
    below_tcmr = (biopsy.i < 2) | (biopsy.t < 2)
    return (biopsy.v == 0) & inflamed & (biopsy.t >= 1) & below_tcmr


def tubulitis_outside_scars(biopsy: Biopsy, grade: int) -> pl.Expr:
    """Tubulitis of chronic active TCMR by t (2017)."""
    return biopsy.t >= grade


def tubulitis_in_or_outside_scars(biopsy: Biopsy, grade: int) -> pl.Expr:
    """Tubulitis of chronic active TCMR by t or t-IFTA (2019, 2022)."""
    return (biopsy.t >= grade) | (biopsy.t_ifta >= grade)


def other_cause_of_scar_inflammation(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """A recorded other cause of i-IFTA: polyomavirus, infection or drug-induced nephritis."""
    recorded = biopsy.infection | (biopsy.pvl >= 1) | biopsy.drug_interstitial_nephritis
    if criteria.readings.ca_tcmr_needs_statement:
        return recorded | ~biopsy.iifta_other_causes_ruled_out
    return recorded


def ca_tcmr_grade_i(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """Chronic active TCMR grade I: total and scar inflammation and tubulitis at least 2, no other cause."""
    inflamed = (biopsy.ti >= 2) & (biopsy.i_ifta >= 2) & criteria.chronic_tubulitis(biopsy, 2)
    return inflamed & ~other_cause_of_scar_inflammation(biopsy, criteria)


def ca_tcmr(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """Chronic active TCMR of any grade."""
    return ca_tcmr_grade_i(biopsy, criteria) | biopsy.inflamed_intimal_fibrosis


def ca_tcmr_grade(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """IA or IB by tubulitis, II by inflamed arterial intimal fibrosis, or both: `IA+II`."""
    grade_i = ca_tcmr_grade_i(biopsy, criteria)
    severe = criteria.chronic_tubulitis(biopsy, 3)
    arterial = biopsy.inflamed_intimal_fibrosis
    return first_that_holds(
        {
            "IB+II": grade_i & severe & arterial,
            "IA+II": grade_i & ~severe & arterial,
            "II": ~grade_i & arterial,
            "IB": grade_i & severe & ~arterial,
            "IA": grade_i & ~severe & ~arterial,
        },
        NONE,
    )
