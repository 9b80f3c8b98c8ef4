"""Statements that join categories: mixed rejection, and category 1.

Both are composed of answers that are exact for themselves. Sound with missing inputs, not exact: where every completion
agrees through different diagnoses (active AMR in one, probable AMR in the other), the statement may stay undecided.
"""

from __future__ import annotations

import polars as pl

from graftrial.clinical.banff.biopsy import Biopsy
from graftrial.clinical.banff.criteria import Criteria


def mixed_rejection(active_or_chronic_active_amr: pl.Expr, acute_tcmr: pl.Expr, ca_tcmr: pl.Expr) -> pl.Expr:
    """Active or chronic active AMR with acute or chronic active TCMR; borderline beside AMR is not called mixed."""
    return active_or_chronic_active_amr & (acute_tcmr | ca_tcmr)


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


def normal_or_nonspecific(
    category_2: tuple[pl.Expr, ...],
    acute_tcmr: pl.Expr,
    borderline: pl.Expr,
    ca_tcmr: pl.Expr,
    recorded_in_category_6: pl.Expr,
) -> pl.Expr:
    """Nothing of categories 2, 3, 4 and 6; category 5 may stand beside it."""
    found = acute_tcmr | borderline | ca_tcmr | recorded_in_category_6
    for diagnosis in category_2:
        found = found | diagnosis
    return ~found
