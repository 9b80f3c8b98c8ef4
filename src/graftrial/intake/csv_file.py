"""One table from a CSV file: delimiter, quoting and the shape of its rows. Nothing is typed here."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import polars as pl

from graftrial.errors import InputUnreadable
from graftrial.findings import Finding, finding
from graftrial.intake.encoding import text_encoding
from graftrial.intake.header import known_names, normalised
from graftrial.intake.raw import Sheet
from graftrial.intake.table import ROW
from graftrial.study.model import Intake

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
SEPARATOR_LINE = re.compile(r"sep=([,;\t])[\r\n]*", re.IGNORECASE)
LARGEST_CELL = 1_000_000  # characters
LONGEST_LINE = 4 * LARGEST_CELL


@dataclass(slots=True)
class Lines:
    """The lines of a text file for the csv module; stops at a line that no row of a study can be.

    first: the line with which the record being read began.
    record: its number, which is the row as a spreadsheet counts it.
    """

    stream: TextIO
    file: str
    delimiter: str = ","
    header: list[str] = field(default_factory=list)
    first: str = ""
    record: int = 1

    def __iter__(self) -> Iterator[str]:
        while line := self.stream.readline(LONGEST_LINE):
            self.first = self.first or line
            if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
                raise self.too_large()
            yield line

    def too_large(self) -> Exception:
        """The error for the longest cell of the line with which the record began."""
        with _largest_field(2 * LONGEST_LINE):
            cells = next(csv.reader([self.first], delimiter=self.delimiter), [])
        longest = max(range(len(cells)), key=lambda index: (len(cells[index]), index), default=0)
        if len(cells) and len(cells[longest]) < LARGEST_CELL:
            longest = len(cells) - 1  # the cell that the end of the line leaves open
        column = self.header[longest] if longest < len(self.header) else str(longest + 1)
        return InputUnreadable.of("GT-FILE-007", f"{self.file} row {self.record}, column {column}")


def read_csv(path: Path, file: str, table: str, settings: Intake) -> tuple[Sheet, list[Finding]]:
    """The cells of a CSV file with their rows. Rows of a wrong length are left out, each with a finding.

    Raises: GT-FILE-004 to -007, -009.
    """
    encoding, findings = text_encoding(path, file, table, settings)
    with path.open(encoding=encoding, newline="") as stream, _largest_field(LARGEST_CELL):
        lines = Lines(stream, file, _delimiter(stream, table))
        if lines.delimiter != ",":
            findings.append(
                finding("GT-IN-003", table, row=1, file=file, delimiter=DELIMITERS[lines.delimiter])
            )
        records = _records(lines)
        header_row, header = next(records, (0, []))
        if not header_row:
            raise InputUnreadable.of("GT-FILE-004", file)
        lines.header = header
        kept, rows, misshapen = _rows_of_one_length(records, table, file, header)
    columns = zip(*kept, strict=True) if kept else ([] for _ in header)
    cells = pl.DataFrame([pl.Series(str(place), texts, pl.String) for place, texts in enumerate(columns)])
    sheet = Sheet(file, tuple(header), cells.with_columns(pl.Series(ROW, rows, pl.Int32)), header_row)
    return sheet, findings + misshapen


def _delimiter(stream: TextIO, table: str) -> str:
    """The delimiter that gives the header the most known names, then the most cells.

    Leaves the file at its header: behind a line `sep=;`, which spreadsheets neither show nor count.
    """
    known = known_names(table)
    stated = SEPARATOR_LINE.fullmatch(stream.readline(LONGEST_LINE))
    if stated:
        return stated.group(1)
    stream.seek(0)
    line = ""
    while not line.strip():
        line = stream.readline(LONGEST_LINE)
        if not line:
            break
    stream.seek(0)

    def fit(delimiter: str) -> tuple[int, int]:
        cells = [normalised(each.strip('"')) for each in line.split(delimiter)]
        return len(known.intersection(cells)), len(cells)

    return max(DELIMITERS, key=fit)


def _records(lines: Lines) -> Iterator[tuple[int, list[str]]]:
    """Every record that is not blank with its row."""
    reader = csv.reader(lines, delimiter=lines.delimiter, strict=True)
    try:
        for record in reader:
            if record:
                yield lines.record, record
            lines.record += 1
            lines.first = ""
    except csv.Error as error:
        if "field limit" in str(error):
            raise lines.too_large() from None
        where = f"{lines.file} row {lines.record}"
        raise InputUnreadable.of("GT-FILE-006", where, row=lines.record, detail=str(error)) from None


def _rows_of_one_length(
    records: Iterator[tuple[int, list[str]]], table: str, file: str, header: list[str]
) -> tuple[list[list[str]], list[int], list[Finding]]:
    """The rows with as many cells as the header; cells below a header without names may be left out or blank."""
    width = len(header)
    named = max((place for place, name in enumerate(header, start=1) if name.strip()), default=0)
    kept: list[list[str]] = []
    rows: list[int] = []
    findings: list[Finding] = []
    for row, record in records:
        if len(record) != width:
            if not any(each.strip() for each in record):
                continue
            if len(record) < named or any(each.strip() for each in record[width:]):
                code = "GT-IN-009" if len(record) < named else "GT-IN-010"
                findings.append(finding(code, table, row=row, file=file, cells=len(record), columns=width))
                continue
        kept.append([*record[:width], *[""] * (width - len(record))])
        rows.append(row)
    return kept, rows, findings


@contextmanager
def _largest_field(characters: int) -> Iterator[None]:
    before = csv.field_size_limit(characters)
    try:
        yield
    finally:
        csv.field_size_limit(before)
