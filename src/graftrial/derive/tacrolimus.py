"""Tacrolimus of each subject: mean trough, variability, share below target. Never variability from fewer than three.

Not here: the time-weighted variability, whose definition is not confirmed; and which troughs are at steady state,
which the study says: rows to leave out carry `is_excluded` with `excluded_reason`.
"""

from __future__ import annotations

import polars as pl

from graftrial.clinical.exposure.tacrolimus import CV, IPV

ANALYTE = "tacrolimus"


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

    treatments: rows of `derive_treatments`; a course of tacrolimus with a dose in mg/day. A day with no course, or
    with several, has no ratio and says so.
    """
    courses = treatments.filter(
        (pl.col("treatment").str.to_lowercase() == ANALYTE) & (pl.col("dose_unit") == "mg/day")
    ).select("subject_id", "start_day_low", "end_day_high", daily_dose_mg="dose")
    numbered = troughs.with_row_index("_row")
    pairs = numbered.select("_row", "subject_id", "day").join(courses, on="subject_id")
    started = pl.col("start_day_low").fill_null(-(2**30)) <= pl.col("day")
    running = pairs.filter(started & (pl.col("day") <= pl.col("end_day_high").fill_null(2**30)))
    doses = running.group_by("_row").agg(n_courses=pl.len(), daily_dose_mg=pl.col("daily_dose_mg").first())
    joined = numbered.join(doses, on="_row", how="left", maintain_order="left").drop("_row")
    single = pl.col("n_courses") == 1
    ratio = pl.when(single & (pl.col("daily_dose_mg") > 0)).then(
        pl.col("trough_ng_per_ml") / pl.col("daily_dose_mg")
    )
    reason = (
        pl.when(pl.col("n_courses").is_null())
        .then(pl.lit("no course of tacrolimus in mg/day on this day"))
        .when(~single)
        .then(pl.lit("several courses of tacrolimus on this day"))
    )
    return joined.with_columns(
        daily_dose_mg=pl.when(single).then("daily_dose_mg"), ng_per_ml_per_mg=ratio, ratio_reason=reason
    ).drop("n_courses")
