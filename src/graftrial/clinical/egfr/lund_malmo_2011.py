"""Revised Lund-Malmö equation from creatinine."""

import polars as pl

from graftrial.clinical.card import Rule, Source
from graftrial.clinical.egfr.forms import (
    ADULT_AGE,
    ADULTS,
    CREATININE,
    GFR,
    SEX,
    UMOL_PER_L_IN_MG_PER_DL,
    by_sex,
)
from graftrial.clinical.kleene import either


def egfr_lund_malmo_2011(creatinine_mg_per_dl: pl.Expr, age_years: pl.Expr, sex: pl.Expr) -> pl.Expr:
    """Estimated GFR in mL/min/1.73 m2, unrounded."""
    p = creatinine_mg_per_dl * UMOL_PER_L_IN_MG_PER_DL
    female = either(p < 150, 2.50 + 0.0121 * (150 - p), 2.50 - 0.926 * (p / 150).log())
    male = either(p < 180, 2.56 + 0.00968 * (180 - p), 2.56 - 0.926 * (p / 180).log())
    return (by_sex(sex, female, male) - 0.0158 * age_years + 0.438 * age_years.log()).exp()


RULE = Rule(
    id="egfr.lund_malmo",
    edition="2011",
    title="Estimated GFR from creatinine, revised Lund-Malmö",
    source=Source(
        document="Björk J et al. Scand J Clin Lab Invest 2011;71:232-239",
        locator="revised Lund-Malmö equation",
        doi="10.3109/00365513.2011.557086",
    ),
    inputs=(CREATININE, ADULT_AGE, SEX),
    output=GFR,
    population=ADULTS,
    golden="egfr/lund_malmo_2011",
    expression=egfr_lund_malmo_2011,
)
