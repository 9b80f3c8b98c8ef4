"""What the tables of a study are: the columns with their kinds, units, ranges and meanings.

The facts are in `tables.toml` beside this module; this is the reading of them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

KINDS = ("id", "text", "free_text", "category", "yes_no", "integer", "number", "moment", "age")


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `low` and `high` are the plausible range, ends included."""

    name: str
    kind: str
    means: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    required: bool = False
    personal: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise TypeError(f"column {self.name}: unknown kind {self.kind}")

    @property
    def day_name(self) -> str:
        """Name under which a moment column may be given in study days."""
        if self.name == "date":
            return "day"
        return f"{self.name.removesuffix('_date')}_day"

    def expected(self) -> str:
        """What a cell may hold, in words."""
        if self.choices:
            return ", ".join(self.choices)
        words = {
            "yes_no": "yes or no",
            "moment": "an ISO date (2019-03-11, 2019-03, 2019) or a study day (28, D28)",
            "integer": "a whole number",
            "number": "a number",
            "age": "an age in years",
        }.get(self.kind, "text")
        if self.low is not None and self.high is not None:
            words += f" from {self.low:g} to {self.high:g} {self.unit}".rstrip()
        return words


@dataclass(frozen=True, slots=True)
class TableDeclaration:
    """One table: its columns in order, and the columns that together name a row.

    also: columns that are read where a file has them, and that no template writes.
    """

    name: str
    title: str
    row: str
    key: tuple[str, ...]
    columns: Mapping[str, Column]
    patterns: tuple[re.Pattern[str], ...] = ()
    pattern_column: Column | None = None
    required: bool = False
    also: Mapping[str, Column] = field(default_factory=dict)

    def column(self, name: str) -> Column | None:
        """The declaration of a column, also of one that a pattern allows; None if there is none."""
        if name in self.columns:
            return self.columns[name]
        if name in self.also:
            return self.also[name]
        if self.pattern_column and any(each.fullmatch(name) for each in self.patterns):
            given = self.pattern_column
            return Column(name, given.kind, given.means, choices=given.choices)
        return None


@cache
def tables() -> Mapping[str, TableDeclaration]:
    """Every table of a study, in the order of the design."""
    text = files("graftrial.intake").joinpath("tables.toml").read_text(encoding="utf-8")
    return {name: _table(name, body) for name, body in tomllib.loads(text).items()}


def _table(name: str, body: dict[str, Any]) -> TableDeclaration:
    columns = {each: _column(each, given) for each, given in body["columns"].items()}
    patterns: list[re.Pattern[str]] = []
    pattern_column = None
    for shape, given in body.get("patterns", {}).items():
        slots = re.findall(r"\{(\w+)\}", shape)
        open_shape = shape.replace("{product}", r"[a-z0-9_]+")
        for values in product(*(given[slot] for slot in slots)):
            filled = dict(zip(slots, values, strict=True))
            written = shape.format(**filled)
            columns[written] = Column(
                written, given["kind"], given["means"].format(**filled), choices=tuple(given["choices"])
            )
        for judge in given["judge"]:
            patterns.append(re.compile(open_shape.replace("{judge}", judge)))
        pattern_column = Column(shape, given["kind"], given["means"], choices=tuple(given["choices"]))
    key = tuple(body["key"])
    if unknown := set(key) - columns.keys():
        raise TypeError(f"table {name}: key names unknown columns {sorted(unknown)}")
    return TableDeclaration(
        name,
        body["title"],
        body["row"],
        key,
        columns,
        tuple(patterns),
        pattern_column,
        body.get("required", False),
        {each: _column(each, given) for each, given in body.get("also", {}).items()},
    )


def _column(name: str, given: dict[str, Any]) -> Column:
    return Column(name=name, **{**given, "choices": tuple(given.get("choices", ()))})
