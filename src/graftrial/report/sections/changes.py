"""What changed since an earlier report: new, gone and different numbers."""

from __future__ import annotations

from typing import Any

import polars as pl

from graftrial.report.blocks import Block, Card, Cards, Cell, Column, Note, Row, Section, Table, cell, folded
from graftrial.report.endpoint_words import estimate_cell, is_share, number_words
from graftrial.report.inputs import Changes
from graftrial.report.material import LISTING_ROWS, Material
from graftrial.report.numbers import NOT_ASSESSABLE, percent, plain, rounded
from graftrial.study.model import Endpoint

ANCHOR, TITLE = "changes", "What changed since the earlier report"
HEADLINES = (
    *(
        f"disposition.{each}"
        for each in ("screened", "enrolled", "infused", "completed", "withdrawn", "graft_loss", "death")
    ),
    *(f"ae.{each}.subjects" for each in ("any", "serious", "related_cells", "grade_3_or_higher")),
    "biopsy.new_tma.subjects",
    "safety.state",
)
TEXT_LENGTH = 60  # a longer text of a cell is cut; changes.csv has it whole


def section(material: Material) -> Section | None:
    """Counts and the list; None where no earlier report was named."""
    changes = material.inputs.changes
    if changes is None:
        return None
    blocks: list[Block] = [
        Note(f"Compared with the report of data cut {changes.earlier_data_cut or 'not known'}.", "note"),
        _cards(changes),
    ]
    if changes.frame.is_empty():
        blocks.append(Note("Every number is the same.", "note"))
    else:
        blocks += _headlines(material, changes)
        blocks.append(folded(_table(material, changes), "Every number that changed"))
    return Section(ANCHOR, TITLE, tuple(blocks), "Changes")


def _headline(material: Material, record: dict[str, Any]) -> Row:
    """A count or a state, now with what it is counted from."""
    title, *_, before, after = _row(material, record).cells
    row = material.results.get(record["key"])
    now = Cell(row.words(), row.key) if row is not None and row.count is not None else after
    return Row((title, before, now))


def _estimate(material: Material, endpoint: Endpoint, record: dict[str, Any]) -> Row:
    """The estimate of an endpoint in its own unit at both cuts."""
    row = material.results.get(record["key"])
    if row is None:
        return _headline(material, record)
    try:
        number = float(record["before"])
    except (TypeError, ValueError):
        before = cell(NOT_ASSESSABLE)
    else:
        before = Cell(percent(number) if is_share(endpoint) else number_words(endpoint, number, row.unit))
    return Row(
        (Cell(endpoint.title, row.key, below=row.label), before, estimate_cell(material, endpoint, row))
    )


def _cards(changes: Changes) -> Cards:
    counts = dict(changes.frame.unique(["key", "change"]).group_by("change").len().iter_rows())
    words = {"new": "New results", "changed": "Changed results", "gone": "Results no longer there"}
    return Cards(
        tuple(
            Card(
                title,
                rounded(counts.get(kind, 0)),
                tone="alert" if kind == "gone" and counts.get(kind) else "",
            )
            for kind, title in words.items()
        )
    )


def _table(material: Material, changes: Changes) -> Table:
    records = list(changes.frame.head(LISTING_ROWS).iter_rows(named=True))
    rows = tuple(_row(material, each) for each in records)
    columns = (
        Column("Result", wide=True),
        Column("Change"),
        Column("Part"),
        Column("Before", is_number=True),
        Column("After", is_number=True),
    )
    notes = material.cut_note(len(rows), changes.frame.height, "changes.csv")
    return Table("Changes, number by number", columns, rows, notes, compact=True, is_listing=True)


def _headlines(material: Material, changes: Changes) -> list[Block]:
    """The numbers of the first page and the estimates of the endpoints, as far as they changed."""
    estimates = {f"endpoint.{each.id}.estimate": each for each in material.study.endpoints}
    values = {
        each["key"]: each
        for each in changes.frame.filter(pl.col("column") == "value").iter_rows(named=True)
        if each["key"] in HEADLINES or each["key"] in estimates
    }
    if not values:
        text = "None of the counts of the first page and no estimate of an endpoint changed."
        return [Note(text, "note")]
    rows = tuple(
        _estimate(material, estimates[key], values[key])
        if key in estimates
        else _headline(material, values[key])
        for key in (*HEADLINES, *estimates)
        if key in values
    )
    columns = (Column("Result", wide=True), Column("Before", is_number=True), Column("Now", is_number=True))
    return [Table("What changed of the main results", columns, rows)]


def _row(material: Material, record: dict[str, Any]) -> Row:
    result = material.results.get(record["key"])
    label = result.label if result and result.label else record["key"]
    before, after = (_shown(record[name]) for name in ("before", "after"))
    return Row(
        (
            Cell(label, key=record["key"] if result else "", below=record["key"]),
            Cell(record["change"], tone="alert" if record["change"] == "gone" else ""),
            Cell(record["column"].replace("_", " ")),
            Cell("", tone="quiet") if record["change"] == "new" else cell(before),
            Cell("", tone="quiet") if record["change"] == "gone" else cell(after),
        )
    )


def _shown(text: str | None) -> str:
    if text is None:
        return NOT_ASSESSABLE
    try:
        return plain(float(text), 2)
    except ValueError:
        return text if len(text) <= TEXT_LENGTH else f"{text[:TEXT_LENGTH]} …"
