"""The event itself: onset, course, laboratory and biopsies around it, treatment, outcome, judgements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graftrial.derive.narratives import Around
from graftrial.report.narratives.person import read_as
from graftrial.report.narratives.sentence import Row, Sentence, is_told, joined, listed, said, sentence, when
from graftrial.report.numbers import NOT_REPORTED, days, plain, spoken, yes_no
from graftrial.study.reporting import Reporting

PRODUCTS = {"cells": "the cells", "standard_therapy": "the standard therapy", "procedure": "the procedures"}
NAMES = {"upcr": "urinary protein-creatinine ratio", "crp": "C-reactive protein"}


def course(around: Around) -> Iterator[Sentence]:
    """Onset, grades and end."""
    event = around.event
    verbatim = event.get("term")
    pt = event["pt"] or NOT_REPORTED
    same = not is_told(verbatim) or str(verbatim).casefold() == pt.casefold()
    words = "" if same else f", recorded as “{verbatim}”"
    yield sentence("onset", f"The event, {pt}{words} ({event['soc']}), began {when(event, 'onset_')}.", event)
    if len(around.parts) > 1:
        parts = [f"{_grade(each)} {when(each, 'onset_').replace('on ', 'from ', 1)}" for each in around.parts]
        yield sentence("course", f"Its course by parts: {listed(parts)}.", *around.parts)
    else:
        yield sentence("course", f"It was of {_grade(event)}.", event)
    yield sentence("course", _end(event), event)


def _grade(event: Row) -> str:
    if event["grade"] is None:
        return f"a grade that is {NOT_REPORTED}"
    edition = f"CTCAE {event['ctcae_edition']}" if event["ctcae_edition"] else f"edition {NOT_REPORTED}"
    return f"grade {event['grade']} ({edition})"


def _end(event: Row) -> str:
    if event.get("ongoing"):
        return "It was going on at the data cut."
    told = days(event["end_day_low"], event["end_day_high"], event.get("end_text"))
    return f"Its end is {NOT_REPORTED}." if told == NOT_REPORTED else f"It ended {when(event, 'end_')}."


def around_it(around: Around, reporting: Reporting) -> Iterator[Sentence]:
    """Laboratory and biopsies in the declared window."""
    event = around.event
    before, after = reporting.narrative_days_before, reporting.narrative_days_after
    window = f"from {before} days before to {after} days after the onset"
    if event["onset_day_low"] is None:
        text = (
            f"Laboratory and biopsies around the event: not told, because the day of onset is {NOT_REPORTED}."
        )
        yield sentence("around", text, event)
        return
    for analyte in reporting.narrative_analytes:
        rows = [each for each in around.labs if each["analyte_name"] == analyte]
        name = _capital(NAMES.get(analyte, spoken(analyte)))
        values = listed([_value(each) for each in rows]) or "no value recorded"
        yield sentence("laboratory", f"{name} {window}: {values}.", *(rows or [event]))
    for biopsy in around.biopsies:
        yield sentence("biopsy", f"A biopsy taken {when(biopsy)} was {read_as(biopsy)}.", biopsy)
    if not around.biopsies:
        yield sentence("biopsy", f"Biopsies {window}: none recorded.", event)
    others = listed([f"{each['pt'] or NOT_REPORTED} {when(each, 'onset_')}" for each in around.others])
    yield sentence(
        "others", f"Other events that began {window}: {others or 'none recorded'}.", event, *around.others
    )


def _value(row: Row) -> str:
    if row["value"] is None:
        return f"a value that is {NOT_REPORTED} {when(row)}"
    return f"{plain(row['value'], 2)} {row['unit'] or 'unit ' + NOT_REPORTED} {when(row)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def handling(around: Around) -> Iterator[Sentence]:
    """Treatment of the event, action with the product, outcome."""
    event = around.event
    yield sentence("treatment", f"Treatment of the event: {said(event.get('treated_with'))}.", event)
    yield sentence("action", f"Action taken with the product: {said(event.get('action'))}.", event)
    outcome = said(spoken(event["outcome"]) if event.get("outcome") else None)
    subject = around.subject
    if event["is_fatal"] and subject is not None and subject.get("death_day") is not None:
        died = f"; the subject died on {days(subject['death_day'], subject['death_day'])}"
        yield sentence("outcome", f"Outcome of the event: {outcome}{died}.", event, subject)
    else:
        yield sentence("outcome", f"Outcome of the event: {outcome}.", event)


def judgements(around: Around, case: Row | None) -> Iterator[Sentence]:
    """Seriousness, both opinions on causality, expectedness, and what follows from them."""
    event = around.event
    if event["is_serious"]:
        criteria = event["seriousness"] or f"criterion {NOT_REPORTED}"
        yield sentence("seriousness", f"The event was serious: {criteria}.", event)
    elif event["is_serious"] is None:
        yield sentence("seriousness", f"Whether the event was serious is {NOT_REPORTED}.", event)
    else:
        yield sentence("seriousness", "The event was not serious.", event)
    yield from _causality(event)
    expected = {True: "expected", False: "unexpected"}.get(event["expected"])
    version = said(event.get("reference_safety_information"))
    if expected is None:
        yield sentence("expectedness", f"Expectedness: {NOT_REPORTED}.", event)
    else:
        yield sentence(
            "expectedness",
            f"It was {expected}; version of the reference safety information: {version}.",
            event,
        )
    if case is not None:
        verdict = yes_no(case["susar"]) if case["susar"] is not None else "not assessable"
        why = f", because {case['reason']}" if case["reason"] else ""
        yield sentence("susar", f"Suspected unexpected serious adverse reaction: {verdict}{why}.", event)


def _causality(event: Row) -> Iterator[Sentence]:
    silent = []
    for product, words in PRODUCTS.items():
        opinions = [event.get(f"related_{product}_{judge}") for judge in ("investigator", "sponsor")]
        if opinions == [None, None] and product != "cells":
            silent.append(words)
            continue
        told = [
            f"{said(spoken(opinion) if opinion else None)} in the judgement of the {judge}{_because(event, judge)}"
            for opinion, judge in zip(opinions, ("investigator", "sponsor"), strict=True)
        ]
        yield sentence("causality", f"Relation to {words}: {joined(told)}.", event)
    if silent:
        yield sentence("causality", f"Relation to {listed(silent)}: {NOT_REPORTED}.", event)


def _because(event: Row, judge: str) -> str:
    reason = event.get(f"causality_reason_{judge}")
    return f" (reason: {said(reason)})" if reason else f" (reason {NOT_REPORTED})"


def concomitant(around: Around) -> Iterator[Sentence]:
    """Treatments in force on the day of onset, and those of which it is not known."""
    rows = around.concomitant
    if rows:
        yield sentence("concomitant", f"Treatments in force at the onset: {_treatments(rows)}.", *rows)
    else:
        yield sentence("concomitant", "Treatments in force at the onset: none recorded.", around.event)
    if undated := around.treatments_undated:
        text = f"Treatments of which it is not known whether they were in force: {_treatments(undated)}."
        yield sentence("concomitant", text, *undated)


def _treatments(rows: Sequence[Row]) -> str:
    return "; ".join(dict.fromkeys(_treatment(each) for each in rows))


def _treatment(row: Row) -> str:
    dose = (
        f" {plain(row['dose'], 2)} {row['dose_unit'] or ''}".rstrip() if row.get("dose") is not None else ""
    )
    purpose = f" ({spoken(row['purpose'])})" if row.get("purpose") else ""
    return f"{row['treatment']}{dose}{purpose}"
