"""A boundary over total follow-up at the data cut: days followed, what they were at each event, by bounds where a
day is known as a range only.

An earlier event means more events and less follow-up at every later day, so that the earliest and the latest reading
of the days are the two ends of what can be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from graftrial.stats.stopping import FollowUpDecision, FollowUpDesign, FollowUpSoFar

Row = dict[str, Any]
NO_ORDER = "more subjects were infused than planned, and the order of infusion is not known: infusions.start"


@dataclass(frozen=True, slots=True)
class FollowUpCourse:
    """The design, the days followed so far with those at each event, and what the design says of them."""

    design: FollowUpDesign
    so_far: FollowUpSoFar
    said: FollowUpDecision


@dataclass(frozen=True, slots=True)
class Course:
    """One subject: first day, last day followed, day of the event where there was one."""

    start: date
    end: date
    event: date | None

    def days_until(self, day: date) -> int:
        """Days followed up to that day."""
        return max(0, (min(self.end, day) - self.start).days)


def course_of(
    design: FollowUpDesign, rows: Sequence[Row], is_ordered: bool
) -> tuple[FollowUpCourse | None, bool, tuple[str, ...]]:
    """The course, whether every reading of the days gives one answer, and what keeps it from doing so.

    rows: subjects counted, in order of infusion; those beyond the number planned are left out.
    """
    if len(rows) > design.n_max and not is_ordered:
        return None, False, (NO_ORDER,)
    counted = rows[: design.n_max]
    if any(each["infused_on"] is None or each["infused_by"] is None for each in counted):
        return None, False, ("the day of an infusion is not known: infusions.start",)
    latest = so_far([_course(each, is_latest=True) for each in counted])
    earliest = so_far([_course(each, is_latest=False) for each in counted])
    said, could = design.decide(latest), design.decide(earliest)
    course = FollowUpCourse(design, latest, said)
    if said.action == could.action:
        return course, True, ()
    return course, False, tuple(_vague(counted))


def so_far(courses: Sequence[Course]) -> FollowUpSoFar:
    """Total follow-up, and what it was at each event, in days."""
    events = sorted(each.event for each in courses if each.event is not None)
    last = max((each.end for each in courses), default=date.min)
    at = [float(sum(each.days_until(day) for each in courses)) for day in (*events, last)]
    return FollowUpSoFar(at[-1], tuple(at[:-1]))


def _course(row: Row, is_latest: bool) -> Course:
    """is_latest: infused on the first day and the event on the last day that can be; a doubtful event never came."""
    start, end = row["infused_on" if is_latest else "infused_by"], row["followed_to"]
    event = None
    if row["status"] == "event":
        event = row["event_by" if is_latest else "event_on"]
    elif row["status"] == "missing" and not is_latest:
        event = start
    if event is None:
        return Course(start, max(start, end), None)
    event = max(start, min(event, max(start, end)))
    return Course(start, event, event)


def _vague(rows: Sequence[Row]) -> Iterator[str]:
    """Days that are known as a range."""
    for field, low, high in (
        ("infusions.start", "infused_on", "infused_by"),
        ("the day of the event", "event_on", "event_by"),
    ):
        names = [each["subject_id"] for each in rows if each[low] != each[high]]
        if names:
            yield f"{field} is known as a range of days: {', '.join(names)}"
