"""Columns as small numbers, and what a few of them decide: worked out once for every combination that is met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

Keys: TypeAlias = NDArray[np.int64]
Small: TypeAlias = NDArray[np.unsignedinteger[Any]]
SMALL = 1 << 20  # up to this many possible keys, a table with a place for each is quicker than a search
AT_ONCE = 1 << 10  # up to this many combinations all are worked out at once: to ask again costs more
PLAIN = pl.QueryOptFlags.none()


@dataclass(frozen=True, slots=True)
class Code:
    """A column as small numbers: a score is its grade, an answer 0 or 1, a code its place; the last is the unknown."""

    dtype: pl.DataType
    size: int
    numbers: Small

    def is_unknown(self) -> NDArray[np.bool_]:
        """Where the value is unknown."""
        return np.asarray(self.numbers == self.size - 1)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A column by row: the different values, and for every row the place of its own among them."""

    name: str
    values: pl.Series
    place: NDArray[np.integer[Any]]

    def named(self, name: str) -> Chosen:
        """The same column under another name."""
        return Chosen(name, self.values, self.place)

    def code(self) -> Code:
        """The column as small numbers."""
        dtype = self.values.dtype
        if len(self.values) <= AT_ONCE:
            numbers = np.array([_position(dtype)[each] for each in self.values.to_list()], dtype=np.uint8)
        else:
            numbers = _small(self.values.to_frame()).to_series().to_numpy()
        return Code(dtype, _size(dtype), numbers.take(self.place))


def by_row(columns: Sequence[Chosen]) -> pl.DataFrame:
    """The values of columns in the order of the rows."""
    return pl.DataFrame(
        [
            each.values[pl.Series(each.place.astype(np.uint32, copy=False))].alias(each.name)
            for each in columns
        ]
    )


def selected(frame: pl.DataFrame, *expressions: pl.Expr) -> pl.DataFrame:
    """A selection that is not optimised, which would take longer than the work."""
    if frame.height <= AT_ONCE:
        return frame.select(expressions)
    return frame.lazy().select(expressions).collect(optimizations=PLAIN)


def coded(frame: pl.DataFrame) -> dict[str, Code]:
    """The columns of scores, answers or codes as small numbers; a column of another kind is left out."""
    kinds = {name: dtype for name, dtype in frame.schema.items() if isinstance(dtype, CODED)}
    numbers = (each.to_numpy() for each in _small(frame).get_columns())
    return {
        name: Code(dtype, _size(dtype), own)
        for (name, dtype), own in zip(kinds.items(), numbers, strict=True)
    }


def _small(frame: pl.DataFrame) -> pl.DataFrame:
    kinds = tuple((name, dtype) for name, dtype in frame.schema.items() if isinstance(dtype, CODED))
    return selected(frame, *_numbered(kinds))


@cache
def _numbered(kinds: tuple[tuple[str, pl.DataType], ...]) -> tuple[pl.Expr, ...]:
    return tuple(
        _bits(pl.col(name), dtype).fill_null(pl.lit(_size(dtype) - 1, dtype=pl.UInt8))
        for name, dtype in kinds
    )


