"""The header of a table: from names as written to declared columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches
from functools import cache

import polars as pl

from graftrial.findings import Finding, finding
from graftrial.intake.declaration import TableDeclaration, tables
from graftrial.intake.raw import Sheet
from graftrial.intake.table import ROW, RawTable

BLANK = r"^[\s\u00a0\u200b\ufeff]*$"


def named(table: str, sheet: Sheet) -> tuple[RawTable, list[Finding]]:
    """The table under its normalised column names, without blank rows; empty cells are null.

    A name that stands twice is left out with both its columns.
    """
    cells = _without_blanks(sheet.cells)
    names = [normalised(each or "") for each in sheet.header]
    times = Counter(names)
    taken = {str(place): name for place, name in enumerate(names) if name and times[name] == 1}
    findings = [
        *_about_names(table, sheet, names, cells),
        *_absent(tables()[table], sheet, taken.values(), cells.height),
    ]
    if not cells.height:
        findings.append(finding("GT-IN-002", table, file=sheet.file))
    return RawTable(table, sheet.file, cells.select(*taken, ROW).rename(taken)), findings


def normalised(name: str) -> str:
    """A name as the declarations spell it: lower case, no blanks around it, underscores within.

    >>> normalised(" Subject ID ")
    'subject_id'
    """
    return re.sub(r"[\s\u00a0]+", "_", name.strip(" \t\r\n\u00a0\u200b\ufeff").lower())


def known_names(table: str) -> frozenset[str]:
    """Every column name that the table may have, the names in study days included."""
    return _known_names(table)


def suggestion(name: str, known: Collection[str]) -> str:
    """`; did you mean …?`, or nothing where nothing is near."""
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""


def day_names(declaration: TableDeclaration) -> dict[str, str]:
    """Moment columns by the name under which they may be given in study days."""
    moments = {each.day_name: each.name for each in declaration.columns.values() if each.kind == "moment"}
    return {day: name for day, name in moments.items() if day not in declaration.columns}


@cache
def _known_names(table: str) -> frozenset[str]:
    declaration = tables()[table]
    return frozenset(declaration.columns) | frozenset(day_names(declaration))


def _about_names(table: str, sheet: Sheet, names: Sequence[str], cells: pl.DataFrame) -> Iterator[Finding]:
    declaration, known = tables()[table], known_names(table)
    times = Counter(names)
    for place, (name, written) in enumerate(zip(names, sheet.header, strict=True)):
        code, column = "", name
        if not name:
            is_filled = cells[str(place)].null_count() < cells.height
            code, column = "GT-IN-008" if is_filled else "", str(place + 1)
        elif times[name] > 1:
            code = "GT-IN-007" if names.index(name) == place else ""
        elif name not in known and declaration.column(name) is None:
            code = "GT-IN-006"
        elif name != written:
            code = "GT-IN-005"
        if code:
            near = suggestion(name, known)
            yield finding(
                code, table, sheet.header_row, column, file=sheet.file, times=times[name], suggestion=near
            )


def _absent(
    declaration: TableDeclaration, sheet: Sheet, given: Collection[str], height: int
) -> Iterator[Finding]:
    """Required columns that the file does not have.

    Without rows nothing is lost and nothing is said, unless no name at all is known: then the file is something else.
    """
    if not height and known_names(declaration.name).intersection(given):
        return
    for column in declaration.columns.values():
        if not column.required or {column.name, column.day_name}.intersection(given):
            continue
        code = "GT-IN-013" if withholds_row(declaration, column.name) else "GT-IN-014"
        yield finding(code, declaration.name, row=sheet.header_row, column=column.name, file=sheet.file)


def withholds_row(declaration: TableDeclaration, column: str) -> bool:
    """Whether a row without this cell cannot be used. An adverse event without a number still counts."""
    return column in declaration.key and (declaration.name, column) != ("adverse_events", "ae_id")


def _without_blanks(cells: pl.DataFrame) -> pl.DataFrame:
    texts = [name for name in cells.columns if name != ROW]
    if not texts:
        return cells
    filled = cells.with_columns(
        pl.when(~pl.col(name).str.contains(BLANK)).then(pl.col(name)).alias(name) for name in texts
    )
    return filled.filter(~pl.all_horizontal(pl.col(texts).is_null()))
