"""The parts a section is made of. Sections build them, one template prints them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from graftrial.report.inputs import RuleCard
from graftrial.report.numbers import NOT_ASSESSABLE, NOT_REPORTED
from graftrial.report.results import ResultRows

Spec: TypeAlias = dict[str, "SpecValue"]
SpecValue: TypeAlias = "str | int | float | bool | list[SpecValue] | dict[str, SpecValue] | None"
Tone = Literal["", "missing", "inferred", "alert", "good", "quiet", "strong"]
NoteKind = Literal["plain", "lead", "note", "remark", "missing", "alert", "definition"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: words, the result it prints (`key`), how it looks, and remarks under it."""

    text: str
    key: str = ""
    tone: Tone = ""
    below: str = ""
    link: str = ""

    @property
    def is_missing(self) -> bool:
        """Whether the cell says that nothing was reported."""
        return self.text == NOT_REPORTED


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column. A row's first cell is its heading."""

    title: str
    is_number: bool = False
    wide: bool = False
    below: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `level` indents its heading, `is_group` makes it one; `remark` runs below it over the whole width."""

    cells: tuple[Cell, ...]
    level: int = 0
    is_group: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption, its notes and the rules its numbers rest on.

    is_listing: rows of data one by one; PDF and Word leave a long one to the page and to `printed_tables/`.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    citations: tuple[RuleCard, ...] = ()
    compact: bool = False
    narrow: bool = False
    is_listing: bool = False

    def __post_init__(self) -> None:
        ragged = {len(row.cells) for row in self.rows if not row.is_group} - {len(self.columns)}
        if ragged:
            raise ValueError(
                f"{self.caption}: rows of {sorted(ragged)} cells under {len(self.columns)} columns"
            )


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph."""

    text: str
    kind: NoteKind = "plain"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section. `colour` is the patient's."""

    text: str
    anchor: str = ""
    colour: str = ""
    below: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a person, quoted as they stand."""

    text: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure. `name` is stable and names its files; `alt` says in words what is to be seen."""

    name: str
    title: str
    alt: str
    spec: Spec
    note: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A number large enough for a first look, never without what it is counted from."""

    title: str
    text: str
    below: str = ""
    key: str = ""
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Cards:
    """Cards side by side."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms and what they are, as a description list."""

    entries: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class Links:
    """A list of references; each is words and the links that follow them."""

    entries: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True, slots=True)
class Fold:
    """Blocks that a reader opens; print shows them open."""

    title: str
    blocks: tuple[Block, ...]
    is_open: bool = False


Block: TypeAlias = "Table | Note | Heading | Quote | Figure | Cards | Facts | Links | Fold"


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the page."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]
    short: str = ""


OPEN_ROWS = 24  # a longer table is folded on the screen; print shows it


def folded(table: Table, title: str) -> Block:
    """The table, behind its title where it is long."""
    return table if len(table.rows) <= OPEN_ROWS else Fold(title, (table,))


def missing(text: str = NOT_REPORTED) -> Cell:
    """A cell that says what is not there."""
    return Cell(text, tone="missing")


def cell(text: str, key: str = "", tone: Tone = "", below: str = "") -> Cell:
    """A cell that turns grey by itself where nothing was reported or can be said."""
    return Cell(text, key, "missing" if text in (NOT_REPORTED, NOT_ASSESSABLE) and not tone else tone, below)


def with_citations(table: Table, results: ResultRows) -> Table:
    """The table with the cards of the rules that its own cells used."""
    keys = [each.key for row in table.rows for each in row.cells if each.key]
    return replace(table, citations=results.cited(keys))
