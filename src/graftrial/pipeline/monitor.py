"""The safety state as `graftrial monitor` tells it: a person reads it in ten seconds, a program as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graftrial.analyse.safety_rules import RuleState
from graftrial.analyse.safety_state import NOT_DECLARED, SafetyState, assess
from graftrial.errors import (
    EXIT_BLOCKING_FINDINGS,
    EXIT_DONE,
    EXIT_RULE_SAYS_STOP,
    EXIT_RULE_UNDECIDED,
)
from graftrial.pipeline.stages import Run
from graftrial.report.numbers import ordinal, plural, rounded
from graftrial.stats.stopping import FollowUpDecision

GOES_ON = "continue"
WIDTH = 9
LAYERS = (("A", "event", "events"), ("B", "boundary", "boundary"))
EXITS = {"stop": EXIT_RULE_SAYS_STOP, "pause": EXIT_RULE_SAYS_STOP, "hold": EXIT_RULE_SAYS_STOP}
MEANING = {
    "stop": "the trial is to be stopped",
    "pause": "nobody may be treated until the board has decided",
    "hold": "nobody may be treated until open windows have closed",
    "undecidable": "a rule cannot be decided: this is not a permission to go on",
    "continue": "no rule and no decision stands against going on",
}


@dataclass(frozen=True, slots=True)
class Monitored:
    """A run with its safety state."""

    run: Run
    state: SafetyState

    @property
    def exit_code(self) -> int:
        """10 where a rule or the board says stop or pause, 11 where it cannot be decided, then 4, else 0."""
        code = EXITS.get(self.state.state)
        if code is not None:
            return code
        if self.state.state != GOES_ON:
            return EXIT_RULE_UNDECIDED
        return EXIT_BLOCKING_FINDINGS if self.run.checked.is_blocked else EXIT_DONE


def monitor(run: Run) -> Monitored:
    """The safety state of a run."""
    checked = run.checked
    return Monitored(run, assess(checked.study, checked.tables, run.derived))


def as_json(monitored: Monitored) -> dict[str, Any]:
    """The object of `--json`; the first seven names are a contract."""
    state = monitored.state
    return {
        "state": state.state,
        "layer_a": state.layer_a,
        "layer_b": state.layer_b,
        "layer_c": state.layer_c,
        "pending": state.pending,
        "undecided_because": list(state.undecided_because),
        "data_cut": monitored.run.checked.data_cut,
        "rules": [_rule(each) for each in state.rules],
        "decisions": [
            {"date": each.when_text, "decision": each.decision, "answers": list(each.answers)}
            for each in state.decisions
        ],
        "exit_code": monitored.exit_code,
    }


def _rule(each: RuleState) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": each.rule.id,
        "group": each.group,
        "layer": each.rule.layer,
        "state": each.state,
        "answered_by": each.answered_by,
        "n": each.n,
        "events": each.events,
        "pending": each.pending,
        "known_by": list(each.known_by),
        "undecided_because": list(each.missing),
    }
    if each.decisive is not None:
        told |= {"look": each.decisive.n, "stop_if_at_least": each.decisive.stop_if_at_least}
    if each.follow_up is not None:
        said = each.follow_up.said
        told |= {"follow_up_days": said.follow_up, "next_stop": said.next_stop}
        if said.decisive is not None:
            number, at, limit = said.decisive
            told |= {"stopped_at_event": number, "stopped_at_follow_up": at, "stops_up_to": limit}
    return told


def lines(monitored: Monitored) -> Iterator[str]:
    """What a person reads, the state first."""
    state = monitored.state
    yield f"{'state':<{WIDTH}} {state.state.upper()}: {MEANING[state.state]}"
    yield f"{'data cut':<{WIDTH}} {monitored.run.checked.data_cut or 'none: no date in the data'}"
    for letter, layer, words in LAYERS:
        rules = [each for each in state.rules if each.rule.layer == layer]
        said = state.layer_a if letter == "A" else state.layer_b
        if not rules:
            yield f"{'layer ' + letter:<{WIDTH}} {said}: no rule of the layer {words} is declared"
        for each in rules:
            yield f"{'layer ' + letter:<{WIDTH}} {each.state}: {sentence(each)}"
    yield f"{'layer C':<{WIDTH}} {_board(state)}"
    yield f"{'pending':<{WIDTH}} {state.pending} {'subject' if state.pending == 1 else 'subjects'} with an open window"
    for number, why in enumerate(state.undecided_because):
        yield f"{'missing' if number == 0 else '':<{WIDTH}} {why}"


def sentence(each: RuleState) -> str:
    """One rule in one line, without anything about a person."""
    if not each.n and each.missing:
        return each.name
    told = [f"{each.name}: {each.events} of {each.n} infused with the event"]
    if each.pending:
        told.append(f"{each.pending} pending")
    if each.follow_up is not None:
        told += _over_follow_up(each.follow_up.said)
    if each.decisive is not None and each.fires and each.state != "hold":
        told.append(f"of the first {each.decisive.n} at least {each.decisive.stop_if_at_least} stop")
    elif each.decisive is not None:
        more = each.decisive.missing_events
        told.append(f"{more} more of those pending would reach the boundary at {each.decisive.n}")
    if each.known_by:
        told.append(f"known by {', '.join(each.known_by)}")
    if each.fires:
        told.append(f"answered by the decision of {each.answered_by}" if each.answered_by else "not answered")
    return "; ".join(told)


def _over_follow_up(said: FollowUpDecision) -> Iterator[str]:
    """Days followed, and which event stopped or is the first that could."""
    yield f"{plural(round(said.follow_up), 'day')} of follow-up together"
    if said.decisive is not None:
        number, at, limit = said.decisive
        yield f"the {ordinal(number)} event came after {rounded(at)} days and stops up to {rounded(limit)}"
    elif said.next_stop is not None:
        number, limit = said.next_stop
        yield f"the {ordinal(number)} event would stop up to {rounded(limit)} days"


def _board(state: SafetyState) -> str:
    dated = [each for each in state.decisions if each.when is not None]
    if dated:
        return f"{state.layer_c}: decision of {dated[-1].when_text}"
    if state.layer_c == NOT_DECLARED:
        return "none: no decision of the board is recorded"
    return f"{state.layer_c}: a decision without a day cannot be placed"
