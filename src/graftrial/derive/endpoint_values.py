"""Per endpoint and subject: baseline, value at the timepoint, and what an intercurrent event made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from graftrial.derive.endpoint_events import WORDS, Course, Event, derive_courses_of_subjects
from graftrial.derive.endpoint_harms import harm_rows
from graftrial.derive.endpoint_series import derive_series
from graftrial.derive.endpoint_times import event_row
from graftrial.intake.table import Tables
from graftrial.study.endpoints import OVER_TIME
from graftrial.study.model import Endpoint, Study
from graftrial.study.variables import KIND_OF

VALUES = {
    "endpoint": pl.String(), "subject_id": pl.String(), "status": pl.String(), "reason": pl.String(),
    "baseline": pl.Float64(), "baseline_day": pl.Int32(), "value": pl.Float64(), "day": pl.Int32(),
    "event": pl.String(), "event_day": pl.Int32(), "n_events": pl.Int32(), "follow_up_day": pl.Int32(),
    "key": pl.String(),
}  # fmt: skip
POINTS = {
    "endpoint": pl.String(), "subject_id": pl.String(), "day": pl.Int32(), "value": pl.Float64(),
    "phase": pl.String(), "is_set": pl.Boolean(), "key": pl.String(),
}  # fmt: skip
DEFAULTS = {"graft_loss": "exclude_after", "death": "exclude_after"}  # after them no value is of the graft
Frames = Mapping[str, pl.DataFrame]
Row = dict[str, Any]


class Point(NamedTuple):
    """One usable value with its day and the row it came from."""

    day: int
    value: float
    key: str


def derive_endpoints(study: Study, tables: Tables, frames: Frames) -> dict[str, pl.DataFrame]:
    """`endpoint_values` (one row an endpoint and subject) and `endpoint_points` (the values behind slopes).

    status: observed, set (by a strategy), worst, event, no event, censored, competing, or missing with its reason.
    """
    rows: list[Row] = []
    points: list[Row] = []
    for endpoint in study.endpoints:
        if endpoint.method is not None:
            found = derive_values(endpoint, population(endpoint, study, frames), study, tables, frames)
            rows, points = rows + found[0], points + found[1]
    return {
        "endpoint_values": pl.DataFrame(rows, schema=VALUES),
        "endpoint_points": pl.DataFrame(points, schema=POINTS),
    }


def derive_values(
    endpoint: Endpoint, subjects: Sequence[str], study: Study, tables: Tables, frames: Frames
) -> tuple[list[Row], list[Row]]:
    """Rows of endpoint_values and of endpoint_points of these subjects, whatever set they are in."""
    courses = derive_courses_of_subjects(frames)
    members = [courses[each] for each in subjects]
    kind, points = KIND_OF[str(endpoint.variable)].kind, list[Row]()
    if kind == "event":
        found = [event_row(endpoint, each, study, frames) for each in members]
    elif kind == "harm":
        found = harm_rows(endpoint, members, study, frames["adverse_events"])
    else:
        series = _series(derive_series(endpoint, tables, frames))
        if endpoint.method == "mixed_model_visits":
            points = [each for one in members for each in _at_visits(endpoint, one, study, series)]
        if endpoint.method in OVER_TIME:
            points = [each for one in members for each in _points(endpoint, one, series)]
        found = [_row(endpoint, each, study, series) for each in members]
    return [{"endpoint": endpoint.id, **each} for each in found], points


def population(endpoint: Endpoint, study: Study, frames: Frames) -> list[str]:
    """Ids of the subjects in the endpoint's analysis set, in order; historical controls are in none."""
    requires = next(each.requires for each in study.analysis_sets if each.id == endpoint.population)
    subjects = frames["subjects"].sort("subject_id")
    if study.comparison is not None:
        subjects = subjects.filter(pl.col("cohort").ne_missing(study.comparison.controls))
    if requires == "enrolled":
        subjects = subjects.filter("is_enrolled")
    elif requires != "screened":
        subjects = subjects.filter("is_infused")
    if requires == "infused_and_post_baseline_biopsy":
        later = frames["biopsies"].filter(pl.col("period") == "after")["subject_id"].unique()
        subjects = subjects.filter(pl.col("subject_id").is_in(later.implode()))
    return subjects["subject_id"].to_list()


