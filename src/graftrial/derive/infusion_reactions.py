"""Events after an infusion, by the clock where both times are known and by the day where they are not."""

from __future__ import annotations

import polars as pl

from graftrial.study.events import InfusionReaction

HOURS_PER_DAY = 24
MINUTES_PER_HOUR = 60


def with_infusion_reactions(
    events: pl.DataFrame, infusions: pl.DataFrame, definition: InfusionReaction
) -> pl.DataFrame:
    """Adds what the clock says about each event.

    `hours_after_infusion` from the last infusion that began before it (exact days and both times known),
    `is_infusion_reaction` (as recorded, else by the declared window and terms; null where neither decides),
    `is_before_infusion_by_time` (on the day of the first infusion, but earlier), `last_infusion_day`.
    """
    numbered = events.with_row_index("_event")
    pairs = numbered.select("_event", "subject_id", "onset_day_low", "onset_day_high", "start_time").join(
        _infusions(infusions), on="subject_id", how="inner"
    )
    pairs = pairs.with_columns(_hours=_hours(), _inside=_inside(definition), _is_day_0=_is_same_day())
    clock = pairs.group_by("_event").agg(
        hours_after_infusion=pl.col("_hours").filter(pl.col("_hours") >= 0).min(),
        _inside=pl.col("_inside").any(ignore_nulls=False),
        is_before_infusion_by_time=(pl.col("_is_first") & pl.col("_is_day_0") & (pl.col("_hours") < 0)).any(),
        last_infusion_day=pl.col("infusion_start_day").max(),
    )
    joined = numbered.join(clock, on="_event", how="left", maintain_order="left")
    by_definition = pl.col("_inside").fill_null(False) if infusions.is_empty() else pl.col("_inside")
    if definition.terms:
        wanted = [each.lower() for each in definition.terms]
        named = [
            pl.col(name).str.to_lowercase().is_in(wanted) for name in ("meddra_pt", "ctcae_term", "term")
        ]
        by_definition = by_definition & pl.any_horizontal(each.fill_null(False) for each in named)
    if not definition.is_declared:
        by_definition = pl.lit(None, dtype=pl.Boolean)
    return joined.with_columns(
        is_infusion_reaction=pl.coalesce("infusion_reaction", by_definition),
        is_before_infusion_by_time=pl.col("is_before_infusion_by_time").fill_null(False),
    ).drop("_event", "_inside")


def _infusions(infusions: pl.DataFrame) -> pl.DataFrame:
    time = pl.col("start_time") if "start_time" in infusions.columns else pl.lit(None, dtype=pl.String)
    rows = infusions.select("subject_id", infusion_start_day="start_day", infusion_time=time)
    return rows.with_columns(
        _is_first=pl.col("infusion_start_day") == pl.col("infusion_start_day").min().over("subject_id")
    )


def _is_same_day() -> pl.Expr:
    day = pl.col("infusion_start_day")
    return (pl.col("onset_day_low") == day) & (pl.col("onset_day_high") == day)


def _hours() -> pl.Expr:
    """Hours from the infusion to an onset whose day and time are both known; null otherwise."""
    days = pl.col("onset_day_low") - pl.col("infusion_start_day")
    exact = pl.col("onset_day_low") == pl.col("onset_day_high")
    minutes = _minutes("start_time") - _minutes("infusion_time")
    return pl.when(exact).then(days * HOURS_PER_DAY + minutes / MINUTES_PER_HOUR)


def _minutes(name: str) -> pl.Expr:
    parts = pl.col(name).str.extract_groups(r"^(?<h>\d{1,2}):(?<m>\d{2})")
    hours, minutes = (parts.struct.field(each).cast(pl.Int32, strict=False) for each in ("h", "m"))
    return hours * MINUTES_PER_HOUR + minutes


def _inside(definition: InfusionReaction) -> pl.Expr:
    """Whether the onset lies in the window; without a time, day 0 counts as after the infusion."""
    first = pl.col("onset_day_low") - pl.col("infusion_start_day")
    last = pl.col("onset_day_high") - pl.col("infusion_start_day")
    if definition.within_days is not None:
        surely = (first >= 0) & (last <= definition.within_days)
        never = (last < 0) | (first > definition.within_days)
        return _decided(surely, never)
    window = definition.within_hours
    if window is None:
        return pl.lit(None, dtype=pl.Boolean)
    by_clock = _hours().is_between(0, window)
    surely = (first >= 0) & ((last + 1) * HOURS_PER_DAY <= max(window, HOURS_PER_DAY))
    never = (last < 0) | ((first - 1) * HOURS_PER_DAY >= window)
    by_day = _decided(surely, never)
    return pl.coalesce(by_clock, by_day)


def _decided(surely: pl.Expr, never: pl.Expr) -> pl.Expr:
    return pl.when(surely).then(True).when(never).then(False)
