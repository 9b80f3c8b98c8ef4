"""Treatment-emergent adverse events of one subject up to a study day: whether, how many, when first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from graftrial.derive.endpoint_events import Course
from graftrial.study.model import Endpoint, Study

Row = dict[str, Any]
FLAGS = {"ae_any": pl.lit(True), "ae_serious": pl.col("is_serious"), "ae_related": pl.col("is_related_cells")}


def harm_row(endpoint: Endpoint, course: Course, study: Study, frames: Mapping[str, pl.DataFrame]) -> Row:
    """Status event, no event, or missing; n_events counts them, day is the first onset where it is known.

    An onset that is unknown counts as inside, which is the cautious reading. Without an event the answer is no only
    where the study declares the table complete.
    """
    limit = endpoint.until_day or 0
    day = pl.col("onset_day_low").fill_null(0)
    own = frames["adverse_events"].filter(
        (pl.col("subject_id") == course.subject)
        & pl.col("is_treatment_emergent").fill_null(True)
        & (day <= limit)
    )
    judged = own.with_columns(_flag=FLAGS[str(endpoint.variable)])
    certain = judged.filter("_flag").sort("onset_day", "key", nulls_last=True)
    end = min(limit, course.last_day) if course.last_day is not None else None
    row: Row = {
        "subject_id": course.subject,
        "follow_up_day": end,
        "n_events": certain.select(pl.coalesce("series_id", "ae_id").n_unique()).item(),
        "key": "; ".join(sorted(certain["key"])) or f"subjects/{course.subject}",
        "reason": "",
    }
    if certain.height:
        days = certain["onset_day"].drop_nulls()
        unknown = certain["onset_day"].null_count()
        reason = f"{unknown} onset not known, counted as inside" if unknown else ""
        if endpoint.method in ("time_to_event", "rmst") and unknown:
            return row | {"status": "missing", "reason": "the day of an event is not known"}
        return row | {"status": "event", "day": days[0] if len(days) else None, "reason": reason}
    return row | _without_event(endpoint, judged, end, study)


def _without_event(endpoint: Endpoint, judged: pl.DataFrame, end: int | None, study: Study) -> Row:
    """No certain event: missing where one is open or could be unrecorded."""
    if judged["_flag"].null_count():
        open_events = judged["_flag"].null_count()
        return {"status": "missing", "reason": f"of {open_events} events it is not reported"}
    if "adverse_events" not in study.intake.complete:
        why = "no event is recorded, and the table adverse_events is not declared complete"
        return {"status": "missing", "reason": why}
    if endpoint.method in ("time_to_event", "rmst"):
        if end is None:
            return {"status": "missing", "reason": "the end of follow-up is not reported"}
        return {"status": "censored", "day": end}
    return {"status": "no event", "day": end}
