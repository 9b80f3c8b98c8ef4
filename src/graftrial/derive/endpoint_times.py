"""Time from day 0 to an event, to a competing one, or to the end of follow-up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from graftrial.derive.derived import NOT_REPORTED
from graftrial.derive.endpoint_events import Course
from graftrial.study.model import Endpoint, Study

Row = dict[str, Any]
PARTS = {"graft_loss": ("graft_loss",), "death": ("death",), "graft_loss_or_death": ("graft_loss", "death")}


def event_row(endpoint: Endpoint, course: Course, study: Study, frames: Mapping[str, pl.DataFrame]) -> Row:
    """Status event, competing, censored or no event up to `until_day`; day is the time in days from day 0."""
    limit = endpoint.until_day or 0
    row: Row = {
        "subject_id": course.subject,
        "key": f"subjects/{course.subject}",
        "follow_up_day": course.last_day,
        "reason": "",
    }
    happened, day, why, key = _happened(endpoint, course, study, frames)
    row["key"] = key or row["key"]
    if why:
        return row | {"status": "missing", "reason": why}
    if happened and day is None and endpoint.method == "proportion":
        return row | {"status": "event", "reason": "its day is not reported: counted as inside"}
    if happened and day is None:
        told = {"event": endpoint.variable, "reason": f"{endpoint.words} happened, its day is not reported"}
        return row | {"status": "missing", **told}
    if happened and day is not None and day < 0:
        return row | {"status": "missing", "reason": f"{endpoint.words} on day {day}, before day 0"}
    other = _earliest(course, endpoint.competing)
    until = min(limit, course.last_day) if course.last_day is not None else None
    if happened and day is not None and day <= limit and (other is None or day <= other):
        return row | {"status": "event", "day": day, "event": endpoint.variable, "event_day": day}
    if other is not None and other <= limit:
        return row | {"status": "competing", "day": other, "event": "competing", "event_day": other}
    if happened and day is not None and day > limit:
        until = limit
    if until is None or until < 0:
        return row | {"status": "missing", "reason": "the end of follow-up is not reported as a study day"}
    return row | {"status": "censored", "day": until}


def _earliest(course: Course, names: tuple[str, ...]) -> int | None:
    days = [
        course.events[each].day
        for each in names
        if each in course.events and course.events[each].day is not None
    ]
    return min((each for each in days if each is not None), default=None)


def _happened(
    endpoint: Endpoint, course: Course, study: Study, frames: Mapping[str, pl.DataFrame]
) -> tuple[bool, int | None, str, str]:
    """Whether it happened, its day, why that is not known, and the row that says so."""
    name = str(endpoint.variable)
    if name.startswith("decline_"):
        return _declined(name.removeprefix("decline_"), course, frames["kidney_outcomes"])
    found = [course.events[each] for each in PARTS[name] if each in course.events]
    if found:
        dated = [each for each in found if each.day is not None]
        first = min(dated, key=lambda each: each.day or 0) if len(dated) == len(found) else found[0]
        return True, first.day if len(dated) == len(found) else None, "", first.key
    is_complete = "disposition" in study.intake.complete
    if not is_complete and "graft_loss" in PARTS[name] and course.graft_status == NOT_REPORTED:
        return False, None, "the state of the graft is not reported", ""
    if not is_complete and "death" in PARTS[name] and course.is_dead is None:
        return False, None, "survival is not reported", ""
    return False, None, "", ""


def _declined(percent: str, course: Course, outcomes: pl.DataFrame) -> tuple[bool, int | None, str, str]:
    rows = outcomes.filter(pl.col("subject_id") == course.subject)
    if rows.is_empty():
        return False, None, "no creatinine", ""
    row = rows.row(0, named=True)
    reached = row[f"declined_{percent}_percent"]
    if reached is None:
        why = "no baseline value" if row["baseline_key"] is None else "neither confirmed nor ruled out"
        return False, None, why, row["baseline_key"] or ""
    return bool(reached), row[f"declined_{percent}_percent_day"], "", row["baseline_key"] or ""
