"""Adverse events by cohort, per time at risk, and by a day: each number beside the question that it answers."""

from __future__ import annotations

from collections.abc import Mapping

from graftrial.report.blocks import Block, Cell, Column, Note, Row, Table, cell, with_citations
from graftrial.report.material import Material
from graftrial.report.numbers import NOT_ASSESSABLE, interval, rounded
from graftrial.report.results import ResultRow
from graftrial.report.unknowns import unknown_words

DEFINITIONS = {
    "any": "Any treatment-emergent event",
    "serious": "Serious",
    "related_cells": "Related to the cells",
    "grade_3_or_higher": "Grade 3 or higher",
}


def by_cohort(material: Material, titles: Mapping[str, str]) -> list[Block]:
    """The overview with one column a cohort; nothing where the treated belong to one."""
    found = [each for each in material.results.starting("ae.any.cohort.") if each.key.endswith(".subjects")]
    cohorts = {each.key.split(".")[3]: each for each in found}
    if len(cohorts) < 2:
        return []
    columns = (
        Column("Events in the safety set"),
        *(
            Column(
                row.label.rpartition(": ")[2],
                is_number=True,
                below=f"N = {row.denominator}; subjects [events]",
            )
            for row in cohorts.values()
        ),
    )
    rows = []
    for name, title in titles.items():
        cells = [Cell(title)]
        for cohort in cohorts:
            stem = f"ae.{name}.cohort.{cohort}"
            subjects, events = (material.results.get(f"{stem}.{unit}") for unit in ("subjects", "events"))
            cells.append(_both(subjects, events))
        rows.append(Row(tuple(cells)))
    return [
        with_citations(Table("Adverse events, overview by cohort", columns, tuple(rows)), material.results)
    ]


def _both(subjects: ResultRow | None, events: ResultRow | None) -> Cell:
    if subjects is None or subjects.count is None:
        return cell(NOT_ASSESSABLE, below=unknown_words(subjects) if subjects else "")
    many = "" if events is None or events.count is None else f" [{events.count}]"
    return Cell(f"{subjects.words()}{many}", subjects.key, below=unknown_words(subjects))


def rates(material: Material) -> list[Block]:
    """Rates per patient-year and cumulative incidence; nothing where nobody was watched for a known time."""
    years = material.results.get("ae.exposure.patient_years")
    if years is None:
        return []
    if not years.number:
        return [
            Note("No time under observation is known: rates per patient-year cannot be given.", "missing")
        ]
    return [_rates(material, years), *_incidence(material)]


def _rates(material: Material, years: ResultRow) -> Table:
    columns = (
        Column("Treatment-emergent", below="per 100 patient-years"),
        Column("All events", is_number=True, below="how many events in a patient-year"),
        Column("First events", is_number=True, below="how soon the first, time after it left out"),
    )
    rows = []
    for name, title in DEFINITIONS.items():
        cells = [Cell(title)]
        for what in ("events", "first"):
            row = material.results.get(f"ae.rate.{name}.{what}")
            cells.append(cell(NOT_ASSESSABLE) if row is None else _rate(row))
        rows.append(Row(tuple(cells)))
    watched = f"{years.n} of {years.denominator} subjects"
    notes = (
        f"{rounded(years.number or 0)} patient-years of {watched}: {years.method}.",
        "Intervals: exact Poisson (Garwood), 95%; the mid-p intervals are in results.csv. A rate is no probability.",
    )
    return with_citations(Table("Exposure-adjusted rates", columns, tuple(rows), notes), material.results)


def _rate(row: ResultRow) -> Cell:
    if row.number is None or row.lower is None or row.upper is None:
        return cell(NOT_ASSESSABLE, row.key, below=row.warnings)
    return Cell(
        f"{rounded(row.number)} ({interval_of(row)})",
        row.key,
        below=f"{row.n} event{'' if row.n == 1 else 's'}",
    )


def interval_of(row: ResultRow) -> str:
    """The limits of a rate."""
    if row.lower is None or row.upper is None:
        return "no limits"
    return f"{rounded(row.lower)} to {rounded(row.upper)}"


def _incidence(material: Material) -> list[Block]:
    found = material.results.starting("ae.cumulative_incidence.any.")
    days = sorted({int(each.key.rpartition(".")[2]) for each in found})
    if not days:
        return []
    columns = (
        Column("Study day after the infusion", is_number=True),
        *(Column(title, is_number=True) for title in DEFINITIONS.values()),
    )
    rows = []
    for day in days:
        found_cells = [material.results.get(f"ae.cumulative_incidence.{name}.{day}") for name in DEFINITIONS]
        rows.append(Row((Cell(str(day)), *(_probability(each) for each in found_cells))))
    notes = (
        "Probability of a first event by the day, graft loss and death competing (Aalen-Johansen, 95% limits).",
        "At risk: subjects still without any of the three on that day.",
    )
    table = Table("Cumulative incidence of a first event", columns, tuple(rows), notes, compact=True)
    return [with_citations(table, material.results)]


def _probability(row: ResultRow | None) -> Cell:
    if row is None or row.number is None:
        return cell(NOT_ASSESSABLE, below="" if row is None else row.warnings)
    limits = "" if row.lower is None or row.upper is None else f" ({interval(row.lower, row.upper)})"
    return Cell(f"{rounded(100 * row.number)}%{limits}", row.key, below=f"{row.n} at risk")
