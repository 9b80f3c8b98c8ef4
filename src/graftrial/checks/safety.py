"""Whether the data can answer the safety rules of the study file, and whether decisions say what they answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from graftrial.checks.located import found
from graftrial.findings import Finding, finding
from graftrial.intake.table import ROW, Tables
from graftrial.study.model import Study
from graftrial.study.safety import SafetyEvent

GOING_ON = ("continue", "resume", "modify")
DECISIONS = "decisions"
EVENTS = "adverse_events"


def check_decision_cites_unknown_rule(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-SF-001: a decision answers rules of the study file."""
    rules = {each.id for each in study.safety.rules}
    for row in tables.frame(DECISIONS).iter_rows(named=True):
        for name in _cited(row["answers"]):
            if name not in rules:
                yield _at("GT-SF-001", tables, row[ROW], "answers", name=name, rules=", ".join(sorted(rules)))


def check_decision_against_rule_without_reason(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-SF-002: to go on against a rule needs a reason."""
    computed = {each.id for each in study.safety.rules if each.layer != "board"}
    for row in tables.frame(DECISIONS).iter_rows(named=True):
        against = [each for each in _cited(row["answers"]) if each in computed]
        if against and row["decision"] in GOING_ON and not row["reason"]:
            yield _at(
                "GT-SF-002", tables, row[ROW], "reason", decision=row["decision"], rules=", ".join(against)
            )


def check_decision_without_day(study: Study, tables: Tables) -> Iterator[Finding]:  # noqa: ARG001 (every check is asked with the study and its tables)
    """GT-SF-003: a decision without a day cannot be placed before or after a data cut."""
    undated = tables.frame(DECISIONS).filter(pl.col("date").is_null())
    yield from found("GT-SF-003", tables[DECISIONS], undated.select(ROW, "decision"), "date")


def check_monitored_event_without_onset(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-SF-004: a rule with a window needs the onset of every event that may count."""
    for event, rules in _monitored(study):
        undated = _may_count(event, tables).filter(
            pl.col("start_earliest").is_null(), pl.col("start_stated_day").is_null()
        )
        rows = undated.select(ROW, "subject_id", rules=pl.lit(", ".join(rules)))
        yield from found("GT-SF-004", tables[EVENTS], rows, "start")


def check_monitored_event_without_knowledge(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-SF-005: without awareness and entry nobody can tell what was known at an earlier data cut."""
    for event, rules in _monitored(study):
        unknown = _may_count(event, tables).filter(
            pl.col("aware_date").is_null(), pl.col("entered_date").is_null()
        )
        rows = unknown.select(ROW, "subject_id", rules=pl.lit(", ".join(rules)))
        yield from found("GT-SF-005", tables[EVENTS], rows, "aware_date")


def check_event_that_cannot_occur(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-SF-006: what a rule monitors has to be collected."""
    for rule in study.safety.rules:
        event = study.safety.event(rule.event)
        if event is None or rule.layer == "board":
            continue
        table = tables[event.source]
        lacking = [each for each in _needed(event) if each not in table.given] if table.is_present else [""]
        if lacking:
            what = f"column {lacking[0]} of {event.source}" if lacking[0] else f"table {event.source}"
            yield finding(
                "GT-SF-006", event.source, column=lacking[0], file=table.file, rule=rule.id, what=what
            )


def _needed(event: SafetyEvent) -> list[str]:
    """Columns without which the event cannot be told."""
    if event.source != EVENTS:
        return ["tma"] if event.biopsy else ["milestone"]
    needed = {
        "serious": event.serious is not None,
        "grade": event.grade_at_least is not None,
        "meddra_soc": bool(event.soc),
        "related_cells_investigator": event.related in ("investigator", "either"),
        "related_cells_sponsor": event.related == "sponsor",
    }
    return [name for name, is_needed in needed.items() if is_needed]


def _monitored(study: Study) -> Iterator[tuple[SafetyEvent, list[str]]]:
    """Adverse events that rules monitor, each with its rules."""
    for event in study.safety.events:
        rules = [each.id for each in study.safety.rules if each.event == event.id]
        if rules and event.source == EVENTS:
            yield event, rules


def _may_count(event: SafetyEvent, tables: Tables) -> pl.DataFrame:
    """Rows that are not proven to be something else."""
    rows = tables.frame(EVENTS)
    if event.serious:
        rows = rows.filter(pl.col("serious").fill_null(True))
    if event.grade_at_least is not None:
        rows = rows.filter((pl.col("grade") >= event.grade_at_least).fill_null(True))
    if event.terms:
        words = [each.strip().lower() for each in event.terms]
        named = (pl.col(each).str.to_lowercase().is_in(words) for each in ("term", "meddra_pt", "ctcae_term"))
        rows = rows.filter(pl.any_horizontal(*(each.fill_null(False) for each in named)))
    return rows


def _cited(answers: str | None) -> list[str]:
    return [each for each in re.split(r"[\s,;]+", answers or "") if each]


def _at(code: str, tables: Tables, row: int, column: str, **words: str) -> Finding:
    return finding(code, DECISIONS, row=row, column=column, file=tables[DECISIONS].file, **words)
