"""All terms of an edition of CTCAE from the file that NCI publishes and the user supplies; nothing of it is shipped."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastexcel import FastExcelError, read_excel

from graftrial.errors import InputUnreadable
from graftrial.study.model import Study

HEADER_ROWS = 15  # the header stands in one of the first rows of a sheet
NOTHING = ("", "-", "n/a", "–", "—")
GRADES = (1, 2, 3, 4, 5)
TERM_NAMES = re.compile(r"^(ctcae)?(v\d+(0)?)?term$")


@dataclass(frozen=True, slots=True)
class CtcaeTerms:
    """The terms of one edition: for each term, folded, its name as printed and the grades that it has."""

    edition: str
    names: dict[str, str]
    grades: dict[str, frozenset[int]]


def read_ctcae_terms(folder: Path, study: Study) -> CtcaeTerms | None:
    """The terms in the file that the study file names; None where it names none.

    Raises: GT-FILE-013 for a file that cannot be opened, GT-FILE-014 for one that is no list of terms.
    """
    name = study.adverse_events.ctcae_terms
    if not name:
        return None
    path = folder / name
    for rows in _grids(path, name):
        found = _terms(rows, study.adverse_events.ctcae_edition)
        if found is not None:
            return found
    raise InputUnreadable.of("GT-FILE-014", name)


def folded(term: str) -> str:
    """A term without differences that nobody means: case, and runs or kinds of blanks."""
    return re.sub(r"\s+", " ", term.replace("\u00a0", " ")).strip().casefold()


def _grids(path: Path, name: str) -> Iterator[list[list[str]]]:
    try:
        if path.suffix.lower() == ".csv":
            text = path.read_bytes().decode("utf-8-sig")
            yield list(csv.reader(io.StringIO(text, newline="")))
            return
        path.stat()
        book = read_excel(path)
        for sheet in book.sheet_names:
            frame = book.load_sheet(sheet, header_row=None, dtypes="string").to_polars()
            yield [[each or "" for each in row] for row in frame.iter_rows()]
    except (OSError, UnicodeDecodeError, FastExcelError, csv.Error) as refused:
        reason = getattr(refused, "strerror", None) or "it is neither a workbook nor a CSV file in UTF-8"
        raise InputUnreadable.of("GT-FILE-013", name, reason=reason) from refused


def _terms(rows: Sequence[Sequence[str]], edition: str) -> CtcaeTerms | None:
    for place, row in enumerate(rows[:HEADER_ROWS]):
        heads = [re.sub(r"[^a-z0-9]", "", each.lower()) for each in row]
        term = next((n for n, head in enumerate(heads) if TERM_NAMES.match(head)), None)
        columns = {grade: heads.index(f"grade{grade}") for grade in GRADES if f"grade{grade}" in heads}
        if term is None or len(columns) < len(GRADES):
            continue
        names: dict[str, str] = {}
        grades: dict[str, frozenset[int]] = {}
        for cells in rows[place + 1 :]:
            printed = cells[term].replace("\u00a0", " ").strip() if term < len(cells) else ""
            if not printed:
                continue
            has = {
                grade
                for grade, column in columns.items()
                if column < len(cells) and folded(cells[column]) not in NOTHING
            }
            if has:
                names[folded(printed)] = printed
                grades[folded(printed)] = frozenset(has)
        return CtcaeTerms(edition, names, grades) if names else None
    return None
