"""Laboratory values graded by the edition of CTCAE that the study pins: one row a value and term.

Potassium has a low and a high term and so two rows. Baseline, ratio and change stand beside every grade; the baseline
itself is graded by the limits of normal alone.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from graftrial import units
from graftrial.clinical.adverse_events.grading import Given, grade_bounds, limits_only
from graftrial.clinical.adverse_events.records import CLAUSES, Record, edition
from graftrial.derive.kidney_function import unit_or_declared
from graftrial.study.model import Study

CTCAE = "adverse_events.ctcae"
EGFR, EGFR_UNIT = "egfr", "mL/min/1.73m2"
KEPT = (
    "subject_id", "key", "date_text", "time", "day_low", "day_high", "day", "visit", "analyte_name", "value",
    "lower_limit", "upper_limit",
)  # fmt: skip
SCHEMA = {
    "record": pl.String, "term": pl.String, "direction": pl.String, "edition": pl.String, "unit_read": pl.String,
    "baseline_value": pl.Float64, "baseline_key": pl.String, "baseline_state": pl.String,
    "grade": pl.Int32, "grade_min": pl.Int32, "grade_max": pl.Int32, "grade_reason": pl.String,
    "baseline_grade": pl.Int32, "baseline_grade_min": pl.Int32, "baseline_grade_max": pl.Int32,
    "ratio_to_baseline": pl.Float64, "change_from_baseline": pl.Float64, "times_upper_limit": pl.Float64,
    "is_baseline": pl.Boolean, "is_post_baseline": pl.Boolean,
}  # fmt: skip


def lab_grade_frames(study: Study, frames: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Every laboratory value that a term grades: by the pinned edition, and by the one named for comparison.

    Returns: `lab_grades`, empty where no edition is pinned; `lab_grades_also`, empty where none is named besides it.
    """
    pinned, also = study.rules.get(CTCAE), study.adverse_events.laboratory.also_edition
    given = frames["labs"], frames["kidney_function"], frames["subjects"]
    return {
        "lab_grades": _by_edition(study, *given, pinned),
        "lab_grades_also": _by_edition(study, *given, None if pinned in (None, also) else also),
    }


def _by_edition(
    study: Study,
    labs: pl.DataFrame,
    kidney_function: pl.DataFrame,
    subjects: pl.DataFrame,
    label: str | None,
) -> pl.DataFrame:
    empty = labs.select(KEPT).clear().with_columns(pl.lit(None, dtype=t).alias(n) for n, t in SCHEMA.items())
    if label is None:
        return empty
    about = subjects.filter("is_infused").select("subject_id", "infusion_day")
    rows = _usable(study, pl.concat([labs, _as_labs(kidney_function, labs)], how="diagonal"))
    rows = rows.join(about, on="subject_id", how="left", maintain_order="left")
    rows = _with_baseline(rows)
    measured = set(rows.get_column("analyte_name").unique())
    records = [each for each in edition(label).records.values() if each.analyte in measured]
    graded = [_graded(study, rows, record, label) for record in records]
    return pl.concat([empty, *graded]).sort("subject_id", "record", "day_low", "key", nulls_last=True)


def _as_labs(kidney_function: pl.DataFrame, labs: pl.DataFrame) -> pl.DataFrame:
    """The eGFR of every creatinine, by the pinned equation, as a laboratory value of its own."""
    measured = labs.filter(pl.col("analyte_name") == EGFR).select("subject_id", "date_text").unique()
    rows = kidney_function.filter(pl.col("egfr_ml_per_min_1_73m2").is_not_null())
    value = pl.col("egfr_ml_per_min_1_73m2")
    rows = rows.with_columns(
        analyte_name=pl.lit(EGFR),
        analyte=pl.lit(EGFR),
        value=value,
        canonical_value=value,
        unit=pl.lit(EGFR_UNIT),
        lower_limit=pl.lit(None, dtype=pl.Float64),
        upper_limit=pl.lit(None, dtype=pl.Float64),
        unit_reason=pl.lit(None, dtype=pl.String),
    )
    return rows.join(measured, on=["subject_id", "date_text"], how="anti").select(
        each for each in labs.columns if each in rows.columns
    )


def _usable(study: Study, labs: pl.DataFrame) -> pl.DataFrame:
    clauses = {name: pl.Boolean for name in CLAUSES if name not in labs.columns}
    rows = labs.with_columns(
        *(pl.lit(None, dtype=dtype).alias(name) for name, dtype in clauses.items()),
        unit_read=units.unit_spelling(unit_or_declared(study)),
    )
    declared = study.adverse_events.laboratory
    return rows.with_columns(
        pl.col(name).fill_null(pl.lit(getattr(declared, name), dtype=pl.Boolean)) for name in CLAUSES
    )


