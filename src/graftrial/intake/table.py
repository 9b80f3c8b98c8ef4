"""The two shapes of a table on its way in: text with coordinates, then typed.

`RawTable` is what stood in the file. `Table` is what the rest of the house works with: every declared column
is there with its type (null where it was not given), and every row knows the file row it came from.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

import polars as pl

from graftrial.findings import Finding
from graftrial.intake.declaration import TableDeclaration, tables
from graftrial.intake.supplied import Supplied

ROW = "source_row"  # row of the file as a spreadsheet counts it: the header is row 1
MOMENT_PARTS = {"earliest": pl.Date, "latest": pl.Date, "stated_day": pl.Int32, "time": pl.String}
TYPES: Mapping[str, pl.DataType] = {
    "id": pl.String(),
    "text": pl.String(),
    "free_text": pl.String(),
    "category": pl.String(),
    "yes_no": pl.Boolean(),
    "integer": pl.Int32(),
    "number": pl.Float64(),
    "age": pl.Float64(),
    "moment": pl.String(),
}


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table as text: columns of strings (null = empty cell) plus `source_row`, and where it came from."""

    name: str
    file: str
    frame: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Table:
    """A typed table.

    frame: declared columns in declared order, then `source_row`. A moment column `start` holds the canonical
    text and is followed by `start_earliest`, `start_latest` (Date), `start_stated_day` (Int32) and `start_time`
    (`HH:MM`, `HH` or null, with the offset from UTC where it was recorded).
    file: path below the study folder, empty where the table was not given.
    given: the declared columns that the file has; an absent column is not the same as an empty one.
    """

    declaration: TableDeclaration
    frame: pl.DataFrame
    file: str = ""
    given: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """Name of the table."""
        return self.declaration.name

    @property
    def is_present(self) -> bool:
        """Whether the study has the table at all."""
        return bool(self.file)


@dataclass(frozen=True, slots=True)
class Balance:
    """read = used + withheld, for one table."""

    table: str
    read: int
    used: int
    withheld: int


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables of a study, present or not, with what intake found on the way and what the user supplies beside.

    known: answers about these tables that are asked for more than once (`checks.once`).
    """

    by_name: Mapping[str, Table]
    findings: tuple[Finding, ...] = ()
    balances: tuple[Balance, ...] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)
    supplied: Supplied = field(default_factory=Supplied)
    known: dict[Hashable, tuple[object, pl.DataFrame]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __getitem__(self, name: str) -> Table:
        return self.by_name[name]

    def frame(self, name: str) -> pl.DataFrame:
        """The typed rows of a table; an empty frame with all columns where the table was not given."""
        return self.by_name[name].frame


def schema(declaration: TableDeclaration, extra: tuple[str, ...] = ()) -> dict[str, pl.DataType]:
    """Column types of a typed table; `extra` are given columns that a pattern of the declaration allows."""
    types: dict[str, pl.DataType] = {}
    for name in (*declaration.columns, *(each for each in extra if each not in declaration.columns)):
        column = declaration.column(name)
        assert column is not None
        types[name] = TYPES[column.kind]
        if column.kind == "moment":
            types |= {f"{name}_{part}": dtype() for part, dtype in MOMENT_PARTS.items()}
    return types | {ROW: pl.Int32()}


def absent(name: str) -> Table:
    """The table of that name as it is when nobody gave it."""
    declaration = tables()[name]
    return Table(declaration, pl.DataFrame(schema=schema(declaration)))
