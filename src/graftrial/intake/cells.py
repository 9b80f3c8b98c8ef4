"""From the text of a cell to its value, one reader for each kind of column."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from difflib import get_close_matches

from graftrial.dates import Moment, NotAMoment, from_excel_serial, read_day_or_date, read_moment
from graftrial.intake.declaration import Column
from graftrial.intake.numbers import PLAIN, number_reader
from graftrial.intake.reading import Notation, Reading, refused

Reader = Callable[[str], Reading]

YES = ("yes", "y", "true", "1", "x", "1.0")
NO = ("no", "n", "false", "0", "0.0")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]")
CELL_ERROR = re.compile(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!)")
SPREADSHEET_DATE = re.compile(r"(\d{4}-\d{2}-\d{2}) 00:00:00")
DATE_LIKE = re.compile(
    r"\d{1,4}[./-]\s?(?:\d{1,2}|[A-Za-z]{3,9})[./-]\s?\d{1,4}\.?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?"
)
MOST_DAYS = 19_000  # 52 years: no study day, but the spreadsheet's own number of a date after 1952
LAST_SERIAL = 76_000  # 2108


def reader(column: Column, notation: Notation, is_day: bool = False) -> Reader:
    """The reader of a column: it is asked about trimmed texts that mean something, never about missing ones.

    is_day: the column was given under its name in study days.
    """
    read_kind = _reader_of_kind(column, notation, is_day)

    def read(text: str) -> Reading:
        if not text.isascii():
            text = unicodedata.normalize("NFC", text)
        if CONTROL.search(text):
            return refused("GT-IN-011")
        if CELL_ERROR.fullmatch(text):
            return refused("GT-IN-012", value=text)
        return read_kind(text)

    return read


def _reader_of_kind(column: Column, notation: Notation, is_day: bool) -> Reader:
    if column.kind in ("number", "age", "integer"):
        return number_reader(column, notation)
    if column.kind == "category":
        return category_reader(column)
    if column.kind == "yes_no":
        return read_yes_no
    if column.kind == "moment":
        return moment_reader(notation.has_serial_dates, is_day)
    return read_text


def read_text(text: str) -> Reading:
    """The text itself. A date among texts is what a spreadsheet makes of a text such as 3-11."""
    spoiled = SPREADSHEET_DATE.fullmatch(text)
    if spoiled:
        return Reading(spoiled.group(1), "GT-IN-036", {"value": text})
    return Reading(text)


def read_yes_no(text: str) -> Reading:
    """Yes or no; an empty cell is neither and never comes here.

    >>> read_yes_no("Yes").value, read_yes_no("0").value, read_yes_no("maybe").code
    (True, False, 'GT-IN-024')
    """
    folded = text.casefold()
    if folded in YES:
        return Reading(True)
    if folded in NO:
        return Reading(False)
    return refused("GT-IN-024", value=text)


def category_reader(column: Column) -> Reader:
    """A reader of the choices of a column, whatever their case; blanks and hyphens stand for underscores."""
    by_fold = {_folded(each): each for each in column.choices}
    by_number = {float(each): each for each in column.choices if PLAIN.fullmatch(each)}

    def read(text: str) -> Reading:
        if _folded(text) in by_fold:
            return Reading(by_fold[_folded(text)])
        if PLAIN.fullmatch(text) and float(text) in by_number:
            return Reading(by_number[float(text)])
        near = get_close_matches(_folded(text), list(by_fold), n=1, cutoff=0.5)
        near = near or [each for each in by_fold if _folded(text).startswith(each)]
        suggestion = f"; did you mean {by_fold[near[0]]}?" if near else ""
        return refused("GT-IN-023", value=text, choices=", ".join(column.choices), suggestion=suggestion)

    return read


def moment_reader(serial_dates: bool, is_day: bool) -> Reader:
    """A reader of dates and study days. A day that no study can reach is a spreadsheet's number of a date."""
    read_given = read_day_or_date if is_day else read_moment

    def read(text: str) -> Reading:
        try:
            moment: Moment | None = read_given(_whole(text))
        except NotAMoment:
            moment = None
        if moment is not None and (moment.day is None or abs(moment.day) < MOST_DAYS):
            return Reading(moment)
        serial = _serial(text)
        if serial and serial_dates:
            return Reading(serial)
        if serial:
            return refused("GT-IN-028", value=text, date=serial.text)
        return refused("GT-IN-027" if DATE_LIKE.fullmatch(text) else "GT-IN-035", value=text)

    return read


def _folded(text: str) -> str:
    return re.sub(r"[\s_-]+", "_", text.casefold())


def _whole(text: str) -> str:
    """A study day that a spreadsheet wrote as 28.0, and a true minus sign, in their usual spelling."""
    return re.sub(r"\.0$", "", text.replace("\u2212", "-"))


def _serial(text: str) -> Moment | None:
    if not PLAIN.fullmatch(text) or not MOST_DAYS <= float(text) < LAST_SERIAL:
        return None
    number = float(text)
    when = from_excel_serial(number)
    minutes = round((number - int(number)) * 24 * 60) % (24 * 60)
    time = f"{minutes // 60:02d}:{minutes % 60:02d}" if minutes else ""
    return Moment(when.isoformat(), when, when, time=time)
