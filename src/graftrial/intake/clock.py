"""Moments to the minute, as bounds: what a date, an hour or a time of day leaves open stays open.

A day without a time is its 24 hours, an hour without minutes its 60. Where one record of a product states its offset
from UTC and another does not, the one without may be in any zone.
"""

from __future__ import annotations

import polars as pl

MINUTES_PER_DAY, MINUTES_PER_HOUR = 1440, 60
WEST, EAST = 12 * MINUTES_PER_HOUR, 14 * MINUTES_PER_HOUR  # offsets from UTC there are
LOW, HIGH = "minute_low", "minute_high"


def with_minutes(rows: pl.DataFrame, column: str, group: str) -> pl.DataFrame:
    """Adds `minute_low` and `minute_high` (Int64) of a moment column; null where the moment is not known.

    group: rows that are compared with one another; a study day is only comparable with study days.
    """
    given = rows if f"{column}_time" in rows.columns else _without_times(rows, column)
    time = pl.col(f"{column}_time")
    hour = time.str.slice(0, 2).cast(pl.Int64, strict=False)
    minute = time.str.extract(r"^\d{2}:(\d{2})", 1).cast(pl.Int64)
    within = hour * MINUTES_PER_HOUR
    first = (within + minute.fill_null(0)).fill_null(0)
    last = (within + minute.fill_null(MINUTES_PER_HOUR - 1)).fill_null(MINUTES_PER_DAY - 1)
    offset = _offset(time)
    mixed = offset.is_null() & offset.is_not_null().any().over(group)
    low = _days(column, "earliest") * MINUTES_PER_DAY + first - offset.fill_null(0)
    high = _days(column, "latest") * MINUTES_PER_DAY + last - offset.fill_null(0)
    return given.with_columns(
        (low - pl.when(mixed).then(EAST).otherwise(0)).alias(LOW),
        (high + pl.when(mixed).then(WEST).otherwise(0)).alias(HIGH),
    )


def _without_times(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    return rows.with_columns(pl.lit(None, dtype=pl.String).alias(f"{column}_time"))


def _days(column: str, end: str) -> pl.Expr:
    return pl.col(f"{column}_{end}").cast(pl.Int32).cast(pl.Int64)


def _offset(time: pl.Expr) -> pl.Expr:
    """Minutes ahead of UTC; null where none is stated."""
    sign = (
        pl.when(time.str.contains(r"\+\d{2}:\d{2}$"))
        .then(1)
        .when(time.str.contains(r"-\d{2}:\d{2}$"))
        .then(-1)
    )
    hours = time.str.extract(r"[+-](\d{2}):\d{2}$", 1).cast(pl.Int64)
    minutes = time.str.extract(r"[+-]\d{2}:(\d{2})$", 1).cast(pl.Int64)
    return sign * (hours * MINUTES_PER_HOUR + minutes)
