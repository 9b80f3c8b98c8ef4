"""EKFC cystatin C equation: the published sex-free form, the form with Q by sex, and the mean with creatinine."""

import polars as pl

from graftrial.clinical.card import Input, Rule, Source
from graftrial.clinical.egfr.ekfc_cr_2021 import AGE, egfr_ekfc_cr_2021
from graftrial.clinical.egfr.forms import (
    CREATININE,
    CYSTATIN_C,
    GFR,
    SEX,
    broken_power,
    by_sex,
    falling_from,
)

ADULT_AGE = Input("age_years", pl.Float64, "a", low=18, high=90)
DOCUMENT, DOI = "Pottel H et al. N Engl J Med 2023;388:333-343", "10.1056/NEJMoa2203769"


def egfr_ekfc_cys_2023(cystatin_c_mg_per_l: pl.Expr, age_years: pl.Expr) -> pl.Expr:
    """Estimated GFR in mL/min/1.73 m2, unrounded; Q is 0.83 mg/L up to 50 years, for both sexes."""
    return _ekfc_cys(cystatin_c_mg_per_l, pl.lit(0.83), age_years)


def egfr_ekfc_cys_sex_specific_2023(
    cystatin_c_mg_per_l: pl.Expr, age_years: pl.Expr, sex: pl.Expr
) -> pl.Expr:
    """Estimated GFR in mL/min/1.73 m2, unrounded; Q is 0.79 (F) or 0.86 (M) mg/L up to 50 years."""
    return _ekfc_cys(cystatin_c_mg_per_l, by_sex(sex, female=0.79, male=0.86), age_years)


def egfr_ekfc_cr_cys_2023(
    creatinine_mg_per_dl: pl.Expr, cystatin_c_mg_per_l: pl.Expr, age_years: pl.Expr, sex: pl.Expr
) -> pl.Expr:
    """Estimated GFR in mL/min/1.73 m2, unrounded: mean of the creatinine and the sex-free cystatin C value."""
    by_creatinine = egfr_ekfc_cr_2021(creatinine_mg_per_dl, age_years, sex)
    return (by_creatinine + egfr_ekfc_cys_2023(cystatin_c_mg_per_l, age_years)) / 2


def _ekfc_cys(cystatin_c_mg_per_l: pl.Expr, q_to_50: pl.Expr, age_years: pl.Expr) -> pl.Expr:
    q = q_to_50 + 0.005 * (age_years - 50).clip(lower_bound=0)
    slopes = broken_power(cystatin_c_mg_per_l / q, below=-0.322, above=-1.132)
    return 107.3 * slopes * falling_from(age_years, 40, 0.990)


RULE = Rule(
    id="egfr.ekfc_cys",
    edition="2023",
    title="Estimated GFR from cystatin C, EKFC 2023, sex-free",
    source=Source(DOCUMENT, "EKFC equation from cystatin C without sex", DOI),
    inputs=(CYSTATIN_C, AGE),
    output=GFR,
    population="people of 2 to 90 years, cystatin C by an IFCC-traceable method",
    golden="egfr/ekfc_cys",
    expression=egfr_ekfc_cys_2023,
)
RULE_SEX_SPECIFIC = Rule(
    id="egfr.ekfc_cys_sex_specific",
    edition="2023",
    title="Estimated GFR from cystatin C, EKFC 2023, with Q by sex",
    source=Source(DOCUMENT, "Q of cystatin C by sex", DOI),
    inputs=(CYSTATIN_C, ADULT_AGE, SEX),
    output=GFR,
    population="adults to 90 years, cystatin C by an IFCC-traceable method",
    golden="egfr/ekfc_cys_sex_specific",
    expression=egfr_ekfc_cys_sex_specific_2023,
)
RULE_COMBINED = Rule(
    id="egfr.ekfc_cr_cys",
    edition="2023",
    title="Estimated GFR from creatinine and cystatin C, EKFC 2023: mean of the two",
    source=Source(DOCUMENT, "mean of the creatinine and the sex-free cystatin C estimate", DOI),
    inputs=(CREATININE, CYSTATIN_C, AGE, SEX),
    output=GFR,
    population="people of 2 to 90 years, both methods traceable; Q of European cohorts",
    golden="egfr/ekfc_cr_cys",
    expression=egfr_ekfc_cr_cys_2023,
)
