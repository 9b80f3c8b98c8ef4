"""The report to the safety board: an open and a closed part, one page, made of the blocks of the ordinary report."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from graftrial.analyse.prior_weight import AtWeight
from graftrial.analyse.results import collect
from graftrial.exports.csv_cells import write_csv
from graftrial.pipeline.board_counts import small_count_blocks
from graftrial.pipeline.board_rules import rule_blocks, weights_of
from graftrial.pipeline.monitor import MEANING, Monitored, sentence
from graftrial.pipeline.write import report_inputs, written_aside
from graftrial.report.blocks import (
    Block,
    Card,
    Cards,
    Cell,
    Column,
    Facts,
    Note,
    Row,
    Section,
    Table,
    Tone,
    cell,
)
from graftrial.report.documents import writer_of
from graftrial.report.material import Material
from graftrial.report.numbers import NOT_REPORTED, plural, words
from graftrial.report.page import write_page
from graftrial.report.sections import decisions, head
from graftrial.report.sections.event_listing import listing
from graftrial.study.evidence import Evidence, evidence_of

PAGE, PDF, NUMBERS = "board.html", "board.pdf", "board_results.csv"
DECISION_COLUMNS = ("date", "data_cut", "decision", "answers", "reason", "conditions", "signed_by")
TONES: dict[str, Tone] = {"stop": "alert", "pause": "alert", "hold": "alert", "undecidable": "alert"}
COUNTS = (
    ("Enrolled", "disposition.enrolled"),
    ("Infused", "disposition.infused"),
    ("With serious adverse events", "ae.serious.subjects"),
    ("Graft losses", "outcome.graft_lost.subjects"),
    ("Deaths", "disposition.death"),
)
MENU = ((1, "one patient with a serious event"), (2, "two patients with serious events"))


def write_board(monitored: Monitored, folder: Path, out: Path, pdf: bool = False) -> list[Path]:
    """Writes board.html with its figures and board_results.csv into `out`, and board.pdf where asked for.

    folder: the study folder.
    Raises: UsageError (exit 2) where the PDF needs a library that is not installed; OutputUnwritable (exit 2).
    """
    writer = writer_of("pdf") if pdf else None
    material = Material(report_inputs(monitored.run))
    evidence = evidence_of(material.study, folder)
    weights = {
        each.name: weights_of(each, material.study, evidence)
        for each in monitored.state.rules
        if each.boundary
    }
    sections = [*_open_part(monitored, material), *_closed_part(monitored, material, evidence, weights)]
    top = head.head(material)
    top = replace(top, eyebrow=f"Report to the safety board · {top.eyebrow}")
    with written_aside(out) as aside:
        rendered = write_page(top, sections, aside, PAGE)
        numbers = [row for each in weights.values() for at in each for row in (at.above, at.mean)]
        write_csv(collect([numbers]).exported(), aside / NUMBERS)
        if writer is not None:
            (aside / PDF).write_bytes(writer(rendered.outline(), rendered.pictures))
    return [out / PAGE, out / NUMBERS, *([out / PDF] if pdf else [])]


def _open_part(monitored: Monitored, material: Material) -> Iterator[Section]:
    state = monitored.state
    layers = (
        ("State", state.state, MEANING[state.state], "safety.state"),
        ("Layer A, single events", state.layer_a, _answered(monitored, "event"), "safety.layer_a"),
        ("Layer B, boundaries", state.layer_b, _answered(monitored, "boundary"), "safety.layer_b"),
        ("Layer C, the board", state.layer_c, "latest decision", "safety.layer_c"),
    )
    cards = tuple(Card(title, said, below, key, TONES.get(said, "")) for title, said, below, key in layers)
    yield Section("state", "Safety state", (Cards(cards), *_undecided(monitored)), "State")
    counts = tuple(_card(material, title, key) for title, key in COUNTS[:2])
    pending = Card("Open windows", str(state.pending), "subjects", "safety.pending")
    yield Section("open", "Open part: who was treated", (Cards((*counts, pending)),), "Open part")


def _answered(monitored: Monitored, layer: str) -> str:
    is_answered = any(each.answered_by for each in monitored.state.rules if each.rule.layer == layer)
    return "answered by the board" if is_answered else ""


def _undecided(monitored: Monitored) -> Iterator[Block]:
    because = monitored.state.undecided_because
    if because:
        rows = tuple(Row((Cell(each),)) for each in because)
        yield Table("What is missing", (Column("Fact that should be there and is not", wide=True),), rows)


def _card(material: Material, title: str, key: str) -> Card:
    row = material.results.get(key)
    if row is None or (row.count is None and not row.is_open):
        return Card(title, NOT_REPORTED, tone="missing")
    return Card(title, row.words(), "", key)


def _closed_part(
    monitored: Monitored,
    material: Material,
    evidence: Evidence | None,
    weights: Mapping[str, Sequence[AtWeight]],
) -> Iterator[Section]:
    cards = Cards(tuple(_card(material, title, key) for title, key in COUNTS[2:]))
    yield Section("closed", "Closed part: what happened", (cards, *_serious(material)), "What happened")
    for each in monitored.state.rules:
        blocks = tuple(rule_blocks(each, material, evidence, weights.get(each.name, ())))
        yield Section(f"rule-{each.rule.id}-{each.group}".rstrip("-"), f"Rule {each.name}", blocks, each.name)
    if reported := tuple(_reported(material)):
        yield Section("aggregate", "What the published aggregate says", reported, "Aggregate")
    rest = decisions.section(material)
    yield Section("decisions", rest.title, rest.blocks, rest.short)
    yield Section("minute", "For the minutes", tuple(_minutes(monitored)), "For the minutes")


def _serious(material: Material) -> list[Block]:
    """The listing of serious events, those that may be serious included."""
    events = material.frame("adverse_events")
    serious = events.filter(pl.col("is_serious").fill_null(True))
    if serious.is_empty():
        return [Note("No serious adverse event was reported.", "missing")]
    derived = {**material.inputs.derived, "adverse_events": serious}
    told = listing(Material(replace(material.inputs, derived=derived)))
    return [
        replace(each, caption="Serious adverse events") if isinstance(each, Table) else each for each in told
    ]


def _reported(material: Material) -> Iterator[Block]:
    """Counts of patients with serious events that a source states without rows."""
    frame = material.table("reported")
    for row in frame.iter_rows(named=True):
        n, events = row["n"], row["events"]
        if "serious" not in row["statement"] or events is None or not n or events > n:
            continue
        yield Note(f"{row['label'] or row['statement']}: {events} of {n}. {row['source']}", "lead")
        yield Table(
            "What an event-triggered layer would have done",
            (Column("If the rule had been: pause at", wide=True), Column("It would have said")),
            tuple(
                Row((Cell(text), Cell("pause", tone="alert") if events >= k else Cell("clear")))
                for k, text in MENU
            ),
            notes=("No such rule was published; the layer is shown for comparison.",),
            narrow=True,
        )
        yield from small_count_blocks(n, events, "patients with serious events")


def minute(monitored: Monitored) -> str:
    """One sentence that can stand in the minutes."""
    state = monitored.state
    cut = monitored.run.checked.data_cut or "no recorded date"
    said = [
        f"rule {each.name} says {each.state} ({sentence(each).partition(': ')[2]})"
        for each in state.rules
        if each.n
    ]
    rules = "; ".join(said) if said else "no rule of the study file could be computed"
    board = f"the latest recorded decision of the board is {state.layer_c}"
    return f"At the data cut {cut} the safety state is {state.state}: {rules}; {board}."


def decision_line(monitored: Monitored) -> str:
    """The row of the table decisions to be completed by the board: data cut and rules are filled in."""
    cited = " ".join(dict.fromkeys(each.rule.id for each in monitored.state.open_rules))
    row = {"data_cut": monitored.run.checked.data_cut, "answers": cited}
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, DECISION_COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerow(row)
    return text.getvalue().strip()


def _minutes(monitored: Monitored) -> Iterator[Block]:
    yield Note(minute(monitored), "lead")
    header, _, line = decision_line(monitored).partition("\n")
    yield Facts(
        (
            ("Columns of decisions", cell(words(header))),
            ("Row to complete", cell(words(line))),
            ("Decision", Cell("continue · pause · resume · stop · modify")),
            ("Reason", Cell("________________________________________")),
            ("Conditions", Cell("________________________________________")),
            ("Date, signature", Cell("________________________________________")),
        )
    )
    n_open = len(monitored.state.open_rules)
    told = f"{plural(n_open, 'rule')} wait for an answer" if n_open != 1 else "1 rule waits for an answer"
    yield Note(f"{told}. A decision that goes on against a rule carries a reason.", "note")
