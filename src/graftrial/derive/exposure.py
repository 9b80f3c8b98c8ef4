"""What the subjects were given: the dose of each infusion, and the courses beside it."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from graftrial.clinical.rules import rule
from graftrial.derive.derived import row_key
from graftrial.derive.timing import with_days
from graftrial.intake.table import ROW, Tables
from graftrial.study.model import Study

ARITHMETIC = 1e-9  # percent; what floating-point division may add to a dose that is exactly at its limit
DOSE_RULE, DEVIATION_RULE = ("dose.given_cells_per_kg", "1"), ("dose.deviation_percent", "1")


def derive_infusions(
    study: Study, tables: Tables, anchors: pl.DataFrame, withheld: Collection[tuple[str, int]] = ()
) -> pl.DataFrame:
    """Infusions with study day, dose per kg given, its basis, and the deviation from plan in percent.

    withheld: table and row of each row whose dose a blocking finding withholds.
    """
    frame = with_days(tables.frame("infusions"), anchors, "start", "start_")
    frame = frame.join(_cohort_plan(study, tables), on="subject_id", how="left", maintain_order="left")
    dose = rule(*DOSE_RULE).answer(viable_cells=pl.col("viable_cells"), weight_kg=pl.col("weight_kg"))
    frame = frame.with_columns(
        _dose=dose,
        recorded_cells_per_kg=pl.col("given_cells_per_kg"),
        planned_cells_per_kg=pl.col("planned_cells_per_kg").fill_null(pl.col("cohort_cells_per_kg")),
    )
    computed, recorded = pl.col("_dose").struct.field("value"), pl.col("recorded_cells_per_kg")
    doubtful = pl.col(ROW).is_in(sorted(row for table, row in withheld if table == "infusions"))
    given = pl.when(doubtful).then(None).when(computed.is_not_null()).then(computed).otherwise(recorded)
    frame = frame.with_columns(
        given_cells_per_kg=given,
        dose_basis=pl.when(doubtful)
        .then(None)
        .when(computed.is_not_null())
        .then(pl.lit("viable cells / weight"))
        .when(recorded.is_not_null())
        .then(pl.lit("as recorded")),
        dose_reason=pl.when(doubtful)
        .then(pl.lit("withheld by a blocking finding on this infusion"))
        .when(given.is_null())
        .then(pl.col("_dose").struct.field("reason")),
    ).drop("_dose")
    return _against_plan(study, frame).with_columns(key=row_key("infusions"))


def _cohort_plan(study: Study, tables: Tables) -> pl.DataFrame:
    by_cohort = {each.id: each.planned_cells_per_kg for each in study.cohorts if each.planned_cells_per_kg}
    plan = pl.col("cohort").replace_strict(
        by_cohort, default=study.dose.planned_cells_per_kg, return_dtype=pl.Float64
    )
    return tables.frame("subjects").select("subject_id", cohort_cells_per_kg=plan).unique("subject_id")


def _against_plan(study: Study, frame: pl.DataFrame) -> pl.DataFrame:
    deviation = rule(*DEVIATION_RULE).answer(
        given_cells_per_kg=pl.col("given_cells_per_kg"), planned_cells_per_kg=pl.col("planned_cells_per_kg")
    )
    frame = frame.with_columns(deviation_percent=deviation.struct.field("value"))
    tolerance = study.dose.tolerance_percent
    within = (
        pl.lit(None, dtype=pl.Boolean)
        if tolerance is None
        else (pl.col("deviation_percent").abs() <= tolerance + ARITHMETIC)
    )
    return frame.with_columns(is_within_plan=within)


def derive_treatments(tables: Tables, anchors: pl.DataFrame) -> pl.DataFrame:
    """Courses of standard therapy and immunosuppression with their study days."""
    frame = with_days(tables.frame("treatments"), anchors, "start", "start_")
    return with_days(frame, anchors, "end", "end_").with_columns(key=row_key("treatments"))


def derive_dated(tables: Tables, anchors: pl.DataFrame, name: str) -> pl.DataFrame:
    """A table whose rows have one `date`, with its study day."""
    frame = with_days(tables.frame(name), anchors, "date", "")
    return frame.rename({"text": "date_text"}).with_columns(key=row_key(name))
