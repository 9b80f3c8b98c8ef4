"""Laboratory grades under two editions of CTCAE side by side: how many worst grades change, and whose."""

from __future__ import annotations

from graftrial.report.blocks import Block, Cell, Column, Note, Row, Table, with_citations
from graftrial.report.material import Material
from graftrial.report.results import ResultRow

COUNTS, CHANGED = "labgrade.edition.", "labgrade.regraded."
COLUMNS = {"same": "The same", "higher": "Higher", "lower": "Lower", "not_assessable": "Not assessable"}


def edition_blocks(material: Material, pinned: str) -> list[Block]:
    """One row for every term of both editions in which a grade changes or is open; nothing where none is compared."""
    also = material.study.adverse_events.laboratory.also_edition
    terms: dict[str, dict[str, ResultRow]] = {}
    for each in material.results.starting(COUNTS):
        record, change, _ = each.key.removeprefix(COUNTS).split(".")
        terms.setdefault(record, {})[change] = each
    if also is None or not terms:
        return []
    moved = {record: rows for record, rows in terms.items() if rows["same"].n != rows["same"].denominator}
    if not moved:
        return [Note(f"Graded once more by CTCAE v{also}: no worst grade changes in {len(terms)} terms.")]
    columns = (
        Column("Term", wide=True),
        *(Column(title, is_number=True, below="subjects") for title in COLUMNS.values()),
        Column(f"Whose: grade by v{pinned} → by v{also}", wide=True),
    )
    rows = sorted(moved.items(), key=lambda each: each[1]["same"].label)
    same = len(terms) - len(moved)
    notes = (
        "Worst grade after the first infusion; a renamed term is paired by its analyte.",
        *((f"No worst grade changes in {same} further terms.",) if same else ()),
    )
    title = f"Laboratory grades by CTCAE v{pinned} and v{also}: under v{also} the worst grade is"
    table = Table(title, columns, tuple(_row(material, *each) for each in rows), notes, compact=True)
    return [with_citations(table, material.results)]


def _row(material: Material, record: str, rows: dict[str, ResultRow]) -> Row:
    counts = (Cell(rows[each].words(), rows[each].key, "" if rows[each].n else "quiet") for each in COLUMNS)
    changed = material.results.starting(f"{CHANGED}{record}.")
    whose = ", ".join(_whose(each) for each in changed)
    return Row((Cell(rows["same"].label.rpartition(": ")[0]), *counts, Cell(whose)))


def _whose(row: ResultRow) -> str:
    before = row.method.rpartition("; ")[2].split(" ")[0]
    return f"{row.label.rpartition(': ')[2]} {before} → {row.value}"
