"""Berlin Initiative Study equation from creatinine, for people of 70 and above."""

import polars as pl

from graftrial.clinical.card import Input, Rule, Source
from graftrial.clinical.egfr.forms import CREATININE, GFR, SEX, by_sex


def egfr_bis1_2012(creatinine_mg_per_dl: pl.Expr, age_years: pl.Expr, sex: pl.Expr) -> pl.Expr:
    """Estimated GFR in mL/min/1.73 m2, unrounded."""
    return 3736 * creatinine_mg_per_dl.pow(-0.87) * age_years.pow(-0.95) * by_sex(sex, female=0.82, male=1.0)


RULE = Rule(
    id="egfr.bis1",
    edition="2012",
    title="Estimated GFR from creatinine, Berlin Initiative Study 1",
    source=Source(
        document="Schaeffner ES et al. Ann Intern Med 2012;157:471-481",
        locator="BIS1 equation",
        doi="10.7326/0003-4819-157-7-201210020-00003",
    ),
    inputs=(CREATININE, Input("age_years", pl.Float64, "a", low=70, high=110), SEX),
    output=GFR,
    population="people of 70 years and above, creatinine by an IDMS-traceable method",
    golden="egfr/bis1",
    expression=egfr_bis1_2012,
)
