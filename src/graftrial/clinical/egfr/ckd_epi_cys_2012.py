"""CKD-EPI 2012 cystatin C equation, with the age factor 0.996 of the original publication."""

import polars as pl

from graftrial.clinical.card import Rule, Source
from graftrial.clinical.egfr.forms import (
    ADULT_AGE,
    ADULTS_CYSTATIN,
    CYSTATIN_C,
    GFR,
    SEX,
    broken_power,
    by_sex,
)


def egfr_ckd_epi_cys_2012(cystatin_c_mg_per_l: pl.Expr, age_years: pl.Expr, sex: pl.Expr) -> pl.Expr:
    """Estimated GFR in mL/min/1.73 m2, unrounded."""
    slopes = broken_power(cystatin_c_mg_per_l / 0.8, below=-0.499, above=-1.328)
    return 133 * slopes * pl.lit(0.996).pow(age_years) * by_sex(sex, female=0.932, male=1.0)


RULE = Rule(
    id="egfr.ckd_epi_cys",
    edition="2012",
    title="Estimated GFR from cystatin C, CKD-EPI 2012",
    source=Source(
        document="Inker LA et al. N Engl J Med 2012;367:20-29",
        locator="cystatin C equation; age factor 0.996, not the 0.9962 of a later reprint",
        doi="10.1056/NEJMoa1114248",
    ),
    inputs=(CYSTATIN_C, ADULT_AGE, SEX),
    output=GFR,
    population=ADULTS_CYSTATIN,
    golden="egfr/ckd_epi_cys_2012",
    expression=egfr_ckd_epi_cys_2012,
)
