"""Where an item of a timeline stands on the axis, and how its moment is told."""

from __future__ import annotations

import calendar
from datetime import date

from graftrial.report.numbers import NOT_REPORTED, WITHHELD, rounded

MILLISECONDS_PER_DAY = 86_400_000
EPOCH = date(1970, 1, 1)


def milliseconds(when: date) -> int:
    """A calendar day as the time scale counts it, at midnight UTC."""
    return (when - EPOCH).days * MILLISECONDS_PER_DAY


def date_words(low: date | None, high: date | None) -> str:
    """A date as precise as it is known: `2019-03-11`, `2019-03`, `2019`, or a range."""
    if low is None or high is None:
        return NOT_REPORTED
    if low == high:
        return low.isoformat()
    last = calendar.monthrange(high.year, high.month)[1]
    if low.day == 1 and high.day == last and low.year == high.year:
        if low.month == high.month:
            return f"{low.year}-{low.month:02d}"
        if (low.month, high.month) == (1, 12):
            return str(low.year)
    return f"{low.isoformat()} to {high.isoformat()}"


def moment_words(axis: str, low: int | date | None, high: int | date | None, is_shared: bool) -> str:
    """The moment of an item for a tooltip."""
    if low is None:
        return WITHHELD if is_shared else "date not reported"
    if isinstance(low, date):
        return date_words(low, high if isinstance(high, date) else None)
    assert not isinstance(high, date)
    return f"day {rounded(low)}" if high is None or low == high else f"day {rounded(low)} to {rounded(high)}"
