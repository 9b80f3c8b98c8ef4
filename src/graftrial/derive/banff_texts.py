"""Sentences for rows, worked out once for every different combination of the few things that they depend on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

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
    numbers: NDArray[np.unsignedinteger[Any]]

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


def coded(columns: Sequence[pl.Series]) -> dict[str, Code]:
    """Columns of scores, answers or codes as small numbers; a column of another kind is left out."""
    own = [each for each in columns if isinstance(each.dtype, CODED)]
    kinds = tuple((each.name, each.dtype) for each in own)
    small = pl.DataFrame(own).select(_numbered(kinds))
    return {name: Code(dtype, _size(dtype), small.get_column(name).to_numpy()) for name, dtype in kinds}


@cache
def _numbered(kinds: tuple[tuple[str, pl.DataType], ...]) -> tuple[pl.Expr, ...]:
    return tuple(
        (pl.col(name).to_physical() if isinstance(dtype, pl.Enum) else pl.col(name))
        .cast(pl.UInt8)
        .fill_null(_size(dtype) - 1)
        for name, dtype in kinds
    )


CODED = (pl.Boolean, pl.Int8, pl.Enum)


def _size(dtype: pl.DataType) -> int:
    if dtype == pl.Boolean:
        return 3
    return len(dtype.categories) + 1 if isinstance(dtype, pl.Enum) else 5


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


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a sentence: the columns it depends on, and its words; null where it has nothing to say."""

    names: tuple[str, ...]
    words: pl.Expr


def sentences(
    codes: Mapping[str, Code], name: str, parts: Sequence[Part], separator: str = "; "
) -> pl.Series:
    """A column of text by row: the parts in a row; null where no part has anything to say."""
    written: list[pl.Series] = []
    places: list[Code] = []
    for part in parts:
        words, place = _written(codes, part)
        written.append(words)
        places.append(Code(pl.UInt32(), len(words), place.to_numpy()))
    keys, n_possible = _keys(places)
    unique, place = different(keys, n_possible)
    columns: list[pl.Series] = []
    for number in reversed(range(len(parts))):
        columns.append(written[number].gather(pl.Series(unique % places[number].size)).alias(str(number)))
        unique = unique // places[number].size
    text = pl.concat_str(
        *(str(number) for number in range(len(parts))), separator=separator, ignore_nulls=True
    )
    said_at_all = pl.when(text != "").then(text).alias(name)
    return pl.DataFrame(columns).select(said_at_all).to_series().gather(place)


def _written(codes: Mapping[str, Code], part: Part) -> tuple[pl.Series, pl.Series]:
    """The words of a part for its different combinations, and whose each row is."""
    keys, n_possible = _keys([codes[name] for name in part.names])
    unique, place = different(keys, n_possible)
    columns: list[pl.Series] = []
    for name in reversed(part.names):
        columns.append(codes[name].decoded(unique % codes[name].size).alias(name))
        unique = unique // codes[name].size
    words = pl.DataFrame(columns).select(pl.when(part.words != "").then(part.words).alias("words"))
    return words.to_series(), place


def _keys(parts: Sequence[Code]) -> tuple[Keys, int]:
    """One number for the values of all columns. Small numbers are joined as small numbers, which is quicker."""
    key = np.zeros(len(parts[0].numbers), dtype=np.int64)
    n_possible = 1
    group, size = np.zeros(len(key), dtype=np.uint16), 1
    for part in parts:
        n_possible *= part.size
        if size * part.size > np.iinfo(np.uint16).max:
            key = key * size + group
            group, size = part.numbers, part.size
        else:
            group = group * np.uint16(part.size) + part.numbers
            size *= part.size
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
