"""MDRD equation of four variables: for IDMS-traceable creatinine (175) and for creatinine before that (186)."""

import polars as pl

from graftrial.clinical.card import Rule, Source
from graftrial.clinical.egfr.forms import ADULT_AGE, ADULTS, CREATININE, GFR, SEX, by_sex

BLACK = 1.212
INPUTS = (CREATININE, ADULT_AGE, SEX)
NOT_IDMS = (
    "adults, creatinine measured before IDMS standardisation; never for a method that is traceable to it"
)
REPRODUCE = "only to reproduce values that were reported with this term"
DOCUMENT, DOI = "Levey AS et al. Ann Intern Med 2006;145:247-254", "10.7326/0003-4819-145-4-200608150-00004"
STANDARDISED = Source(DOCUMENT, "re-expressed equation for standardised creatinine", DOI)
ORIGINAL = Source(DOCUMENT, "equation of four variables before it was re-expressed", DOI)


def egfr_mdrd4_175(creatinine_mg_per_dl: pl.Expr, age_years: pl.Expr, sex: pl.Expr) -> pl.Expr:
    """Estimated GFR in mL/min/1.73 m2, unrounded, without the term for race."""
    return 175 * _mdrd4(creatinine_mg_per_dl, age_years, sex)


def egfr_mdrd4_175_black(creatinine_mg_per_dl: pl.Expr, age_years: pl.Expr, sex: pl.Expr) -> pl.Expr:
    """Estimated GFR in mL/min/1.73 m2, unrounded, with the term for Black race."""
    return BLACK * egfr_mdrd4_175(creatinine_mg_per_dl, age_years, sex)


def egfr_mdrd4_186(creatinine_mg_per_dl: pl.Expr, age_years: pl.Expr, sex: pl.Expr) -> pl.Expr:
    """Estimated GFR in mL/min/1.73 m2, unrounded, without the term for race."""
    return 186 * _mdrd4(creatinine_mg_per_dl, age_years, sex)


def egfr_mdrd4_186_black(creatinine_mg_per_dl: pl.Expr, age_years: pl.Expr, sex: pl.Expr) -> pl.Expr:
    """Estimated GFR in mL/min/1.73 m2, unrounded, with the term for Black race."""
    return BLACK * egfr_mdrd4_186(creatinine_mg_per_dl, age_years, sex)


def _mdrd4(creatinine_mg_per_dl: pl.Expr, age_years: pl.Expr, sex: pl.Expr) -> pl.Expr:
    return creatinine_mg_per_dl.pow(-1.154) * age_years.pow(-0.203) * by_sex(sex, female=0.742, male=1.0)


RULE_175 = Rule(
    id="egfr.mdrd4_175",
    edition="2006",
    title="Estimated GFR from creatinine, MDRD of four variables for IDMS-traceable creatinine",
    source=STANDARDISED,
    inputs=INPUTS,
    output=GFR,
    population=ADULTS,
    golden="egfr/mdrd4_175",
    expression=egfr_mdrd4_175,
)
RULE_175_BLACK = Rule(
    id="egfr.mdrd4_175_black",
    edition="2006",
    title="Estimated GFR from creatinine, MDRD for IDMS-traceable creatinine with its term for Black race",
    source=STANDARDISED,
    inputs=INPUTS,
    output=GFR,
    population=f"{ADULTS}; {REPRODUCE}",
    golden="egfr/mdrd4_175_black",
    expression=egfr_mdrd4_175_black,
)
RULE_186 = Rule(
    id="egfr.mdrd4_186",
    edition="2006",
    title="Estimated GFR from creatinine, MDRD of four variables before IDMS standardisation",
    source=ORIGINAL,
    inputs=INPUTS,
    output=GFR,
    population=NOT_IDMS,
    golden="egfr/mdrd4_186",
    expression=egfr_mdrd4_186,
)
RULE_186_BLACK = Rule(
    id="egfr.mdrd4_186_black",
    edition="2006",
    title="Estimated GFR from creatinine, MDRD before IDMS standardisation with its term for Black race",
    source=ORIGINAL,
    inputs=INPUTS,
    output=GFR,
    population=f"{NOT_IDMS}; {REPRODUCE}",
    golden="egfr/mdrd4_186_black",
    expression=egfr_mdrd4_186_black,
)
