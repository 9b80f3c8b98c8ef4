"""Donor-specific antibodies through time: every antigen against baseline, and the response class of every serum.

The same antigen is followed beside the strongest one, which may be another at each time. An antigen that was not
tested is neither cleared nor new.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from graftrial.clinical.antibodies.change import LOG2_CHANGE, PERCENT_CHANGE, RESPONSE_CLASS
from graftrial.clinical.antibodies.positivity import NEEDS_DILUTION
from graftrial.clinical.antibodies.specificities import ANY

SERUM = ("subject_id", "date", "day")
METHOD = ("vendor", "kit", "lot", "assay", "serum_treatment")
UNSHAKEN = ("doubled",)  # a class that more intensity cannot change


def baseline_sera(sera: pl.DataFrame, earliest_day: int, latest_day: int) -> pl.DataFrame:
    """The last serum of each subject whose exact day lies in the window: subject_id, date, day."""
    inside = sera.filter(pl.col("day").is_between(earliest_day, latest_day)).select(SERUM).unique()
    return inside.sort("day", "date").group_by("subject_id", maintain_order=True).last().select(SERUM)


def follow_antigens(
    antigens: pl.DataFrame, baseline: pl.DataFrame, floor_mfi: float | None = None
) -> pl.DataFrame:
    """Every antigen of every later serum against the baseline serum.

    antigens: rows of `derive_antigens` with `day`. baseline: rows of `baseline_sera`.
    floor_mfi: what an intensity below it counts as on the log2 scale; None where the study declares none.
    Adds: baseline_mfi, baseline_is_positive, status (new, vanished, persisting, absent; null where open),
        status_reason, percent_change, log2_change.
    """
    start = antigens.join(baseline, on=SERUM, how="semi", nulls_equal=True).select(
        "subject_id", "specificity", baseline_mfi="mfi", baseline_is_positive="is_positive"
    )
    later = _after(antigens, baseline).join(start, on=["subject_id", "specificity"], how="left")
    now, before = pl.col("is_positive"), pl.col("baseline_is_positive")
    status = (
        pl.when(now & ~before)
        .then(pl.lit("new"))
        .when(~now & before)
        .then(pl.lit("vanished"))
        .when(now & before)
        .then(pl.lit("persisting"))
        .when(~now & ~before)
        .then(pl.lit("absent"))
    )
    reason = (
        pl.when(before.is_null())
        .then(pl.lit("not tested at baseline"))
        .when(now.is_null())
        .then(pl.lit("neither intensity nor verdict"))
    )
    changed = _changes(later, "baseline_mfi", "mfi", floor_mfi)
    return changed.with_columns(status=status, status_reason=reason).sort(*SERUM, "specificity")


def count_changes(course: pl.DataFrame) -> pl.DataFrame:
    """Donor-specific antibodies that are new in a serum, or vanished, against the baseline serum.

    course: rows of `follow_antigens`, with is_specific. Returns: the serum, n_new, n_vanished, n_undecided (specific or
        perhaps so, and positive or perhaps so now or before, but without a status).
    """
    specific = pl.col("is_specific").fill_null(False)
    may_count = pl.col("is_specific").fill_null(True)
    involved = pl.col("is_positive").fill_null(True) | pl.col("baseline_is_positive").fill_null(False)
    settled = specific | pl.col("status").is_in(["absent", "persisting"]).fill_null(False)
    is_open = may_count & involved & (pl.col("status").is_null() | ~settled)
    return course.group_by(SERUM).agg(
        n_new=(specific & (pl.col("status") == "new").fill_null(False)).sum().cast(pl.Int32),
        n_vanished=(specific & (pl.col("status") == "vanished").fill_null(False)).sum().cast(pl.Int32),
        n_undecided=is_open.sum().cast(pl.Int32),
    )


def _after(rows: pl.DataFrame, baseline: pl.DataFrame) -> pl.DataFrame:
    start = baseline.select("subject_id", baseline_day="day")
    return rows.join(start, on="subject_id", how="inner").filter(pl.col("day") > pl.col("baseline_day"))


def _changes(rows: pl.DataFrame, before: str, now: str, floor_mfi: float | None) -> pl.DataFrame:
    baseline, follow_up = pl.col(before), pl.col(now)
    percent = PERCENT_CHANGE.answer(baseline_mfi=baseline, follow_up_mfi=follow_up)
    if floor_mfi is not None:
        baseline, follow_up = baseline.clip(lower_bound=floor_mfi), follow_up.clip(lower_bound=floor_mfi)
    log2 = LOG2_CHANGE.answer(baseline_mfi=baseline, follow_up_mfi=follow_up)
    return rows.with_columns(
        percent_change=percent.struct.field("value"), log2_change=log2.struct.field("value")
    )


def derive_response(
    sera: pl.DataFrame,
    antibodies: pl.DataFrame,
    baseline: pl.DataFrame,
    floor_mfi: float | None = None,
    saturation_mfi: float | None = None,
    is_specific: str = "is_donor_specific",
) -> pl.DataFrame:
    """Response class of every serum after baseline, from the immunodominant antibodies.

    sera: rows of `summarise_sera` by SERUM. antibodies: the rows behind them.
    Returns: the serum, baseline_date, baseline_mfi, follow_up_mfi, response_class, response_reason, percent_change,
        log2_change, n_untested (positive at baseline, not tested now), methods_differ, needs_dilution.
    """
    start = sera.join(baseline, on=SERUM, how="semi", nulls_equal=True).select(
        "subject_id",
        baseline_date="date",
        baseline_mfi="immunodominant_mfi",
        baseline_reason="summary_reason",
    )
    now = pl.col("immunodominant_mfi")
    rows = _after(sera, baseline).join(start, on="subject_id", how="left").with_columns(follow_up_mfi=now)
    rows = rows.join(_untested(antibodies, baseline, is_specific), on=SERUM, how="left", nulls_equal=True)
    rows = rows.join(_methods(antibodies, baseline), on=SERUM, how="left", nulls_equal=True)
    rows = rows.with_columns(n_untested=pl.col("n_untested").fill_null(0))
    pair = {"baseline_mfi": pl.col("baseline_mfi"), "follow_up_mfi": pl.col("follow_up_mfi")}
    answer = RESPONSE_CLASS.answer(**pair).struct.field("value").cast(pl.String)
    dilution = NEEDS_DILUTION.answer(**pair, saturation_mfi=pl.lit(saturation_mfi, dtype=pl.Float64))
    withheld = (pl.col("n_untested") > 0) & ~answer.is_in(list(UNSHAKEN)).fill_null(False)
    rows = _changes(rows, "baseline_mfi", "follow_up_mfi", floor_mfi).with_columns(
        response_class=pl.when(~withheld).then(answer),
        response_reason=_why_open(withheld, answer),
        needs_dilution=dilution.struct.field("value"),
        percent_change=pl.when(pl.col("n_untested") == 0).then("percent_change"),
        log2_change=pl.when(pl.col("n_untested") == 0).then("log2_change"),
    )
    return rows.select(*SERUM, "baseline_date", *pair, *RESPONSE).sort(SERUM)


RESPONSE = (
    "response_class",
    "response_reason",
    "percent_change",
    "log2_change",
    "n_untested",
    "methods_differ",
    "needs_dilution",
)


def _why_open(withheld: pl.Expr, answer: pl.Expr) -> pl.Expr:
    untested = pl.format("{} antibodies that were positive at baseline were not tested", pl.col("n_untested"))
    said = [
        pl.format(f"{time}: {{}}", pl.col(column))
        for time, column in (("baseline", "baseline_reason"), ("now", "summary_reason"))
    ]
    both = pl.concat_str(said, separator="; ", ignore_nulls=True)
    return pl.when(withheld).then(untested).when(answer.is_null()).then(both)


def _untested(antibodies: pl.DataFrame, baseline: pl.DataFrame, is_specific: str) -> pl.DataFrame:
    """How many antigens that were positive and donor-specific at baseline each later serum does not name."""
    positive = antibodies.join(baseline, on=SERUM, how="semi", nulls_equal=True).filter(
        (pl.col("is_positive") & pl.col(is_specific)).fill_null(False) & ~_is_statement()
    )
    wanted = positive.select("subject_id", "specificity").unique()
    silent = antibodies.filter(_is_statement() & (~pl.col("is_positive")).fill_null(False))
    sera = (
        _after(antibodies, baseline)
        .select(SERUM)
        .unique()
        .join(silent, on=SERUM, how="anti", nulls_equal=True)
    )
    named = antibodies.select(*SERUM, "specificity")
    missing = sera.join(wanted, on="subject_id").join(
        named, on=[*SERUM, "specificity"], how="anti", nulls_equal=True
    )
    return missing.group_by(SERUM).agg(n_untested=pl.len().cast(pl.Int32))


def _is_statement() -> pl.Expr:
    return (pl.col("specificity").str.to_lowercase() == ANY).fill_null(False)


def _methods(antibodies: pl.DataFrame, baseline: pl.DataFrame) -> pl.DataFrame:
    """Whether a serum was tested by another vendor, kit, lot, assay or treatment than the baseline serum."""
    known: Sequence[str] = [each for each in METHOD if each in antibodies.columns]
    named = [pl.col(each).unique().sort().drop_nulls().str.join("+").alias(each) for each in known]
    sera = antibodies.group_by(SERUM).agg(*named) if known else antibodies.select(SERUM).unique()
    start = sera.join(baseline, on=SERUM, how="semi", nulls_equal=True)
    pairs = sera.join(start, on="subject_id", how="left", suffix="_baseline")
    differs = [
        (pl.col(each) != pl.col(f"{each}_baseline"))
        & (pl.col(each) != "")
        & (pl.col(f"{each}_baseline") != "")
        for each in known
    ]
    return pairs.select(
        *SERUM, methods_differ=pl.any_horizontal(differs) if differs else pl.lit(None, pl.Boolean)
    )
