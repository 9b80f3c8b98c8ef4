"""Whether a result of a release test keeps its limits, and the endotoxin limit of an infusion."""

import polars as pl

from graftrial.clinical.card import Input, Rule, Source
from graftrial.clinical.kleene import Bounds, at_least

UNLIMITED = 1e300
GUIDELINE = Source(
    document="ICH Q6B (1999), Specifications for biotechnological and biological products",
    locator="1.1 Objective: a specification is a list of tests with acceptance criteria to which a product conforms",
)


def is_within_limits(
    result_low: pl.Expr, result_high: pl.Expr, lower_limit: pl.Expr, upper_limit: pl.Expr
) -> pl.Expr:
    """Whether a result lies within its limits, both inclusive; undecided while its bounds straddle one."""
    above = at_least(Bounds(result_low - lower_limit, result_high - lower_limit), 0)
    below = at_least(Bounds(upper_limit - result_high, upper_limit - result_low), 0)
    return above & below


def endotoxin_limit(
    eu_per_kg_hour: pl.Expr, weight_kg: pl.Expr, hours: pl.Expr, volume_ml: pl.Expr
) -> pl.Expr:
    """Highest endotoxin concentration of an infusion in EU/mL."""
    return eu_per_kg_hour * weight_kg * hours / volume_ml


BOUNDS = ("result_low", "result_high", "lower_limit", "upper_limit")
WITHIN_LIMITS = Rule(
    id="cell_product.within_limits",
    edition="1",
    title="Release test within its limits",
    source=GUIDELINE,
    inputs=tuple(Input(name, pl.Float64, low=-UNLIMITED, high=UNLIMITED) for name in BOUNDS),
    output="yes or no",
    population="results in the unit of their limits; a result such as `<0.5` enters as its bounds",
    golden="cell_product/within_limits_1",
    expression=is_within_limits,
)
ENDOTOXIN_LIMIT = Rule(
    id="cell_product.endotoxin_limit",
    edition="1",
    title="Endotoxin limit of an infusion, K times weight times hours over volume",
    source=Source(
        document="European Pharmacopoeia 5.1.10, Guidelines for using the test for bacterial endotoxins",
        locator="limit as K over M; K is an argument, since the value for the route is recalled and not confirmed here",
    ),
    inputs=(
        Input("eu_per_kg_hour", pl.Float64, "EU/kg/h", low=0.01, high=100),
        Input("weight_kg", pl.Float64, "kg", low=2, high=300),
        Input("hours", pl.Float64, "h", low=0.01, high=72),
        Input("volume_ml", pl.Float64, "mL", low=0.1, high=5000),
    ),
    output="EU/mL",
    population="parenteral products; duration and volume of this infusion",
    golden="cell_product/endotoxin_limit_1",
    expression=endotoxin_limit,
)
