"""Immune cells and immunoglobulins before and after, as recorded; nothing where the laboratory table has none."""

from __future__ import annotations

from graftrial.report.blocks import Block, Cell, Column, Note, Row, Table, cell
from graftrial.report.material import LISTING_ROWS, Material
from graftrial.report.numbers import NOT_REPORTED, significant
from graftrial.report.results import ResultRow


def immunology_blocks(material: Material) -> list[Block]:
    """One row for each measure and patient."""
    found: dict[tuple[str, str], dict[str, ResultRow]] = {}
    for row in material.results.starting("immunology."):
        _, measure, end, subject = row.key.split(".", 3)
        found.setdefault((measure, subject), {})[end] = row
    if not found:
        text = "NK cells, lymphocyte subsets and immunoglobulins were not reported for any patient."
        return [Note(text, "missing")]
    body = tuple(_row(subject, ends) for (_, subject), ends in list(found.items())[:LISTING_ROWS])
    columns = (
        Column("Measure"),
        Column("Subject"),
        Column("Baseline", is_number=True),
        Column("Last after", is_number=True),
    )
    notes = (
        "As the laboratory recorded them; values in different units stand beside each other and are not compared.",
        *material.cut_note(len(body), len(found), "results.csv"),
    )
    return [Table("Immune cells and immunoglobulins", columns, body, notes, compact=True)]


def _row(subject: str, ends: dict[str, ResultRow]) -> Row:
    title = next(iter(ends.values())).label.partition(" of ")[0]
    return Row((Cell(title), Cell(subject), _value(ends.get("baseline")), _value(ends.get("last"))))


def _value(row: ResultRow | None) -> Cell:
    if row is None or row.number is None:
        return cell(NOT_REPORTED, row.key if row else "", below=row.warnings if row else "")
    return Cell(
        f"{significant(row.number)} {row.unit}".strip(),
        row.key,
        below=row.method.removesuffix(", as recorded"),
    )
