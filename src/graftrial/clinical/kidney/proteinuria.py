"""Conversions between measures of proteinuria. Each answer is an estimate, never pooled with measured values."""

import polars as pl

from graftrial.clinical.card import Input, Rule, Source
from graftrial.clinical.kidney.categories import UPCR
from graftrial.clinical.kleene import either

MG_IN_G = 1000


def uacr_estimated_from_upcr(
    upcr_mg_per_g: pl.Expr, sex: pl.Expr, has_diabetes: pl.Expr, has_hypertension: pl.Expr
) -> pl.Expr:
    """Estimated albumin-to-creatinine ratio in mg/g from the protein-to-creatinine ratio."""
    to_50 = 0.2934 * (upcr_mg_per_g / 50).clip(upper_bound=1).log()
    to_500 = 1.5643 * (upcr_mg_per_g / 500).clip(lower_bound=0.1, upper_bound=1).log()
    above_500 = 1.1109 * (upcr_mg_per_g / 500).clip(lower_bound=1).log()
    female = _term(sex == "F", -0.0773)
    diabetes, hypertension = _term(has_diabetes, 0.0797), _term(has_hypertension, 0.1265)
    return (5.2659 + to_50 + to_500 + above_500 + female + diabetes + hypertension).exp()


def g_per_day_estimated_from_upcr(upcr_mg_per_g: pl.Expr) -> pl.Expr:
    """Estimated protein excretion in g/day, as if one gram of creatinine were excreted a day."""
    return upcr_mg_per_g / MG_IN_G


def _term(condition: pl.Expr, coefficient: float) -> pl.Expr:
    return either(condition, pl.lit(coefficient), pl.lit(0.0))


RULE_UACR = Rule(
    id="kidney.uacr_estimated_from_upcr",
    edition="2020",
    title="Estimated UACR from UPCR: an estimate, not a measured UACR",
    source=Source(
        document="Sumida K et al. Ann Intern Med 2020;173:426-435",
        locator="adjusted equation from the protein-to-creatinine ratio",
        doi="10.7326/M20-0529",
    ),
    inputs=(
        Input("upcr_mg_per_g", pl.Float64, "mg/g", low=1, high=50_000),
        Input("sex", pl.String, choices=("F", "M")),
        Input("has_diabetes", pl.Boolean),
        Input("has_hypertension", pl.Boolean),
    ),
    output="mg/g, estimated",
    population="adults; never in one mean with measured values",
    golden="proteinuria/uacr_from_upcr",
    expression=uacr_estimated_from_upcr,
)
RULE_24_H = Rule(
    id="kidney.g_per_day_estimated_from_upcr",
    edition="1",
    title="Estimated protein excretion in 24 hours from UPCR: an estimate, not a collection",
    source=Source(
        document="Ginsberg JM et al. N Engl J Med 1983;309:1543-1546",
        locator="ratio in g/g read as g a day, for one gram of creatinine a day",
        doi="10.1056/NEJM198312223092503",
    ),
    inputs=(UPCR,),
    output="g/day, estimated",
    population="adults with a stable kidney function; never in one mean with collected values",
    golden="proteinuria/g_per_day_from_upcr",
    expression=g_per_day_estimated_from_upcr,
)
