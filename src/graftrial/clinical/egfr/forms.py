"""What several equations share: a coefficient by sex, two slopes that join at 1, a fall that begins at an age."""

import polars as pl

from graftrial.clinical.card import Input
from graftrial.units import CONVERSIONS

UMOL_PER_L_IN_MG_PER_DL = next(
    each.divided_by for each in CONVERSIONS if (each.analyte, each.unit) == ("creatinine", "umol/L")
)
CM_IN_M = 100
CREATININE = Input("creatinine_mg_per_dl", pl.Float64, "mg/dL", low=0.2, high=25)
CYSTATIN_C = Input("cystatin_c_mg_per_l", pl.Float64, "mg/L", low=0.2, high=12)
ADULT_AGE = Input("age_years", pl.Float64, "a", low=18, high=110)
SEX = Input("sex", pl.String, choices=("F", "M"))
HEIGHT = Input("height_cm", pl.Float64, "cm", low=40, high=230)
WEIGHT = Input("weight_kg", pl.Float64, "kg", low=2, high=300)
GFR = "mL/min/1.73 m2"
ADULTS = "adults, creatinine by an IDMS-traceable method"
ADULTS_CYSTATIN = "adults, cystatin C by an IFCC-traceable method"
ADULTS_BOTH = "adults, creatinine by an IDMS-traceable and cystatin C by an IFCC-traceable method"


def by_sex(sex: pl.Expr, female: float | pl.Expr, male: float | pl.Expr) -> pl.Expr:
    """The coefficient of a sex; unknown for an unknown sex, also where both sexes have the same coefficient."""
    return pl.when(sex == "F").then(_expression(female)).when(sex == "M").then(_expression(male))


def broken_power(ratio: pl.Expr, below: float | pl.Expr, above: float) -> pl.Expr:
    """min(ratio, 1) ** below × max(ratio, 1) ** above, element by element."""
    return ratio.clip(upper_bound=1).pow(below) * ratio.clip(lower_bound=1).pow(above)


def falling_from(age_years: pl.Expr, start: float, factor: float) -> pl.Expr:
    """1 up to an age, then `factor` to the power of the years beyond it."""
    return pl.lit(factor).pow((age_years - start).clip(lower_bound=0))


def _expression(given: float | pl.Expr) -> pl.Expr:
    return given if isinstance(given, pl.Expr) else pl.lit(given)
