"""Sentences for rows, worked out once for every different row of the few columns that they depend on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

KEY = "__key"
UNKNOWN_SCORE, UNKNOWN_ANSWER = 4, 2


def sentences(known: pl.DataFrame, names: Sequence[str], texts: Mapping[str, pl.Expr]) -> list[pl.Series]:
    """Columns of text by row.

    known: scores, yes or no, and codes by row. names: the columns of `known` that the texts depend on.
    """
    key = pl.lit(0, dtype=pl.Int64)
    for name in names:
        size, code = _code(known.schema[name], name)
        key = key * size + code
    keyed = known.select(*names, key.alias(KEY))
    written = keyed.unique(KEY, keep="any").select(KEY, **texts)
    return keyed.select(KEY).join(written, on=KEY, how="left", maintain_order="left").drop(KEY).get_columns()


def _code(dtype: pl.DataType, name: str) -> tuple[int, pl.Expr]:
    """How many values a column can have, the unknown among them, and the number of each."""
    column = pl.col(name)
    if dtype == pl.Boolean:
        return UNKNOWN_ANSWER + 1, column.cast(pl.Int64).fill_null(UNKNOWN_ANSWER)
    if isinstance(dtype, pl.Enum):
        n_codes = len(dtype.categories)
        return n_codes + 1, column.to_physical().cast(pl.Int64).fill_null(n_codes)
    return UNKNOWN_SCORE + 1, column.cast(pl.Int64).fill_null(UNKNOWN_SCORE)


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
