"""Alloimmune risk from the single DR and DQ molecule with the most eplet mismatches."""

import polars as pl

from graftrial.clinical.card import Input, Rule, Source
from graftrial.clinical.kleene import first_that_holds


def dr_dq_risk_hlar(dr_eplets: pl.Expr, dq_eplets: pl.Expr) -> pl.Expr:
    """Risk class; classes are tried from high to low, as the source orders them."""
    ladder = {
        "high": (dq_eplets >= 15) & (dq_eplets <= 31),
        # Of 9 to 14 DQ eplets every DR count gives the same class, so that it need not be known.
        "intermediate": dq_eplets.is_between(9, 14)
        | ((dr_eplets >= 7) & (dq_eplets <= 14))
        | ((dr_eplets < 7) & dq_eplets.is_between(9, 15)),
        "low": (dr_eplets < 7) & (dq_eplets < 9),
    }
    return first_that_holds(ladder, none="out of range")


def _risk(edition: str, how: str) -> Rule:
    return Rule(
        id="hla.dr_dq_risk",
        edition=edition,
        title=f"DR/DQ eplet risk, {how} (experimental: limits of the code of hlaR, unconfirmed in print)",
        source=Source(
            document="hlaR 1.0.0 (R, MIT), function CalRiskScore",
            locator="order high, intermediate, low of the limits 15 to 31, 7 and 9",
        ),
        inputs=(
            Input("dr_eplets", pl.Int32, "eplets", low=0, high=200),
            Input("dq_eplets", pl.Int32, "eplets", low=0, high=200),
        ),
        output="high, intermediate, low, out of range",
        population="kidney recipients with two-field typing of DRB1/3/4/5, DQA1 and DQB1",
        golden=f"hla/dr_dq_risk_{edition}",
        expression=dr_dq_risk_hlar,
    )


RULE_HIGHEST_CHAINS = _risk("experimental_highest_chains", "highest α and highest β chain added")
RULE_SAME_HAPLOTYPE = _risk("experimental_same_haplotype", "α and β chain of one haplotype added")
