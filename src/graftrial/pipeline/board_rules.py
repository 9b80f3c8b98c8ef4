"""One safety rule in the board report: the state in words, the picture, the posterior, what the next patients bring."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from graftrial.analyse.prior_weight import AtWeight, prior_weight
from graftrial.analyse.results import slug
from graftrial.analyse.safety_rules import RuleState
from graftrial.pipeline.board_counts import UNIFORM, historical, posterior_blocks, small_count_blocks
from graftrial.pipeline.board_follow_up import follow_up_blocks
from graftrial.pipeline.monitor import sentence
from graftrial.report.blocks import Block, Cell, Column, Facts, Note, Row, Table, Tone
from graftrial.report.figures.prior_weight import WeightRow, prior_weight_figure
from graftrial.report.figures.stopping import path_figure
from graftrial.report.material import Material
from graftrial.report.names import file_name
from graftrial.report.numbers import percent, plain
from graftrial.stats.stopping import Boundary, NextPatients, crossing, next_patients
from graftrial.study.evidence import Evidence
from graftrial.study.model import Study
from graftrial.study.safety import SafetyPrior

AHEAD = (1, 2, 3)
STOPS = {
    "yes": "stops",
    "no": "does not stop",
    "depends on their order": "may stop, depending on their order",
}
ALERTS = ("stop", "pause", "hold", "undecidable")


def rule_blocks(
    state: RuleState, material: Material, evidence: Evidence | None, weights: Sequence[AtWeight]
) -> Iterator[Block]:
    """Everything about one rule. weights: the posterior at every weight of the history, where there is one."""
    tone: Tone = "alert" if state.state in ALERTS else "good"
    event = material.study.safety.event(state.rule.event)
    yield Facts(
        (
            ("Rule", Cell(state.rule.text)),
            ("Event", Cell(event.title if event else "not defined in the study file")),
            ("State", Cell(state.state, tone=tone, below=sentence(state))),
        )
    )
    for why in state.missing:
        yield Note(f"Cannot be decided: {why}.", "alert")
    if state.boundary is not None:
        yield from _statistics(state, state.boundary, material, evidence, weights)
    if state.follow_up is not None:
        yield from follow_up_blocks(_named("path", state), state.follow_up, material.subtitle)
    yield from _facts(state, material)


def _named(what: str, state: RuleState) -> str:
    """The name of a figure of this rule."""
    return file_name(f"{what}-{state.rule.id}-{state.group}".rstrip("-"))


def _statistics(
    state: RuleState,
    boundary: Boundary,
    material: Material,
    evidence: Evidence | None,
    weights: Sequence[AtWeight],
) -> Iterator[Block]:
    design = state.rule.design()
    assert design is not None
    rows = [
        (n, least)
        for n, least in zip(boundary.n_at_look, boundary.stop_if_at_least, strict=True)
        if least <= n
    ]
    name = _named("path", state)
    yield path_figure(name, f"{design.title} boundary", rows, boundary.n_max, _path(state), material.subtitle)
    yield from _ahead(state, boundary)
    known = known_of(state)
    if not known:
        return
    if known < len(state.outcomes):
        yield Note(
            f"Counted below: {known} of {len(state.outcomes)} infused. Open windows are left out, while an event "
            "counts at once: the proportion of those known reads too high until they have closed.",
            "alert",
        )
    prior = speaking(material.study, state)
    yield from posterior_blocks(known, state.events, design.p0, prior, evidence if prior else None)
    yield from _weights(state, material, weights)
    yield from small_count_blocks(known, state.events, "subjects whose answer is known", design.p0)


def known_of(state: RuleState) -> int:
    """Subjects whose answer is known."""
    return sum(each is not None for each in state.outcomes)


def speaking(study: Study, state: RuleState) -> SafetyPrior | None:
    """The historical evidence, where it is about the event of the rule."""
    prior = study.safety.prior
    return prior if prior is not None and prior.event in (None, state.rule.event) else None


def weights_of(state: RuleState, study: Study, evidence: Evidence | None) -> tuple[AtWeight, ...]:
    """The posterior of a boundary's count at every weight of the history; nothing without history or answers."""
    prior, design = speaking(study, state), state.rule.design()
    if prior is None or evidence is None or not evidence.cohorts or design is None or not known_of(state):
        return ()
    history = historical(evidence, prior.tau_scale, prior.mu_sd).mixture
    return prior_weight(
        slug(state.name), known_of(state), state.events, design.p0, history, prior.robust_weight
    )


