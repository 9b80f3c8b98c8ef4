"""What became of the kidney of each subject: sustained decline, doubled creatinine, kidney failure, acute injury.

Values after the loss of the graft are no function of the graft and take no part.
"""

from __future__ import annotations

import polars as pl

from graftrial.derive.kidney_course import (
    acute_injury_after_infusion,
    first_sustained,
    with_change,
    with_creatinine_doubled,
    with_kidney_failure,
    with_sustained,
    worst_stage,
)

DECLINES = ("declined_30_percent", "declined_40_percent", "declined_50_percent")
OUTCOMES = (*DECLINES, "is_creatinine_doubled", "is_kidney_failure")
SUBJECT = "subject_id"


def derive_outcomes(
    kidney_function: pl.DataFrame,
    infusions: pl.DataFrame,
    disposition: pl.DataFrame,
    is_complete_table: bool = False,
) -> pl.DataFrame:
    """One row a subject with a creatinine or cystatin C.

    An outcome by eGFR is judged at samples in which every analyte of the equation was measured; creatinine by its own.

    is_complete_table: whether the study declares disposition complete, so that no row of dialysis means none.
    Returns: subject_id, baseline_key, creatinine_baseline_key; for every outcome `<outcome>` (true, false, null) and
        `<outcome>_day`;
        is_on_dialysis with dialysis_day; aki_stage, aki_n_values, n_infusions, n_infusions_measured, aki_reason.
    """
    own = kidney_function.filter(~pl.col("is_after_graft_loss").fill_null(False))
    subjects = kidney_function.select(SUBJECT).unique().sort(SUBJECT)
    dialysis = _dialysis(subjects, disposition, is_complete_table)
    creatinine = own.filter(pl.col("creatinine_key").is_not_null())
    by_egfr = _against_baseline(own.filter("is_asked"), _baselines(own))
    by_creatinine = _against_baseline(creatinine, _creatinine_baselines(own))
    outcomes = subjects.join(_baselines(own), on=SUBJECT, how="left").join(dialysis, on=SUBJECT, how="left")
    outcomes = outcomes.join(
        _creatinine_baselines(own).select(SUBJECT, creatinine_baseline_key="baseline_key"),
        on=SUBJECT,
        how="left",
    )
    for outcome in OUTCOMES:
        rows = by_creatinine if outcome == "is_creatinine_doubled" else by_egfr
        reached = first_sustained(with_sustained(rows, outcome, "held"), "held")
        named = reached.rename({"is_reached": outcome, "first_day": f"{outcome}_day"})
        outcomes = outcomes.join(named, on=SUBJECT, how="left")
    injury = _acute_injury(creatinine, infusions, dialysis)
    return _with_dialysis(outcomes).join(injury, on=SUBJECT, how="left").sort(SUBJECT)


def _baselines(own: pl.DataFrame) -> pl.DataFrame:
    return (
        own.filter("is_baseline")
        .group_by(SUBJECT)
        .agg(
            baseline_day=pl.col("day").first(),
            baseline_key=pl.col("key").first(),
            reference_ml_per_min_1_73m2=pl.col("egfr_ml_per_min_1_73m2").first(),
        )
    )


def _creatinine_baselines(own: pl.DataFrame) -> pl.DataFrame:
    """The baseline of creatinine itself: it needs neither equation nor age nor sex."""
    return (
        own.filter("is_baseline_creatinine")
        .group_by(SUBJECT)
        .agg(
            baseline_day=pl.col("day").first(),
            baseline_key=pl.col("creatinine_key").first(),
            reference_mg_per_dl=pl.col("creatinine_mg_per_dl").first(),
        )
    )


def _against_baseline(own: pl.DataFrame, baselines: pl.DataFrame) -> pl.DataFrame:
    """Measurements after the baseline, or of unknown day, with every condition that this baseline decides."""
    rows = own.join(baselines.drop("baseline_key"), on=SUBJECT, how="left", maintain_order="left")
    later = (
        (pl.col("day") > pl.col("baseline_day")) | pl.col("day").is_null() | pl.col("baseline_day").is_null()
    )
    rows = rows.filter(later).with_columns(is_on_dialysis=pl.lit(False))
    if "reference_mg_per_dl" in baselines.columns:
        return with_creatinine_doubled(rows)
    return with_kidney_failure(with_change(rows))


