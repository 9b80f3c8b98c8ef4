"""How the numbers came about: rules with edition and citation, definitions, versions, inputs, amendments."""

from __future__ import annotations

from graftrial.report.blocks import Block, Cell, Column, Facts, Fold, Heading, Note, Row, Section, Table, cell
from graftrial.report.material import Material
from graftrial.report.numbers import NOT_REPORTED, WITHHELD, plain, rounded, spoken, words
from graftrial.report.sections import worked_patients
from graftrial.report.sections.adverse_events import definition
from graftrial.report.sections.estimators import estimator_blocks


def section(material: Material) -> Section:
    """Endpoints, rules, definitions, amendments, provenance."""
    blocks: list[Block] = [
        *_endpoints(material),
        *_rules(material),
        *estimator_blocks(material),
        Heading("Definitions"),
        _definitions(material),
        *worked_patients.blocks(material),
        Heading("Protocol amendments"),
        _amendments(material),
        Heading("Provenance"),
        *_provenance(material),
    ]
    return Section("methods", "Methods and provenance", tuple(blocks), "Methods")


def _endpoints(material: Material) -> list[Block]:
    given = material.study.endpoints
    if not given:
        return [Note("Endpoints were not reported.", "missing")]
    rows = tuple(
        Row((Cell(each.kind), Cell(each.title, below=each.measure), cell(words(each.time_frame))))
        for each in given
    )
    return [Table("Endpoints", (Column("Rank"), Column("Endpoint", wide=True), Column("Time frame")), rows)]


def _rules(material: Material) -> list[Block]:
    used = set(material.results.pins)
    cards = [each for each in material.inputs.rules if each.pin in used] or list(material.inputs.rules)
    without = sorted(used - {each.pin for each in material.inputs.rules})
    if not cards:
        return [Note("No clinical rule was applied.", "note")]
    rows = tuple(
        Row(
            (
                Cell(each.title, below=each.id),
                Cell(each.edition),
                Cell(
                    f"{each.source}, {each.locator}", link=f"https://doi.org/{each.doi}" if each.doi else ""
                ),
            )
        )
        for each in cards
    )
    return [
        Table(
            "Clinical rules used",
            (Column("Rule", wide=True), Column("Edition"), Column("Source", wide=True)),
            rows,
            (f"Cited by results, but without a card: {', '.join(without)}.",) if without else (),
        )
    ]


def _definitions(material: Material) -> Facts:
    study = material.study
    window = study.definitions.baseline
    anchor = spoken(study.schedule.anchor)
    items: list[tuple[str, Cell]] = [
        ("Day 0", Cell(anchor)),
        (
            "Baseline",
            Cell(f"the last value from day {rounded(window.earliest_day)} to {rounded(window.latest_day)}"),
        ),
        ("Adverse events", Cell(definition(material))),
        ("Intervals", Cell("exact (Clopper–Pearson), 95%")),
        ("Missing facts", Cell("stay missing; “not reported” is never counted as no and never as zero")),
        *((each.title, Cell(spoken(each.requires))) for each in study.analysis_sets),
        *(
            (f"Threshold {spoken(name)}", Cell(plain(value, 6)))
            for name, value in sorted(study.thresholds.items())
        ),
    ]
    return Facts(tuple(items))


def _amendments(material: Material) -> Block:
    given = material.study.amendments
    if not given:
        return Note("No amendment was reported.", "missing")
    rows = tuple(
        Row((Cell(each.version), cell(_in_force(material, each.effective_date)), Cell(each.what_changed)))
        for each in given
    )
    return Table(
        "Protocol versions",
        (Column("Version"), Column("In force from"), Column("What changed", wide=True)),
        rows,
    )


def _in_force(material: Material, effective_date: str | None) -> str:
    if effective_date is None:
        return NOT_REPORTED
    return WITHHELD if material.inputs.share else effective_date


def _provenance(material: Material) -> list[Block]:
    provenance = material.inputs.provenance
    blocks: list[Block] = [Facts((("Data cut", cell(provenance.data_cut or NOT_REPORTED)),))]
    if provenance.versions:
        rows = tuple(
            Row((Cell(name), Cell(version))) for name, version in sorted(provenance.versions.items())
        )
        blocks.append(Table("Software", (Column("Package"), Column("Version")), rows, narrow=True))
    if provenance.hashes:
        rows = tuple(
            Row((Cell(name), Cell(value, tone="quiet"))) for name, value in sorted(provenance.hashes.items())
        )
        table = Table("Inputs", (Column("File"), Column("SHA-256", wide=True)), rows, compact=True)
        blocks.append(Fold("Hashes of the input files", (table,)))
    if provenance.stages:
        blocks.append(Fold("Stages of the run", tuple(Note(each) for each in provenance.stages)))
    return blocks
