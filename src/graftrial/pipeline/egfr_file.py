"""A file of any size with the answer of one equation in every row: what `graftrial egfr` does."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from graftrial.derive.egfr_columns import answer_column, equation_rule
from graftrial.derive.egfr_rows import add_egfr
from graftrial.intake.any_file import check_kinds, readable, scan_file
from graftrial.pipeline.any_file import write_rows


@dataclass(frozen=True, slots=True)
class EgfrSummary:
    """What was done: the rule by its pin and source, rows read, and rows with an answer."""

    equation: str
    rule: str
    source: str
    column: str
    rows: int
    answered: int

    @property
    def not_assessable(self) -> int:
        """Rows with a reason in place of an answer."""
        return self.rows - self.answered


def answer_file(source: Path, out: Path, equation: str, columns: Mapping[str, str]) -> EgfrSummary:
    """Writes the file `out` with every row of `source` and the answer; csv and parquet need not fit in memory.

    columns: column of the file for a declared input name.
    Raises: GT-EGFR-001 to -005, -009, GT-ROWS-001 to -003, GT-FILE-004, -005, -008 to -011, GT-OUT-001: exit code 2.
    """
    check_kinds(source, out)
    rule = equation_rule(equation)
    with tempfile.TemporaryDirectory(prefix="graftrial-") as aside, readable(source):
        answered = add_egfr(scan_file(source, Path(aside)), equation, columns)
        write_rows(answered, out, source.name)
        rows, with_value = _counts(out, answer_column(rule), Path(aside))
    return EgfrSummary(equation, rule.pin, str(rule.source), answer_column(rule), rows, with_value)


def _counts(out: Path, column: str, aside: Path) -> tuple[int, int]:
    counted = scan_file(out, aside).select(rows=pl.len(), answered=pl.col(column).count())
    rows, answered = counted.collect(engine="streaming").row(0)
    return int(rows), int(answered)
