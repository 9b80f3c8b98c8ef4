"""What stood in the files of a study: text with coordinates, before any typing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from graftrial.findings import Finding
from graftrial.intake.table import RawTable


@dataclass(frozen=True, slots=True)
class Raw:
    """The tables of a study as text.

    tables: by name; a table that nobody gave is not in it.
    findings: what was met on the way; rows that a finding withholds are in no frame.
    hashes: sha256 of every input file, by path below the study folder.
    has_serial_dates: whether a bare number in a date column of the workbook is a day counted from 1900.
    """

    tables: Mapping[str, RawTable]
    findings: tuple[Finding, ...] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)
    has_serial_dates: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of one table before its header is understood.

    header: names as written, None for an empty cell.
    header_row: its row, as a spreadsheet counts it.
    cells: columns of strings named `0`, `1`, … in the order of the header, then `source_row`.
    """

    file: str
    header: tuple[str | None, ...]
    cells: pl.DataFrame
    header_row: int = 1
