"""CKD-EPI 2021 creatinine equation, without race."""

import polars as pl

from graftrial.clinical.card import Rule, Source
from graftrial.clinical.egfr.forms import ADULT_AGE, ADULTS, CREATININE, GFR, SEX, broken_power, by_sex


def egfr_ckd_epi_cr_2021(creatinine_mg_per_dl: pl.Expr, age_years: pl.Expr, sex: pl.Expr) -> pl.Expr:
    """Estimated GFR in mL/min/1.73 m2, unrounded."""
    ratio = creatinine_mg_per_dl / by_sex(sex, female=0.7, male=0.9)
    slopes = broken_power(ratio, below=by_sex(sex, female=-0.241, male=-0.302), above=-1.200)
    return 142 * slopes * pl.lit(0.9938).pow(age_years) * by_sex(sex, female=1.012, male=1.0)


RULE = Rule(
    id="egfr.ckd_epi_cr",
    edition="2021",
    title="Estimated GFR from creatinine, CKD-EPI 2021",
    source=Source(
        document="Inker LA et al. N Engl J Med 2021;385:1737-1749",
        locator="creatinine equation without race",
        doi="10.1056/NEJMoa2102953",
    ),
    inputs=(CREATININE, ADULT_AGE, SEX),
    output=GFR,
    population=ADULTS,
    golden="egfr/ckd_epi_cr_2021",
    expression=egfr_ckd_epi_cr_2021,
)
