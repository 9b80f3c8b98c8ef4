"""Reporting checklists: each thing asked, where it is answered, or that it was not reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from graftrial.report.blocks import Block, Cell, Column, Fold, Note, Row, Section, Table
from graftrial.report.checklists import Checklist, Item, checklists
from graftrial.report.material import Material
from graftrial.report.numbers import NOT_REPORTED, plural, rounded

FEW = 10  # up to so many treated patients are read as a series of cases
LEAD = (
    "What published checklists ask of a report, in our own words. Answered: the data of this study hold it, and the "
    "section shows it. A checklist says what was reported, not how good the trial was."
)
NOWHERE = "no place in the tables; write it in the manuscript"
TITLES = {
    "summary": "At a glance",
    "plain-words": "In plain words",
    "flow": "Participant flow",
    "eligibility": "Eligibility",
    "patients": "Who the patients are",
    "exposure": "What they were given",
    "adverse-events": "Adverse events",
    "timelines": "Timelines",
    "kidney-function": "Kidney function",
    "laboratory": "Laboratory safety",
    "antibodies": "Antibodies",
    "biopsies": "Biopsies",
    "outcome": "Outcome",
    "deviations": "Protocol deviations",
    "decisions": "Safety rules and decisions",
    "findings": "Findings and balance",
    "methods": "Methods",
    "references": "References",
}


def section(material: Material) -> Section:
    """One table a checklist that applies to this study."""
    blocks: list[Block] = [Note(LEAD, "lead")]
    for each in checklists():
        if each.applies == "always" or _is_case_series(material):
            blocks.append(Fold(each.title, (_table(material, each),)))
    return Section("checklists", "Reporting checklists", tuple(blocks), "Checklists")


def _is_case_series(material: Material) -> bool:
    return "case series" in material.study.study.design.lower() or 0 < len(material.infused) <= FEW


def _table(material: Material, checklist: Checklist) -> Table:
    rows, n_answered, n_asked, topic = [], 0, 0, ""
    for item in checklist.items:
        answer, is_answered = _answer(material, item)
        n_asked += not item.is_for_manuscript
        n_answered += is_answered
        rows.append(Row((Cell(item.topic if item.topic != topic else ""), Cell(item.asks), answer)))
        topic = item.topic
    columns = (Column("Topic"), Column("What a reader must find", wide=True), Column("Where", wide=True))
    notes = (
        f"{rounded(n_answered)} of {plural(n_asked, 'point')} that data can answer. {checklist.note}",
        f"{checklist.citation}. {checklist.link}.",
    )
    return Table(checklist.title, columns, tuple(rows), notes, compact=True)


def _answer(material: Material, item: Item) -> tuple[Cell, bool]:
    if item.is_for_manuscript:
        return Cell("for the manuscript", tone="quiet"), False
    if not item.any_of:
        return Cell(NOT_REPORTED, tone="missing", below=NOWHERE), False
    if not any(_is_there(material, each) for each in item.any_of):
        return Cell(f"{NOT_REPORTED}: the study folder does not say", tone="missing"), False
    first, *others = item.sections
    also = f"also: {', '.join(TITLES[each] for each in others)}" if others else ""
    return Cell(TITLES[first], link=f"#{first}", below=also), True


def _is_there(material: Material, evidence: str) -> bool:
    kind, _, what = evidence.partition(":")
    return EVIDENCE[kind](material, what)


def _has_result(material: Material, prefix: str) -> bool:
    return any(each.value is not None or each.is_open for each in material.results.starting(prefix))


def _has_rows(material: Material, table: str) -> bool:
    return not material.table(table).is_empty()


def _has_values(material: Material, place: str) -> bool:
    table, _, column = place.partition(".")
    frame: pl.DataFrame = material.table(table)
    return column in frame.columns and frame.get_column(column).drop_nulls().len() > 0


def _has_field(material: Material, path: str) -> bool:
    value: object = material.study
    for name in path.split("."):
        value = getattr(value, name, None)
    return bool(value)


def _is_complete(material: Material, table: str) -> bool:
    return material.is_complete(table)


def _has_untreated(material: Material, _: str) -> bool:
    untreated = {each.id for each in material.study.cohorts if not each.treated}
    return any(each.get("cohort") in untreated for each in material.subjects)


EVIDENCE: Mapping[str, Callable[[Material, str], bool]] = {
    "result": _has_result,
    "table": _has_rows,
    "column": _has_values,
    "study": _has_field,
    "complete": _is_complete,
    "cohorts": _has_untreated,
}
