"""Tacrolimus of each subject: mean trough, variability, share below target. Never variability from fewer than three.

Not here: the time-weighted variability, whose definition is not confirmed; and which troughs are at steady state,
which the study says: rows to leave out carry `is_excluded` with `excluded_reason`.
"""

from __future__ import annotations

import polars as pl

from graftrial.clinical.exposure.tacrolimus import CONCENTRATION_BY_DOSE, CV, IPV

ANALYTE = "tacrolimus"
PER_DAY = ("mg/day", "mg/d")


def derive_troughs(
    labs: pl.DataFrame, earliest_day: int | None = None, latest_day: int | None = None
) -> pl.DataFrame:
    """Troughs in the window, in ng/mL, from laboratory rows of `derive_labs`.

    Returns: the rows with `trough_ng_per_ml`; rows marked `is_excluded` are left out.
    """
    rows = labs.filter((pl.col("analyte_name") == ANALYTE) & pl.col("canonical_value").is_not_null())
    if "is_excluded" in rows.columns:
        rows = rows.filter(~pl.col("is_excluded").fill_null(False))
    if earliest_day is not None:
        rows = rows.filter(pl.col("day") >= earliest_day)
    if latest_day is not None:
        rows = rows.filter(pl.col("day") <= latest_day)
    return rows.with_columns(trough_ng_per_ml=pl.col("canonical_value"))


def derive_tacrolimus(
    troughs: pl.DataFrame,
    target_low_ng_per_ml: float | None = None,
    target_high_ng_per_ml: float | None = None,
) -> pl.DataFrame:
    """One row a subject.

    Returns: subject_id, n_troughs, mean_trough_ng_per_ml, lowest, highest, cv_percent, ipv_percent, variability_reason
        (why there is none), percent_below_target and percent_above_target (null without a target).
    """
    trough = pl.col("trough_ng_per_ml")
    low, high = (pl.lit(each, dtype=pl.Float64) for each in (target_low_ng_per_ml, target_high_ng_per_ml))
    rows = troughs.group_by("subject_id").agg(
        n_troughs=pl.len().cast(pl.Int32),
        mean_trough_ng_per_ml=trough.mean(),
        lowest_trough_ng_per_ml=trough.min(),
        highest_trough_ng_per_ml=trough.max(),
        sd_ng_per_ml=trough.std(ddof=1),
        mean_absolute_deviation_ng_per_ml=(trough - trough.mean()).abs().mean(),
        percent_below_target=100 * (trough < low).sum() / pl.len(),
        percent_above_target=100 * (trough > high).sum() / pl.len(),
    )
    given = {"n_troughs": pl.col("n_troughs"), "mean_ng_per_ml": pl.col("mean_trough_ng_per_ml")}
    cv = CV.answer(**given, sd_ng_per_ml=pl.col("sd_ng_per_ml"))
    deviation = pl.col("mean_absolute_deviation_ng_per_ml")
    ipv = IPV.answer(**given, mean_absolute_deviation_ng_per_ml=deviation)
    return rows.with_columns(
        cv_percent=cv.struct.field("value"),
        ipv_percent=ipv.struct.field("value"),
        variability_reason=ipv.struct.field("reason"),
        percent_below_target=pl.when(low.is_not_null()).then("percent_below_target"),
        percent_above_target=pl.when(high.is_not_null()).then("percent_above_target"),
    ).sort("subject_id")


def derive_concentration_by_dose(troughs: pl.DataFrame, treatments: pl.DataFrame) -> pl.DataFrame:
    """Troughs with the daily dose in force on their day and C/D in ng/mL per mg.

    treatments: rows of `derive_treatments`; a course of tacrolimus with a dose in mg/day. A day with no course, with
    several, or on which a partial date leaves open whether the course ran has no ratio and says so.
    Adds: daily_dose_mg, course_key, ng_per_ml_per_mg, ratio_reason.
    """
    courses = treatments.filter(
        (pl.col("treatment").str.to_lowercase() == ANALYTE)
        & pl.col("dose_unit").str.replace_all(" ", "").is_in(PER_DAY)
    ).select(
        "subject_id",
        *(pl.col(each) for each in ("start_day_low", "start_day_high", "end_day_low", "end_day_high")),
        daily_dose_mg="dose",
        course_key="key",
    )
    numbered = troughs.with_row_index("_row")
    pairs = numbered.select("_row", "subject_id", "day").join(courses, on="subject_id")
    doses = _doses_in_force(pairs)
    joined = numbered.join(doses, on="_row", how="left", maintain_order="left").drop("_row")
    single = (pl.col("n_certain") == 1) & (pl.col("n_possible") == 1)
    joined = joined.with_columns(
        daily_dose_mg=pl.when(single).then("daily_dose_mg"), course_key=pl.when(single).then("course_key")
    )
    ratio = CONCENTRATION_BY_DOSE.answer(
        trough_ng_per_ml=pl.col("trough_ng_per_ml"), daily_dose_mg=pl.col("daily_dose_mg")
    )
    reason = (
        pl.when(pl.col("n_possible").fill_null(0) == 0)
        .then(pl.lit("no course of tacrolimus in mg/day on this day"))
        .when(pl.col("n_possible") > 1)
        .then(pl.lit("several courses of tacrolimus on this day"))
        .when(~single)
        .then(pl.lit("the dates of the course leave open whether it ran on this day"))
        .otherwise(ratio.struct.field("reason"))
    )
    return joined.with_columns(ng_per_ml_per_mg=ratio.struct.field("value"), ratio_reason=reason).drop(
        "n_certain", "n_possible"
    )


def _doses_in_force(pairs: pl.DataFrame) -> pl.DataFrame:
    """Courses that certainly, and that possibly, ran on the day of each trough; an empty end goes on."""
    day, no_end = pl.col("day"), pl.col("end_day_low").is_null() & pl.col("end_day_high").is_null()
    possible = (pl.col("start_day_low") <= day).fill_null(True) & (
        no_end | (day <= pl.col("end_day_high")).fill_null(True)
    )
    certain = (pl.col("start_day_high") <= day) & (no_end | (day <= pl.col("end_day_low")))
    rows = pairs.filter(day.is_not_null() & possible).with_columns(is_certain=certain.fill_null(False))
    return rows.group_by("_row").agg(
        n_possible=pl.len(),
        n_certain=pl.col("is_certain").sum(),
        daily_dose_mg=pl.col("daily_dose_mg").first(),
        course_key=pl.col("course_key").first(),
    )
