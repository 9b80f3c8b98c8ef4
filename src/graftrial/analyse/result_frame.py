"""Many results of one kind as a frame: what a loop over patients would say, said column by column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from graftrial.analyse.results import COLUMNS

WHOLE = 1e15  # beyond it a float is no longer a whole number that people would write out


@dataclass(frozen=True, slots=True)
class Told:
    """Expressions of one result a row: text is a literal, a column stands as `pl.col`.

    value: a number or a word; null with the reason in `warnings`. sources: keys separated by `; `, in any order.
    """

    key: pl.Expr
    value: pl.Expr
    label: pl.Expr
    group: str
    unit: str = ""
    method: pl.Expr | str = ""
    warnings: pl.Expr | str = ""
    rules: pl.Expr | str = ""
    sources: pl.Expr | str = ""


def result_frame(rows: pl.DataFrame, told: Told, is_number: bool = True) -> pl.DataFrame:
    """The columns of results.csv, then group, label and number: one result a row.

    is_number: whether the value is a number; a word has none.
    """
    value = told.value.cast(pl.Float64) if is_number else told.value.cast(pl.String)
    known = value.is_not_null()
    counts = {
        "n": known.cast(pl.Int64),
        "denominator": pl.lit(1, dtype=pl.Int64),
        "not_assessable": (~known).cast(pl.Int64),
    }
    sources = _text(told.sources).str.split("; ").list.unique().list.sort().list.join("; ")
    return rows.select(
        key=told.key,
        value=written(value) if is_number else value,
        unit=pl.lit(told.unit),
        **counts,
        lower=pl.lit(None, dtype=pl.String),
        upper=pl.lit(None, dtype=pl.String),
        method=_text(told.method),
        warnings=_text(told.warnings),
        rules=_text(told.rules),
        sources=sources,
        group=pl.lit(told.group),
        label=told.label,
        number=value if is_number else pl.lit(None, dtype=pl.Float64),
    ).select(*COLUMNS, "group", "label", "number")


def written(number: pl.Expr) -> pl.Expr:
    """A number as results.csv writes it: whole ones without a point."""
    is_whole = (number == number.floor()) & (number.abs() < WHOLE)
    whole = pl.when(is_whole).then(number).cast(pl.Int64).cast(pl.String)
    return pl.when(is_whole).then(whole).otherwise(number.cast(pl.String))


def sentence(parts: Sequence[pl.Expr | str]) -> pl.Expr:
    """Parts that are there, separated by `; `."""
    return pl.concat_str([_text(each) for each in parts], separator="; ", ignore_nulls=True)


def with_place(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds `when` (study day, else the date as recorded) and `place`, which counts the values of one day.

    rows: subject_id, day, date_text, time, key. Sorted by them.
    """
    when = pl.coalesce(pl.col("day").cast(pl.String), "date_text", pl.lit("undated"))
    rows = rows.with_columns(when=when).sort("subject_id", "when", pl.col("time").fill_null(""), "key")
    return rows.with_columns(place=pl.int_range(pl.len()).over("subject_id", "when") + 1)


def key_of_sample(group: str) -> pl.Expr:
    """`<group>.<subject>.<when>`; a second value of one day has `.2` behind it."""
    stem = pl.format(f"{group}.{{}}.{{}}", "subject_id", "when")
    return pl.when(pl.col("place") == 1).then(stem).otherwise(pl.format("{}.{}", stem, "place"))


def _text(part: pl.Expr | str) -> pl.Expr:
    return pl.lit(part) if isinstance(part, str) else part
