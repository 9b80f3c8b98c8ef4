"""The safety state of a trial: three layers kept apart, what the board has answered, and the worst of what is open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from graftrial.analyse.safety_rules import UNDECIDABLE, RuleState, rule_states
from graftrial.derive import Derived
from graftrial.derive.reporting_clocks import data_cut_bounds
from graftrial.intake.table import Tables
from graftrial.study.model import Study

WORST_FIRST = ("stop", "pause", "hold", UNDECIDABLE, "continue")
NO_RULE = "no rule of the layers event or boundary is declared in the study file"
NOT_DECLARED = "none"
STANDS = {"stop": "stop", "pause": "pause"}  # decisions that leave the trial standing
RANK_A = ("stop", "pause", UNDECIDABLE, "clear")
RANK_B = ("stop", "pause", "hold", UNDECIDABLE, "pending", "continue")


@dataclass(frozen=True, slots=True)
class Decision:
    """What the board decided. `when` is None where no day is recorded: it cannot be placed."""

    when: date | None
    when_text: str
    data_cut: date | None
    decision: str
    answers: tuple[str, ...]
    key: str


@dataclass(frozen=True, slots=True)
class SafetyState:
    """The state at the data cut.

    state: stop, pause, hold, undecidable or continue: the worst of unanswered A, unanswered B and the latest C.
    layer_a: clear, pause, stop, undecidable, none; layer_b: continue, pending, hold, stop, pause, undecidable,
    none; layer_c: the latest decision, none, or undecidable. pending: subjects with an open window.
    """

    state: str
    layer_a: str
    layer_b: str
    layer_c: str
    rules: tuple[RuleState, ...]
    decisions: tuple[Decision, ...]
    pending: int
    undecided_because: tuple[str, ...]
    data_cut: date | None

    @property
    def open_rules(self) -> tuple[RuleState, ...]:
        """Rules that say pause, stop or hold and that no decision answers."""
        return tuple(each for each in self.rules if each.fires and not each.answered_by)


def assess(study: Study, tables: Tables, derived: Derived) -> SafetyState:
    """The safety state as of the data cut of the study."""
    _, cut = data_cut_bounds(study)
    decisions = decisions_of(tables.frame("decisions"), cut)
    gaps = derived.frame("safety_gaps")
    found = rule_states(study, derived.frame("safety_facts"), gaps)
    rules = tuple(_with_answer(each, decisions) for each in found)
    layer_c, without_day = _latest(decisions)
    because = [f"rule {each.name}: {why}" for each in rules for why in each.missing]
    if not rules:
        because += [NO_RULE, *_general_gaps(gaps)]
    because += without_day
    says = [
        each.state for each in rules if each.state == UNDECIDABLE or (each.fires and not each.answered_by)
    ]
    if not rules or layer_c == UNDECIDABLE:
        says.append(UNDECIDABLE)
    says.append(STANDS.get(layer_c, "continue"))
    a, b = ([each for each in rules if each.rule.layer == layer] for layer in ("event", "boundary"))
    return SafetyState(
        state=min(says, key=WORST_FIRST.index),
        layer_a=_layer(a, RANK_A, rules),
        layer_b=_layer(b, RANK_B, rules),
        layer_c=layer_c,
        rules=rules,
        decisions=decisions,
        pending=len({name for each in rules for name in each.pending_subjects}),
        undecided_because=tuple(dict.fromkeys(because)),
        data_cut=cut,
    )


def _layer(states: Sequence[RuleState], rank: tuple[str, ...], rules: Sequence[RuleState]) -> str:
    """The worst state of a layer; what the board answered stands as it was said."""
    if not rules:
        return UNDECIDABLE
    return min((each.state for each in states), key=rank.index, default=NOT_DECLARED)


def decisions_of(frame: pl.DataFrame, cut: date | None) -> tuple[Decision, ...]:
    """The decisions up to the cut, in their order; those without a day last."""
    found = [_decision(row) for row in frame.iter_rows(named=True)]
    known = [each for each in found if each.when is None or cut is None or each.when <= cut]
    return tuple(sorted(known, key=lambda each: each.when or date.max))


def _decision(row: dict[str, Any]) -> Decision:
    return Decision(
        row["date_earliest"],
        row["date"] or "",
        row["data_cut_latest"],
        row["decision"],
        cited(row["answers"]),
        f"decisions/{row['date'] or ''}/{row['decision']}",
    )


def cited(answers: str | None) -> tuple[str, ...]:
    """Ids of the rules that a decision answers: separated by blanks, commas or semicolons."""
    return tuple(each for each in re.split(r"[\s,;]+", answers or "") if each)


def _latest(decisions: Sequence[Decision]) -> tuple[str, list[str]]:
    """What the board decided last, and what keeps that from being known."""
    undated = [each for each in decisions if each.when is None]
    why = [f"decisions.date: the decision {each.decision} has no day" for each in undated]
    dated = [each for each in decisions if each.when is not None]
    if undated:
        return UNDECIDABLE, why
    return (dated[-1].decision, []) if dated else (NOT_DECLARED, [])


def _with_answer(state: RuleState, decisions: Sequence[Decision]) -> RuleState:
    """Marks a rule that fired as answered by the first later decision that cites it."""
    if not state.fires:
        return state
    for each in decisions:
        if state.rule.id in each.answers and _is_later(each, state):
            return replace(state, answered_by=each.when_text)
    return state


def _is_later(decision: Decision, state: RuleState) -> bool:
    """Not before the newest fact was known, and with data that reach the newest event."""
    if decision.when is None:
        return False
    if state.last_known_on is not None and decision.when < state.last_known_on:
        return False
    saw = decision.data_cut
    return saw is None or state.last_event_on is None or saw >= state.last_event_on


def _general_gaps(gaps: pl.DataFrame) -> list[str]:
    """Without a rule: what any rule would ask for and does not find."""
    words = {
        "order": "order of infusion: {missing} of subject {subject_id}",
        "onset": "onset: {missing}, subject {subject_id}",
        "rows": "{missing}",
        "withheld": "{missing}",
    }
    return [words[row["kind"]].format(**row) for row in gaps.iter_rows(named=True)]
