"""Result rows by key: the only way a number gets into a report."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import polars as pl

from graftrial.report.inputs import RuleCard
from graftrial.report.numbers import NOT_ASSESSABLE, SMALL_GROUP, counted, interval, reason_words, rounded

LAST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One number with what belongs to it."""

    key: str
    label: str
    value: str | None
    number: float | None
    unit: str
    n: int | None
    denominator: int | None
    not_assessable: int
    lower: float | None
    upper: float | None
    method: str
    warnings: str
    rules: tuple[str, ...]

    @property
    def count(self) -> int | None:
        """The number as a count of subjects or events."""
        return None if self.number is None else round(self.number)

    @property
    def is_open(self) -> bool:
        """Whether facts that were not reported leave a range."""
        return bool(self.not_assessable) and self.lower is not None and self.upper is not None

    def words(self, proportion: ResultRow | None = None) -> str:
        """A count with its denominator, and the exact interval that the row of the proportion gives.

        A count that is not settled is the range that it can still be in.
        """
        if self.is_open and self.lower is not None and self.upper is not None and self.lower < self.upper:
            return f"{rounded(self.lower)} to {counted(round(self.upper), self.denominator, is_open=True)}"
        if self.count is None:
            return NOT_ASSESSABLE
        text = counted(self.count, self.denominator)
        if proportion is None or proportion.lower is None or proportion.upper is None or not self.denominator:
            return text
        exact = interval(proportion.lower, proportion.upper)
        return (
            f"{text} ({exact})" if self.denominator < SMALL_GROUP else f"{text.removesuffix(')')}; {exact})"
        )


class ResultRows:
    """The results of a run, looked up by key or by the beginning of a key."""

    def __init__(self, frame: pl.DataFrame, rules: Iterable[RuleCard] = ()) -> None:
        self.frame = frame
        self.rules: Mapping[str, RuleCard] = {each.pin: each for each in rules}
        self._made: dict[str, ResultRow] = {}

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {key: place for place, key in enumerate(self.frame.get_column("key").to_list())}

    @cached_property
    def _sorted(self) -> Sequence[str]:
        return sorted(self._places)

    @cached_property
    def _sources(self) -> Sequence[str | None]:
        return self.frame.get_column("sources").to_list()

    @cached_property
    def _cells(self) -> Mapping[str, list[object]]:
        """Columns as lists: of many results few are printed, and only those become rows."""
        return self.frame.drop("sources", "group", "order", strict=False).to_dict(as_series=False)

    def get(self, key: str) -> ResultRow | None:
        """The row of that key; None where the analysis has none."""
        if key not in self._made and key in self._places:
            place = self._places[key]
            self._made[key] = _row({name: cells[place] for name, cells in self._cells.items()})
        return self._made.get(key)

    def key(self, *parts: object) -> str:
        """The key of these parts where the analysis has such a result, else nothing: no dead references."""
        chosen = ".".join(str(each) for each in parts)
        return chosen if chosen in self._places else ""

    def starting(self, prefix: str) -> tuple[ResultRow, ...]:
        """Rows whose key begins like this, in the order of the analysis."""
        first = bisect_left(self._sorted, prefix)
        last = bisect_left(self._sorted, prefix + LAST_CHARACTER, first)
        keys = sorted(self._sorted[first:last], key=self._places.__getitem__)
        return tuple(row for key in keys if (row := self.get(key)))

    def sources(self, key: str) -> str:
        """Rows behind the result of that key, as `table/primary key; …`; empty where the analysis has none."""
        return self._sources[self._places[key]] or "" if key in self._places else ""

    def cited(self, keys: Iterable[str]) -> tuple[RuleCard, ...]:
        """Cards of the rules actually used for these results, each once, sorted."""
        pins = {pin for key in keys if (row := self.get(key)) for pin in row.rules}
        return tuple(self.rules[pin] for pin in sorted(pins) if pin in self.rules)

    @property
    def pins(self) -> tuple[str, ...]:
        """Every rule that any result used."""
        written = self.frame.get_column("rules").drop_nulls().unique().to_list()
        return tuple(sorted({pin for each in written for pin in _pins(each)}))


@cache
def _pins(written: str | None) -> tuple[str, ...]:
    return tuple(each for each in (written or "").replace(";", " ").replace(",", " ").split() if each)


def _row(row: Mapping[str, object]) -> ResultRow:
    return ResultRow(
        key=str(row["key"]),
        label=str(row.get("label") or ""),
        value=None if row["value"] in (None, "") else str(row["value"]),
        number=_number(row.get("number")),
        unit=str(row["unit"] or ""),
        n=_whole(row["n"]),
        denominator=_whole(row["denominator"]),
        not_assessable=_whole(row["not_assessable"]) or 0,
        lower=_number(row["lower"]),
        upper=_number(row["upper"]),
        method=str(row["method"] or ""),
        warnings=reason_words(str(row["warnings"] or "")),
        rules=_pins(str(row["rules"] or "")),
    )


def _number(value: object) -> float | None:
    if value is None or value == "":
        return None
    if isinstance(value, float):
        return value
    return float(str(value))


def _whole(value: object) -> int | None:
    if isinstance(value, int):
        return value
    number = _number(value)
    return None if number is None else round(number)
