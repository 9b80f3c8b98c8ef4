"""Whose column is whose in a file of biopsies: names as laboratories export them, to the names we use.

Every mapping is reported, unknown columns are named, nothing is guessed silently.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import polars as pl

BLANK_KIND = "blank"  # a column whose cells all count as unknown
NOISE = re.compile(r"\b(?:score|banff|lesion|grade)\b")
PERCENT = re.compile(r"%|\b(?:percent|percentage|pct|per cent)\b")


@dataclass(frozen=True, slots=True)
class BanffColumn:
    """A column that the classification reads. percent: names of the percentage that feeds the score."""

    name: str
    kind: str
    also: tuple[str, ...]
    percent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """One column of a file and what it is read as. is_percentage: it feeds the score by the published cut-offs."""

    source: str
    name: str
    kind: str
    is_percentage: bool = False

    def in_words(self) -> str:
        """The mapping as it is reported."""
        if self.is_percentage:
            return f"{self.source}: percentage, converted to the score {self.name}"
        if self.source == self.name:
            return f"{self.source}: {self.name}"
        return f"{self.source}: read as {self.name}"


@dataclass(frozen=True, slots=True)
class BanffColumns:
    """The columns of a file: what is read, what is doubled, what is not known.

    doubled: columns that would be read as one that another column is already read as.
    """

    read: Mapping[str, MappedColumn]
    doubled: tuple[MappedColumn, ...]
    unknown: tuple[str, ...]

    def source(self, name: str) -> str | None:
        """Name in the file of a column that is read as itself; None where there is none."""
        mapped = self.read.get(name)
        return mapped.source if mapped else None


@cache
def declared_columns() -> Mapping[str, BanffColumn]:
    """Every column that the classification reads, by the name we use."""
    text = files("graftrial.intake").joinpath("banff_columns.toml").read_text(encoding="utf-8")
    return {
        name: BanffColumn(name, body["kind"], tuple(body.get("also", ())), tuple(body.get("percent", ())))
        for name, body in tomllib.loads(text).items()
    }


def map_columns(names: Iterable[str]) -> BanffColumns:
    """What each column of a file is read as; an exact name goes before another spelling of the same."""
    given = list(names)
    exact = [name for name in given if name in declared_columns()]
    read = {name: MappedColumn(name, name, declared_columns()[name].kind) for name in exact}
    doubled: list[MappedColumn] = []
    unknown: list[str] = []
    for name in given:
        if name in read and read[name].source == name:
            continue
        mapped = _known_as(name)
        if mapped is None:
            unknown.append(name)
        elif mapped.name in read:
            doubled.append(mapped)
        else:
            read[mapped.name] = mapped
    return BanffColumns(read, tuple(doubled), tuple(unknown))


def _known_as(source: str) -> MappedColumn | None:
    words = source.lower().replace("_", " ")
    plain = PERCENT.sub(" ", words)
    spelled = _spelled(plain)
    if plain != words and spelled in _percentages():
        name = _percentages()[spelled]
        return MappedColumn(source, name, declared_columns()[name].kind, is_percentage=True)
    name = _spellings().get(_spelled(words), "")
    return MappedColumn(source, name, declared_columns()[name].kind) if name else None


def _spelled(words: str) -> str:
    return re.sub(r"[\s_.()/%\[\]-]", "", NOISE.sub("", words))


@cache
def _spellings() -> Mapping[str, str]:
    return _by_spelling({name: (name, *column.also) for name, column in declared_columns().items()})


@cache
def _percentages() -> Mapping[str, str]:
    return _by_spelling({name: column.percent for name, column in declared_columns().items()})


def _by_spelling(names: Mapping[str, tuple[str, ...]]) -> Mapping[str, str]:
    spelled: dict[str, str] = {}
    for name, spellings in names.items():
        for each in spellings:
            key = _spelled(each.lower().replace("_", " "))
            if spelled.setdefault(key, name) != name:
                raise TypeError(f"{each} is read as {spelled[key]} and as {name}")
    return spelled


def multilayering_is_graded(source: str, dtype: pl.DataType) -> pl.Expr:
    """Whether a column of multilayering holds grades above 1, of which it is not known which is severe."""
    given = pl.col(source)
    if dtype.is_numeric():
        return (given > 1).any().fill_null(False)
    if dtype == pl.String:
        return given.str.contains(r"[2-9]").any().fill_null(False)
    return pl.lit(False)


def without(columns: BanffColumns, name: str) -> BanffColumns:
    """The columns without one that cannot be trusted: its input is unknown, as if every cell were empty."""
    mapped = columns.read[name]
    blank = MappedColumn(mapped.source, name, BLANK_KIND)
    return BanffColumns({**columns.read, name: blank}, columns.doubled, columns.unknown)
