"""Statements that join categories: mixed rejection, and category 1.

Both are sound with missing inputs, not exact: where every completion agrees through different diagnoses (active AMR in
one, probable AMR in the other), category 1 may stay undecided.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from graftrial.clinical.banff.antibody_mediated import active_or_chronic_active_amr
from graftrial.clinical.banff.biopsy import Biopsy
from graftrial.clinical.banff.criteria import ABSENT, LESION, NO_LESION, Composed, Criteria
from graftrial.clinical.banff.microvascular import borderline_infiltrate
from graftrial.clinical.banff.t_cell_mediated import acute_tcmr, ca_tcmr, tubulointerstitial_tcmr

TCMR_SCORE = pl.lit(2)


def mixed_rejection(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """Active or chronic active AMR with acute or chronic active TCMR; borderline beside AMR is not called mixed."""
    with_arteritis = replace(biopsy, v=LESION)
    by_arteritis = (biopsy.v >= 1) & active_or_chronic_active_amr(with_arteritis, criteria)
    with_tcmr_scores = replace(biopsy, i=TCMR_SCORE, t=TCMR_SCORE)
    by_tubulitis = tubulointerstitial_tcmr(biopsy) & active_or_chronic_active_amr(with_tcmr_scores, criteria)
    by_scar = ca_tcmr(biopsy, criteria) & active_or_chronic_active_amr(biopsy, criteria)
    return by_arteritis | by_tubulitis | by_scar


def recorded_in_category_6(biopsy: Biopsy, criteria: Criteria) -> pl.Expr:
    """Another diagnosis recorded: infection, polyomavirus, glomerulonephritis, tubular injury, drugs, PTLD, TMA."""
    recorded = (
        biopsy.infection
        | (biopsy.pvl >= 1)
        | biopsy.glomerulonephritis
        | biopsy.ati
        | biopsy.cni_toxicity
        | biopsy.drug_interstitial_nephritis
        | biopsy.ptld
    )
    if criteria.readings.tma_alone_is_category_1:
        return recorded
    return recorded | biopsy.tma_acute | biopsy.tma_chronic


def normal_or_nonspecific(biopsy: Biopsy, criteria: Criteria, category_2: tuple[Composed, ...]) -> pl.Expr:
    """Nothing of categories 2, 3, 4 and 6; category 5 may stand beside it."""
    cellular = acute_tcmr(biopsy) | borderline_infiltrate(biopsy, criteria) | ca_tcmr(biopsy, criteria)
    # Asked of a biopsy in which all of this is absent, because otherwise the answer is no already.
    remaining = replace(
        biopsy,
        i=NO_LESION,
        t=NO_LESION,
        v=NO_LESION,
        pvl=NO_LESION,
        i_ifta=NO_LESION,
        infection=ABSENT,
        glomerulonephritis=ABSENT,
        inflamed_intimal_fibrosis=ABSENT,
        drug_interstitial_nephritis=ABSENT,
    )
    humoral = active_or_chronic_active_amr(remaining, criteria)
    for diagnosis in category_2:
        humoral = humoral | diagnosis(remaining, criteria)
    return ~(cellular | recorded_in_category_6(biopsy, criteria) | humoral)
