"""What was measured at each visit out of those still followed: what is missing is seen at a glance."""

from __future__ import annotations

from graftrial.report.blocks import Block, Cell, Column, Note, Row, Table
from graftrial.report.material import Material
from graftrial.report.numbers import rounded
from graftrial.report.results import ResultRow

WIDEST = 8  # visits in one table, so that it fits on paper


def visit_blocks(material: Material) -> list[Block]:
    """`n/N` for each variable and visit; nothing without visits in the study file."""
    found: dict[str, dict[str, ResultRow]] = {}
    for row in material.results.starting("present."):
        variable, _, visit = row.label.rpartition(" at ")
        found.setdefault(variable, {})[visit] = row
    if not found:
        text = "The study file declares no visits, or nothing was measured in them: missing values are not counted."
        return [Note(text, "missing")]
    visits = [
        each.id for each in material.study.schedule.visits if any(each.id in row for row in found.values())
    ]
    n_parts = -(-len(visits) // WIDEST)
    size = -(-len(visits) // n_parts)
    parts = [visits[start : start + size] for start in range(0, len(visits), size)]
    return [_table(found, part, "" if n_parts == 1 else f", {part[0]} to {part[-1]}") for part in parts]


def _table(found: dict[str, dict[str, ResultRow]], visits: list[str], which: str) -> Table:
    rows = tuple(
        Row((Cell(variable), *(_cell(cells.get(each)) for each in visits)))
        for variable, cells in sorted(found.items(), key=lambda pair: pair[0].lower())
        if any(each in cells for each in visits)
    )
    columns = (Column("Variable"), *(Column(each, is_number=True) for each in visits))
    notes = (
        (
            "Patients with a value in the window / patients still followed. Bold: somebody is missing; results.csv "
            "names them. Dash: nobody has a value, so that it was hardly planned."
        ),
    )
    return Table(f"Values present by variable and visit{which}", columns, rows, notes, compact=True)


def _cell(row: ResultRow | None) -> Cell:
    if row is None or row.count is None or row.denominator is None:
        return Cell("–", tone="quiet")
    text = f"{rounded(row.count)}/{rounded(row.denominator)}"
    return Cell(text, row.key, "strong" if row.count < row.denominator else "")
