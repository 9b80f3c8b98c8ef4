"""CKiD under-25 equations: from creatinine and height, from cystatin C, and their mean."""

import polars as pl

from graftrial.clinical.card import Input, Rule, Source
from graftrial.clinical.egfr.forms import CM_IN_M, CREATININE, CYSTATIN_C, GFR, HEIGHT, SEX, by_sex
from graftrial.clinical.kleene import either

AGE = Input("age_years", pl.Float64, "a", low=1, high=25)
DOCUMENT, DOI = "Pierce CB et al. Kidney Int 2021;99:948-956", "10.1016/j.kint.2020.10.047"
UNDER_25 = "children and young adults of 1 to 25 years with chronic kidney disease"
GROWN_AT = 18


def egfr_ckid_u25_cr(
    creatinine_mg_per_dl: pl.Expr, height_cm: pl.Expr, age_years: pl.Expr, sex: pl.Expr
) -> pl.Expr:
    """Estimated GFR in mL/min/1.73 m2, unrounded."""
    female = _constant(age_years, turn=12, at_turn=36.1, before=1.008, after=1.023, grown=41.4)
    male = _constant(age_years, turn=12, at_turn=39.0, before=1.008, after=1.045, grown=50.8)
    return by_sex(sex, female, male) * (height_cm / CM_IN_M) / creatinine_mg_per_dl


def egfr_ckid_u25_cys(cystatin_c_mg_per_l: pl.Expr, age_years: pl.Expr, sex: pl.Expr) -> pl.Expr:
    """Estimated GFR in mL/min/1.73 m2, unrounded."""
    female = _constant(age_years, turn=12, at_turn=79.9, before=1.004, after=0.974, grown=68.3)
    male = _constant(age_years, turn=15, at_turn=87.2, before=1.011, after=0.960, grown=77.1)
    return by_sex(sex, female, male) / cystatin_c_mg_per_l


def egfr_ckid_u25_cr_cys(
    creatinine_mg_per_dl: pl.Expr,
    cystatin_c_mg_per_l: pl.Expr,
    height_cm: pl.Expr,
    age_years: pl.Expr,
    sex: pl.Expr,
) -> pl.Expr:
    """Estimated GFR in mL/min/1.73 m2, unrounded: mean of the creatinine and the cystatin C value."""
    by_creatinine = egfr_ckid_u25_cr(creatinine_mg_per_dl, height_cm, age_years, sex)
    return (by_creatinine + egfr_ckid_u25_cys(cystatin_c_mg_per_l, age_years, sex)) / 2


def _constant(
    age_years: pl.Expr, turn: int, at_turn: float, before: float, after: float, grown: float
) -> pl.Expr:
    """The constant before an age at which its slope turns, from there to 18 years, and in the grown."""
    since_turn = age_years - turn
    growing = at_turn * either(age_years < turn, pl.lit(before), pl.lit(after)).pow(since_turn)
    return either(age_years < GROWN_AT, growing, pl.lit(grown))


RULE_CREATININE = Rule(
    id="egfr.ckid_u25_cr",
    edition="2021",
    title="Estimated GFR from creatinine and height, CKiD under 25",
    source=Source(DOCUMENT, "creatinine equation, constants by age and sex", DOI),
    inputs=(CREATININE, HEIGHT, AGE, SEX),
    output=GFR,
    population=f"{UNDER_25}, creatinine by an IDMS-traceable method",
    golden="egfr/ckid_u25_cr",
    expression=egfr_ckid_u25_cr,
)
RULE_CYSTATIN_C = Rule(
    id="egfr.ckid_u25_cys",
    edition="2021",
    title="Estimated GFR from cystatin C, CKiD under 25",
    source=Source(DOCUMENT, "cystatin C equation, constants by age and sex", DOI),
    inputs=(CYSTATIN_C, AGE, SEX),
    output=GFR,
    population=f"{UNDER_25}, cystatin C by an IFCC-traceable method",
    golden="egfr/ckid_u25_cys",
    expression=egfr_ckid_u25_cys,
)
RULE_COMBINED = Rule(
    id="egfr.ckid_u25_cr_cys",
    edition="2021",
    title="Estimated GFR from creatinine, height and cystatin C, CKiD under 25: mean of the two",
    source=Source(DOCUMENT, "mean of the creatinine and the cystatin C estimate", DOI),
    inputs=(CREATININE, CYSTATIN_C, HEIGHT, AGE, SEX),
    output=GFR,
    population=f"{UNDER_25}, both methods traceable",
    golden="egfr/ckid_u25_cr_cys",
    expression=egfr_ckid_u25_cr_cys,
)
