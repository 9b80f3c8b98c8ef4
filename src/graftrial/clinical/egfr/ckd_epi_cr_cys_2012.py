"""CKD-EPI 2012 equation from creatinine and cystatin C, and the variant with its term for Black race."""

import polars as pl

from graftrial.clinical.card import Rule, Source
from graftrial.clinical.egfr.forms import (
    ADULT_AGE,
    ADULTS_BOTH,
    CREATININE,
    CYSTATIN_C,
    GFR,
    SEX,
    broken_power,
    by_sex,
)

BLACK = 1.08
SOURCE = Source(
    document="Inker LA et al. N Engl J Med 2012;367:20-29",
    locator="equation from creatinine and cystatin C",
    doi="10.1056/NEJMoa1114248",
)


def egfr_ckd_epi_cr_cys_2012(
    creatinine_mg_per_dl: pl.Expr, cystatin_c_mg_per_l: pl.Expr, age_years: pl.Expr, sex: pl.Expr
) -> pl.Expr:
    """Estimated GFR in mL/min/1.73 m2, unrounded, without the term for race."""
    creatinine = creatinine_mg_per_dl / by_sex(sex, female=0.7, male=0.9)
    by_creatinine = broken_power(creatinine, below=by_sex(sex, female=-0.248, male=-0.207), above=-0.601)
    by_cystatin = broken_power(cystatin_c_mg_per_l / 0.8, below=-0.375, above=-0.711)
    return 135 * by_creatinine * by_cystatin * pl.lit(0.995).pow(age_years) * by_sex(sex, 0.969, 1.0)


def egfr_ckd_epi_cr_cys_2012_black(
    creatinine_mg_per_dl: pl.Expr, cystatin_c_mg_per_l: pl.Expr, age_years: pl.Expr, sex: pl.Expr
) -> pl.Expr:
    """Estimated GFR in mL/min/1.73 m2, unrounded, with the term for Black race."""
    return BLACK * egfr_ckd_epi_cr_cys_2012(creatinine_mg_per_dl, cystatin_c_mg_per_l, age_years, sex)


RULE = Rule(
    id="egfr.ckd_epi_cr_cys",
    edition="2012",
    title="Estimated GFR from creatinine and cystatin C, CKD-EPI 2012, without its term for race",
    source=SOURCE,
    inputs=(CREATININE, CYSTATIN_C, ADULT_AGE, SEX),
    output=GFR,
    population=ADULTS_BOTH,
    golden="egfr/ckd_epi_cr_cys_2012",
    expression=egfr_ckd_epi_cr_cys_2012,
)
RULE_BLACK = Rule(
    id="egfr.ckd_epi_cr_cys_black",
    edition="2012",
    title="Estimated GFR from creatinine and cystatin C, CKD-EPI 2012, with its term for Black race",
    source=SOURCE,
    inputs=(CREATININE, CYSTATIN_C, ADULT_AGE, SEX),
    output=GFR,
    population=f"{ADULTS_BOTH}; only to reproduce values that were reported with this term",
    golden="egfr/ckd_epi_cr_cys_2012_black",
    expression=egfr_ckd_epi_cr_cys_2012_black,
)
