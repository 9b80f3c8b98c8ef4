"""The sheets of study.xlsx as text, cell errors included."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from posixpath import join, normpath
from xml.etree import ElementTree

import polars as pl
from fastexcel import ExcelReader, FastExcelError, read_excel

from graftrial.errors import InputUnreadable
from graftrial.intake.csv_file import LARGEST_CELL
from graftrial.intake.raw import Sheet
from graftrial.intake.table import ROW

CHUNK = LARGEST_CELL // 2
OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
OVERLAP = 2_000  # bytes of one piece that are looked at again with the next; no cell with an error is longer
CELL_ERROR = re.compile(
    rb'<(?:\w+:)?c\s(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)(\d+)"[^>]*>.{0,1500}?<(?:\w+:)?v>([^<]+)<', re.S
)
LAST_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*\br="([A-Z]+\d+)"')
SHARED_TEXT = re.compile(rb"<(?:\w+:)?si[\s>]")
LETTERS_IN_ALPHABET = 26


@dataclass(frozen=True, slots=True)
class Workbook:
    """An open workbook.

    parts: the part of the archive that holds each sheet, by the sheet's name, in the order of the workbook.
    counts_from_1904: whether a bare number that means a date counts from 1904 instead of 1900.
    """

    path: Path
    file: str
    reader: ExcelReader
    parts: dict[str, str]
    counts_from_1904: bool

    def sheet(self, name: str) -> Sheet | None:
        """The cells of a sheet as text; None where the sheet is blank."""
        try:
            loaded = self.reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        except FastExcelError as error:
            raise InputUnreadable.of(
                "GT-FILE-011", f"{self.file} sheet {name}", detail=_first_line(error)
            ) from None
        cells = loaded.to_polars()
        if not cells.width or not cells.height:
            return None
        first_column = min(each.absolute_index for each in loaded.available_columns())
        cells = cells.rename({old: str(place) for place, old in enumerate(cells.columns)})
        cells = self._with_errors(cells, name, first_column).with_columns(
            pl.int_range(1, pl.len() + 1, dtype=pl.Int32).alias(ROW)
        )
        filled = cells.filter(~pl.all_horizontal(pl.exclude(ROW).is_null()))
        if not filled.height:
            return None
        header_row = int(filled[ROW][0])
        header = tuple(filled.drop(ROW).row(0))
        return Sheet(f"{self.file} sheet {name}", header, filled.slice(1), header_row)

    def _with_errors(self, cells: pl.DataFrame, name: str, first_column: int) -> pl.DataFrame:
        """The reader gives an error such as #DIV/0! as an empty cell; here it stands as its text again."""
        found: dict[str, dict[int, str]] = {}
        for letters, row, text in self._cell_errors(name):
            found.setdefault(str(_column_number(letters) - first_column), {})[row - 1] = text
        for column, texts in found.items():
            if column in cells.columns:
                values = cells[column].to_list()
                for place, text in texts.items():
                    values[place] = text
                cells = cells.with_columns(pl.Series(column, values, pl.String))
        return cells

    def _cell_errors(self, name: str) -> Iterator[tuple[str, int, str]]:
        seen = set()
        for piece in _pieces(self.path, self.parts[name]):
            if b'"e"' not in piece:
                continue
            for letters, row, text in CELL_ERROR.findall(piece):
                if (letters, row) not in seen:
                    seen.add((letters, row))
                    yield letters.decode(), int(row), text.decode()


def open_workbook(path: Path, file: str) -> Workbook:
    """The workbook, after a look at its container.

    Raises: GT-FILE-004 without bytes, -007 with an over-long cell, -010 with a password, -011 if damaged.
    """
    with path.open("rb") as stream:
        head = stream.read(len(OLD_OR_LOCKED))
    if not head:
        raise InputUnreadable.of("GT-FILE-004", file)
    if head == OLD_OR_LOCKED:
        raise InputUnreadable.of("GT-FILE-010", file)
    try:
        with zipfile.ZipFile(path) as archive:
            book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
            targets = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        parts = _parts(book, targets)
        _refuse_long_cells(path, file, parts)
        return Workbook(path, file, read_excel(path), parts, _counts_from_1904(book))
    except (
        zipfile.BadZipFile,
        KeyError,
        ElementTree.ParseError,
        EOFError,
        zlib.error,
        FastExcelError,
    ) as error:
        raise InputUnreadable.of("GT-FILE-011", file, detail=_first_line(error)) from None


def _parts(book: ElementTree.Element, targets: ElementTree.Element) -> dict[str, str]:
    target = {each.attrib["Id"]: each.attrib["Target"] for each in targets}
    parts = {}
    for each in book.iter():
        if each.tag.endswith("}sheet"):
            relation = next(text for key, text in each.attrib.items() if key.endswith("}id"))
            parts[each.attrib["name"]] = normpath(join("/xl", target[relation])).lstrip("/")
    return parts


def _counts_from_1904(book: ElementTree.Element) -> bool:
    return any(
        each.tag.endswith("}workbookPr") and each.get("date1904", "0") in {"1", "true"}
        for each in book.iter()
    )


def _refuse_long_cells(path: Path, file: str, parts: dict[str, str]) -> None:
    """A piece of the archive in which no markup begins is the inside of one over-long cell."""
    with zipfile.ZipFile(path) as archive:
        strings = [each for each in archive.namelist() if each.endswith("sharedStrings.xml")]
    names = {part: name for name, part in parts.items()}
    for part in (*names, *strings):
        shared_before, last_cell = 0, ""
        for piece in _pieces(path, part):
            if b"<" not in piece[OVERLAP:] and len(piece) > CHUNK:
                number = shared_before + len(SHARED_TEXT.findall(piece)) - 1
                if part in names:
                    raise InputUnreadable.of("GT-FILE-007", f"{file} sheet {names[part]}, cell {last_cell}")
                raise InputUnreadable.of("GT-FILE-007", _place_of_shared_text(path, file, names, number))
            cells = LAST_CELL.findall(piece)
            last_cell = cells[-1].decode() if cells else last_cell
            shared_before += len(SHARED_TEXT.findall(piece[:-OVERLAP] if len(piece) > OVERLAP else piece))


def _place_of_shared_text(path: Path, file: str, names: dict[str, str], number: int) -> str:
    """Sheet and cell that show the text with this number."""
    shows = re.compile(rb'<(?:\w+:)?c\s(?=[^>]*\bt="s")[^>]*\br="([A-Z]+\d+)"[^>]*><(?:\w+:)?v>%d<' % number)
    for part, name in names.items():
        for piece in _pieces(path, part):
            if match := shows.search(piece):
                return f"{file} sheet {name}, cell {match.group(1).decode()}"
    return file


def _pieces(path: Path, part: str) -> Iterator[bytes]:
    """A part of the archive, piece by piece; each begins with the end of the one before."""
    with zipfile.ZipFile(path) as archive, archive.open(part) as stream:
        tail = b""
        while chunk := stream.read(CHUNK):
            yield tail + chunk
            tail = chunk[-OVERLAP:]


def _column_number(letters: str) -> int:
    """Number of a column, counted from 0.

    >>> _column_number("A"), _column_number("AA")
    (0, 26)
    """
    number = 0
    for letter in letters:
        number = number * LETTERS_IN_ALPHABET + ord(letter) - ord("A") + 1
    return number - 1


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
