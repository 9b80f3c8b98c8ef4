"""Creatinine clearance by Cockcroft and Gault: with the weight that is given, and with 70 kg for everyone."""

import polars as pl

from graftrial.clinical.card import Rule, Source
from graftrial.clinical.egfr.forms import ADULT_AGE, CREATININE, SEX, WEIGHT, by_sex

CLEARANCE = "mL/min"
STANDARD_WEIGHT_KG = 70.0
SOURCE = Source(
    document="Cockcroft DW, Gault MH. Nephron 1976;16:31-41",
    locator="formula; 15 % less in women",
    doi="10.1159/000180580",
)


def clearance_cockcroft_gault_1976(
    creatinine_mg_per_dl: pl.Expr, age_years: pl.Expr, sex: pl.Expr, weight_kg: pl.Expr
) -> pl.Expr:
    """Estimated creatinine clearance in mL/min, unrounded, not per body surface."""
    by_creatinine = (140 - age_years) * weight_kg / (72 * creatinine_mg_per_dl)
    return by_creatinine * by_sex(sex, female=0.85, male=1.0)


def clearance_cockcroft_gault_70kg_1976(
    creatinine_mg_per_dl: pl.Expr, age_years: pl.Expr, sex: pl.Expr
) -> pl.Expr:
    """Estimated creatinine clearance in mL/min of a person of 70 kg, unrounded."""
    return clearance_cockcroft_gault_1976(creatinine_mg_per_dl, age_years, sex, pl.lit(STANDARD_WEIGHT_KG))


RULE = Rule(
    id="egfr.cockcroft_gault",
    edition="1976",
    title="Estimated creatinine clearance, Cockcroft-Gault with the recorded weight",
    source=SOURCE,
    inputs=(CREATININE, ADULT_AGE, SEX, WEIGHT),
    output=CLEARANCE,
    population="adults; the weight is the one recorded, neither ideal nor adjusted",
    golden="egfr/cockcroft_gault",
    expression=clearance_cockcroft_gault_1976,
)
RULE_70KG = Rule(
    id="egfr.cockcroft_gault_70kg",
    edition="1976",
    title="Estimated creatinine clearance, Cockcroft-Gault with 70 kg for everyone",
    source=SOURCE,
    inputs=(CREATININE, ADULT_AGE, SEX),
    output=CLEARANCE,
    population="adults where a program assumes 70 kg; only to compare with it",
    golden="egfr/cockcroft_gault_70kg",
    expression=clearance_cockcroft_gault_70kg_1976,
)
