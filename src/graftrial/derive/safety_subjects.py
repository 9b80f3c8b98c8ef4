"""Infused subjects in the order of their first infusion, as of a day; and what keeps that order from being known."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import polars as pl

from graftrial.derive.safety_candidates import Candidate
from graftrial.study.model import Study

LEAVING = ("withdrawn", "lost_to_follow_up", "completed", "death")
RESTS_ON = ("subjects", "infusions", "disposition", "adverse_events", "biopsies")
TREATED = "treated"  # the word in the statement of a reported aggregate
GAPS: dict[str, pl.DataType] = {
    "kind": pl.String(), "table": pl.String(), "subject_id": pl.String(), "missing": pl.String(),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Infusion:
    """When it was, as study days and as calendar days."""

    day_low: int | None
    day_high: int | None
    earliest: date | None
    latest: date | None

    def days_to(self, each: Candidate) -> tuple[int, int] | None:
        """Fewest and most days from this infusion to the row; None where a day is missing."""
        first, last, low, high = self.day_low, self.day_high, each.day_low, each.day_high
        if first is not None and last is not None and low is not None and high is not None:
            return low - last, high - first
        if self.earliest and self.latest and each.earliest and each.latest:
            return (each.earliest - self.latest).days, (each.latest - self.earliest).days
        return None


@dataclass(frozen=True, slots=True)
class Infused:
    """One infused subject. is_partial: first dose below plan by more than the tolerance; None if not known."""

    subject_id: str
    cohort: str
    infusions: tuple[Infusion, ...]
    is_partial: bool | None
    has_left: bool
    left_on: date | None
    keys: tuple[str, ...]
    order: int | None = None

    @property
    def infused_on(self) -> date | None:
        """Day of the first infusion; of a partial date the first that it can be."""
        return self.infusions[0].earliest if self.infusions else None

    @property
    def infused_by(self) -> date | None:
        """Day of the first infusion; of a partial date the last that it can be."""
        return self.infusions[0].latest if self.infusions else None

    def closes_on(self, window_days: int | None, from_each: bool) -> date | None:
        """Last day of the window; None without a window or without the day of infusion."""
        counted = self.infusions if from_each else self.infusions[:1]
        latest = [each.latest for each in counted]
        if window_days is None or not latest or None in latest:
            return None
        return max(each for each in latest if each) + timedelta(days=window_days)


def infused_subjects(
    study: Study, frames: Mapping[str, pl.DataFrame], cut: date | None
) -> tuple[Infused, ...]:
    """Everybody infused up to the cut, in the order of the first infusion; `order` is None where it is not known."""
    infusions: dict[str, list[dict[str, Any]]] = {}
    for row in frames["infusions"].sort("start_day_low", "key", nulls_last=True).iter_rows(named=True):
        if cut is None or row["start_earliest"] is None or row["start_earliest"] <= cut:
            infusions.setdefault(row["subject_id"], []).append(row)
    milestones: dict[str, list[dict[str, Any]]] = {}
    for row in frames["disposition"].iter_rows(named=True):
        if cut is None or row["date_earliest"] is None or row["date_earliest"] <= cut:
            milestones.setdefault(row["subject_id"], []).append(row)
    found = [
        _infused(study, row, infusions.get(row["subject_id"], []), milestones.get(row["subject_id"], []))
        for row in frames["subjects"].iter_rows(named=True)
    ]
    treated = [each for each in found if each is not None]
    treated.sort(key=lambda each: (each.infused_on or date.max, each.subject_id))
    is_known = not list(unordered(treated))
    return tuple(replace(each, order=place if is_known else None) for place, each in enumerate(treated, 1))


def unordered(treated: list[Infused]) -> Iterator[str]:
    """Subjects whose place in the order of infusion is not known, once more than one was infused."""
    dated = [each for each in treated if each.infused_on is not None]
    if len(treated) > 1:
        yield from (each.subject_id for each in treated if each.infused_on is None)
    for former, latter in pairwise(dated):
        last = former.infusions[0].latest
        is_exact = last == former.infused_on and latter.infusions[0].latest == latter.infused_on
        if not is_exact and (last is None or latter.infused_on is None or last >= latter.infused_on):
            yield latter.subject_id


def safety_gaps(
    frames: Mapping[str, pl.DataFrame],
    reported: pl.DataFrame,
    treated: tuple[Infused, ...],
    unread: Collection[tuple[str, int]] = (),
) -> pl.DataFrame:
    """What is missing whatever the rules: patients and rows, order of infusion, onset of serious events.

    kind: rows, withheld, order, onset. unread: rows that a finding keeps out of every result.
    """
    rows = [
        ("order", "infusions", each.subject_id, "infusions.start")
        for each in treated
        if not each.infusions or each.infused_on is None
    ]
    rows += [
        ("order", "infusions", name, "infusions.start")
        for name in unordered(list(treated))
        if name not in {row[2] for row in rows}
    ]
    stated = _treated_as_reported(reported)
    if stated is not None and stated > len(treated):
        text = f"{stated - len(treated)} of {stated} treated patients have no rows"
        rows.append(("rows", "subjects", "", text))
    rows += [
        ("withheld", table, "", f"{table} row {row} is withheld by a finding")
        for table, row in sorted(unread)
        if table in RESTS_ON
    ]
    rows += _without_onset(frames["adverse_events"], {each.subject_id for each in treated})
    return pl.DataFrame(rows, schema=GAPS, orient="row")


def _without_onset(events: pl.DataFrame, treated: set[str]) -> list[tuple[str, str, str, str]]:
    """Serious events of the infused, or those that may be serious, whose onset is not known."""
    undated = events.filter(
        pl.col("is_serious").fill_null(True),
        pl.col("onset_day_low").is_null(),
        pl.col("start_earliest").is_null(),
    )
    return [
        ("onset", "adverse_events", row["subject_id"], f"adverse_events.start of {row['ae_id']}")
        for row in undated.iter_rows(named=True)
        if row["subject_id"] in treated
    ]


def _treated_as_reported(reported: pl.DataFrame) -> int | None:
    """Number treated as a source states it."""
    told = reported.filter(pl.col("statement").str.contains(TREATED), pl.col("events").is_not_null())
    return None if told.is_empty() else int(told["events"][0])


def _infused(
    study: Study, subject: dict[str, Any], given: list[dict[str, Any]], reached: list[dict[str, Any]]
) -> Infused | None:
    marked = [each for each in reached if each["milestone"] == "infused"]
    if not given and not marked:
        return None
    infusions = tuple(
        Infusion(each["start_day_low"], each["start_day_high"], each["start_earliest"], each["start_latest"])
        for each in given
    ) or tuple(
        Infusion(each["day_low"], each["day_high"], each["date_earliest"], each["date_latest"])
        for each in marked
    )
    leaving = [each for each in reached if each["milestone"] in LEAVING]
    days = [each["date_earliest"] for each in leaving]
    return Infused(
        subject["subject_id"],
        subject["cohort"] or "",
        infusions,
        _is_partial(study, given),
        bool(leaving),
        None if None in days or not days else min(days),
        (*(each["key"] for each in given or marked), *(each["key"] for each in leaving)),
    )


def _is_partial(study: Study, given: list[dict[str, Any]]) -> bool | None:
    tolerance = study.dose.tolerance_percent
    deviation = given[0]["deviation_percent"] if given else None
    return None if tolerance is None or deviation is None else deviation < -tolerance - 1e-9
