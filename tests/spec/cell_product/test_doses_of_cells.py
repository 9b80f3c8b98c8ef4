"""Planned, prepared and administered cells; percent of target; thaw to infusion."""

import polars as pl
import pytest

from graftrial.derive.product_dose import derive_bags, derive_doses, summarise_doses
from graftrial.derive.product_release import derive_release_tests
from graftrial.intake.table import absent

INFUSION = {
    "subject_id": pl.String, "product_id": pl.String, "viable_cells": pl.Float64, "weight_kg": pl.Float64,
    "planned_cells_per_kg": pl.Float64, "given_cells_per_kg": pl.Float64, "start_day": pl.Int32,
}  # fmt: skip


def bags(**results):
    rows = [{"product_id": "P1", "test": name, "result": result} for name, result in results.items()]
    frame = absent("product_tests").frame
    return derive_bags(derive_release_tests(pl.DataFrame(rows, schema=frame.schema)))


def infusion(product="P1", cells=2.1e8, weight=70.0, planned=3e6, given=None, day=0):
    return (
        "S1",
        product,
        cells,
        weight,
        planned,
        given if given else (cells / weight if cells and weight else None),
        day,
    )


def doses(*rows, bag=None):
    return derive_doses(
        pl.DataFrame(rows, schema=INFUSION, orient="row"), bags(x="1") if bag is None else bag
    )


def test_viability_enters_once():
    viable = bags(filled_volume="50", viable_concentration="4.5e6", viability="90").row(0, named=True)
    total = bags(filled_volume="50", total_concentration="5e6", viability="90").row(0, named=True)
    assert viable["prepared_viable_cells"] == total["prepared_viable_cells"] == 2.25e8
    assert (viable["bag_basis"], total["bag_basis"]) == (
        "viable cells per mL",
        "all cells per mL and viability",
    )


def test_administered_cells_come_from_volumes_and_not_from_the_plan():
    bag = bags(filled_volume="50", residual_volume="2", viable_concentration="4.375e6")
    row = doses(infusion(cells=None), bag=bag).row(0, named=True)
    assert (row["planned_viable_cells"], row["prepared_viable_cells"], row["administered_viable_cells"]) == (
        2.1e8,
        2.1875e8,
        2.1e8,
    )
    assert (row["administered_basis"], row["percent_of_target"]) == (
        "filled volume less residual",
        pytest.approx(100),
    )
    unknown = doses(infusion(cells=None)).row(0, named=True)
    assert (unknown["administered_viable_cells"], unknown["percent_of_target"]) == (None, None)
    assert "viable_cells is missing" in unknown["target_reason"]


def test_percent_of_target_of_a_dose_recorded_per_kg():
    assert doses(infusion(cells=None, weight=None, given=2e6)).row(0, named=True)[
        "percent_of_target"
    ] == pytest.approx(200 / 3)


def test_cumulative_dose_and_days_between_infusions():
    told = summarise_doses(doses(infusion(), infusion("P2", 1.05e8, day=28))).row(0, named=True)
    assert (told["n_infusions"], told["cumulative_cells_per_kg"], told["days_between"]) == (2, 4.5e6, "28")
    assert (told["lowest_percent_of_target"], told["highest_percent_of_target"]) == (50, 100)
    open_sum = summarise_doses(doses(infusion(), infusion("P2", None, day=28))).row(0, named=True)
    assert open_sum["cumulative_cells_per_kg"] is None
