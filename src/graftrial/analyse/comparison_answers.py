"""What one patient answers under an endpoint, treated or control: a change, a slope, or yes and no as 1 and 0."""

from __future__ import annotations

from collections.abc import Sequence

from graftrial.analyse.endpoint_changes import CHANGES, moved, responds, unit_of
from graftrial.analyse.endpoint_counts import reached
from graftrial.analyse.endpoint_rows import Case, Row, number
from graftrial.analyse.endpoint_slopes import per_year, points_of_those_seen_after, slopes_by_patient
from graftrial.stats.longitudinal.slopes import slope_difference
from graftrial.stats.outcomes import Estimate, NotEstimable
from graftrial.study.endpoints import SHARES
from graftrial.study.model import Endpoint


def answer(case: Case, row: Row) -> tuple[float | None, str]:
    """The number of one patient, or why there is none. The points behind slopes are those of the case."""
    method = str(case.endpoint.method)
    if method == "responder":
        verdict, _, why = responds(case, row)
        return None if verdict is None else float(verdict), why
    if method == "proportion":
        verdict, why = reached(case, row)
        return None if verdict is None else float(verdict), why
    if method in CHANGES:
        return moved(case, row, CHANGES[method])
    return _slope(case, row) if method == "slope_within_patient" else _before_after(case, row)


def _slope(case: Case, row: Row) -> tuple[float | None, str]:
    found = slopes_by_patient(case, _own(points_of_those_seen_after(case), row)).get(row["subject_id"])
    if found is None:
        return None, row["reason"] or "no value after the infusion"
    return _told(found.estimate)


def _before_after(case: Case, row: Row) -> tuple[float | None, str]:
    both = []
    for phase in ("before", "after"):
        own = [each for each in _own(case.points, row) if each["phase"] == phase]
        if not own:
            return None, row["reason"] or f"no value {phase} day 0"
        both.append(slopes_by_patient(case, own)[row["subject_id"]])
    return _told(slope_difference(*both))


def _own(points: Sequence[Row], row: Row) -> list[Row]:
    return [each for each in points if each["subject_id"] == row["subject_id"]]


def _told(found: Estimate) -> tuple[float | None, str]:
    return number(found.value), found.value.reason if isinstance(found.value, NotEstimable) else ""


def unit_of_answer(endpoint: Endpoint) -> str:
    """Unit of the answer; empty for shares."""
    method = str(endpoint.method)
    if method in SHARES:
        return ""
    return unit_of(endpoint, CHANGES[method]) if method in CHANGES else per_year(endpoint)
