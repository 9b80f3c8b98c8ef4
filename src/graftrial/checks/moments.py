"""When something happened, as far as the record proves it: bounds in calendar days and in study days.

A partial date spans its month or its year, a study day hangs on the anchor of its subject. A contradiction
counts only where it holds for every day that both records can mean; what is merely possible is no finding.
"""

from __future__ import annotations

import polars as pl

from graftrial.checks.once import once
from graftrial.intake.table import ROW, Tables
from graftrial.study.model import Study

BOUNDS = ("text", "low", "high", "day_low", "day_high")
ANCHORS = {"consent": ("subjects", "consent_date"), "transplant": ("subjects", "transplant_date")}
BOOKKEEPING = frozenset(
    {"entered_date", "aware_date", "expiry_date"}
)  # not the day on which something happened to the person


def proven_before(first: str, second: str) -> pl.Expr:
    """Whether `first` lies before `second` whatever days the records mean; both are prefixes of bounds."""
    by_date = pl.col(f"{first}high") < pl.col(f"{second}low")
    by_day = pl.col(f"{first}day_high") < pl.col(f"{second}day_low")
    return by_date.fill_null(False) | by_day.fill_null(False)


@once
def placed(study: Study, tables: Tables, table: str, column: str) -> pl.DataFrame:
    """A moment column with its bounds, for the rows that have one.

    Returns: subject_id, source_row, text, low and high (Date), day_low and day_high (study days), null where
        unknown; what was recorded (earliest, latest, stated); and the anchor (anchor_low, anchor_high).
    """
    frame = tables.frame(table).select(
        "subject_id",
        ROW,
        text=pl.col(column),
        earliest=pl.col(f"{column}_earliest"),
        latest=pl.col(f"{column}_latest"),
        stated=pl.col(f"{column}_stated_day"),
    )
    stated_as_duration = pl.duration(days=pl.col("stated"))
    from_latest = (pl.col("earliest") - pl.col("anchor_high")).dt.total_days()
    from_earliest = (pl.col("latest") - pl.col("anchor_low")).dt.total_days()
    return (
        frame.filter(pl.col("earliest").is_not_null() | pl.col("stated").is_not_null())
        .join(anchors(study, tables), on="subject_id", how="left")
        .select(
            "subject_id",
            ROW,
            pl.coalesce("text", pl.format("D{}", "stated")).alias("text"),
            low=pl.coalesce("earliest", pl.col("anchor_low") + stated_as_duration),
            high=pl.coalesce("latest", pl.col("anchor_high") + stated_as_duration),
            day_low=pl.coalesce(from_latest, "stated").cast(pl.Int64),
            day_high=pl.coalesce(from_earliest, "stated").cast(pl.Int64),
            earliest="earliest",
            latest="latest",
            stated="stated",
            anchor_low="anchor_low",
            anchor_high="anchor_high",
        )
    )


@once
def anchors(study: Study, tables: Tables) -> pl.DataFrame:
    """Bounds of the day 0 of each subject: subject_id, anchor_low, anchor_high (Date; null: not dated)."""
    anchor = study.schedule.anchor
    if anchor in ANCHORS:
        table, column = ANCHORS[anchor]
        rows = tables.frame(table)
    elif anchor == "enrolled":
        column = "date"
        rows = tables.frame("disposition").filter(pl.col("milestone") == "enrolled")
    else:
        column = "start"
        rows = tables.frame("infusions").filter(pl.col("start_stated_day").fill_null(0) <= 0)
    earliest = pl.col(f"{column}_earliest")
    return (
        rows.filter(pl.col("subject_id").is_not_null())
        .group_by("subject_id")
        .agg(
            # an undated row may be the first one, so the lower bound is then unknown
            anchor_low=pl.when(earliest.is_not_null().all()).then(earliest.min()),
            anchor_high=pl.col(f"{column}_latest").min(),
        )
    )


def first_infusion(study: Study, tables: Tables) -> pl.DataFrame:
    """The first infusion of each subject with its bounds; the day is 0 where day 0 is the first infusion."""
    rows = placed(study, tables, "infusions", "start")
    if study.schedule.anchor != "first_infusion":
        return _earliest_of(rows)
    day_zero = pl.lit(0, dtype=pl.Int64)
    return anchors(study, tables).select(
        "subject_id",
        text=pl.coalesce(pl.col("anchor_high").cast(pl.String), pl.lit("day 0")),
        low="anchor_low",
        high="anchor_high",
        day_low=day_zero,
        day_high=day_zero,
    )


def milestone(study: Study, tables: Tables, name: str) -> pl.DataFrame:
    """A milestone of the disposition with its bounds."""
    rows = tables.frame("disposition").filter(pl.col("milestone") == name).select(ROW)
    return _earliest_of(placed(study, tables, "disposition", "date").join(rows, on=ROW, how="semi"))


def of_subject(study: Study, tables: Tables, column: str) -> pl.DataFrame:
    """A moment of the table subjects with its bounds."""
    return _earliest_of(placed(study, tables, "subjects", column))


def alongside(rows: pl.DataFrame, other: pl.DataFrame, name: str) -> pl.DataFrame:
    """The rows of subjects for whom `other` is known, with its bounds as `<name>_low`, `<name>_high` …"""
    return rows.join(
        other.select("subject_id", *(pl.col(each).alias(f"{name}_{each}") for each in BOUNDS)),
        on="subject_id",
    )


def everything_dated(study: Study, tables: Tables) -> dict[str, pl.DataFrame]:
    """For each table with persons, the moments at which something happened, with the column they stand in."""
    dated: dict[str, pl.DataFrame] = {}
    for name, table in tables.by_name.items():
        moments = [each for each in table.declaration.columns.values() if each.kind == "moment"]
        if "subject_id" not in table.declaration.columns or table.frame.is_empty():
            continue
        parts = [
            placed(study, tables, name, each.name).with_columns(column=pl.lit(each.name))
            for each in moments
            if each.name not in BOOKKEEPING
        ]
        if parts:
            dated[name] = pl.concat(parts)
    return dated


def _earliest_of(rows: pl.DataFrame) -> pl.DataFrame:
    earliest = [pl.col(each).min() for each in BOUNDS[1:]]
    return (
        rows.sort("low", "day_low", ROW)
        .group_by("subject_id", maintain_order=True)
        .agg(pl.col("text").first(), *earliest)
    )
