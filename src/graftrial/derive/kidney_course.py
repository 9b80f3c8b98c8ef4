"""The course of kidney function in a patient: change, sustained decline, acute injury after an infusion, sensitivity.

Pure functions over frames with one row a measurement: `subject_id`, `day` (an integer, null where it is not known)
and what each function names. Rows keep their order; unknown stays unknown.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from graftrial.clinical.kidney import acute_injury, change, proteinuria
from graftrial.derive.egfr_rows import add_egfr

CONFIRMED_AFTER_DAYS = 28
ACUTE_DAYS = 7
TWO_DAYS = 2
SUBJECT, DAY, ROW = "subject_id", "day", "_row"
EGFR, REFERENCE = "egfr_ml_per_min_1_73m2", "reference_ml_per_min_1_73m2"
CREATININE = "creatinine_mg_per_dl"


def with_change(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds `egfr_change`, `egfr_change_percent` and `declined_30`, `_40`, `_50_percent` against the reference eGFR.

    rows: also `egfr_ml_per_min_1_73m2` and `reference_ml_per_min_1_73m2`, such as the baseline.
    """
    given = {EGFR: pl.col(EGFR), REFERENCE: pl.col(REFERENCE)}
    return rows.with_columns(
        egfr_change=change.RULE_ABSOLUTE.value(**given),
        egfr_change_percent=change.RULE_PERCENT.value(**given),
        declined_30_percent=change.RULE_30.value(**given),
        declined_40_percent=change.RULE_40.value(**given),
        declined_50_percent=change.RULE_50.value(**given),
    )


