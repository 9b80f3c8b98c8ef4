"""Race-free equation developed in kidney recipients."""

import polars as pl

from graftrial.clinical.card import Rule, Source
from graftrial.clinical.egfr.forms import ADULT_AGE, CREATININE, GFR, SEX, by_sex


def egfr_krs_2023(creatinine_mg_per_dl: pl.Expr, age_years: pl.Expr, sex: pl.Expr) -> pl.Expr:
    """Estimated GFR in mL/min/1.73 m2, unrounded."""
    by_creatinine = -0.8230475 * creatinine_mg_per_dl.log() - 0.0124264 * creatinine_mg_per_dl.pow(2)
    return (4.4275492 + by_creatinine - 0.0055068 * age_years + by_sex(sex, female=0.0, male=0.1806494)).exp()


RULE = Rule(
    id="egfr.krs",
    edition="2023",
    title="Estimated GFR from creatinine in kidney recipients, race-free",
    source=Source(
        document="Raynaud M et al. BMJ 2023;381:e073654",
        locator="race-free kidney recipient specific equation; coefficients as two independent programs hold them",
        doi="10.1136/bmj-2022-073654",
    ),
    inputs=(CREATININE, ADULT_AGE, SEX),
    output=GFR,
    population="adult kidney recipients, creatinine by an IDMS-traceable method",
    golden="egfr/krs_2023",
    expression=egfr_krs_2023,
)
