"""How long each treated person was watched, and when what happened first: event, graft loss or death."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from graftrial.dates import DAYS_PER_YEAR
from graftrial.study.model import Study

CENSORED, EVENT, GRAFT_LOSS, DEATH = 0, 1, 2, 3
CAUSES = {CENSORED: "censored", EVENT: "event", GRAFT_LOSS: "graft loss", DEATH: "death"}
DEFINITIONS: Mapping[str, tuple[str, pl.Expr]] = {
    "any": ("any treatment-emergent event", pl.lit(True)),
    "serious": ("serious treatment-emergent event", pl.col("is_serious")),
    "related_cells": ("treatment-emergent event related to the cells", pl.col("is_related_cells")),
    "grade_3_or_higher": ("treatment-emergent event of grade 3 or higher", pl.col("is_grade_3_or_higher")),
}
SEEN = {
    "disposition": ("day",),
    "labs": ("day",),
    "biopsies": ("day",),
    "antibodies": ("day",),
    "infusions": ("start_day",),
    "adverse_events": ("onset_day", "end_day"),
}


def derive_event_exposure(study: Study, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row a treated person: `from_day`, `to_day`, `exposure_days`, `exposure_years`, `exposure_reason`.

    Watched from the first infusion to death, else to the last day on which anything of the person was recorded, at
    most to the end of the treatment-emergent window.
    """
    subjects = frames["subjects"].filter("is_infused").select("subject_id", "infusion_day", "death_day")
    rows = subjects.join(_last_seen(frames), on="subject_id", how="left", maintain_order="left")
    rows = rows.join(_last_infusion(frames), on="subject_id", how="left", maintain_order="left")
    start = pl.col("infusion_day")
    window = study.definitions.treatment_emergent
    end = pl.col("death_day").fill_null(pl.col("last_seen_day"))
    if window.until_day is not None:
        end = end.clip(upper_bound=start + window.until_day)
    if window.days_after_last_infusion is not None:
        end = end.clip(upper_bound=pl.col("last_infusion_day") + window.days_after_last_infusion)
    days = pl.when(end >= start).then(end - start)
    missing = pl.when(start.is_null()).then(pl.lit("day of the infusion unknown"))
    return rows.select(
        "subject_id",
        "death_day",
        from_day=start,
        to_day=end,
        exposure_days=days,
        exposure_years=days / DAYS_PER_YEAR,
        exposure_reason=missing.when(days.is_null()).then(pl.lit("no day after the infusion is known")),
    ).sort("subject_id")


def _last_seen(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    days = [
        frames[name].select("subject_id", day=pl.col(column).cast(pl.Int32))
        for name, columns in SEEN.items()
        for column in columns
        if column in frames[name].columns
    ]
    return pl.concat(days).group_by("subject_id").agg(last_seen_day=pl.col("day").max())


def _last_infusion(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    return frames["infusions"].group_by("subject_id").agg(last_infusion_day=pl.col("start_day").max())


def derive_event_times(frames: Mapping[str, pl.DataFrame], exposure: pl.DataFrame) -> pl.DataFrame:
    """One row a treated person and definition: what came first, and how many days after the first infusion.

    `days` (null where the day cannot be known), `cause` (0 censored, 1 event, 2 graft loss, 3 death), `is_imputed`
    (the day of the event is the earliest that a partial onset allows), `has_open_event` (an event that may or may not
    belong, and none that does).
    """
    events = frames["adverse_events"].filter(
        pl.col("is_in_safety_set") & pl.col("is_treatment_emergent").fill_null(True)
    )
    losses = frames["subjects"].select("subject_id", "graft_loss_day", "is_graft_lost")
    people = exposure.join(losses, on="subject_id", how="left", maintain_order="left")
    return pl.concat(
        [_first(name, events.with_columns(_flag=flag), people) for name, (_, flag) in DEFINITIONS.items()]
    ).sort("definition", "subject_id")


def _first(name: str, events: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    day = pl.max_horizontal("onset_day_low", pl.col("infusion_day").fill_null(0))
    first = events.group_by("subject_id").agg(
        has_event=pl.col("_flag").any(),
        has_open_event=pl.col("_flag").is_null().any() & ~pl.col("_flag").any(),
        event_day=day.filter(pl.col("_flag") & pl.col("onset_day_low").is_not_null()).min(),
        is_imputed=(pl.col("_flag") & pl.col("is_onset_imputed")).any(),
        is_undated=(pl.col("_flag") & pl.col("onset_day_low").is_null()).any(),
    )
    rows = people.join(first, on="subject_id", how="left", maintain_order="left").with_columns(
        pl.col("has_event", "has_open_event", "is_imputed", "is_undated").fill_null(False)
    )
    loss = pl.when(pl.col("graft_loss_day") >= pl.col("from_day")).then(pl.col("graft_loss_day"))
    ends = pl.min_horizontal("to_day", loss, "death_day")
    is_event = pl.col("has_event") & (pl.col("event_day") <= ends).fill_null(True)
    is_loss = (loss <= pl.min_horizontal("to_day", "death_day")).fill_null(False)
    is_death = (pl.col("death_day") <= pl.col("to_day")).fill_null(False)
    cause = (
        pl.when(is_event)
        .then(EVENT)
        .when(is_loss)
        .then(GRAFT_LOSS)
        .when(is_death)
        .then(DEATH)
        .otherwise(CENSORED)
    )
    at = pl.when(is_event).then(pl.when(~pl.col("is_undated")).then("event_day")).otherwise(ends)
    return rows.with_columns(cause=cause.cast(pl.Int32)).select(
        "subject_id",
        definition=pl.lit(name),
        days=at - pl.col("from_day"),
        cause="cause",
        cause_name=pl.col("cause").replace_strict(CAUSES, return_dtype=pl.String),
        is_imputed=pl.col("is_imputed") & (pl.col("cause") == EVENT),
        has_open_event="has_open_event",
    )
