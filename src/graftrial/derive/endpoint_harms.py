"""Treatment-emergent adverse events of one subject up to a study day: whether, how many, when first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from graftrial.derive.endpoint_events import Course
from graftrial.study.model import Endpoint, Study

Row = dict[str, Any]
FLAGS = {"ae_any": pl.lit(True), "ae_serious": pl.col("is_serious"), "ae_related": pl.col("is_related_cells")}


def harm_rows(endpoint: Endpoint, courses: Sequence[Course], study: Study, events: pl.DataFrame) -> list[Row]:
    """One row a subject; events: the derived frame adverse_events."""
    judged: dict[str, list[Row]] = {}
    for row in _inside(endpoint, events).iter_rows(named=True):
        judged.setdefault(row["subject_id"], []).append(row)
    return [_harm_row(endpoint, each, study, judged.get(each.subject, [])) for each in courses]


def _inside(endpoint: Endpoint, events: pl.DataFrame) -> pl.DataFrame:
    """Events up to the day, the earliest first, with what makes them one of the endpoint: yes, no or unknown.

    An onset that is unknown counts as inside, which is the cautious reading.
    """
    may_be = pl.col("is_treatment_emergent").fill_null(True)
    inside = may_be & (pl.col("onset_day_low").fill_null(0) <= (endpoint.until_day or 0))
    return (
        events.filter(inside)
        .select(
            "subject_id",
            "key",
            "onset_day",
            series=pl.coalesce("series_id", "ae_id"),
            counts=FLAGS[str(endpoint.variable)],
        )
        .sort("onset_day", "key", nulls_last=True)
    )


def _harm_row(endpoint: Endpoint, course: Course, study: Study, judged: Sequence[Row]) -> Row:
    """Status event, no event, or missing; n_events counts them, day is the first onset where it is known.

    Without an event the answer is no only where the study declares the table complete.
    """
    certain = [each for each in judged if each["counts"]]
    limit = endpoint.until_day or 0
    end = min(limit, course.last_day) if course.last_day is not None else None
    row: Row = {
        "subject_id": course.subject,
        "follow_up_day": end,
        "n_events": len({each["series"] for each in certain}),
        "key": "; ".join(sorted(each["key"] for each in certain)) or f"subjects/{course.subject}",
        "reason": "",
    }
    if certain:
        days = [each["onset_day"] for each in certain if each["onset_day"] is not None]
        unknown = len(certain) - len(days)
        reason = f"{unknown} onset not known, counted as inside" if unknown else ""
        if endpoint.method in ("time_to_event", "rmst") and unknown:
            return row | {"status": "missing", "reason": "the day of an event is not known"}
        return row | {"status": "event", "day": days[0] if days else None, "reason": reason}
    return row | _without_event(endpoint, judged, end, study)


def _without_event(endpoint: Endpoint, judged: Sequence[Row], end: int | None, study: Study) -> Row:
    """No certain event: missing where one is open or could be unrecorded."""
    open_events = sum(each["counts"] is None for each in judged)
    if open_events:
        return {"status": "missing", "reason": f"of {open_events} events it is not reported"}
    if "adverse_events" not in study.intake.complete:
        why = "no event is recorded, and the table adverse_events is not declared complete"
        return {"status": "missing", "reason": why}
    if endpoint.method in ("time_to_event", "rmst"):
        if end is None:
            return {"status": "missing", "reason": "the end of follow-up is not reported"}
        return {"status": "censored", "day": end}
    return {"status": "no event", "day": end}
