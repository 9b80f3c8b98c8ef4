"""What each safety rule says of the facts known at the cut: fires or not, and what keeps it from being decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import polars as pl

from graftrial.analyse.safety_follow_up import FollowUpCourse, course_of
from graftrial.stats.stopping import Boundary, FollowUpDesign, LookState, StoppingDesign
from graftrial.study.model import Study
from graftrial.study.safety import SafetyRule

Layer = Literal["event", "boundary"]
Row = dict[str, Any]
UNDECIDABLE = "undecidable"
FIRES = ("pause", "stop", "hold")


@dataclass(frozen=True, slots=True)
class RuleState:
    """One rule at the data cut.

    state: event layer clear, pause, stop, undecidable; boundary layer continue, pending, hold, stop, pause,
    undecidable. n, events, pending: subjects counted, with the event, with an open window.
    missing: sentences on what would decide it. last_known_on, last_event_on: of the newest fact on which it fires.
    known_by: how the days of knowledge of the events were recorded, with their number.
    boundary, outcomes, decisive: of a rule over subjects; outcomes in order of infusion, None while open.
    follow_up: of a rule over total follow-up.
    """

    rule: SafetyRule
    group: str
    state: str
    n: int = 0
    events: int = 0
    pending: int = 0
    missing: tuple[str, ...] = ()
    last_known_on: date | None = None
    last_event_on: date | None = None
    known_by: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    boundary: Boundary | None = None
    outcomes: tuple[bool | None, ...] = ()
    decisive: LookState | None = None
    follow_up: FollowUpCourse | None = None
    answered_by: str = ""
    pending_subjects: tuple[str, ...] = field(default=())

    @property
    def fires(self) -> bool:
        """Whether it says pause, stop or hold."""
        return self.state in FIRES

    @property
    def name(self) -> str:
        """The id, with the cohort where every cohort is counted by itself."""
        return f"{self.rule.id} ({self.group})" if self.group else self.rule.id


def rule_states(study: Study, facts: pl.DataFrame, gaps: pl.DataFrame) -> tuple[RuleState, ...]:
    """Every rule of the layers event and boundary, in the order of the study file."""
    states: list[RuleState] = []
    for rule in study.safety.rules:
        if rule.layer == "board":
            continue
        why = _not_declared(study, rule)
        if why:
            states.append(RuleState(rule, "", UNDECIDABLE, missing=(why,)))
            continue
        rows = facts.filter(pl.col("rule") == rule.id).to_dicts()
        for group, members in _groups(rule, rows):
            states.append(_state(rule, group, members, _general(gaps, study, rule)))
    return tuple(states)


def _not_declared(study: Study, rule: SafetyRule) -> str:
    """Why nothing can be computed from the study file itself."""
    event = study.safety.event(rule.event)
    if rule.event is None:
        return "its event is not defined in the study file: the rule has words alone"
    if event is None:
        return f"its event {rule.event} is not defined in the study file ([[safety.events]])"
    if rule.layer == "event":
        return ""
    if rule.rule is None:
        return "its boundary is not defined in the study file (rule, p0, n_max)"
    if rule.window_days is None and event.window_days is None:
        return "the window of its event is not defined in the study file (window_days)"
    return ""


def _groups(rule: SafetyRule, rows: list[Row]) -> Iterator[tuple[str, list[Row]]]:
    if rule.scope == "trial":
        yield "", rows
        return
    for cohort in sorted({each["cohort"] for each in rows}):
        yield cohort or "no cohort", [each for each in rows if each["cohort"] == cohort]


def _general(gaps: pl.DataFrame, study: Study, rule: SafetyRule) -> tuple[str, ...]:
    """Gaps of the trial that leave the rule open: patients or rows that are not there."""
    event = study.safety.event(rule.event)
    tables = {"subjects", "infusions", "disposition", event.source if event else ""}
    told = gaps.filter(pl.col("kind").is_in(["rows", "withheld"]), pl.col("table").is_in(sorted(tables)))
    return tuple(told["missing"])


def _state(rule: SafetyRule, group: str, rows: list[Row], general: tuple[str, ...]) -> RuleState:
    counted = [each for each in rows if each["status"] != "not counted"]
    ordered = sorted(counted, key=lambda each: (each["order"] or 0, each["subject_id"]))
    is_ordered = all(each["order"] is not None for each in ordered)
    events = [each for each in ordered if each["status"] == "event"]
    missing = (*general, *told_missing(ordered))
    unordered = () if is_ordered else ("the order of infusion is not known: infusions.start",)
    vague: tuple[str, ...] = ()
    if rule.over == "follow_up":
        found, vague = _follow_up_layer(rule, ordered, is_ordered, bool(general))
    elif rule.layer == "event":
        found = _event_layer(rule, ordered, is_ordered, bool(general))
    else:
        found = _boundary_layer(rule, ordered, is_ordered, bool(general))
    needs_order = rule.among_consecutive is not None or (rule.layer == "boundary" and rule.over == "subjects")
    is_open = found["state"] == UNDECIDABLE
    return RuleState(
        rule,
        group,
        n=len(ordered),
        events=len(events),
        pending=sum(each["status"] == "pending" for each in ordered),
        missing=(*missing, *vague, *(unordered if needs_order else ())) if is_open else (),
        known_by=tuple(_counted(each["known_by"] for each in events if each["known_by"])),
        sources=tuple(sorted({key for each in rows for key in each["sources"].split("; ") if key})),
        pending_subjects=tuple(each["subject_id"] for each in ordered if each["status"] == "pending"),
        **found,
    )


def told_missing(rows: Sequence[Row]) -> Iterator[str]:
    """Each missing field once, with its subjects."""
    by_field: dict[str, list[str]] = {}
    for each in rows:
        if each["status"] == "missing":
            by_field.setdefault(each["missing"], []).append(each["subject_id"])
    for name, subjects in by_field.items():
        yield f"{name}: {'subject' if len(subjects) == 1 else 'subjects'} {', '.join(subjects)}"


def _counted(words: Iterator[str]) -> Iterator[str]:
    given = list(words)
    for each in dict.fromkeys(given):
        yield f"{each} ({given.count(each)})"


def _event_layer(rule: SafetyRule, rows: list[Row], is_ordered: bool, has_gaps: bool) -> Row:
    """At least k subjects with the event, in the whole trial or among m who follow one another."""
    k, m = rule.at_least, rule.among_consecutive
    certain = _windows([each for each in rows if each["status"] == "event"], rows, k, m, is_ordered)
    if certain:
        newest = max(certain, key=lambda each: each["last_known_on"] or each["known_on"] or date.min)
        return {
            "state": rule.action,
            "last_known_on": newest["last_known_on"] or newest["known_on"],
            "last_event_on": newest["last_event_on"] or newest["event_on"],
        }
    possible = [each for each in rows if each["status"] in ("event", "missing")]
    is_open = has_gaps or _windows(possible, rows, k, None if not is_ordered else m, True)
    return {"state": UNDECIDABLE if is_open else "clear"}


def _windows(hits: list[Row], rows: list[Row], k: int, m: int | None, is_ordered: bool) -> list[Row]:
    """The hits that lie among m neighbours with at least k hits; all of them without m."""
    if len(hits) < k:
        return []
    if m is None or m >= len(rows):
        return hits
    if not is_ordered:
        return hits if k == 1 else []
    place = {id(each): number for number, each in enumerate(rows)}
    at = sorted(place[id(each)] for each in hits)
    inside: set[int] = set()
    for first in range(len(at) - k + 1):
        if at[first + k - 1] - at[first] < m:
            inside.update(at[first : first + k])
    return [rows[number] for number in sorted(inside)]


def _boundary_layer(rule: SafetyRule, rows: list[Row], is_ordered: bool, has_gaps: bool) -> Row:
    """Stop, continue or pending at the looks reached, by bounds over what is not known."""
    design = rule.design()
    assert isinstance(design, StoppingDesign)
    found = design.boundary
    low = [_outcome(each["status"], unknown=False) for each in rows]
    high = [_outcome(each["status"], unknown=True) for each in rows]
    shown: Row = {"boundary": found, "outcomes": tuple(_outcome(each["status"], None) for each in rows)}
    if not is_ordered:
        return shown | {"state": _unordered(rule, found, low, high, has_gaps)}
    least, most = design.decide(low), design.decide(high)
    if least.is_end and not has_gaps:
        fired = least.decisive
        assert fired is not None
        return shown | {"state": rule.action, "decisive": fired} | _newest(rows, fired.n)
    if has_gaps or least.action != most.action:
        return shown | {"state": UNDECIDABLE}
    if least.action == "wait":
        held = "hold" if rule.while_pending == "hold" else "pending"
        return shown | {"state": held, "decisive": least.decisive}
    return shown | {"state": "continue"}


def _follow_up_layer(
    rule: SafetyRule, rows: list[Row], is_ordered: bool, has_gaps: bool
) -> tuple[Row, tuple[str, ...]]:
    """Stop or continue by the follow-up at each event, where all readings of the days agree."""
    design = rule.design()
    assert isinstance(design, FollowUpDesign)
    course, is_settled, vague = course_of(design, rows, is_ordered)
    shown: Row = {"follow_up": course}
    if course is None or not is_settled or has_gaps:
        return shown | {"state": UNDECIDABLE}, vague
    if course.said.is_end:
        return shown | {"state": rule.action} | _newest(rows, None), ()
    return shown | {"state": "continue"}, ()


def _outcome(status: str, unknown: bool | None) -> bool | None:
    return {"event": True, "no event": False, "pending": None, "missing": unknown}[status]


def _unordered(
    rule: SafetyRule, found: Boundary, low: list[bool | None], high: list[bool | None], has_gaps: bool
) -> str:
    """Without the order only the count of all is certain."""
    at_all = found.at(len(low))
    if at_all is not None and sum(each is True for each in low) >= at_all and not has_gaps:
        return rule.action
    most = sum(each is not False for each in high)
    looks = zip(found.n_at_look, found.stop_if_at_least, strict=True)
    reachable = [least for n, least in looks if n <= len(low)]
    return UNDECIDABLE if has_gaps or (reachable and most >= min(reachable)) else "continue"


def _newest(rows: list[Row], n: int | None) -> Row:
    """The newest event known, and no earlier than the n-th infusion, where it completed the look."""
    events = [each for each in rows if each["status"] == "event"]
    known = [each["last_known_on"] or each["known_on"] for each in events]
    days = known if n is None else [*known, rows[n - 1]["infused_on"]]
    happened = [each["event_on"] for each in events if each["event_on"] is not None]
    return {
        "last_known_on": max((each for each in days if each is not None), default=None),
        "last_event_on": max(happened, default=None),
    }
