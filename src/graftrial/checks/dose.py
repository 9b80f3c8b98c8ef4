"""Whether the dose recorded, the dose computed from cells and weight, and the dose planned agree."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from graftrial.checks.located import found
from graftrial.findings import Finding
from graftrial.intake.table import ROW, Tables
from graftrial.study.model import Study

ROUNDING_PERCENT = 1.0  # what is left to rounding between a recorded dose and cells divided by weight
SLIPS = (0.01, 0.1, 10.0, 100.0)  # 3e6 for 3e5, 3e7 or 3e8 is one keystroke
SLIP_PERCENT = 20.0  # how near to a power of ten a ratio must be to look like a slip
DECIMALS = 9  # 198e6 cells for 60 kg are 10 % above 3e6 cells/kg, not 10.000000000000009 %
INTRAVENOUS = ("iv", "intravenous", "intravenously", "intravenous infusion")


def check_recorded_dose_against_cells_and_weight(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-DS-001: the dose recorded is the viable cells divided by the weight."""
    off = ((pl.col("given_cells_per_kg") / pl.col("computed") - 1).abs() * 100) > ROUNDING_PERCENT
    words = ["given_cells_per_kg", "viable_cells", "weight_kg", "computed"]
    rows = doses(study, tables).filter(off).select(ROW, "subject_id", *words)
    yield from found("GT-DS-001", tables["infusions"], rows, "given_cells_per_kg")


def check_dose_deviates_from_plan(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-DS-002: the dose given lies within the tolerance of the protocol around the dose planned."""
    tolerance = study.dose.tolerance_percent
    if tolerance is None:
        return
    percent = ((pl.col("ratio") - 1) * 100).round(DECIMALS)
    rows = doses(study, tables).filter((percent.abs() > tolerance) & ~_is_slip().fill_null(False))
    words = rows.select(
        ROW, "subject_id", "dose", "planned", percent=percent.round(1), tolerance=pl.lit(tolerance)
    )
    yield from found("GT-DS-002", tables["infusions"], words, "viable_cells")


def check_power_of_ten(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-DS-003: a dose of a tenth or ten times the plan is a keystroke until somebody confirms it."""
    rows = doses(study, tables).filter(_is_slip()).select(ROW, "subject_id", "dose", "planned", "ratio")
    yield from found("GT-DS-003", tables["infusions"], rows, "viable_cells")


def check_dose_not_assessable(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-DS-004: an infusion without cells or weight, and without a recorded dose, has no dose."""
    missing = pl.concat_str(
        [pl.when(pl.col(each).is_null()).then(pl.lit(each)) for each in ("viable_cells", "weight_kg")],
        separator=" and ",
        ignore_nulls=True,
    )
    rows = doses(study, tables).filter(pl.col("dose").is_null()).select(ROW, "subject_id", missing=missing)
    yield from found("GT-DS-004", tables["infusions"], rows, "viable_cells")


def check_route(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-DS-005: the cells are given by the route of the protocol."""
    planned = study.dose.route
    if not planned:
        return
    given = _route(pl.col("route"))
    rows = tables.frame("infusions").filter(given != _route(pl.lit(planned)))
    words = rows.select(ROW, "subject_id", "route", planned=pl.lit(planned))
    yield from found("GT-DS-005", tables["infusions"], words, "route")


def check_more_infusions_than_planned(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-DS-006: nobody is infused more often than planned."""
    planned = study.dose.planned_infusions
    if planned is None:
        return
    given = tables.frame("infusions").group_by("subject_id").agg(n=pl.len(), source_row=pl.col(ROW).max())
    rows = given.filter((pl.col("n") > planned) & pl.col("subject_id").is_not_null()).with_columns(
        planned=pl.lit(planned)
    )
    yield from found("GT-DS-006", tables["infusions"], rows, "start")


def check_planned_dose_against_study_file(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-DS-007: the dose planned for an infusion is the one of the study file for that cohort."""
    rows = doses(study, tables).filter(
        (pl.col("planned_cells_per_kg") / pl.col("protocol") - 1).abs() * 100 > ROUNDING_PERCENT
    )
    words = rows.select(ROW, "subject_id", "planned_cells_per_kg", "protocol")
    yield from found("GT-DS-007", tables["infusions"], words, "planned_cells_per_kg")


def doses(study: Study, tables: Tables) -> pl.DataFrame:
    """Infusions with their doses in cells/kg.

    Returns: the columns of infusions, and `computed` (cells / weight), `dose` (computed, else as recorded),
        `protocol` (what the study file plans for the cohort), `planned` (of the row, else of the protocol)
        and `ratio` (dose / planned); null where unknown.
    """
    by_cohort = {each.id: each.planned_cells_per_kg for each in study.cohorts if each.planned_cells_per_kg}
    cohorts = (
        tables.frame("subjects")
        .select("subject_id", "cohort")
        .unique("subject_id", keep="first", maintain_order=True)
    )
    of_cohort = pl.col("cohort").replace_strict(by_cohort, default=None, return_dtype=pl.Float64)
    of_study = pl.lit(study.dose.planned_cells_per_kg, dtype=pl.Float64)
    return (
        tables.frame("infusions")
        .join(cohorts, on="subject_id", how="left")
        .with_columns(
            computed=pl.when(pl.col("weight_kg") > 0).then(pl.col("viable_cells") / pl.col("weight_kg")),
            protocol=pl.coalesce(of_cohort, of_study),
        )
        .with_columns(
            dose=pl.coalesce("computed", "given_cells_per_kg"),
            planned=pl.coalesce("planned_cells_per_kg", "protocol"),
        )
        .with_columns(ratio=pl.col("dose") / pl.col("planned"))
    )


def _is_slip() -> pl.Expr:
    return pl.any_horizontal((pl.col("ratio") / each - 1).abs() * 100 <= SLIP_PERCENT for each in SLIPS)


def _route(route: pl.Expr) -> pl.Expr:
    plain = route.str.to_lowercase().str.replace_all(r"[.]", "").str.strip_chars()
    return pl.when(plain.is_in(INTRAVENOUS)).then(pl.lit("iv")).otherwise(plain)
