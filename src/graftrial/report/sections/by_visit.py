"""The infused patients together at each visit: value and change from baseline, with how many have one."""

from __future__ import annotations

from collections.abc import Sequence

from graftrial.analyse.results import slug
from graftrial.report.blocks import Block, Cell, Column, Row, Table, with_citations
from graftrial.report.material import Material
from graftrial.report.numbers import NOT_ASSESSABLE, plain, rounded, signed
from graftrial.report.results import ResultRow

LISTED = 3  # up to so many values are listed: they have no middle worth the name
NOTE = (
    "Patients: with a value in the window of the visit, of those still followed. Median (lowest to highest); up to "
    "three values are listed. A value after graft loss is not counted. Those who stay are not those who began: the "
    "change is of patients who have both values."
)


def visit_table(material: Material, caption: str, measures: Sequence[tuple[str, str, int]]) -> list[Block]:
    """Visits as rows. measures: word in the keys, title with unit, decimals."""
    rows = [
        Row((Cell(visit.id, below=f"day {rounded(visit.day)}"), *cells))
        for visit in material.study.schedule.visits
        if (cells := _cells(material, slug(visit.id), measures))
    ]
    if not rows:
        return []
    columns = [Column("Visit"), Column("Patients", is_number=True)]
    for _, title, _ in measures:
        name, _, unit = title.partition(", ")
        columns += [
            Column(name, is_number=True, below=unit),
            Column("Change from baseline", is_number=True, below=unit),
        ]
    table = Table(caption, tuple(columns), tuple(rows), (NOTE,), compact=len(rows) > 8)
    return [with_citations(table, material.results)]


def _cells(material: Material, visit: str, measures: Sequence[tuple[str, str, int]]) -> list[Cell]:
    """Patients, then value and change of each measure; nothing where the visit has no value at all."""
    pairs = [
        tuple(material.results.get(f"by_visit.{name}.{visit}.{part}") for part in ("value", "change"))
        for name, _, _ in measures
    ]
    counted = next((value for value, _ in pairs if value is not None), None)
    if counted is None:
        return []
    cells = [Cell(f"{rounded(counted.n or 0)} of {rounded(counted.denominator or 0)}")]
    for (value, change), (_, _, digits) in zip(pairs, measures, strict=True):
        cells += [_spread(value, digits, is_change=False), _spread(change, digits, is_change=True)]
    return cells


def _spread(row: ResultRow | None, digits: int, is_change: bool) -> Cell:
    if row is None:
        return Cell("–", tone="quiet")
    if row.number is None or row.lower is None or row.upper is None:
        return Cell(NOT_ASSESSABLE, row.key, "missing", row.warnings)
    ordered = {1: (row.number,), 2: (row.lower, row.upper), LISTED: (row.lower, row.number, row.upper)}
    values = ordered.get(row.n or 0)
    write = signed if is_change else plain
    if values is not None:
        return Cell("; ".join(write(each, digits) for each in values), row.key)
    text = f"{write(row.number, digits)} ({write(row.lower, digits)} to {write(row.upper, digits)})"
    return Cell(text, row.key, below=f"n = {rounded(row.n)}" if is_change and row.n is not None else "")
