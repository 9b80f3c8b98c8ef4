"""Doses of cells: planned, prepared, administered; percent of target; cumulative dose.

Administered cells come from what was measured and given, never from the plan.
"""

from __future__ import annotations

import polars as pl

from graftrial.clinical.cell_product.dose import (
    ADMINISTERED_FROM_TOTAL,
    ADMINISTERED_FROM_VIABLE,
    CELLS_REQUIRED,
    PERCENT_OF_TARGET,
)

# Tests of a bag from which its viable cells follow, as `plain_test` spells them.
MEASURED = {
    "filled_ml": ("filledvolume", "volume"),
    "residual_ml": ("residualvolume",),
    "viable_cells_per_ml": ("viableconcentration", "viablecellsperml"),
    "total_cells_per_ml": ("totalconcentration", "totalcellsperml"),
    "viability_percent": ("viability",),
}
FROM_VIABLE = pl.col("viable_cells_per_ml").is_not_null()


def derive_bags(tests: pl.DataFrame) -> pl.DataFrame:
    """Viable cells of each bag as prepared and, where a residual is recorded, as given from it.

    tests: rows of `derive_release_tests`. Kind of concentration: viable cells per mL go before all cells per mL
        with viability, so that viability enters once.
    Returns: product_id, prepared_viable_cells, bag_viable_cells (filled less residual), bag_basis, bag_reason.
    """
    number = pl.when(pl.col("result_low") == pl.col("result_high")).then("result_low")
    named = tests.group_by("product_id").agg(
        *(
            number.filter(pl.col("test_name").is_in(names)).first().alias(name)
            for name, names in MEASURED.items()
        )
    )
    bags = named.with_columns(viability=pl.col("viability_percent") / 100)
    prepared = _viable_cells(pl.lit(0.0))
    basis = (
        pl.when(FROM_VIABLE)
        .then(pl.lit("viable cells per mL"))
        .otherwise(pl.lit("all cells per mL and viability"))
    )
    return bags.select(
        "product_id",
        prepared_viable_cells=prepared,
        bag_viable_cells=_viable_cells(pl.col("residual_ml")),
        bag_basis=pl.when(prepared.is_not_null()).then(basis),
        bag_reason=pl.when(prepared.is_null()).then(
            pl.lit("volume or concentration of the bag is not recorded")
        ),
    ).sort("product_id")


def _viable_cells(residual: pl.Expr) -> pl.Expr:
    given = {"filled_ml": pl.col("filled_ml"), "residual_ml": residual}
    viable = ADMINISTERED_FROM_VIABLE.answer(**given, viable_cells_per_ml=pl.col("viable_cells_per_ml"))
    total = ADMINISTERED_FROM_TOTAL.answer(
        **given, total_cells_per_ml=pl.col("total_cells_per_ml"), viability=pl.col("viability")
    )
    values = (each.struct.field("value") for each in (viable, total))
    return pl.when(FROM_VIABLE).then(next(values)).otherwise(next(values))


def derive_doses(infusions: pl.DataFrame, bags: pl.DataFrame) -> pl.DataFrame:
    """Infusions with three doses, each of them per kg of the weight recorded with the infusion.

    infusions: rows of `derive_infusions`. bags: rows of `derive_bags`.
    Adds: planned_viable_cells, prepared_viable_cells, prepared_cells_per_kg, administered_viable_cells and
        administered_basis, percent_of_target with target_reason.
    """
    rows = infusions.join(bags, on="product_id", how="left", maintain_order="left")
    recorded, from_bag = pl.col("viable_cells"), pl.col("bag_viable_cells")
    planned = CELLS_REQUIRED.answer(
        dose_cells_per_kg=pl.col("planned_cells_per_kg"), weight_kg=pl.col("weight_kg")
    )
    rows = rows.with_columns(
        planned_viable_cells=planned.struct.field("value"),
        prepared_cells_per_kg=pl.col("prepared_viable_cells") / pl.col("weight_kg"),
        administered_viable_cells=pl.when(recorded.is_not_null()).then(recorded).otherwise(from_bag),
        administered_basis=pl.when(recorded.is_not_null())
        .then(pl.lit("as recorded"))
        .when(from_bag.is_not_null())
        .then(pl.lit("filled volume less residual")),
    )
    percent = PERCENT_OF_TARGET.answer(
        viable_cells=pl.col("administered_viable_cells"),
        dose_cells_per_kg=pl.col("planned_cells_per_kg"),
        weight_kg=pl.col("weight_kg"),
    )
    # Where only a dose per kg is recorded, the weight cancels.
    per_kg = 100 * pl.col("given_cells_per_kg") / pl.col("planned_cells_per_kg")
    value = percent.struct.field("value")
    target = pl.when(value.is_not_null()).then(value).otherwise(per_kg)
    return rows.with_columns(
        percent_of_target=target,
        target_reason=pl.when(target.is_null()).then(percent.struct.field("reason")),
    )


def summarise_doses(doses: pl.DataFrame) -> pl.DataFrame:
    """One row a subject: infusions, cumulative cells per kg, lowest and highest percent of target, days between.

    A sum is null while one of its doses is not known.
    """
    dose = pl.col("given_cells_per_kg")
    days = pl.col("start_day").sort()
    return (
        doses.group_by("subject_id")
        .agg(
            n_infusions=pl.len().cast(pl.Int32),
            cumulative_cells_per_kg=pl.when(dose.is_not_null().all()).then(dose.sum()),
            lowest_percent_of_target=pl.col("percent_of_target").min(),
            highest_percent_of_target=pl.col("percent_of_target").max(),
            days_between=pl.when(pl.col("start_day").is_not_null().all()).then(
                days.diff().drop_nulls().cast(pl.String).str.join("; ")
            ),
        )
        .sort("subject_id")
    )
