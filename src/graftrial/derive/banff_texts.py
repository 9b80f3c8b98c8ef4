"""Sentences for rows, worked out once for every different combination of the few things that they depend on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

Keys: TypeAlias = NDArray[np.int64]
SMALL = 1 << 20  # up to this many possible keys, a table with a place for each is quicker than a search


@dataclass(frozen=True, slots=True)
class Code:
    """A column as small numbers: a score is its grade, an answer 0 or 1, a code its place; the last is the unknown."""

    dtype: pl.DataType
    size: int
    numbers: NDArray[np.uint8]

    def decoded(self, numbers: Keys) -> pl.Series:
        """The values behind numbers."""
        known = numbers < self.size - 1
        if self.dtype == pl.Boolean:
            return pl.Series(np.where(known, numbers, 0).astype(bool)).set(pl.Series(~known), None)
        places = pl.Series(np.where(known, numbers, 0), dtype=pl.UInt32)
        if isinstance(self.dtype, pl.Enum):
            values = pl.Series(self.dtype.categories, dtype=self.dtype).gather(places)
        else:
            values = places.cast(pl.Int8)
        return values.zip_with(pl.Series(known), pl.Series([None], dtype=values.dtype))


def coded(column: pl.Series) -> Code:
    """A column of scores, answers or codes as small numbers."""
    if column.dtype == pl.Boolean:
        return Code(column.dtype, 3, column.cast(pl.UInt8).fill_null(2).to_numpy())
    if isinstance(column.dtype, pl.Enum):
        n_codes = len(column.dtype.categories)
        return Code(
            column.dtype, n_codes + 1, column.to_physical().cast(pl.UInt8).fill_null(n_codes).to_numpy()
        )
    return Code(column.dtype, 5, column.cast(pl.UInt8).fill_null(4).to_numpy())


def different(keys: Keys, n_possible: int) -> tuple[Keys, pl.Series]:
    """The different keys, and for every key its place among them."""
    if n_possible <= SMALL:
        seen = np.zeros(n_possible, dtype=bool)
        seen[keys] = True
        unique = np.flatnonzero(seen)
        place = np.zeros(n_possible, dtype=np.uint32)
        place[unique] = np.arange(len(unique), dtype=np.uint32)
        return unique, pl.Series(place[keys])
    column = pl.DataFrame({"key": keys})
    unique_keys = column.unique().with_row_index("place")
    placed = column.join(unique_keys, on="key", how="left", maintain_order="left")
    return unique_keys.get_column("key").to_numpy(), placed.get_column("place")


def sentences(
    codes: Mapping[str, Code], names: Sequence[str], texts: Mapping[str, pl.Expr]
) -> list[pl.Series]:
    """Columns of text by row. names: the columns that the texts depend on."""
    keys, n_possible = _keys([codes[name] for name in names])
    unique, place = different(keys, n_possible)
    columns: list[pl.Series] = []
    remaining = unique
    for name in reversed(names):
        columns.append(codes[name].decoded(remaining % codes[name].size).alias(name))
        remaining = remaining // codes[name].size
    written = pl.DataFrame(columns).select(**texts)
    return written.select(pl.all().gather(place)).get_columns()


def _keys(parts: Sequence[Code]) -> tuple[Keys, int]:
    """One number for the values of all columns. Small numbers are joined as small numbers, which is quicker."""
    key = np.zeros(len(parts[0].numbers), dtype=np.int64)
    n_possible = 1
    group, size = np.zeros(len(key), dtype=np.uint16), 1
    for part in parts:
        if size * part.size > np.iinfo(np.uint16).max:
            key = key * size + group
            group, size = np.zeros(len(key), dtype=np.uint16), 1
        group = group * np.uint16(part.size) + part.numbers
        size *= part.size
        n_possible *= part.size
    return key * size + group, n_possible


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
