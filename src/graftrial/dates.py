"""The only reading of dates and the only study-day arithmetic.

A *moment* is an ISO date that may be partial (`2019-03`, `2019`) or a study day (`28`, `-3`, `D28`, `day 28`) counted
from the study's anchor, which is day 0. Partial stays partial: a moment is a pair of days, earliest and latest.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

DAYS_PER_YEAR = 365.25
FIRST_YEAR, LAST_YEAR = 1900, 2199

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_DATE_AND_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2})(?::(\d{2})(?::\d{2}(?:\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?"
)
_DAY = re.compile(r"(?:[Dd](?:ay)?\s*)?([+-]?\d{1,5})")


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time as it was recorded.

    text: the moment in its canonical spelling (`2019-03`, `2019-03-11`, `D28`).
    earliest, latest: first and last calendar day that it can mean; None for a study day.
    day: the study day; None for a date.
    time: `HH:MM` where the record gave one, `HH` where it gave the hour alone, otherwise empty; the offset from UTC
        follows where it was recorded (`10:49+01:00`).
    """

    text: str
    earliest: date | None = None
    latest: date | None = None
    day: int | None = None
    time: str = ""


class NotAMoment(ValueError):
    """The text is neither an ISO date, whole or partial, nor a study day."""


def read_moment(text: str) -> Moment:
    """The moment that a cell states.

    >>> read_moment("2019-02").latest
    datetime.date(2019, 2, 28)
    >>> read_moment("D28").day
    28
    """
    cell = text.strip()
    timed = _DATE_AND_TIME.fullmatch(cell)
    if timed:
        day = _calendar_day(timed.group(1))
        return Moment(day.isoformat(), day, day, time=_time_of_day(*timed.groups()[1:]))
    dated = _DATE.fullmatch(cell)
    if dated and FIRST_YEAR <= int(dated.group(1)) <= LAST_YEAR:
        return _dated(dated)
    counted = _DAY.fullmatch(cell)
    if counted and abs(int(counted.group(1))) < FIRST_YEAR * 10:
        day_number = int(counted.group(1))
        return Moment(f"D{day_number}", day=day_number)
    raise NotAMoment(cell)


def read_day_or_date(text: str) -> Moment:
    """As `read_moment`, in a column whose name says that it holds study days."""
    counted = _DAY.fullmatch(text.strip())
    if counted:
        return Moment(f"D{int(counted.group(1))}", day=int(counted.group(1)))
    return read_moment(text)


def study_day(when: date, anchor: date) -> int:
    """Days from the anchor, which is day 0; negative before it."""
    return (when - anchor).days


def days_after(when: date, days: int) -> date:
    """The calendar day so many days later; weekends and holidays count.

    >>> days_after(date(2024, 2, 24), 7)
    datetime.date(2024, 3, 2)
    """
    return when + timedelta(days=days)


def anniversary(when: date, years: int) -> date:
    """The same day of a later year; of 29 February, 1 March where that year has none.

    >>> anniversary(date(2024, 2, 29), 1)
    datetime.date(2025, 3, 1)
    """
    year = when.year + years
    if (when.month, when.day) == (2, 29) and not calendar.isleap(year):
        return date(year, 3, 1)
    return when.replace(year=year)


def month_end(year: int, month: int) -> date:
    """Last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def from_excel_serial(number: float) -> date:
    """Calendar day of an Excel serial date in the 1900 system, valid from 1 March 1900 (serial 61)."""
    if not 61 <= number < 110_000:
        raise NotAMoment(str(number))
    return date(1899, 12, 30) + timedelta(days=int(number))


def _calendar_day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 (a calendar day has no zone)
    except ValueError as error:
        raise NotAMoment(text) from error


def _time_of_day(hour: str, minute: str | None, offset: str | None) -> str:
    if int(hour) > 23 or int(minute or 0) > 59:
        raise NotAMoment(f"{hour}:{minute}")
    if (hour, minute) == ("00", "00"):  # what programs write for a day without a time
        return ""
    zone = "+00:00" if offset == "Z" else f"{offset[:3]}:{offset[-2:]}" if offset else ""
    return (f"{hour}:{minute}" if minute else hour) + zone


def _dated(match: re.Match[str]) -> Moment:
    year, month, day = match.groups()
    if month is None:
        return Moment(year, date(int(year), 1, 1), date(int(year), 12, 31))
    if not 1 <= int(month) <= 12:
        raise NotAMoment(match.group(0))
    if day is None:
        first = date(int(year), int(month), 1)
        return Moment(f"{year}-{int(month):02d}", first, month_end(int(year), int(month)))
    whole = _calendar_day(f"{year}-{int(month):02d}-{int(day):02d}")
    return Moment(whole.isoformat(), whole, whole)