def _bits(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """The number behind each value. A score is read as it lies in memory: to convert it takes ten times as long."""
    if dtype == pl.Int8:
        return column.reinterpret(signed=False)
    return (column.to_physical() if isinstance(dtype, pl.Enum) else column).cast(pl.UInt8)


CODED = (pl.Boolean, pl.Int8, pl.Enum)


def _size(dtype: pl.DataType) -> int:
    if dtype == pl.Boolean:
        return 3
    return len(dtype.categories) + 1 if isinstance(dtype, pl.Enum) else 5


@cache
def _values(dtype: pl.DataType) -> pl.Series:
    """The values behind small numbers; the last is the unknown."""
    if dtype == pl.Boolean:
        return pl.Series([False, True, None], dtype=pl.Boolean)
    known = dtype.categories.to_list() if isinstance(dtype, pl.Enum) else list(range(_size(dtype) - 1))
    return pl.Series([*known, None], dtype=dtype)


@cache
def _position(dtype: pl.DataType) -> Mapping[object, int]:
    """The small number of each value."""
    return {value: number for number, value in enumerate(_values(dtype).to_list())}


def different(keys: NDArray[np.integer[Any]], n_possible: int) -> tuple[Keys, NDArray[np.uint32]]:
    """The different keys, and for every key its place among them."""
    if n_possible <= SMALL:
        seen = np.zeros(n_possible, dtype=bool)
        seen[keys] = True
        unique = np.flatnonzero(seen)
        place = np.zeros(n_possible, dtype=np.uint32)
        place[unique] = np.arange(len(unique), dtype=np.uint32)
        return unique, place.take(keys)
    column = pl.DataFrame({"key": keys})
    unique_keys = column.unique().with_row_index("place")
    placed = column.join(unique_keys, on="key", how="left", maintain_order="left")
    return unique_keys.get_column("key").to_numpy(), placed.get_column("place").to_numpy()


def combined(
    places: Sequence[NDArray[np.integer[Any]]], sizes: Sequence[int]
) -> tuple[list[Keys], NDArray[np.integer[Any]]]:
    """The different combinations of several columns of places, a column each, and for every row which it is.

    sizes: how many places there are in each column. Combinations that no row holds are dropped on the way, so that
    the table with a place for each stays small.
    """
    columns: list[Keys] = []
    key, n_possible, pending = places[0], sizes[0], [sizes[0]]
    for place, size in zip(places[1:], sizes[1:], strict=True):
        if n_possible * size > SMALL and pending:
            unique, key = different(key, n_possible)
            columns, n_possible, pending = _apart(unique, columns, pending), len(unique), []
        key = key.astype(np.int64) * size + place
        n_possible, pending = n_possible * size, [*pending, size]
    unique, key = different(key, n_possible)
    return _apart(unique, columns, pending), key


def _apart(keys: Keys, columns: list[Keys], sizes: Sequence[int]) -> list[Keys]:
    """The columns of combinations: those that were put together before, and one for each size."""
    last: list[Keys] = []
    for size in reversed(sizes):
        last.append(keys % size)
        keys = keys // size
    return [*(column.take(keys) for column in columns), *reversed(last)]


@dataclass(slots=True)
class _Met:
    """The values of a lookup for the combinations that were met. place: by combination, -1 where it was not."""

    place: NDArray[np.int32]
    values: pl.Series
    known: dict[object, int] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Lookup:
    """A value that a few columns of small numbers decide. It is the expression that decides it, once a combination."""

    names: tuple[str, ...]
    value: pl.Expr
    _met: dict[tuple[pl.DataType, ...], _Met] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, codes: Mapping[str, Code], name: str = "") -> Chosen:
        """The values by row."""
        own = [codes[each] for each in self.names]
        keys, n_possible = _keys(own)
        met = self._known(own, n_possible)
        place = met.place.take(keys)
        if len(place) and place.min() < 0:
            with self._lock:
                self._work_out(met, own, different(keys[place < 0], n_possible)[0])
            place = met.place.take(keys)
        return Chosen(name, met.values, place.view(np.uint32))

    def _known(self, own: Sequence[Code], n_possible: int) -> _Met:
        kinds = tuple(code.dtype for code in own)
        met = self._met.get(kinds)
        if met is None:
            with self._lock:
                if kinds not in self._met:
                    nothing = np.zeros(0, dtype=np.int64)
                    fresh = _Met(np.full(n_possible, -1, dtype=np.int32), self._asked(own, nothing))
                    if n_possible <= AT_ONCE:
                        self._work_out(fresh, own, np.arange(n_possible))
                    self._met[kinds] = fresh
                met = self._met[kinds]
        return met

    def _work_out(self, met: _Met, own: Sequence[Code], keys: Keys) -> None:
        values = self._asked(own, keys)
        fresh: list[object] = []
        places = np.empty(len(keys), dtype=np.int32)
        for number, value in enumerate(values.to_list()):
            place = met.known.get(value)
            if place is None:
                place = met.known[value] = len(met.known)
                fresh.append(value)
            places[number] = place
        if fresh:
            met.values = pl.concat([met.values, pl.Series(fresh, dtype=values.dtype)], rechunk=True)
        met.place[keys] = places  # after the values: another thread reads places first

    def _asked(self, own: Sequence[Code], keys: Keys) -> pl.Series:
        """The values of combinations, by the expression."""
        columns = by_row(
            [
                Chosen(name, _values(code.dtype), place)
                for name, code, place in zip(
                    self.names, own, _apart(keys, [], [code.size for code in own]), strict=True
                )
            ]
        )
        return selected(columns, self.value.alias("value")).to_series()


def _keys(parts: Sequence[Code]) -> tuple[NDArray[np.integer[Any]], int]:
    """One number for the values of all columns. Small numbers are joined as small numbers, which is quicker."""
    done: tuple[Keys, int] | None = None
    group, size = parts[0].numbers, parts[0].size
    for part in parts[1:]:
        if size * part.size <= np.iinfo(np.uint16).max:
            group = group.astype(np.uint16, copy=False) * np.uint16(part.size) + part.numbers
            size *= part.size
        else:
            done = _before(done, group, size)
            group, size = part.numbers, part.size
    return _before(done, group, size) if done else (group, size)


def _before(done: tuple[Keys, int] | None, group: Small, size: int) -> tuple[Keys, int]:
    if done is None:
        return group.astype(np.int64), size
    return done[0] * size + group, done[1] * size
