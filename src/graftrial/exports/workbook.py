"""The empty workbook of a study: a sheet per table, with help, drop-down lists and text that stays text."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from graftrial.intake.declaration import Column, TableDeclaration, tables

READ_ME = "_read_me"
LAST_ROW = 10_000  # as far down as drop-down lists reach
EXCEL_TEXT = 49  # built-in number format `@`: what is typed stays as it is typed
LONGEST_LIST = 255  # characters; Excel refuses longer drop-down lists
KEPT_AS_TEXT = ("id", "text", "free_text", "category", "yes_no", "moment")
WIDTHS = {"free_text": 40, "text": 24, "id": 14, "moment": 14, "category": 18}
CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook has no time zone; a fixed day gives the same bytes each time

HOW_TO = (
    "How to fill in this workbook",
    "",
    "One sheet is one table, one row is one entry. The first row is the header: leave it as it is.",
    "Point at a header to read what the column means and what it may hold.",
    "A fact that is not known stays an empty cell. Empty never means zero and never means no.",
    "Dates: 2019-03-11, or 2019-03 or 2019 where only that is known. A study day works too: D28.",
    "subject_id is a pseudonym. Names, hospital numbers and birthdays do not belong into this file.",
    "Begin with the sheet subjects, then disposition, infusions, adverse_events, labs and biopsies.",
    "Sheets that you do not need may stay empty.",
    "Then run: graftrial check, and when it is content: graftrial report. README.txt has both commands.",
    "",
    "The sheets:",
)


def write_workbook(path: Path) -> None:
    """Write the empty workbook.

    Raises: OSError or xlsxwriter's FileCreateError where the file cannot be written.
    """
    with xlsxwriter.Workbook(path) as workbook:
        workbook.set_properties({"title": "graftrial study tables", "created": CREATED})
        bold = workbook.add_format({"bold": True})
        header = workbook.add_format(
            {"bold": True, "bg_color": "#E8EEF4", "bottom": 1, "num_format": EXCEL_TEXT}
        )
        text = workbook.add_format({"num_format": EXCEL_TEXT})
        _read_me(workbook.add_worksheet(READ_ME), bold)
        for table in tables().values():
            _sheet(workbook.add_worksheet(table.name), table, header, text)


def _read_me(sheet: Worksheet, bold: Format) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 80)
    for row, line in enumerate(HOW_TO):
        sheet.write_string(row, 0, line, bold if row in (0, len(HOW_TO) - 1) else None)
    for row, table in enumerate(tables().values(), start=len(HOW_TO)):
        sheet.write_string(row, 0, table.name)
        sheet.write_string(row, 1, f"{table.title}: one row is {table.row}")


def _sheet(sheet: Worksheet, table: TableDeclaration, header: Format, text: Format) -> None:
    sheet.freeze_panes(1, 0)
    for position, column in enumerate(table.columns.values()):
        width = max(WIDTHS.get(column.kind, 12), len(column.name) + 2)
        sheet.set_column(position, position, width, text if column.kind in KEPT_AS_TEXT else None)
        sheet.write_string(0, position, column.name, header)
        sheet.write_comment(
            0, position, help_text(column), {"x_scale": 2, "y_scale": 1.5, "author": "graftrial"}
        )
        if choices := _choices(column):
            _drop_down(sheet, position, choices)


def help_text(column: Column) -> str:
    """What stands behind the header of a column."""
    lines = [column.means[0].upper() + column.means[1:], f"Expected: {column.expected()}"]
    if column.unit:
        lines.append(f"Unit: {column.unit}")
    lines.append("Must be filled in" if column.required else "Empty if not known")
    return "\n".join(lines)


def _choices(column: Column) -> list[str]:
    return ["yes", "no"] if column.kind == "yes_no" else list(column.choices)


def _drop_down(sheet: Worksheet, position: int, choices: list[str]) -> None:
    if len(",".join(choices)) > LONGEST_LIST:
        return
    rule = {
        "validate": "list",
        "source": choices,
        "error_title": "Not a choice of this column",
        "error_message": "Take one of the list, or leave the cell empty.",
    }
    sheet.data_validation(1, position, LAST_ROW, position, rule)
