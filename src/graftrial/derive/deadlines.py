"""Clocks of expedited reports: when each is due, and where it stands at the data cut.

Partial days give bounds. A clock is said to be overdue, or a report to be in time, only where every day that the
records can mean agrees.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, TypeAlias

import polars as pl

from graftrial.clinical.adverse_events.clauses import Clause, clauses
from graftrial.dates import days_after
from graftrial.derive.reporting_clocks import data_cut_bounds
from graftrial.study.model import Study

Case: TypeAlias = Mapping[str, Any]

OPEN, OVERDUE, IN_TIME, LATE, NOT_YET = (
    "open",
    "overdue",
    "sent in time",
    "sent late",
    "not known at the data cut",
)
COLUMNS: Mapping[str, pl.DataType] = {
    "subject_id": pl.String(),
    "ae_id": pl.String(),
    "key": pl.String(),
    "clock": pl.String(),
    "title": pl.String(),
    "citation": pl.String(),
    "is_provisional": pl.Boolean(),
    "due_low": pl.Date(),
    "due_high": pl.Date(),
    "due_day_low": pl.Int32(),
    "due_day_high": pl.Int32(),
    "sent_day_low": pl.Int32(),
    "sent_day_high": pl.Int32(),
    "days_left_low": pl.Int32(),
    "days_left_high": pl.Int32(),
    "state": pl.String(),
    "reason": pl.String(),
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """A day as far as it is known: calendar days and study days, lowest and highest."""

    low: date | None = None
    high: date | None = None
    day_low: int | None = None
    day_high: int | None = None

    @property
    def is_known(self) -> bool:
        """Whether both ends of the calendar days are known."""
        return self.low is not None and self.high is not None

    def later(self, fewest: int, most: int) -> Bounds:
        """So many days later; the two numbers differ where it is not known which deadline counts."""
        return Bounds(
            None if self.low is None else days_after(self.low, fewest),
            None if self.high is None else days_after(self.high, most),
            None if self.day_low is None else self.day_low + fewest,
            None if self.day_high is None else self.day_high + most,
        )


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline of one event, in the columns of `COLUMNS`."""

    subject_id: str
    ae_id: str
    key: str
    clock: str
    title: str
    citation: str
    is_provisional: bool
    due_low: date | None
    due_high: date | None
    due_day_low: int | None
    due_day_high: int | None
    sent_day_low: int | None
    sent_day_high: int | None
    days_left_low: int | None
    days_left_high: int | None
    state: str | None
    reason: str


def derive_deadlines(study: Study, cases: pl.DataFrame) -> pl.DataFrame:
    """Every deadline of every case, under the regime of the study file; none without one."""
    law = clauses(study.safety.reporting.regime)
    cut = data_cut_bounds(study)
    clocks = [each for case in cases.iter_rows(named=True) for each in _of_case(case, law, cut)]
    return pl.DataFrame([asdict(each) for each in clocks], schema=COLUMNS)


def _of_case(case: Case, law: Mapping[str, Clause], cut: tuple[date | None, date | None]) -> Iterator[Clock]:
    if "investigator" in law and case["is_serious"]:
        start, sent = _bounds(case, "investigator_aware"), _bounds(case, "aware")
        if start.is_known:
            yield _clock(case, "investigator", law["investigator"], start.later(1, 1), sent, cut)
    if not law or not _is_reportable(case):
        return
    first = first_report(case, law)
    name, due, clause = first
    yield _clock(case, name, clause, due, _bounds(case, "reported"), cut)
    if _became_severe(case):
        again = law["became_severe"]
        due_again = _bounds(case, "severe_aware").later(again.days, again.days)
        yield _clock(case, "became_severe", again, due_again, _bounds(case, "severe_reported"), cut)
    if "completion" in law and case["is_severe"] is not False:
        yield _completion(case, law, due, cut)


def _is_reportable(case: Case) -> bool:
    """A SUSAR, perhaps a SUSAR, or one that was a SUSAR until it was downgraded."""
    return case["susar"] is not False or case["downgraded_low"] is not None


def _became_severe(case: Case) -> bool:
    return case["severe_aware_low"] is not None or case["severe_aware_day_low"] is not None


