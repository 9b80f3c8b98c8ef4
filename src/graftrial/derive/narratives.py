"""Which events get a narrative, why, and which rows lie around each of them.

Deaths, serious events, events that led to withdrawal, and events of declared special interest (ICH E3, section 12.3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import polars as pl

from graftrial.study.model import Study
from graftrial.study.reporting import Reporting

Row: TypeAlias = Mapping[str, Any]
Frames: TypeAlias = Mapping[str, pl.DataFrame]


def derive_narrative_cases(study: Study, events: pl.DataFrame) -> pl.DataFrame:
    """One row an event with a narrative: subject_id, ae_id, key, because (reasons in words, in a fixed order)."""
    wanted = [each.casefold() for each in study.safety.reporting.special_interest]
    named = [pl.col(each).str.to_lowercase().is_in(wanted) for each in ("pt", "meddra_pt", "ctcae_term")]
    reasons = {
        "death": pl.col("is_fatal"),
        "serious": pl.col("is_serious"),
        "led to withdrawal": pl.col("is_withdrawal"),
        "of special interest": pl.any_horizontal(*named) if wanted else pl.lit(False),
        "seriousness not reported": pl.col("is_serious").is_null(),
    }
    because = pl.concat_str(
        [pl.when(flag).then(pl.lit(words)) for words, flag in reasons.items()],
        separator="; ",
        ignore_nulls=True,
    )
    rows = events.with_columns(because=because).filter(pl.col("because") != "")
    return rows.select("subject_id", "ae_id", "key", "because").sort("subject_id", "ae_id")


@dataclass(frozen=True, slots=True)
class Around:
    """An event with the rows that its narrative tells: all of its own subject, in the order of their days.

    parts: the rows of the same series. biopsy_before: the last one proven to lie before the first infusion.
    labs, biopsies, others (other events, by their onset): inside the declared window around the onset.
    concomitant: treatments in force at the onset. treatments_undated: those of which that is not known.
    """

    event: Row
    subject: Row | None
    parts: tuple[Row, ...]
    infusions: tuple[Row, ...]
    biopsy_before: Row | None
    labs: tuple[Row, ...]
    biopsies: tuple[Row, ...]
    others: tuple[Row, ...]
    concomitant: tuple[Row, ...]
    treatments_undated: tuple[Row, ...]

    def given(self) -> tuple[tuple[Row, ...], tuple[Row, ...], tuple[Row, ...]]:
        """Infusions proven to be given up to the onset, proven to be given after it, and undecided."""
        low, high = self.event["onset_day_low"], self.event["onset_day_high"]
        before, after, undecided = [], [], []
        for each in self.infusions:
            first, last = each["start_day_low"], each["start_day_high"]
            if None in (low, high, first, last):
                undecided.append(each)
            elif last <= low:
                before.append(each)
            elif first > high:
                after.append(each)
            else:
                undecided.append(each)
        return tuple(before), tuple(after), tuple(undecided)

    def days_since_infusion(self) -> int | None:
        """Days from the last infusion up to the onset; None where a day is not exact or an infusion is undecided."""
        before, _, undecided = self.given()
        onset = self.event["onset_day"]
        days = [each["start_day"] for each in before]
        if onset is None or undecided or not days or None in days:
            return None
        return int(onset - max(days))

    @property
    def sources(self) -> tuple[str, ...]:
        """Keys of every row."""
        rows = [self.event, *self.parts, *self.infusions, *self.labs, *self.biopsies, *self.others]
        rows += [*self.concomitant, *self.treatments_undated]
        for each in (self.subject, self.biopsy_before):
            if each is not None:
                rows.append(each)
        return tuple(sorted({each["key"] for each in rows if each["key"]}))


class Patients:
    """Rows of the derived tables by subject, read once for all narratives."""

    TABLES = ("adverse_events", "subjects", "infusions", "labs", "biopsies", "treatments")

    def __init__(self, frames: Frames) -> None:
        self._rows: dict[str, dict[str, list[Row]]] = {}
        cases = frames["narrative_cases"]["subject_id"].unique()
        for name in self.TABLES:
            of_subject: dict[str, list[Row]] = {}
            for row in frames[name].filter(pl.col("subject_id").is_in(cases.implode())).iter_rows(named=True):
                of_subject.setdefault(row["subject_id"], []).append(row)
            self._rows[name] = of_subject

    def rows(self, table: str, subject_id: str) -> Sequence[Row]:
        """Rows of one subject in the order of the table."""
        return self._rows[table].get(subject_id, ())

    def around(self, reporting: Reporting, subject_id: str, ae_id: str) -> Around:
        """The event and what lies around it."""
        events = self.rows("adverse_events", subject_id)
        event = next(each for each in events if each["ae_id"] == ae_id)
        series = event["series_id"]
        window = _window(reporting, event)
        biopsies = self.rows("biopsies", subject_id)
        treatments = self.rows("treatments", subject_id)
        before = [each for each in biopsies if each["period"] == "before"]
        return Around(
            event=event,
            subject=next(iter(self.rows("subjects", subject_id)), None),
            parts=tuple(each for each in events if series is not None and each["series_id"] == series),
            infusions=tuple(self.rows("infusions", subject_id)),
            biopsy_before=_last(before),
            labs=tuple(
                each
                for each in self.rows("labs", subject_id)
                if each["analyte_name"] in reporting.narrative_analytes and _inside(each, window)
            ),
            biopsies=tuple(each for each in biopsies if _inside(each, window)),
            others=tuple(
                each
                for each in events
                if each["ae_id"] != ae_id
                and (series is None or each["series_id"] != series)
                and _inside(each, window, "onset_")
            ),
            concomitant=tuple(each for each in treatments if in_force(each, event)),
            treatments_undated=tuple(each for each in treatments if in_force(each, event) is None),
        )


def _last(rows: list[Row]) -> Row | None:
    """The row of the latest known day; without any day, the last as the table orders them."""
    dated = [each for each in rows if each["day_high"] is not None]
    return max(dated, key=lambda each: each["day_high"]) if dated else next(reversed(rows), None)


def _window(reporting: Reporting, event: Row) -> tuple[int, int] | None:
    low, high = event["onset_day_low"], event["onset_day_high"]
    if low is None or high is None:
        return None
    return low - reporting.narrative_days_before, high + reporting.narrative_days_after


def _inside(row: Row, window: tuple[int, int] | None, prefix: str = "") -> bool:
    """Whether the row lies in the window whatever its days mean."""
    low, high = row[f"{prefix}day_low"], row[f"{prefix}day_high"]
    if window is None or low is None or high is None:
        return False
    return bool(window[0] <= low and high <= window[1])


def in_force(treatment: Row, event: Row) -> bool | None:
    """Whether the treatment was being given on the day of onset; None where the days do not decide.

    A treatment without an end counts as going on.
    """
    low, high = event["onset_day_low"], event["onset_day_high"]
    start, latest_start = treatment["start_day_low"], treatment["start_day_high"]
    end_low, end = treatment["end_day_low"], treatment["end_day_high"]
    has_end = treatment["end"] is not None or treatment["end_day"] is not None
    if None in (low, high, start, latest_start) or (has_end and end is None):
        return None
    if start > high or (has_end and end < low):
        return False
    certain = latest_start <= low and (not has_end or end_low >= high)
    return True if certain else None
