"""The safety state as result rows."""

from __future__ import annotations

from collections.abc import Iterator

from graftrial.analyse.results import Result, slugs
from graftrial.analyse.safety_follow_up import FollowUpCourse
from graftrial.analyse.safety_rules import RuleState
from graftrial.analyse.safety_state import SafetyState, assess
from graftrial.derive import Derived
from graftrial.intake.table import Tables
from graftrial.study.model import Study

GROUP = "safety"
OVERALL = "worst of the unanswered rules and the latest decision of the board"


def safety(study: Study, tables: Tables, derived: Derived) -> list[Result]:
    """State, layers, and every rule with its counts."""
    found = assess(study, tables, derived)
    every_source = tuple(key for each in found.rules for key in each.sources)
    decisions = tuple(each.key for each in found.decisions)
    results = [
        Result(
            "safety.state", found.state, "safety state", GROUP, method=OVERALL,
            warnings=found.undecided_because, sources=(*every_source, *decisions),
        ),
        Result("safety.layer_a", found.layer_a, "event-triggered rules", GROUP, sources=_sources(found, "event")),
        Result(
            "safety.layer_b", found.layer_b, "statistical boundaries", GROUP, sources=_sources(found, "boundary")
        ),
        Result("safety.layer_c", found.layer_c, "latest decision of the board", GROUP, sources=decisions),
        Result(
            "safety.pending", found.pending, "subjects whose window is open", GROUP, unit="subjects",
            n=found.pending, method="infused subjects without the event whose window ends after the data cut",
            sources=every_source,
        ),
    ]  # fmt: skip
    names = slugs(each.name for each in found.rules)
    for each in found.rules:
        results += _of_rule(f"safety.rule.{names[each.name]}", each)
    return results


def _sources(found: SafetyState, layer: str) -> tuple[str, ...]:
    return tuple(key for each in found.rules if each.rule.layer == layer for key in each.sources)


def _of_rule(key: str, each: RuleState) -> Iterator[Result]:
    known = f"; known by {', '.join(each.known_by)}" if each.known_by else ""
    answered = (f"answered by the decision of {each.answered_by}",) if each.answered_by else ()
    yield Result(
        key, each.state, each.name, "safety.rule", n=each.events, denominator=each.n,
        not_assessable=len(each.missing) or None, method=f"{each.rule.text}{known}",
        warnings=(*each.missing, *answered), sources=each.sources,
    )  # fmt: skip
    counts = (("events", each.events, "with the event"), ("pending", each.pending, "with an open window"))
    if not each.sources and not each.n:
        return
    for name, count, words in counts:
        yield Result(
            f"{key}.{name}", count, f"{each.name}: subjects {words}", "safety.rule", unit="subjects", n=count,
            denominator=each.n, method=f"infused subjects {words} at the data cut{known}", sources=each.sources,
        )  # fmt: skip
    if each.follow_up is not None:
        yield from _of_follow_up(key, each, each.follow_up)
    if each.decisive is not None:
        yield Result(
            f"{key}.stop_if_at_least", each.decisive.stop_if_at_least, f"{each.name}: boundary", "safety.rule",
            n=each.decisive.n, unit="subjects", method=f"of the first {each.decisive.n} subjects in order of infusion",
            sources=each.sources,
        )  # fmt: skip


def _of_follow_up(key: str, each: RuleState, course: FollowUpCourse) -> Iterator[Result]:
    """Days followed, the limit of the event that stopped or could be the next to stop."""
    said = course.said
    yield Result(
        f"{key}.follow_up", said.follow_up, f"{each.name}: follow-up", "safety.rule", unit="days", n=said.events,
        denominator=each.n, method="days from the first infusion to event, leaving, end of window or data cut",
        sources=each.sources,
    )  # fmt: skip
    event, limit = said.next_stop or (None, None)
    if said.decisive is not None:
        event, limit = said.decisive.events, said.decisive.stops_up_to
    if event is not None:
        yield Result(
            f"{key}.stop_up_to_follow_up", limit, f"{each.name}: boundary", "safety.rule", unit="days", n=event,
            method=f"total follow-up up to which event {event} stops; {course.design.title}", sources=each.sources,
        )  # fmt: skip