def with_kidney_failure(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds `is_kidney_failure` from `egfr_ml_per_min_1_73m2` and `is_on_dialysis`; either decides alone."""
    failed = change.RULE_FAILURE.value(
        egfr_ml_per_min_1_73m2=pl.col(EGFR), is_on_dialysis=pl.col("is_on_dialysis")
    )
    return rows.with_columns(is_kidney_failure=failed)


def with_creatinine_doubled(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds `is_creatinine_doubled` from `creatinine_mg_per_dl` and `reference_mg_per_dl`."""
    reference = "reference_mg_per_dl"
    doubled = change.RULE_DOUBLED.value(
        creatinine_mg_per_dl=pl.col(CREATININE), reference_mg_per_dl=pl.col(reference)
    )
    return rows.with_columns(is_creatinine_doubled=doubled)


def with_estimated_uacr(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds `uacr_estimated_mg_per_g` and `uacr_is_estimated` from `upcr_mg_per_g`, `sex` and the two histories.

    The flag is true wherever there is a value: an estimate never enters one mean with measured ratios.
    """
    names = [each.name for each in proteinuria.RULE_UACR.inputs]
    estimated = proteinuria.RULE_UACR.value(**{name: pl.col(name) for name in names})
    flag = pl.col("uacr_estimated_mg_per_g").is_not_null()
    return rows.with_columns(uacr_estimated_mg_per_g=estimated).with_columns(uacr_is_estimated=flag)


def with_sustained(rows: pl.DataFrame, met: str, sustained: str) -> pl.DataFrame:
    """Adds column `sustained`: whether the condition in column `met` holds in that row and is confirmed.

    It is confirmed by the first measurement at least 28 days later, if every one from here to there meets it too.
    False as soon as one of them does not; null while the confirming measurement is not there or one is unknown.
    """
    placed = rows.with_row_index(ROW).with_columns(pl.col(DAY).cast(pl.Int64))
    series = placed.select(ROW, SUBJECT, DAY, met).drop_nulls(DAY).sort(SUBJECT, DAY, ROW)
    days = pl.col(DAY)
    confirming = series.select(SUBJECT, confirmed_day=days).unique().sort("confirmed_day")
    broken = series.filter(~pl.col(met)).select(SUBJECT, broken_day=days).unique().sort("broken_day")
    unknown = (
        series.filter(pl.col(met).is_null()).select(SUBJECT, unknown_day=days).unique().sort("unknown_day")
    )
    undated = (
        rows.filter(pl.col(DAY).is_null()).group_by(SUBJECT).agg(has_contrary=(~pl.col(met).eq(True)).any())
    )
    looked = (
        series.with_columns(due=days + CONFIRMED_AFTER_DAYS)
        .sort("due")
        .pipe(_next, confirming, "due", "confirmed_day")
        .sort(DAY)
        .pipe(_next, broken, DAY, "broken_day")
        .pipe(_next, unknown, DAY, "unknown_day")
        .join(undated, on=SUBJECT, how="left")
    )
    answers = looked.select(ROW, _sustained().alias(sustained))
    joined = placed.join(answers, on=ROW, how="left", maintain_order="left")
    answer = pl.when(pl.col(met).eq(False)).then(False).otherwise(pl.col(sustained))
    return rows.with_columns(joined.select(answer.alias(sustained)).to_series())


def _next(rows: pl.DataFrame, among: pl.DataFrame, day: str, found: str) -> pl.DataFrame:
    """The first of the days in `among` from a day of the same subject on; both are sorted by day."""
    return rows.join_asof(
        among, left_on=day, right_on=found, by=SUBJECT, strategy="forward", check_sortedness=False
    )


def _sustained() -> pl.Expr:
    """False once it is broken, true once it is confirmed; a row without a day might stand anywhere."""
    until, broken = pl.col("confirmed_day"), pl.col("broken_day")
    has_undated = pl.col("has_contrary").is_not_null()
    is_broken = (broken < pl.col("due")) | ((broken <= until) & ~has_undated)
    is_open = until.is_null() | (pl.col("unknown_day") <= until) | (broken <= until) | pl.col("has_contrary")
    return pl.when(is_broken.fill_null(False)).then(False).when(~is_open.fill_null(False)).then(True)


def first_sustained(rows: pl.DataFrame, sustained: str) -> pl.DataFrame:
    """One row a subject: `is_reached` and `first_day` of a column that `with_sustained` added.

    is_reached: true if any row is, else null if any is unknown. first_day: null also where an earlier row is unknown.
    """
    state, day = pl.col(sustained), pl.col(DAY)
    first = day.filter(state).min()
    unsettled = (state.is_null() & (day.is_null() | (day < first))).any()
    reached = pl.when(state.any()).then(True).when(state.is_null().any()).then(None).otherwise(False)
    return rows.group_by(SUBJECT, maintain_order=True).agg(
        is_reached=reached, first_day=pl.when(~unsettled.fill_null(False)).then(first)
    )


def acute_injury_after_infusion(rows: pl.DataFrame) -> pl.DataFrame:
    """KDIGO 2012 stage of every creatinine of day 0 to 7 after an infusion: `stage` and `stage_reason` added.

    rows: also `creatinine_mg_per_dl`, `baseline_mg_per_dl`, `baseline_day` (the last value before the infusion) and
    `is_on_renal_replacement`; `day` counts from the infusion. The rise within 48 hours is taken from the lowest
    creatinine of the two days before, the baseline among them where it was measured then. A row without a day stays,
    without a stage: it may belong to the window.
    """
    placed = rows.with_row_index(ROW)
    measured = placed.select(SUBJECT, DAY, CREATININE)
    baseline = placed.select(
        SUBJECT, pl.col("baseline_day").alias(DAY), pl.col("baseline_mg_per_dl").alias(CREATININE)
    )
    earlier = pl.concat([measured, baseline]).drop_nulls().unique()
    window = placed.filter(pl.col(DAY).is_between(0, ACUTE_DAYS) | pl.col(DAY).is_null())
    before = (
        window.select(ROW, SUBJECT, asked=pl.col(DAY))
        .join(earlier, on=SUBJECT)
        .filter(pl.col(DAY).is_between(pl.col("asked") - TWO_DAYS, pl.col("asked")))
        .group_by(ROW)
        .agg(lowest_within_48_h_mg_per_dl=pl.col(CREATININE).min())
    )
    window = window.join(before, on=ROW, how="left", maintain_order="left")
    names = [each.name for each in acute_injury.RULE.inputs]
    answer = acute_injury.RULE.answer(**{name: pl.col(name) for name in names})
    staged = window.with_columns(_answer=answer).unnest("_answer")
    is_dated = pl.col(DAY).is_not_null()
    return staged.with_columns(
        stage=pl.when(is_dated).then(pl.col("value")),
        stage_reason=pl.when(is_dated).then(pl.col("reason")).otherwise(pl.lit("day is missing")),
    ).drop("value", "reason", ROW)


def worst_stage(staged: pl.DataFrame) -> pl.DataFrame:
    """One row a subject: `worst_stage` of the acute injury; null while a value of unknown stage could exceed it."""
    stage = pl.col("stage")
    worst = pl.when(stage.is_null().any() & (stage.max().fill_null(0) < 3)).then(None).otherwise(stage.max())
    return staged.group_by(SUBJECT, maintain_order=True).agg(worst_stage=worst, n_values=pl.len())


def under_equations(rows: pl.DataFrame, equations: Sequence[str]) -> pl.DataFrame:
    """The same measurements under several equations, for a sensitivity table: one row a measurement and equation.

    rows: the declared inputs of every equation (`creatinine_mg_per_dl`, `age_years`, `sex` …). Adds `equation`,
    `egfr_ml_per_min_1_73m2` (mL/min for a clearance) and `egfr_reason`.
    """
    answered = []
    for equation in equations:
        frame = add_egfr(rows, equation, {}).collect()
        *_, answer, _ = frame.columns
        answered.append(frame.rename({answer: EGFR}).with_columns(equation=pl.lit(equation)))
    return pl.concat(answered)
