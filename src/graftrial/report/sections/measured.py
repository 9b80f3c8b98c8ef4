"""A number of the results as a cell: the value, the bounds that missing facts leave, or why there is none."""

from __future__ import annotations

from graftrial.report.blocks import Cell, cell
from graftrial.report.numbers import NOT_ASSESSABLE, NOT_REPORTED, plain
from graftrial.report.results import ResultRow


def measured(row: ResultRow | None, below: str = "", digits: int = 0) -> Cell:
    """The number, `2 to 4`, `at least 2`, `at most 4` or not assessable, with its warnings under it."""
    if row is None:
        return cell(NOT_REPORTED)
    if row.number is not None:
        told = "; ".join(each for each in (below, row.warnings) if each)
        return Cell(plain(row.number, digits), row.key, below=told)
    low, high = row.lower, row.upper
    if low is not None and high is not None:
        return Cell(f"{plain(low, digits)} to {plain(high, digits)}", row.key, "missing", row.warnings)
    if low is not None:
        return Cell(f"at least {plain(low, digits)}", row.key, "missing", row.warnings)
    if high is not None:
        return Cell(f"at most {plain(high, digits)}", row.key, "missing", row.warnings)
    return Cell(NOT_ASSESSABLE, row.key, "missing", row.warnings)


def worded(row: ResultRow | None, below: str = "") -> Cell:
    """A result in words, or not assessable with the reason."""
    if row is None:
        return cell(NOT_REPORTED)
    if row.value is None:
        quiet = row.denominator == 0  # there was nothing to judge
        return Cell("–" if quiet else NOT_ASSESSABLE, row.key, "quiet" if quiet else "missing", row.warnings)
    return Cell(row.value, row.key, below="; ".join(each for each in (below, row.warnings) if each))


def middle(row: ResultRow | None, digits: int = 0) -> Cell:
    """A median with the lowest and the highest value."""
    found = measured(row, digits=digits)
    if row is None or row.number is None or row.lower is None or row.upper is None:
        return found
    return Cell(
        f"{found.text} ({plain(row.lower, digits)} to {plain(row.upper, digits)})", row.key, found.tone
    )