def window(endpoint: Endpoint, study: Study) -> tuple[int, int, int]:
    """First and last study day of the timepoint, and the day that is meant."""
    if endpoint.at is not None:
        visit = next(each for each in study.schedule.visits if each.id == endpoint.at)
        return visit.earliest, visit.latest, visit.day
    if endpoint.window_days is not None:
        return endpoint.window_days[0], endpoint.window_days[1], endpoint.window_days[1]
    return 0, endpoint.until_day or 0, endpoint.until_day or 0


def visits_of(endpoint: Endpoint, study: Study) -> tuple[str, ...]:
    """Ids of the visits of a mixed model of visits, in the order of their days: as declared, else all after day 0."""
    ordered = sorted(study.schedule.visits, key=lambda each: each.day)
    return tuple(
        each.id for each in ordered if (each.id in endpoint.visits if endpoint.visits else each.day > 0)
    )


class Series(NamedTuple):
    """Values of one variable by subject: usable points in order, the reasons of the others with their day."""

    points: Mapping[str, Sequence[Point]]
    unusable: Mapping[str, Sequence[tuple[int | None, str]]]


def _series(frame: pl.DataFrame) -> Series:
    points: dict[str, list[Point]] = {}
    unusable: dict[str, list[tuple[int | None, str]]] = {}
    for subject, day, _, value, reason, key in frame.iter_rows():
        if value is not None and day is not None:
            points.setdefault(subject, []).append(Point(day, value, key))
        else:
            why = reason or "it has no value"
            unusable.setdefault(subject, []).append((day, why if value is None else "it has no study day"))
    return Series(points, unusable)


def strategy_of(endpoint: Endpoint, event: str) -> str:
    """The declared strategy; else values after loss or death do not count, and all others count as recorded."""
    for each in endpoint.intercurrent:
        if each.event == event:
            return each.strategy
    if endpoint.method == "composite_rank" and event in DEFAULTS:
        return "composite_worst"
    return DEFAULTS.get(event, "treatment_policy")


def _set_value(endpoint: Endpoint, event: str) -> float:
    return next((each.value or 0.0 for each in endpoint.intercurrent if each.event == event), 0.0)


def _events(endpoint: Endpoint, course: Course, last: int) -> list[Event]:
    """Events with a strategy of their own, up to the end of the window or of unknown day, earliest first."""
    found = [
        each
        for each in course.events.values()
        if strategy_of(endpoint, each.name) != "treatment_policy"
        and (each.day is None or 0 <= each.day <= last)
    ]
    return sorted(found, key=lambda each: (each.day is not None, each.day or 0))


def _row(endpoint: Endpoint, course: Course, study: Study, series: Series) -> Row:
    first, last, meant = window(endpoint, study)
    baseline = study.definitions.baseline
    points = series.points.get(course.subject, ())
    before = [each for each in points if baseline.earliest_day <= each.day <= baseline.latest_day]
    start = before[-1] if before else None
    row: Row = {
        "subject_id": course.subject,
        "baseline": start.value if start else None,
        "baseline_day": start.day if start else None,
        "key": start.key if start else f"subjects/{course.subject}",
        "follow_up_day": course.last_day,
    }
    if endpoint.method in OVER_TIME:
        inside = [each for each in points if first <= each.day <= last]
        status = "observed" if inside else "missing"
        reason = "" if inside else _why(series, course, first, last)
        events = _events(endpoint, course, last)
        return row | {"status": status, "reason": reason, **_event(events[0] if events else None)}
    after = [each for each in points if each.day > (start.day if start else baseline.latest_day)]
    read = _read(endpoint, course, series, [each for each in after if each.day > 0], (first, last, meant))
    keys = [start.key if start else "", read.pop("key", "")]
    row |= read | {"key": "; ".join(each for each in keys if each) or row["key"]}
    if _needs_baseline(endpoint) and start is None and row["status"] in ("observed", "set"):
        why = _why(series, course, baseline.earliest_day, baseline.latest_day)
        return row | {"status": "missing", "reason": f"no baseline: {why}"}
    return row


def _needs_baseline(endpoint: Endpoint) -> bool:
    return endpoint.method != "responder" or endpoint.of != "value"


def _event(event: Event | None) -> Row:
    return {"event": event.name if event else None, "event_day": event.day if event else None}


