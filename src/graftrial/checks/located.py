"""From offending rows of a frame to findings: the only place where the checks leave Polars."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from graftrial.findings import Finding, finding
from graftrial.intake.table import ROW, Table

PLACE = (ROW, "subject_id", "column")
TAKEN = frozenset({*PLACE, "code", "table", "row", "file"})  # names that a sentence gets from its place
NOT_GIVEN = "not given"


def found(code: str, table: Table, rows: pl.DataFrame, column: str = "") -> Iterator[Finding]:
    """One finding a row.

    rows: the offending rows; `source_row`, `subject_id` and `column` (where it differs between rows) give the
        place, every other column is a word for the sentences of the kind.
    column: the column to look at, where it is the same in all rows.
    """
    for row in rows.iter_rows(named=True):
        yield finding(
            code,
            table.name,
            row=row.get(ROW) or 0,
            column=row.get("column") or column,
            subject_id=row.get("subject_id") or "",
            file=table.file,
            **{name: in_words(value) for name, value in row.items() if name not in TAKEN},
        )


def in_words(value: object) -> str:
    """A cell as a sentence shows it.

    >>> in_words(3_000_000.0), in_words(None), in_words(72.5)
    ('3e6', 'not given', '72.5')
    """
    if value is None:
        return NOT_GIVEN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}".replace("e+0", "e").replace("e+", "e")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
