"""Where an item of a timeline stands on the axis, and how its moment is told."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from graftrial.report.numbers import NOT_REPORTED, WITHHELD, rounded

MILLISECONDS_PER_DAY = 86_400_000
EPOCH = date(1970, 1, 1)
GUTTER = 0.2  # of the width of the dated part
AT_MOST = 9  # ticks


@dataclass(frozen=True, slots=True)
class Span:
    """The dated part of an axis, in days or milliseconds, with its ticks."""

    axis: str
    low: float
    high: float
    ticks: tuple[float, ...] = ()

    @property
    def gutter(self) -> tuple[float, float]:
        """Where the gutter for undated items begins and ends."""
        if self.axis == "none":
            return self.low, self.high
        width = self.high - self.low
        return self.high + 0.03 * width, self.high + (0.03 + GUTTER) * width

    @property
    def gutter_middle(self) -> float:
        """Where undated items are drawn."""
        return sum(self.gutter) / 2

    def clipped(self, when: int | date) -> float:
        """The position of a moment, held inside the axis."""
        return min(max(position(when), self.low), self.high)


def span_of(rows: Sequence[Mapping[str, Any]], axis: str = "", measured: Sequence[int | date] = ()) -> Span:
    """The axis that shows what happened and what was measured; therapy of long ago does not stretch it."""
    axis = axis or rows[0]["axis"]
    framing = [each for each in rows if each["lane"] != "other therapy"]
    known: list[float] = []
    for chosen in (framing, rows):
        known = [position(end) for each in chosen for end in ends_of(each) if end is not None]
        known += [position(each) for each in measured]
        if known:
            break
    if not known:
        return Span("none", 0, 1)
    low, high = min(known), max(known)
    if axis == "day":
        low, high = min(low, 0), max(high, 0)
    room = max((high - low) * 0.03, 1 if axis == "day" else 5 * MILLISECONDS_PER_DAY)
    low, high = low - room, high + room
    return Span(axis, low, high, _months(low, high) if axis == "date" else _round_days(low, high))


def position(when: int | date) -> float:
    """A study day, or a calendar day in milliseconds at midnight UTC, as the scale counts it."""
    return (when - EPOCH).days * MILLISECONDS_PER_DAY if isinstance(when, date) else float(when)


def ends_of(row: Mapping[str, Any]) -> tuple[int | date | None, int | date | None]:
    """Lowest and highest moment of an item on the axis of its patient."""
    if row["axis"] == "day":
        return row["day_low"], row["day_high"]
    return (row["date_low"], row["date_high"]) if row["axis"] == "date" else (None, None)


def _round_days(low: float, high: float) -> tuple[float, ...]:
    steps = [digit * 10**power for power in range(6) for digit in (1, 2, 5)]
    step = next(each for each in steps if (high - low) / each <= AT_MOST)
    ticks = range(int(low // step) * step, int(high) + 1, step)
    return tuple(float(each) for each in ticks if low <= each <= high)


def _months(low: float, high: float) -> tuple[float, ...]:
    n_months = (high - low) / (30.4 * MILLISECONDS_PER_DAY)
    step = next((each for each in (1, 2, 3, 6, 12, 24, 60) if n_months / each <= AT_MOST), 120)
    start = date.fromordinal(EPOCH.toordinal() + int(low // MILLISECONDS_PER_DAY))
    ticks = []
    month = start.year * 12 + start.month - 1
    while (when := position(date(month // 12, month % 12 + 1, 1))) <= high:
        if when >= low and month % step == 0:
            ticks.append(when)
        month += 1
    return tuple(ticks)


def date_words(low: date, high: date | None) -> str:
    """A date as precise as it is known: `2019-03-11`, `2019-03`, `2019`, or a range."""
    if high is None:
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


def moment_words(low: int | date | None, high: int | date | None, is_shared: bool) -> str:
    """The moment of an item for a tooltip."""
    if low is None:
        return WITHHELD if is_shared else "date not reported"
    if isinstance(low, date):
        return date_words(low, high if isinstance(high, date) else None)
    if high is None or low == high or isinstance(high, date):
        return f"day {rounded(low)}"
    return f"day {rounded(low)} to {rounded(high)}"
