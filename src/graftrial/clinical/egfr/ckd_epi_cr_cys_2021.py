"""CKD-EPI 2021 equation from creatinine and cystatin C, without race."""

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


def egfr_ckd_epi_cr_cys_2021(
    creatinine_mg_per_dl: pl.Expr, cystatin_c_mg_per_l: pl.Expr, age_years: pl.Expr, sex: pl.Expr
) -> pl.Expr:
    """Estimated GFR in mL/min/1.73 m2, unrounded."""
    creatinine = creatinine_mg_per_dl / by_sex(sex, female=0.7, male=0.9)
    by_creatinine = broken_power(creatinine, below=by_sex(sex, female=-0.219, male=-0.144), above=-0.544)
    by_cystatin = broken_power(cystatin_c_mg_per_l / 0.8, below=-0.323, above=-0.778)
    return 135 * by_creatinine * by_cystatin * pl.lit(0.9961).pow(age_years) * by_sex(sex, 0.963, 1.0)


RULE = Rule(
    id="egfr.ckd_epi_cr_cys",
    edition="2021",
    title="Estimated GFR from creatinine and cystatin C, CKD-EPI 2021",
    source=Source(
        document="Inker LA et al. N Engl J Med 2021;385:1737-1749",
        locator="equation from creatinine and cystatin C without race",
        doi="10.1056/NEJMoa2102953",
    ),
    inputs=(CREATININE, CYSTATIN_C, ADULT_AGE, SEX),
    output=GFR,
    population=ADULTS_BOTH,
    golden="egfr/ckd_epi_cr_cys_2021",
    expression=egfr_ckd_epi_cr_cys_2021,
)