def _weights(state: RuleState, material: Material, weights: Sequence[AtWeight]) -> Iterator[Block]:
    prior, design = speaking(material.study, state), state.rule.design()
    if not weights or prior is None or design is None:
        return
    rows = [
        WeightRow(each.weight, float(each.above.value or 0), float(each.mean.value or 0),
                  float(each.mean.lower or 0), float(each.mean.upper or 0))
        for each in weights
    ]  # fmt: skip
    name = _named("prior-weight", state)
    count = f"{state.events} of {known_of(state)}"
    yield prior_weight_figure(name, rows, design.p0, 1 - prior.robust_weight, count, material.subtitle)


def _path(state: RuleState) -> list[tuple[int, int, int]]:
    events = accumulate(int(each is True) for each in state.outcomes)
    open_ = accumulate(int(each is None) for each in state.outcomes)
    return [(n, x, m) for n, (x, m) in enumerate(zip(events, open_, strict=True), 1)]


def _ahead(state: RuleState, boundary: Boundary) -> Iterator[Block]:
    """What the next patients could bring, if open windows close without an event."""
    n = len(state.outcomes)
    rows: list[Row] = []
    for more in AHEAD:
        if n + more > boundary.n_max:
            break
        chance = crossing(boundary, n, state.events, more, prior=UNIFORM)
        for each in next_patients(boundary, n, state.events, more):
            rows.append(_outlook(each, chance))
    if not rows:
        yield Note("All patients planned have been infused.", "note")
        return
    columns = (
        Column("The next patients", wide=True),
        Column("The rule"),
        Column("P(stop), all of them", is_number=True, below="under the uniform posterior"),
    )
    open_ = sum(each is None for each in state.outcomes)
    notes = (f"{open_} open windows are taken to close without an event.",) if open_ else ()
    yield Table("What the next patients could bring", columns, tuple(rows), notes, narrow=True)


def _outlook(each: NextPatients, chance: float) -> Row:
    patients = "the next patient" if each.patients == 1 else f"the next {each.patients}"
    told = f"{patients}: {('no', '1 event', '2 events', '3 events')[each.events]}{' event' if not each.events else ''}"
    at = f"at {each.first_stop_n} patients" if each.first_stop_n and each.stops != "no" else ""
    tone: Tone = "" if each.stops == "no" else "alert"
    return Row(
        (
            Cell(told),
            Cell(STOPS[each.stops], tone=tone, below=at),
            Cell(percent(chance) if not each.events else ""),
        )
    )


def _facts(state: RuleState, material: Material) -> Iterator[Block]:
    """What is known of every subject under the rule."""
    rows = [
        Row(
            (
                Cell(row["subject_id"], below=row["cohort"]),
                Cell("" if row["order"] is None else plain(row["order"])),
                Cell(
                    row["status"],
                    tone="alert" if row["status"] in ("event", "missing") else "",
                    below=row["missing"],
                ),
                Cell(str(row["infused_on"] or "")),
                Cell(str(row["event_on"] or "")),
                Cell(str(row["known_on"] or ""), below=row["known_by"]),
                Cell(str(row["closes_on"] or "no end")),
            )
        )
        for row in material.frame("safety_facts").iter_rows(named=True)
        if row["rule"] == state.rule.id and (not state.group or row["cohort"] == state.group)
    ]
    if rows:
        titles = ("Subject", "Order", "Known", "First infusion", "Event", "Known since", "Window ends")
        yield Table(
            "Every subject under this rule", tuple(Column(each) for each in titles), tuple(rows), compact=True
        )
