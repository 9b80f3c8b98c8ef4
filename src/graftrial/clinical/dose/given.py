"""Viable cells given per kilogram, and how far that is from the plan."""

import polars as pl

from graftrial.clinical.card import Input, Rule, Source


def given_cells_per_kg(viable_cells: pl.Expr, weight_kg: pl.Expr) -> pl.Expr:
    """Viable cells per kg of body weight, of one infusion."""
    return viable_cells / weight_kg


def deviation_percent(given_cells_per_kg: pl.Expr, planned_cells_per_kg: pl.Expr) -> pl.Expr:
    """Deviation of the given from the planned dose, in percent of the plan; negative below it."""
    return 100 * (given_cells_per_kg - planned_cells_per_kg) / planned_cells_per_kg


SOURCE = Source(
    document="Večerić-Haler Ž et al. Transpl Int 2022;35:10772",
    locator="Abstract: dose as cells per kg of body weight; viable cells and weight of the infusion day",
    doi="10.3389/ti.2022.10772",
)
RULE = Rule(
    id="dose.given_cells_per_kg",
    edition="1",
    title="Dose given per kg",
    source=SOURCE,
    inputs=(
        Input("viable_cells", pl.Float64, "cells", low=1e4, high=1e11),
        Input("weight_kg", pl.Float64, "kg", low=2, high=300),
    ),
    output="cells/kg",
    population="anyone infused; the weight is the one recorded with the infusion",
    golden="dose/given_cells_per_kg_1",
    expression=given_cells_per_kg,
)
RULE_DEVIATION = Rule(
    id="dose.deviation_percent",
    edition="1",
    title="Deviation of the given from the planned dose",
    source=SOURCE,
    inputs=(
        Input("given_cells_per_kg", pl.Float64, "cells/kg", low=1e2, high=1e9),
        Input("planned_cells_per_kg", pl.Float64, "cells/kg", low=1e2, high=1e9),
    ),
    output="%",
    population="anyone infused with a planned dose",
    golden="dose/deviation_percent_1",
    expression=deviation_percent,
)