def _read(
    endpoint: Endpoint, course: Course, series: Series, after: list[Point], days: tuple[int, int, int]
) -> Row:
    """Status, value, day and reason at the timepoint, after the first event that has a strategy."""
    first, last, meant = days
    event = next(iter(_events(endpoint, course, last)), None)
    inside = [each for each in after if first <= each.day <= last]
    told = _event(event)
    if event is not None:
        return told | _after_event(endpoint, event, after, inside, days)
    if not inside:
        return told | {"status": "missing", "reason": _why(series, course, first, last)}
    return told | _observed(_nearest(inside, endpoint, meant))


def _after_event(
    endpoint: Endpoint, event: Event, after: list[Point], inside: list[Point], days: tuple[int, int, int]
) -> Row:
    strategy = strategy_of(endpoint, event.name)
    if event.day is None:
        return {"status": "missing", "reason": f"{event.words}, so nobody knows which values came before"}
    if strategy == "composite_worst":
        return {"status": "worst", "reason": event.words, "day": event.day, "key": event.key}
    if strategy == "value_zero":
        value = _set_value(endpoint, event.name)
        told = f"set to {value:g} from {event.words}"
        return {"status": "set", "value": value, "day": event.day, "reason": told, "key": event.key}
    earlier = [each for each in inside if each.day < event.day]
    if earlier:
        return _observed(_nearest(earlier, endpoint, days[2]))
    if strategy in ("last_value", "while_on_treatment"):
        kept = [each for each in after if each.day < event.day]
        if kept:
            kept_key = f"{kept[-1].key}; {event.key}"
            told = f"last value before {event.words}"
            return _observed(kept[-1]) | {"status": "set", "reason": told, "key": kept_key}
        return {"status": "missing", "reason": f"no value between the infusion and {event.words}"}
    declared = any(each.event == event.name for each in endpoint.intercurrent)
    undeclared = "" if declared else f"; no strategy is declared for {WORDS[event.name]}"
    return {"status": "missing", "reason": f"no value before {event.words}{undeclared}", "key": event.key}


def _nearest(points: list[Point], endpoint: Endpoint, meant: int) -> Point:
    """At a visit the value nearest to its planned day, the later of two; in a window the last."""
    if endpoint.at is None:
        return points[-1]
    return min(reversed(points), key=lambda each: abs(each.day - meant))


def _observed(point: Point) -> Row:
    return {"status": "observed", "value": point.value, "day": point.day, "reason": "", "key": point.key}


def _why(series: Series, course: Course, first: int, last: int) -> str:
    """Why there is no value between two study days."""
    reasons = [
        why for day, why in series.unusable.get(course.subject, ()) if day is None or first <= day <= last
    ]
    if reasons:
        return "; ".join(dict.fromkeys(reasons))
    gone = course.events.get("withdrawal") or course.events.get("death")
    said = f"; {gone.words}" if gone and (gone.day is None or gone.day <= last) else ""
    return f"no value on day {first} to {last}{said}"


def _points(endpoint: Endpoint, course: Course, series: Series) -> Iterable[Row]:
    """Values inside the window up to the first event; with value_zero one more, on its day."""
    first, last = endpoint.window_days or (0, endpoint.until_day or 0)
    event = next(iter(_events(endpoint, course, last)), None)
    if event is not None and event.day is None:
        return
    end = event.day if event is not None and event.day is not None else last + 1
    for each in series.points.get(course.subject, ()):
        if first <= each.day <= last and each.day < end:
            yield _point(endpoint, course, each, is_set=False)
    if event is not None and strategy_of(endpoint, event.name) == "value_zero" and event.day is not None:
        point = Point(event.day, _set_value(endpoint, event.name), event.key)
        yield _point(endpoint, course, point, is_set=True)


def _at_visits(endpoint: Endpoint, course: Course, study: Study, series: Series) -> Iterable[Row]:
    """The change at each visit of the model, which is the phase; strategies hold as at the visit of the endpoint."""
    for visit in visits_of(endpoint, study):
        row = _row(endpoint.model_copy(update={"at": visit}), course, study, series)
        if row["status"] in ("observed", "set"):
            point = Point(row["day"], row["value"] - row["baseline"], row["key"])
            yield _point(endpoint, course, point, is_set=row["status"] == "set") | {"phase": visit}


def _point(endpoint: Endpoint, course: Course, point: Point, is_set: bool) -> Row:
    return {
        "endpoint": endpoint.id, "subject_id": course.subject, "day": point.day, "value": point.value,
        "phase": "before" if point.day <= 0 else "after", "is_set": is_set, "key": point.key,
    }  # fmt: skip
