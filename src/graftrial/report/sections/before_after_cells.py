"""Cells that tables of before and after share: a change with its sign, a category at both ends."""

from __future__ import annotations

from graftrial.report.blocks import Cell
from graftrial.report.numbers import NOT_ASSESSABLE, signed
from graftrial.report.results import ResultRow, ResultRows


def change_cell(row: ResultRow | None, digits: int = 0) -> Cell:
    """A change with its sign, or why there is none."""
    if row is None or row.number is None:
        return Cell(NOT_ASSESSABLE, row.key if row else "", "missing", row.warnings if row else "")
    return Cell(signed(row.number, digits), row.key)


def category_cell(results: ResultRows, stem: str, subject: str) -> Cell:
    """`G3a → G4`: the category of the baseline and of the last value."""
    ends = [results.get(f"{stem}_{part}.{subject}") for part in ("baseline", "last")]
    known = [each for each in ends if each is not None and each.value]
    if not known:
        return Cell(NOT_ASSESSABLE, tone="missing")
    told = " → ".join(each.value or "?" if each else "?" for each in ends)
    return Cell(told, known[-1].key)
