"""Published results beside our own: a forest in grey, with the differences between the populations in words."""

from __future__ import annotations

from graftrial.report.blocks import Block, Cell, Column, Figure, Row, Table
from graftrial.report.endpoint_words import is_share, number_words
from graftrial.report.figures.endpoint_forest import forest_spec
from graftrial.report.material import Material
from graftrial.report.numbers import percent, rounded, unit_words
from graftrial.report.results import ResultRow
from graftrial.study.model import Endpoint

CONTEXT = (
    "Context, not a comparison: other patients, other designs, other times. No number of theirs is subtracted from "
    "ours, and no p value could be given without their individual data."
)


def comparator_blocks(material: Material, endpoint: Endpoint) -> list[Block]:
    """Forest and table; nothing where the endpoint names no published result."""
    rows = material.results.starting(f"endpoint.{endpoint.id}.comparator.")
    if not rows:
        return []
    own = material.results.get(f"endpoint.{endpoint.id}.estimate")
    if own is None or own.number is None:
        own = material.results.get(f"endpoint.{endpoint.id}.reported_share") or own
    name, title = f"forest-{endpoint.id}", f"{endpoint.title} beside published results"
    alt = (
        f"One row a result: our own in dark, {len(rows)} published ones in grey, with their limits where these were "
        "published. The numbers are in the table below."
    )
    drawn: list[Block] = [Figure(name, title, alt, forest_spec(material, endpoint, own, rows), CONTEXT)]
    body = tuple(_row(endpoint, each) for each in rows)
    columns = (
        Column("Published result", wide=True),
        Column("n", is_number=True),
        Column("Number"),
        Column("How it was made, and where it stands", wide=True),
        Column("Who they were", wide=True),
    )
    return [
        *drawn,
        Table(f"{title}: what they are", columns, body, compact=True),
        *_effects(material, endpoint),
    ]


def _effects(material: Material, endpoint: Endpoint) -> list[Block]:
    """Effects between the arms of another trial, computed again from its counts, with the method of each."""
    given = material.results.starting(f"endpoint.{endpoint.id}.published.")
    if not given:
        return []
    rows = tuple(_effect(each) for each in given)
    columns = (Column("Published effect", wide=True), Column("Number"), Column("How it was made", wide=True))
    printed = {each.warnings.partition("as printed: ")[2] for each in given} - {""}
    said = (
        "Computed again from the published counts, between the arms of that trial; our patients are in none of it. "
        "Wald limits are large-sample: they are what publications print, the others are made for small groups."
    )
    notes = (said, *(f"As printed: {each}." for each in sorted(printed)))
    caption = f"{endpoint.title}: published effects, computed again"
    return [Table(caption, columns, rows, notes, compact=True)]


def _effect(row: ResultRow) -> Row:
    if row.number is None:
        cell = Cell("not estimable", row.key, "missing", row.warnings.removeprefix("not estimable, "))
        return Row((Cell(row.label, tone="quiet"), cell, Cell(row.method)))
    show = _ratio if row.key.rpartition(".")[2].startswith("ratio") else percent
    limits = ""
    if row.lower is not None and row.upper is not None:
        limits = f"95% CI {show(row.lower)} to {show(row.upper)}"
    return Row(
        (Cell(row.label, tone="quiet"), Cell(show(row.number), row.key, below=limits), Cell(row.method))
    )


def _ratio(value: float) -> str:
    return rounded(value, 2)


def _row(endpoint: Endpoint, row: ResultRow) -> Row:
    text = _number(endpoint, row, row.number)
    limits = ""
    if row.lower is not None and row.upper is not None:
        limits = f"{_number(endpoint, row, row.lower)} to {_number(endpoint, row, row.upper)}"
    who = row.warnings.partition(": ")[2]
    return Row(
        (
            Cell(row.label, tone="quiet"),
            Cell(rounded(row.n or 0)),
            Cell(f"{text} {unit_words(row.unit)}".strip(), row.key, below=limits),
            Cell(row.method),
            Cell(who),
        )
    )


def _number(endpoint: Endpoint, row: ResultRow, value: float | None) -> str:
    if value is None:
        return ""
    return percent(value) if is_share(endpoint) and not row.unit else number_words(endpoint, value, row.unit)
