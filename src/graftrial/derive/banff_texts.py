"""Sentences for rows, put together once for every different combination of their parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import polars as pl

from graftrial.derive.banff_lookups import Chosen, Code, Lookup, by_row, combined, selected


def part(names: tuple[str, ...], words: pl.Expr) -> Lookup:
    """A part of a sentence: the columns it depends on, and its words; null where it has nothing to say."""
    return Lookup(names, pl.when(words != "").then(words))


def sentences(codes: Mapping[str, Code], name: str, parts: Sequence[Lookup], separator: str = "; ") -> Chosen:
    """A column of text by row: the parts in a row; null where no part has anything to say."""
    return joined([each.of(codes) for each in parts], name, separator)


def joined(parts: Sequence[Chosen], name: str, separator: str) -> Chosen:
    """Columns of text in a row; null where none of them has anything to say."""
    if len(parts) == 1:
        return parts[0].named(name)
    columns, place = combined([each.place for each in parts], [max(len(each.values), 1) for each in parts])
    numbered = [str(number) for number in range(len(parts))]
    texts = by_row(
        [
            Chosen(number, each.values, column)
            for number, each, column in zip(numbered, parts, columns, strict=True)
        ]
    )
    together = pl.concat_str(numbered, separator=separator, ignore_nulls=True)
    written = selected(texts, pl.when(together != "").then(together).alias(name)).to_series()
    # Values in one piece are gathered several times as fast as values in two.
    return Chosen(name, written.rechunk(), place)


@cache
def nothing_said() -> pl.Series:
    """The only text of a column that says nothing."""
    return pl.Series([None], dtype=pl.String)


def listed(*items: pl.Expr, separator: str = ", ") -> pl.Expr:
    """The items that are there, in a row; an empty text where there is none."""
    return pl.concat_str(items, separator=separator, ignore_nulls=True)


def said(condition: pl.Expr, text: str) -> pl.Expr:
    """The text where the condition holds for certain."""
    return pl.when(condition).then(pl.lit(text))


def scored(name: str, label: str) -> pl.Expr:
    """Label and score: `g2`; `g?` while the score is unknown."""
    return pl.lit(label) + pl.col(name).cast(pl.String).fill_null("?")


def positive(name: str, label: str) -> pl.Expr:
    """Label and score where the score is at least 1: `g2`."""
    return pl.when(pl.col(name) >= 1).then(scored(name, label))
