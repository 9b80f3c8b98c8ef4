"""Bedside Schwartz equation."""

import polars as pl

from graftrial.clinical.card import Input, Rule, Source
from graftrial.clinical.egfr.forms import CREATININE, GFR, HEIGHT


def egfr_schwartz_2009(creatinine_mg_per_dl: pl.Expr, height_cm: pl.Expr, age_years: pl.Expr) -> pl.Expr:
    """Estimated GFR in mL/min/1.73 m2, unrounded. The age only tells whether the equation may be asked."""
    return 0.413 * height_cm / creatinine_mg_per_dl + 0 * age_years


RULE = Rule(
    id="egfr.schwartz",
    edition="2009",
    title="Estimated GFR from creatinine and height, bedside Schwartz 2009",
    source=Source(
        document="Schwartz GJ et al. J Am Soc Nephrol 2009;20:629-637",
        locator="bedside equation with the constant 0.413",
        doi="10.1681/ASN.2008030287",
    ),
    inputs=(CREATININE, HEIGHT, Input("age_years", pl.Float64, "a", low=1, high=25)),
    output=GFR,
    population="children of 1 to 16 years; from 16 to 25, the ages of its successor, it extrapolates",
    golden="egfr/schwartz_2009",
    expression=egfr_schwartz_2009,
)
