"""CKD-EPI 2009 creatinine equation, and the variant with its term for Black race, which is never chosen for anyone."""

import polars as pl

from graftrial.clinical.card import Rule, Source
from graftrial.clinical.egfr.forms import ADULT_AGE, ADULTS, CREATININE, GFR, SEX, broken_power, by_sex

BLACK = 1.159
SOURCE = Source(
    document="Levey AS et al. Ann Intern Med 2009;150:604-612",
    locator="CKD-EPI equation in one expression",
    doi="10.7326/0003-4819-150-9-200905050-00006",
)


def egfr_ckd_epi_cr_2009(creatinine_mg_per_dl: pl.Expr, age_years: pl.Expr, sex: pl.Expr) -> pl.Expr:
    """Estimated GFR in mL/min/1.73 m2, unrounded, without the term for race."""
    ratio = creatinine_mg_per_dl / by_sex(sex, female=0.7, male=0.9)
    slopes = broken_power(ratio, below=by_sex(sex, female=-0.329, male=-0.411), above=-1.209)
    return 141 * slopes * pl.lit(0.993).pow(age_years) * by_sex(sex, female=1.018, male=1.0)


def egfr_ckd_epi_cr_2009_black(creatinine_mg_per_dl: pl.Expr, age_years: pl.Expr, sex: pl.Expr) -> pl.Expr:
    """Estimated GFR in mL/min/1.73 m2, unrounded, with the term for Black race."""
    return BLACK * egfr_ckd_epi_cr_2009(creatinine_mg_per_dl, age_years, sex)


RULE = Rule(
    id="egfr.ckd_epi_cr",
    edition="2009",
    title="Estimated GFR from creatinine, CKD-EPI 2009, without its term for race",
    source=SOURCE,
    inputs=(CREATININE, ADULT_AGE, SEX),
    output=GFR,
    population=ADULTS,
    golden="egfr/ckd_epi_cr_2009",
    expression=egfr_ckd_epi_cr_2009,
)
RULE_BLACK = Rule(
    id="egfr.ckd_epi_cr_black",
    edition="2009",
    title="Estimated GFR from creatinine, CKD-EPI 2009, with its term for Black race",
    source=SOURCE,
    inputs=(CREATININE, ADULT_AGE, SEX),
    output=GFR,
    population=f"{ADULTS}; only to reproduce values that were reported with this term",
    golden="egfr/ckd_epi_cr_2009_black",
    expression=egfr_ckd_epi_cr_2009_black,
)