def first_report(case: Case, law: Mapping[str, Clause]) -> tuple[str, Bounds, Clause]:
    """Name, due day and clause of the first report; bounds over both deadlines while its severity is not known."""
    severe, other = law["severe"], law["other"]
    aware = _bounds(case, "aware")
    start = _bounds(case, "qualified") if other.counts_from == "qualified" else aware
    start = start if start.is_known else aware
    if _became_severe(case) or case["is_severe"] is False:
        return "other", start.later(other.days, other.days), other
    if case["is_severe"]:
        return "severe", aware.later(severe.days, severe.days), severe
    late = start.later(other.days, other.days)
    early = aware.later(severe.days, severe.days)
    return "severe_or_other", Bounds(early.low, late.high, early.day_low, late.day_high), severe


def _completion(
    case: Case, law: Mapping[str, Clause], due: Bounds, cut: tuple[date | None, date | None]
) -> Clock:
    """Counted from the report where its day is recorded, else from the day on which it is due."""
    clause = law["completion"]
    restarted = _became_severe(case)
    report = _bounds(case, "severe_reported" if restarted else "reported")
    if restarted:
        again = law["became_severe"].days
        due = _bounds(case, "severe_aware").later(again, again)
    elif case["is_severe"] is None:
        early = _bounds(case, "aware").later(law["severe"].days, law["severe"].days)
        due = Bounds(early.low, None, early.day_low, None)
    start = report if report.is_known else due
    return _clock(
        case, "completion", clause, start.later(clause.days, clause.days), _bounds(case, "completed"), cut
    )


def _bounds(case: Case, prefix: str) -> Bounds:
    return Bounds(*(case[f"{prefix}_{end}"] for end in ("low", "high", "day_low", "day_high")))


def _clock(
    case: Case, name: str, clause: Clause, due: Bounds, sent: Bounds, cut: tuple[date | None, date | None]
) -> Clock:
    left = _days_left(due, cut)
    aware = case["aware_low"]
    unknown_yet = cut[1] is not None and aware is not None and aware > cut[1]
    state, reason = (NOT_YET, "") if unknown_yet else state_of(due, sent, cut)
    if case["is_severe"] is None and name in ("severe_or_other", "completion"):
        reason = "; ".join(filter(None, (reason, "whether it was fatal or life-threatening is not reported")))
    return Clock(
        subject_id=case["subject_id"],
        ae_id=case["ae_id"],
        key=case["key"],
        clock=name,
        title=clause.title if name != "severe_or_other" else "SUSAR, severity not reported",
        citation=clause.citation,
        is_provisional=name != "investigator" and case["susar"] is None and case["downgraded_low"] is None,
        due_low=due.low,
        due_high=due.high,
        due_day_low=due.day_low,
        due_day_high=due.day_high,
        sent_day_low=sent.day_low,
        sent_day_high=sent.day_high,
        days_left_low=left[0],
        days_left_high=left[1],
        state=state,
        reason=reason,
    )


def _days_left(due: Bounds, cut: tuple[date | None, date | None]) -> tuple[int | None, int | None]:
    first, last = cut
    low = None if due.low is None or last is None else (due.low - last).days
    high = None if due.high is None or first is None else (due.high - first).days
    return low, high


def state_of(due: Bounds, sent: Bounds, cut: tuple[date | None, date | None]) -> tuple[str | None, str]:
    """Where a clock stands at the data cut; None with the reason where the records do not decide."""
    if due.low is None and due.high is None:
        return None, "the day from which the clock runs is not reported"
    if sent.low is not None and sent.high is not None:
        if due.low is not None and sent.high <= due.low:
            return IN_TIME, ""
        if due.high is not None and sent.low > due.high:
            return LATE, ""
        return None, "sent; the records do not decide whether in time"
    first, last = cut
    if first is None or last is None:
        return None, "no data cut to compare with"
    if due.high is not None and first > due.high:
        return OVERDUE, "no day of a report is recorded"
    if due.low is not None and last <= due.low:
        return OPEN, ""
    return None, "the records do not decide whether it is overdue"
