"""Study days: the anchor of every subject, and the day of every moment counted from it.

Partial dates give a lowest and a highest day; a day is exact only where both agree.
"""

from __future__ import annotations

import polars as pl

from graftrial.intake.table import Tables
from graftrial.study.model import Schedule, Study

ANCHOR = ("anchor_earliest", "anchor_latest")


def anchors(study: Study, tables: Tables) -> pl.DataFrame:
    """Day 0 of every subject: subject_id, anchor_earliest, anchor_latest (Date; null where not known)."""
    found = _anchor_rows(study.schedule, tables)
    everyone = tables.frame("subjects").select("subject_id").unique(maintain_order=True)
    return everyone.join(found, on="subject_id", how="left")


def _anchor_rows(schedule: Schedule, tables: Tables) -> pl.DataFrame:
    if schedule.anchor == "first_infusion":
        rows, column = tables.frame("infusions"), "start"
    elif schedule.anchor == "enrolled":
        rows, column = tables.frame("disposition").filter(pl.col("milestone") == "enrolled"), "date"
    else:
        rows, column = tables.frame("subjects"), f"{schedule.anchor}_date"
    earliest, latest = pl.col(f"{column}_earliest"), pl.col(f"{column}_latest")
    # With one of several infusions undated nobody knows which was the first: no anchor.
    known = pl.col(column).is_not_null().all() & earliest.is_not_null().any()
    return (
        rows.group_by("subject_id")
        .agg(known=known, anchor_earliest=earliest.min(), anchor_latest=latest.min())
        .filter("known")
        .drop("known")
    )


def with_days(frame: pl.DataFrame, anchors: pl.DataFrame, column: str, prefix: str) -> pl.DataFrame:
    """Adds `<prefix>day_low`, `<prefix>day_high`, `<prefix>day` (Int32) and `<prefix>text` for one moment column."""
    earliest, latest = pl.col(f"{column}_earliest"), pl.col(f"{column}_latest")
    stated = pl.col(f"{column}_stated_day")
    low = (earliest - pl.col(ANCHOR[1])).dt.total_days().cast(pl.Int32)
    high = (latest - pl.col(ANCHOR[0])).dt.total_days().cast(pl.Int32)
    joined = frame.join(
        anchors.select("subject_id", *ANCHOR), on="subject_id", how="left", maintain_order="left"
    )
    is_anchor = (pl.col(f"{column}_latest") == pl.col(ANCHOR[1])) & (
        pl.col(f"{column}_earliest") == pl.col(ANCHOR[0])
    )
    settled = joined.with_columns(
        pl.when(stated.is_not_null() & earliest.is_null())
        .then(stated)
        .otherwise(low)
        .alias(f"{prefix}day_low"),
        pl.when(stated.is_not_null() & earliest.is_null())
        .then(stated)
        .otherwise(high)
        .alias(f"{prefix}day_high"),
        pl.col(column).alias(f"{prefix}text"),
    )
    if (
        column == "start" and "product_id" in frame.columns
    ):  # the first infusion is day 0 even when its date is partial
        settled = settled.with_columns(
            pl.when(is_anchor & (earliest != latest))
            .then(0)
            .otherwise(pl.col(f"{prefix}day_low"))
            .alias(f"{prefix}day_low"),
            pl.when(is_anchor & (earliest != latest))
            .then(0)
            .otherwise(pl.col(f"{prefix}day_high"))
            .alias(f"{prefix}day_high"),
        )
    day = pl.when(pl.col(f"{prefix}day_low") == pl.col(f"{prefix}day_high")).then(pl.col(f"{prefix}day_low"))
    return settled.with_columns(day.alias(f"{prefix}day")).drop(*ANCHOR)


def with_visit(frame: pl.DataFrame, schedule: Schedule, day: str = "day") -> pl.DataFrame:
    """Adds `visit`: the visit whose window holds the day; null outside every window."""
    visit = pl.lit(None, dtype=pl.String)
    for each in reversed(schedule.visits):
        visit = (
            pl.when(pl.col(day).is_between(each.earliest, each.latest)).then(pl.lit(each.id)).otherwise(visit)
        )
    return frame.with_columns(visit=visit)


def last_in_window(
    frame: pl.DataFrame, group: list[str], earliest: int, latest: int, usable: pl.Expr
) -> pl.DataFrame:
    """Adds `is_baseline`: the last usable row of each group whose exact day lies in the window."""
    numbered = frame.with_row_index("_row")
    inside = numbered.filter(usable & pl.col("day").is_between(earliest, latest))
    chosen = inside.sort("day", pl.col("time").fill_null("")).group_by(group, maintain_order=True).last()
    return numbered.with_columns(is_baseline=pl.col("_row").is_in(chosen["_row"].implode())).drop("_row")
