"""EKFC creatinine equation: creatinine rescaled by Q, its median in healthy people of the age and sex."""

import polars as pl

from graftrial.clinical.card import Input, Rule, Source
from graftrial.clinical.egfr.forms import (
    CREATININE,
    GFR,
    SEX,
    UMOL_PER_L_IN_MG_PER_DL,
    broken_power,
    by_sex,
    falling_from,
)
from graftrial.clinical.kleene import either

AGE = Input("age_years", pl.Float64, "a", low=2, high=90)
LAST_GROWING_AGE = 25  # inclusive


def egfr_ekfc_cr_2021(creatinine_mg_per_dl: pl.Expr, age_years: pl.Expr, sex: pl.Expr) -> pl.Expr:
    """Estimated GFR in mL/min/1.73 m2, unrounded. Q is 0.90 (M) or 0.70 (F) mg/dL above 25 years."""
    ratio = creatinine_mg_per_dl / q_creatinine(age_years, sex)
    return 107.3 * broken_power(ratio, below=-0.322, above=-1.132) * falling_from(age_years, 40, 0.990)


def q_creatinine(age_years: pl.Expr, sex: pl.Expr) -> pl.Expr:
    """Median creatinine of healthy people in mg/dL."""
    a = age_years
    log_male = 3.200 + 0.259 * a - 0.543 * a.log() - 0.00763 * a.pow(2) + 0.0000790 * a.pow(3)
    log_female = 3.080 + 0.177 * a - 0.223 * a.log() - 0.00596 * a.pow(2) + 0.0000686 * a.pow(3)
    growing = by_sex(sex, log_female, log_male).exp() / UMOL_PER_L_IN_MG_PER_DL
    return either(a > LAST_GROWING_AGE, by_sex(sex, female=0.70, male=0.90), growing)


RULE = Rule(
    id="egfr.ekfc_cr",
    edition="2021",
    title="Estimated GFR from creatinine, EKFC 2021",
    source=Source(
        document="Pottel H et al. Ann Intern Med 2021;174:183-191",
        locator="EKFC equation and Q by age and sex",
        doi="10.7326/M20-4366",
    ),
    inputs=(CREATININE, AGE, SEX),
    output=GFR,
    population="children and adults of 2 to 90 years, creatinine by an IDMS-traceable method; Q of European cohorts",
    golden="egfr/ekfc_cr",
    expression=egfr_ekfc_cr_2021,
)
