"""What is known of every infused subject for every safety rule, as of a day: event, none, open window, not known.

A fact counts from the day of entry, else of awareness, else of the event itself. Later data never change what
was known on an earlier day where the day of entry is recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Literal

import polars as pl

from graftrial.derive.safety_candidates import Candidate, candidates
from graftrial.derive.safety_subjects import Infused, infused_subjects
from graftrial.study.model import Study
from graftrial.study.safety import SafetyEvent, SafetyRule

Status = Literal["event", "no event", "pending", "missing", "not counted"]
FACTS: dict[str, pl.DataType] = {
    "rule": pl.String(), "event": pl.String(), "subject_id": pl.String(), "cohort": pl.String(),
    "order": pl.Int32(), "infused_on": pl.Date(), "closes_on": pl.Date(), "status": pl.String(),
    "infused_by": pl.Date(), "followed_to": pl.Date(),
    "missing": pl.String(), "event_on": pl.Date(), "event_by": pl.Date(),
    "known_on": pl.Date(), "known_by": pl.String(),
    "last_event_on": pl.Date(), "last_known_on": pl.Date(), "sources": pl.String(),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """One subject under one rule, as of the data cut.

    order: place in the order of infusion, from 1; None where it is not known. closes_on: last day of the window.
    infused_by, event_by: last days that they can be, where a date is partial. followed_to: last day of follow-up at the
    cut: end of the window, leaving or cut, whichever is first; an event ends it earlier.
    event_on, known_on: of the first event that counts; last_event_on, last_known_on: of the last one.
    missing: what would decide, as `table.column`. sources: keys of the rows behind the answer.
    """

    rule: str
    event: str
    subject_id: str
    cohort: str
    order: int | None
    infused_on: date | None
    closes_on: date | None
    status: Status
    infused_by: date | None = None
    followed_to: date | None = None
    missing: str = ""
    event_on: date | None = None
    event_by: date | None = None
    known_on: date | None = None
    known_by: str = ""
    last_event_on: date | None = None
    last_known_on: date | None = None
    sources: str = ""


def derive_safety(study: Study, frames: Mapping[str, pl.DataFrame], cut: date | None) -> pl.DataFrame:
    """One row per rule that names a declared event, and infused subject.

    cut: day of which the state is asked; None takes everything as known.
    """
    facts: list[Fact] = []
    subjects = infused_subjects(study, frames, cut)
    for rule in study.safety.rules:
        event = study.safety.event(rule.event)
        if event is None or rule.layer == "board":
            continue
        found: dict[str, list[Candidate]] = {}
        for each in candidates(event, frames):
            if each.known_on is None or cut is None or each.known_on <= cut:
                found.setdefault(each.subject_id, []).append(each)
        is_complete = event.source in study.intake.complete
        asked = _Asked(rule, event, cut, is_complete)
        facts += [_fact(asked, each, found.get(each.subject_id, [])) for each in subjects]
    return pl.DataFrame([asdict(each) for each in facts], schema=FACTS)


@dataclass(frozen=True, slots=True)
class _Asked:
    rule: SafetyRule
    event: SafetyEvent
    cut: date | None
    is_complete: bool

    @property
    def window_days(self) -> int | None:
        """Of the rule, else of its event."""
        return self.event.window_days if self.rule.window_days is None else self.rule.window_days


def _fact(asked: _Asked, subject: Infused, found: Sequence[Candidate]) -> Fact:
    sure: list[Candidate] = []
    open_: list[str] = []
    for each in found:
        inside = _inside(asked, subject, each)
        if inside is False:
            continue
        if inside and each.counts:
            sure.append(each)
        else:
            open_ += [each.missing] if each.missing else []
            open_ += [] if inside else [_undated(each)]
    closes = subject.closes_on(asked.window_days, asked.event.counts_from == "each_infusion")
    status, missing = _status(asked, subject, bool(sure), open_, closes)
    first = min(sure, key=_known, default=None)
    last = max(sure, key=_known, default=None)
    shown = first if status == "event" else None
    return Fact(
        asked.rule.id, asked.event.id, subject.subject_id, subject.cohort, subject.order,
        subject.infused_on, closes, status, subject.infused_by, _followed_to(asked, subject, closes), missing,
        shown.earliest if shown else subject.left_on if status == "event" else None,
        shown.latest if shown else subject.left_on if status == "event" else None,
        shown.known_on if shown else subject.left_on if status == "event" else None,
        shown.known_by if shown else "",
        last.earliest if shown and last else None, last.known_on if shown and last else None,
        "; ".join(sorted({*subject.keys, *(each.key for each in found)})),
    )  # fmt: skip


def _followed_to(asked: _Asked, subject: Infused, closes: date | None) -> date | None:
    left = subject.left_on if subject.has_left else None
    return min((each for each in (closes, left, asked.cut) if each is not None), default=None)


def _known(each: Candidate) -> date:
    return each.known_on or date.min


def _undated(each: Candidate) -> str:
    return each.when if each.day_low is None and each.earliest is None else "infusions.start"


def _inside(asked: _Asked, subject: Infused, each: Candidate) -> bool | None:
    """Whether it happened in the window of an infusion that counts; None where the days do not settle it."""
    infusions = subject.infusions if asked.event.counts_from == "each_infusion" else subject.infusions[:1]
    answers = [_within(infusion.days_to(each), asked.window_days) for infusion in infusions] or [None]
    if True in answers:
        return True
    return None if None in answers else False


def _within(days: tuple[int, int] | None, window: int | None) -> bool | None:
    if days is None:
        return None
    low, high = days
    if high < 0 or (window is not None and low > window):
        return False
    return True if low >= 0 and (window is None or high <= window) else None


def _status(
    asked: _Asked, subject: Infused, has_event: bool, open_: Sequence[str], closes: date | None
) -> tuple[Status, str]:
    if asked.event.partial_dose == "not_counted" and subject.is_partial is not False:
        return ("not counted", "") if subject.is_partial else ("missing", "infusions.given_cells_per_kg")
    if has_event:
        return "event", ""
    if open_:
        return "missing", ", ".join(dict.fromkeys(open_))
    left = _left(asked, subject, closes)
    if left is not None:
        return left
    if asked.window_days is not None and closes is None:
        return "missing", "infusions.start"
    if asked.window_days is None or asked.cut is None or (closes is not None and closes > asked.cut):
        return ("pending", "") if asked.window_days is not None or asked.is_complete else _silent(asked)
    return ("no event", "") if asked.is_complete else _silent(asked)


def _silent(asked: _Asked) -> tuple[Status, str]:
    """No row of a table that is not declared complete says nothing."""
    return "missing", f"{asked.event.source} is not declared complete in [intake]"


def _left(asked: _Asked, subject: Infused, closes: date | None) -> tuple[Status, str] | None:
    """The declared handling of one who left before the window closed; None for everybody else."""
    if not subject.has_left or asked.window_days is None:
        return None
    if subject.left_on is None:
        return "missing", "disposition.date"
    if closes is not None and subject.left_on >= closes:
        return None
    handling = asked.event.withdrawn_before_window
    if handling is None:
        return "missing", f"withdrawn_before_window of the event {asked.event.id} in the study file"
    if handling == "no_event":
        return ("no event", "") if asked.is_complete else _silent(asked)
    return ("event", "") if handling == "event" else ("not counted", "")
