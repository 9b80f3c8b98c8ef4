"""A file of rows, of any size, as a lazy frame: CSV as text, Parquet, or the first sheet of a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from graftrial.errors import InputUnreadable, UsageError
from graftrial.intake.csv_file import DELIMITERS, SEPARATOR_LINE
from graftrial.intake.encoding import text_encoding
from graftrial.intake.workbook import open_workbook
from graftrial.study.model import Intake

KINDS = (".csv", ".parquet", ".xlsx")
UTF_8 = ("utf-8", "utf-8-sig")
CHUNK = 1 << 20
MIDNIGHT = r"^(\d{4}-\d{2}-\d{2})[ T]00:00:00(?:\.0+)?$"


def check_kinds(source: Path, out: Path) -> None:
    """Refuses a kind of file that is not known (GT-ROWS-001), and an output that is the input (GT-ROWS-002)."""
    for path in (source, out):
        if path.suffix.lower() not in KINDS:
            raise UsageError.of("GT-ROWS-001", path.name)
    if out.resolve() == source.resolve():
        raise UsageError.of("GT-ROWS-002", out.name)


@contextmanager
def readable(source: Path) -> Iterator[None]:
    """Rows are read when they are asked for: what cannot be read then is GT-ROWS-003 too."""
    try:
        yield
    except pl.exceptions.PolarsError:
        raise InputUnreadable.of("GT-ROWS-003", source.name) from None


def scan_file(source: Path, aside: Path) -> pl.LazyFrame:
    """The rows of a file, in their order.

    aside: an existing folder for a copy in UTF-8, where the file is in another encoding.
    Raises: InputUnreadable GT-FILE-004, -005, -008 to -011, GT-ROWS-003.
    """
    try:
        if source.suffix.lower() == ".csv":
            return _scan_csv(source, aside)
        if source.suffix.lower() == ".xlsx":
            return _first_sheet(source)
        if not source.stat().st_size:
            raise InputUnreadable.of("GT-FILE-004", source.name)
        lazy = pl.scan_parquet(source, hive_partitioning=False, glob=False)
        lazy.collect_schema()
        return lazy
    except OSError as error:
        fix = "check the name of the file and that you may read it"
        raise InputUnreadable.of("GT-FILE-008", source.name, detail=error.strerror or "no", fix=fix) from None
    except pl.exceptions.PolarsError:
        raise InputUnreadable.of("GT-ROWS-003", source.name) from None


def _scan_csv(source: Path, aside: Path) -> pl.LazyFrame:
    """Every cell as its text, so that it returns as it was."""
    encoding, _ = text_encoding(source, source.name, "", Intake())
    if encoding not in UTF_8:
        with source.open(encoding=encoding, newline="") as old:
            source = aside / "utf-8.csv"
            with source.open("w", encoding="utf-8", newline="") as new:
                while piece := old.read(CHUNK):
                    new.write(piece)
    with source.open(encoding="utf-8-sig") as text:
        first = text.readline()
        stated = SEPARATOR_LINE.fullmatch(first)
    delimiter = stated.group(1) if stated else max(DELIMITERS, key=first.count)
    lazy = pl.scan_csv(
        source, separator=delimiter, infer_schema=False, skip_rows=1 if stated else 0, glob=False
    )
    lazy.collect_schema()
    return lazy


def _first_sheet(source: Path) -> pl.LazyFrame:
    book = open_workbook(source, source.name)
    sheet = next((found for name in book.parts if (found := book.sheet(name))), None)
    if sheet is None:
        raise InputUnreadable.of("GT-FILE-004", source.name)
    names = {str(place): name or f"column {place + 1}" for place, name in enumerate(sheet.header)}
    if len(set(names.values())) < len(names):
        raise InputUnreadable.of("GT-ROWS-003", f"{source.name}, header")
    days = pl.col(pl.String).str.replace(MIDNIGHT, "$1")  # a date of a workbook is a moment at midnight
    return sheet.cells.select(list(names)).rename(names).with_columns(days).lazy()
