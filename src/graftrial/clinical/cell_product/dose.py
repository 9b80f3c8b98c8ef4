"""Dose arithmetic of cells in a bag. The kind of concentration, total or viable, is part of a rule's edition.

Administered cells come from volumes, never from the plan; viability enters once.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from graftrial.clinical.card import Input, Rule, Source

ARITHMETIC = Source(
    document="Večerić-Haler Ž et al. Transpl Int 2022;35:10772",
    locator="Abstract: dose as cells per kg of body weight; the rest is arithmetic of concentration, volume, viability",
    doi="10.3389/ti.2022.10772",
)
DOSE = Input("dose_cells_per_kg", pl.Float64, "cells/kg", low=1e2, high=1e9)
WEIGHT = Input("weight_kg", pl.Float64, "kg", low=2, high=300)
VIABILITY = Input("viability", pl.Float64, "fraction", low=0.01, high=1)
RECOVERY = Input("recovery", pl.Float64, "fraction", low=0.01, high=1)
FILLED = Input("filled_ml", pl.Float64, "mL", low=0, high=5000)
RESIDUAL = Input("residual_ml", pl.Float64, "mL", low=0, high=5000)
TOTAL = Input("total_cells_per_ml", pl.Float64, "cells/mL", low=1e2, high=1e10)
VIABLE = Input("viable_cells_per_ml", pl.Float64, "cells/mL", low=1e2, high=1e10)


def viable_cells_required(dose_cells_per_kg: pl.Expr, weight_kg: pl.Expr) -> pl.Expr:
    """Viable cells of the planned dose."""
    return dose_cells_per_kg * weight_kg


def volume_from_total(
    dose_cells_per_kg: pl.Expr, weight_kg: pl.Expr, total_cells_per_ml: pl.Expr, viability: pl.Expr
) -> pl.Expr:
    """Volume of the planned dose in mL, from all cells per mL and their viability."""
    return dose_cells_per_kg * weight_kg / (total_cells_per_ml * viability)


def volume_from_viable(
    dose_cells_per_kg: pl.Expr, weight_kg: pl.Expr, viable_cells_per_ml: pl.Expr
) -> pl.Expr:
    """Volume of the planned dose in mL, from viable cells per mL."""
    return dose_cells_per_kg * weight_kg / viable_cells_per_ml


def total_cells_to_thaw(
    dose_cells_per_kg: pl.Expr, weight_kg: pl.Expr, viability: pl.Expr, recovery: pl.Expr
) -> pl.Expr:
    """Cells to thaw for the planned dose."""
    return dose_cells_per_kg * weight_kg / (viability * recovery)


def administered_from_total(
    filled_ml: pl.Expr, residual_ml: pl.Expr, total_cells_per_ml: pl.Expr, viability: pl.Expr
) -> pl.Expr:
    """Viable cells given, from all cells per mL and their viability at the bedside."""
    return (filled_ml - residual_ml) * total_cells_per_ml * viability


def administered_from_viable(
    filled_ml: pl.Expr, residual_ml: pl.Expr, viable_cells_per_ml: pl.Expr
) -> pl.Expr:
    """Viable cells given, from viable cells per mL."""
    return (filled_ml - residual_ml) * viable_cells_per_ml


def percent_of_target(viable_cells: pl.Expr, dose_cells_per_kg: pl.Expr, weight_kg: pl.Expr) -> pl.Expr:
    """Viable cells given in percent of the planned dose for a weight."""
    return 100 * viable_cells / (dose_cells_per_kg * weight_kg)


def dmso_ml_per_kg(filled_ml: pl.Expr, dmso_fraction: pl.Expr, weight_kg: pl.Expr) -> pl.Expr:
    """Load of the cryoprotectant in mL per kg."""
    return filled_ml * dmso_fraction / weight_kg


def _rule(
    name: str,
    edition: str,
    title: str,
    inputs: tuple[Input, ...],
    output: str,
    expression: Callable[..., pl.Expr],
) -> Rule:
    return Rule(
        id=f"cell_product.{name}",
        edition=edition,
        title=title,
        source=ARITHMETIC,
        inputs=inputs,
        output=output,
        population="cells given by weight; weight and viability are those measured for this bag",
        golden=f"cell_product/{name}_{edition}",
        expression=expression,
    )


CELLS_REQUIRED = _rule(
    "viable_cells_required", "1", "Viable cells required", (DOSE, WEIGHT), "cells", viable_cells_required
)
VOLUME_FROM_TOTAL = _rule(
    "volume_ml",
    "total_concentration",
    "Volume of the planned dose, from all cells per mL",
    (DOSE, WEIGHT, TOTAL, VIABILITY),
    "mL",
    volume_from_total,
)
VOLUME_FROM_VIABLE = _rule(
    "volume_ml",
    "viable_concentration",
    "Volume of the planned dose, from viable cells per mL",
    (DOSE, WEIGHT, VIABLE),
    "mL",
    volume_from_viable,
)
CELLS_TO_THAW = _rule(
    "total_cells_to_thaw",
    "1",
    "Cells to thaw",
    (DOSE, WEIGHT, VIABILITY, RECOVERY),
    "cells",
    total_cells_to_thaw,
)
ADMINISTERED_FROM_TOTAL = _rule(
    "administered_viable_cells",
    "total_concentration",
    "Viable cells given, from all cells per mL",
    (FILLED, RESIDUAL, TOTAL, VIABILITY),
    "cells",
    administered_from_total,
)
ADMINISTERED_FROM_VIABLE = _rule(
    "administered_viable_cells",
    "viable_concentration",
    "Viable cells given, from viable cells per mL",
    (FILLED, RESIDUAL, VIABLE),
    "cells",
    administered_from_viable,
)
PERCENT_OF_TARGET = _rule(
    "percent_of_target",
    "1",
    "Dose given in percent of target",
    (Input("viable_cells", pl.Float64, "cells", low=1e4, high=1e11), DOSE, WEIGHT),
    "%",
    percent_of_target,
)
DMSO_LOAD = _rule(
    "dmso_ml_per_kg",
    "1",
    "Load of DMSO",
    (FILLED, Input("dmso_fraction", pl.Float64, "fraction", low=0, high=1), WEIGHT),
    "mL/kg",
    dmso_ml_per_kg,
)
DOSE_RULES = (
    CELLS_REQUIRED,
    VOLUME_FROM_TOTAL,
    VOLUME_FROM_VIABLE,
    CELLS_TO_THAW,
    ADMINISTERED_FROM_TOTAL,
    ADMINISTERED_FROM_VIABLE,
    PERCENT_OF_TARGET,
    DMSO_LOAD,
)