def _with_baseline(rows: pl.DataFrame) -> pl.DataFrame:
    """The baseline value of the same analyte in the unit of the row, its key, and its state by its own limits."""
    low, high = pl.col("value") < pl.col("lower_limit"), pl.col("value") > pl.col("upper_limit")
    state = (
        pl.when(high)
        .then(pl.lit("high"))
        .when(low)
        .then(pl.lit("low"))
        .when(~low & ~high)
        .then(pl.lit("normal"))
    )
    chosen = rows.filter("is_baseline").select(
        "subject_id",
        "analyte_name",
        baseline_own="value",
        baseline_canonical="canonical_value",
        baseline_unit="unit_read",
        baseline_key="key",
        baseline_state=state,
        baseline_day="day",
    )
    joined = rows.join(chosen, on=["subject_id", "analyte_name"], how="left", maintain_order="left")
    scale = pl.col("value") / pl.col("canonical_value")
    other_unit = pl.when(scale.is_finite()).then(pl.col("baseline_canonical") * scale)
    same = pl.col("baseline_unit") == pl.col("unit_read")
    return joined.with_columns(
        baseline_value=pl.when(same).then("baseline_own").otherwise(other_unit),
        is_post_baseline=(pl.col("day_low") > pl.col("infusion_day"))
        | (
            (pl.col("day_low") == pl.col("infusion_day"))
            & ~pl.col("is_baseline")
            & (pl.col("baseline_day") < pl.col("day_low")).fill_null(False)
        ),
    )


def _graded(study: Study, rows: pl.DataFrame, record: Record, label: str) -> pl.DataFrame:
    own = rows.filter((pl.col("analyte_name") == record.analyte) & pl.col("unit_reason").is_null())
    given = _given(study)
    found, alone = grade_bounds(record, given), grade_bounds(limits_only(record), given)
    own = own.with_columns(
        record=pl.lit(record.id),
        term=pl.lit(record.term),
        direction=pl.lit(record.direction),
        edition=pl.lit(label),
        # a baseline graded against itself would be 0: by the limits of normal alone
        grade_min=pl.when("is_baseline").then(alone.low).otherwise(found.low),
        grade_max=pl.when("is_baseline").then(alone.high).otherwise(found.high),
    ).with_columns(grade=pl.when(pl.col("grade_min") == pl.col("grade_max")).then("grade_min"))
    baseline = own.filter("is_baseline").select(
        "subject_id", baseline_grade="grade", baseline_grade_min="grade_min", baseline_grade_max="grade_max"
    )
    ratio = pl.col("value") / pl.col("baseline_value")
    return (
        own.join(baseline, on="subject_id", how="left", maintain_order="left")
        .with_columns(
            grade_reason=_why_open(record),
            ratio_to_baseline=pl.when(ratio.is_finite()).then(ratio),
            change_from_baseline=pl.col("value") - pl.col("baseline_value"),
            times_upper_limit=pl.when(pl.col("upper_limit") > 0).then(
                pl.col("value") / pl.col("upper_limit")
            ),
        )
        .select(*KEPT, *(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items()))
    )


def _given(study: Study) -> Given:
    return Given(
        value=pl.col("value"),
        unit=pl.col("unit_read"),
        lower_limit=pl.col("lower_limit"),
        upper_limit=pl.col("upper_limit"),
        baseline=pl.col("baseline_value"),
        baseline_state=pl.col("baseline_state"),
        gap=pl.lit(study.adverse_events.laboratory.gap, dtype=pl.String),
        **{name: pl.col(name) for name in CLAUSES},
    )


def _why_open(record: Record) -> pl.Expr:
    """Which inputs of the record are not known, where they leave more than one grade."""
    limits = {"lln": "lower_limit", "uln": "upper_limit"}
    unknown: list[pl.Expr] = [
        pl.when(pl.col(limits[each]).is_null()).then(pl.lit(f"{limits[each].replace('_', ' ')} missing"))
        for each in record.limits
    ]
    if record.uses_baseline:
        unknown.append(pl.when(pl.col("baseline_value").is_null()).then(pl.lit("baseline missing")))
    unknown += [
        pl.when(pl.col(each).is_null()).then(pl.lit(f"{each.replace('_', ' ')} not declared"))
        for each in record.clauses
    ]
    if record.has_gap:
        unknown.append(pl.lit("value may lie in a printed gap whose reading the study does not declare"))
    causes = pl.concat_str(unknown, separator="; ", ignore_nulls=True) if unknown else pl.lit("")
    unmapped = f"the text gives no number in this unit; it has {', '.join(record.units)}"
    no_bounds = (
        pl.when(pl.col("value").is_null())
        .then(pl.lit("value missing"))
        .when(~pl.col("unit_read").is_in(list(record.units)) if record.units else pl.lit(False))
        .then(pl.lit(unmapped))
        .otherwise(pl.lit(record.refused_because or "not gradable"))
    )
    return pl.when(pl.col("grade").is_null()).then(
        pl.when(pl.col("grade_min").is_null()).then(no_bounds).otherwise(causes)
    )
