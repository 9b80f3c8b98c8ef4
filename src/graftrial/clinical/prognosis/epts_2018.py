"""Estimated post-transplant survival score of a candidate, and its percent in the population of 2018."""

import polars as pl

from graftrial.clinical.card import Input, Rule, Source
from graftrial.clinical.kleene import either
from graftrial.clinical.prognosis.mapping_tables import epts_percentiles

SOURCE = Source(
    "Organ Procurement and Transplantation Network, guide to calculating and interpreting the EPTS score",
    "raw score; mapping table of 2018, which has no row for 99 %",
)
CANDIDATES = "adult candidates for a kidney transplant in the United States"


def epts_raw(
    age_years: pl.Expr, has_diabetes: pl.Expr, had_transplant: pl.Expr, dialysis_years: pl.Expr
) -> pl.Expr:
    """Raw score; 0 years of dialysis means that none was begun."""
    beyond_25 = (age_years - 25).clip(lower_bound=0)
    log_dialysis = (dialysis_years + 1).log()
    is_preemptive = dialysis_years == 0
    plain = 0.047 * beyond_25 + 0.398 * had_transplant + 0.315 * log_dialysis + 0.130 * is_preemptive
    diabetic = (
        1.262 - 0.015 * beyond_25 - 0.237 * had_transplant - 0.099 * log_dialysis - 0.348 * is_preemptive
    )
    return plain + either(has_diabetes, diabetic, 0 * plain)


def epts_percent(epts_raw: pl.Expr) -> pl.Expr:
    """Percent of candidates with a lower or equal raw score."""
    return epts_percentiles().of(epts_raw)


RULE_RAW = Rule(
    id="prognosis.epts_raw",
    edition="optn_2018",
    title="Raw estimated post-transplant survival score",
    source=SOURCE,
    inputs=(
        Input("age_years", pl.Float64, "a", low=18, high=110),
        Input("has_diabetes", pl.Boolean),
        Input("had_transplant", pl.Boolean),
        Input("dialysis_years", pl.Float64, "a", low=0, high=60),
    ),
    output="raw score",
    population=CANDIDATES,
    golden="prognosis/epts_raw",
    expression=epts_raw,
)
RULE_PERCENT = Rule(
    id="prognosis.epts",
    edition="optn_2018",
    title="Estimated post-transplant survival score in percent, population of 2018",
    source=SOURCE,
    inputs=(Input("epts_raw", pl.Float64, low=0, high=epts_percentiles().upper[-1]),),
    output="0 to 98 %; nothing above the last row of the table",
    population=CANDIDATES,
    golden="prognosis/epts_percent",
    expression=epts_percent,
)