def _dialysis(subjects: pl.DataFrame, disposition: pl.DataFrame, is_complete_table: bool) -> pl.DataFrame:
    found = (
        disposition.filter(pl.col("milestone") == "dialysis")
        .group_by(SUBJECT)
        .agg(
            is_on_dialysis=pl.lit(True),
            dialysis_day=pl.when(pl.col("day").is_not_null().all()).then(pl.col("day").min()),
            dialysis_key=pl.col("key").sort().first(),
        )
    )
    joined = subjects.join(found, on=SUBJECT, how="left")
    return joined.with_columns(pl.col("is_on_dialysis").fill_null(False)) if is_complete_table else joined


def _with_dialysis(outcomes: pl.DataFrame) -> pl.DataFrame:
    """Kidney failure is reached by dialysis as well; without knowing of dialysis it is not denied."""
    by_value, dialysis = pl.col("is_kidney_failure"), pl.col("is_on_dialysis")
    days = pl.min_horizontal("is_kidney_failure_day", "dialysis_day")
    undated = (dialysis & pl.col("dialysis_day").is_null()).fill_null(False)
    return outcomes.with_columns(
        is_kidney_failure=by_value | dialysis,
        is_kidney_failure_day=pl.when(~undated).then(days),
    )


def _acute_injury(own: pl.DataFrame, infusions: pl.DataFrame, dialysis: pl.DataFrame) -> pl.DataFrame:
    """The worst stage over all infusions; each is judged against the last creatinine up to its own day."""
    placed = infusions.sort(SUBJECT, "start_day", "key").with_columns(
        place=pl.int_range(pl.len()).over(SUBJECT)
    )
    given = placed.group_by(SUBJECT).agg(n_infusions=pl.len(), n_undated=pl.col("start_day").is_null().sum())
    staged = [
        _after_one(own, placed.filter(pl.col("place") == place), dialysis)
        for place in range(max(given.get_column("n_infusions").to_list(), default=1))
    ]
    every = pl.concat(staged)
    worst = worst_stage(every)
    measured = (
        every.filter(pl.col("stage").is_not_null())
        .group_by(SUBJECT)
        .agg(
            n_infusions_measured=pl.col("infusion_key").n_unique(),
            aki_keys=pl.col("key").unique().sort().str.join("; "),
        )
    )
    why = every.group_by(SUBJECT).agg(
        aki_reason=pl.col("stage_reason").drop_nulls().unique().sort().str.join("; ")
    )
    return (
        given.join(worst, on=SUBJECT, how="left")
        .join(measured, on=SUBJECT, how="left")
        .join(why, on=SUBJECT, how="left")
        .rename({"worst_stage": "aki_stage", "n_values": "aki_n_values"})
    )


def _after_one(own: pl.DataFrame, infusion: pl.DataFrame, dialysis: pl.DataFrame) -> pl.DataFrame:
    """Creatinines of day 1 to 7 after one infusion of each subject, staged; that of its day is taken before it."""
    columns = [SUBJECT, "day", "creatinine_mg_per_dl", "key"]
    rows = own.select(columns).join(
        infusion.select(SUBJECT, infusion_day="start_day", infusion_key="key").drop_nulls("infusion_day"),
        on=SUBJECT,
    )
    rows = rows.with_columns(day=pl.col("day") - pl.col("infusion_day")).drop_nulls("day")
    before = rows.filter((pl.col("day") <= 0) & pl.col("creatinine_mg_per_dl").is_not_null())
    baseline = (
        before.sort(SUBJECT, "day", "key")
        .group_by(SUBJECT)
        .agg(baseline_day=pl.col("day").last(), baseline_mg_per_dl=pl.col("creatinine_mg_per_dl").last())
    )
    rows = (
        rows.filter(pl.col("day") != 0)
        .join(baseline, on=SUBJECT, how="left")
        .join(dialysis, on=SUBJECT, how="left")
    )
    day = pl.col("dialysis_day") - pl.col("infusion_day")
    started = pl.when(pl.col("is_on_dialysis")).then(pl.col("day") >= day).otherwise(pl.col("is_on_dialysis"))
    rows = rows.with_columns(is_on_renal_replacement=started).sort(SUBJECT, "day", "key")
    return acute_injury_after_infusion(rows).drop("is_on_dialysis", "dialysis_day", "dialysis_key")
