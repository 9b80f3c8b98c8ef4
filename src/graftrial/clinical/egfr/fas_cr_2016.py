"""Full age spectrum equation from creatinine, with Q by whole years below 20."""

import polars as pl

from graftrial.clinical.card import Input, Rule, Source
from graftrial.clinical.egfr.forms import CREATININE, GFR, SEX, by_sex, falling_from
from graftrial.clinical.kleene import either

CHILD_Q = (
    0.26,
    0.29,
    0.31,
    0.34,
    0.38,
    0.41,
    0.44,
    0.46,
    0.49,
    0.51,
    0.53,
    0.57,
    0.59,
    0.61,
)  # 1 to 14 years
Q = {
    "F": dict(enumerate((*CHILD_Q, 0.64, 0.67, 0.69, 0.69, 0.70), start=1)),
    "M": dict(enumerate((*CHILD_Q, 0.72, 0.78, 0.82, 0.85, 0.88), start=1)),
}  # mg/dL by whole years of age
ADULT_FROM = 20


def egfr_fas_cr_2016(creatinine_mg_per_dl: pl.Expr, age_years: pl.Expr, sex: pl.Expr) -> pl.Expr:
    """Estimated GFR in mL/min/1.73 m2, unrounded."""
    whole_years = age_years.floor().cast(pl.Int32)
    young = {
        each: whole_years.replace_strict(table, default=None, return_dtype=pl.Float64)
        for each, table in Q.items()
    }
    adult = by_sex(sex, female=0.70, male=0.90)
    q = either(age_years >= ADULT_FROM, adult, by_sex(sex, young["F"], young["M"]))
    return 107.3 / (creatinine_mg_per_dl / q) * falling_from(age_years, 40, 0.988)


RULE = Rule(
    id="egfr.fas_cr",
    edition="2016",
    title="Estimated GFR from creatinine, full age spectrum 2016",
    source=Source(
        document="Pottel H et al. Nephrol Dial Transplant 2016;31:798-806",
        locator="FAS equation and Q by age and sex",
        doi="10.1093/ndt/gfv454",
    ),
    inputs=(CREATININE, Input("age_years", pl.Float64, "a", low=1, high=110), SEX),
    output=GFR,
    population="children and adults, creatinine by an IDMS-traceable method",
    golden="egfr/fas_cr",
    expression=egfr_fas_cr_2016,
)
