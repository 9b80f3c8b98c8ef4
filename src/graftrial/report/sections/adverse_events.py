"""Adverse events: overview, by system organ class and term, by grade; subjects and events, unknowns named."""

from __future__ import annotations

from graftrial.report.blocks import (
    Block,
    Cell,
    Column,
    Note,
    Row,
    Section,
    Table,
    cell,
    with_citations,
)
from graftrial.report.material import LISTING_ROWS, Material
from graftrial.report.numbers import NOT_REPORTED, plural, rounded, spoken
from graftrial.report.results import ResultRow
from graftrial.report.sections.event_listing import listing
from graftrial.report.sections.event_map import compared_blocks, map_blocks, special_blocks
from graftrial.report.sections.event_rates import by_cohort, rates
from graftrial.report.sections.event_shares import share_blocks
from graftrial.report.unknowns import unknown_words

OVERVIEW = {
    "any": "Any adverse event",
    "treatment_emergent": "Treatment-emergent",
    "serious": "Serious",
    "treatment_emergent_serious": "Treatment-emergent and serious",
    "related_cells": "Related to the cells",
    "related_cells_for_reporting": "Related to the cells, or causality not yet judged",
    "related_any": "Related to any product or procedure",
    "grade_3_or_higher": "Grade 3 or higher",
    "withdrawal": "Leading to withdrawal",
    "infusion_reaction": "Infusion reaction",
    "fatal": "Fatal",
}
NOT_COMPLETE = "The table of adverse events is not declared complete: further events may exist."
RELATIONS = ("not_related", "unlikely", "possible", "probable", "definite", "related", "not_reported")
PRODUCTS = {"cells": "Cells", "standard_therapy": "Standard therapy", "procedure": "Procedure"}
GRADES = ("1", "2", "3", "4", "5", "not_graded")


def section(material: Material) -> Section:
    """Definition, overview, by class and term, by worst grade, listing."""
    title = "Adverse events"
    blocks: list[Block] = [Note(definition(material), "definition")]
    if not material.is_given("adverse_events"):
        blocks.append(
            Note("Adverse events were not reported as rows. That is not the same as none.", "missing")
        )
        return Section("adverse-events", title, tuple(blocks), title)
    blocks.append(_overview(material))
    blocks += special_blocks(material)
    blocks += by_cohort(material, OVERVIEW)
    if material.frame("adverse_events").is_empty():
        text = "The table of adverse events was given and holds no event."
        blocks.append(
            Note(text if material.is_complete("adverse_events") else f"{text} {NOT_COMPLETE}", "note")
        )
        return Section("adverse-events", title, tuple(blocks), title)
    blocks += map_blocks(material)
    blocks += share_blocks(material)
    blocks += _by_term(material)
    blocks += compared_blocks(material)
    blocks += _worst_grade(material)
    blocks += _relation(material)
    blocks += rates(material)
    blocks += listing(material)
    return Section("adverse-events", title, tuple(blocks), title)


def definition(material: Material) -> str:
    """The sentence that says which events count as treatment-emergent, and how many onsets were imputed."""
    window = material.study.definitions.treatment_emergent
    until = "the end of the study" if window.until_day is None else f"day {rounded(window.until_day)}"
    if window.days_after_last_infusion is not None:
        until = f"{plural(window.days_after_last_infusion, 'day')} after the last infusion"
    sentence = (
        "Treatment-emergent: onset, or worsening above the grade before the infusion, from day "
        f"{rounded(window.from_day)} to {until}, counted from the first infusion. An onset that is unknown or partly "
        "known counts as treatment-emergent unless the known part proves it earlier."
    )
    frame = material.frame("adverse_events")
    if "is_onset_imputed" not in frame.columns or frame.is_empty():
        return sentence
    n_imputed = frame.filter("is_onset_imputed").height
    return f"{sentence} {plural(n_imputed, 'event')} of {frame.height} had such an onset."


def _overview(material: Material) -> Table:
    rows = []
    for name, title in OVERVIEW.items():
        subjects = material.results.get(f"ae.{name}.subjects")
        events = material.results.get(f"ae.{name}.events")
        proportion = material.results.get(f"ae.{name}.proportion")
        rows.append(Row((Cell(title), _counted(subjects, proportion), _counted(events))))
    size = _safety_set_size(material)
    columns = (
        Column("Events in the safety set"),
        Column("Subjects", is_number=True, below=f"N = {size}" if size else ""),
        Column("Events", is_number=True),
    )
    notes = (*_read_as(material), *(() if material.is_complete("adverse_events") else (NOT_COMPLETE,)))
    return with_citations(Table("Adverse events, overview", columns, tuple(rows), notes), material.results)


def _read_as(material: Material) -> tuple[str, ...]:
    """What the rows of the overview mean where the study file decides it."""
    reaction = material.study.adverse_events.infusion_reaction
    if reaction.within_hours is not None:
        hours = rounded(reaction.within_hours)
        window = f"onset within {hours} hours after an infusion, by day where no time is recorded"
    elif reaction.within_days is not None:
        window = f"onset within {plural(reaction.within_days, 'day')} after an infusion"
    else:
        window = "as recorded; the study file declares no window"
    terms = f"; terms: {', '.join(reaction.terms)}" if reaction.terms else ""
    return (
        "Each worsening that is a row of its own counts as an event of its own; subjects count once.",
        "Related: in the judgement of investigator or sponsor; not yet judged is handled as related until it is.",
        f"Infusion reaction: {window}{terms}.",
    )


def _safety_set_size(material: Material) -> str:
    row = material.results.get("ae.any.subjects")
    return "" if row is None or row.denominator is None else rounded(row.denominator)


def _counted(row: ResultRow | None, proportion: ResultRow | None = None) -> Cell:
    if row is None or (row.count is None and not row.is_open):
        return cell(NOT_REPORTED)
    return Cell(row.words(proportion), row.key, below=unknown_words(row))


def _short(row: ResultRow | None) -> Cell:
    return Cell("0") if row is None or row.count is None else Cell(rounded(row.count), row.key)


def _by_term(material: Material) -> list[Block]:
    classes = [each for each in material.results.starting("ae.soc.") if each.key.endswith(".subjects")]
    if not classes:
        return []
    rows: list[Row] = []
    for soc in sorted(classes, key=lambda each: (-(each.count or 0), each.label)):
        stem = soc.key.removesuffix(".subjects").removeprefix("ae.soc.")
        rows.append(_term_row(material, soc, f"ae.soc.{stem}", None, 0))
        found = material.results.starting(f"ae.term.{stem}.")
        terms = [each for each in found if each.key.endswith(".subjects")]
        for term in sorted(terms, key=lambda each: (-(each.count or 0), each.label)):
            name = term.key.removesuffix(".subjects")
            rows.append(_term_row(material, term, name, name.replace("ae.term.", "ae.term_grade.", 1), 1))
    size = _safety_set_size(material)
    grades = tuple(Column(_grade_title(each), is_number=True) for each in GRADES)
    columns = (
        Column("System organ class and term", wide=True),
        Column("Subjects", is_number=True, below=f"N = {size}" if size else ""),
        Column("Events", is_number=True),
        *grades,
    )
    shown = rows[:LISTING_ROWS]
    table = Table(
        "Treatment-emergent events by system organ class and term; subjects by their worst grade of the term",
        columns,
        tuple(shown),
        (
            "A subject counts once in a class and once in a term.",
            *material.cut_note(len(shown), len(rows), "results.csv"),
        ),
        compact=True,
    )
    return [with_citations(table, material.results)]


def _term_row(material: Material, row: ResultRow, stem: str, grade_stem: str | None, level: int) -> Row:
    cells = [
        Cell(_label(row), tone="strong" if level == 0 else ""),
        _short(row),
        _short(material.results.get(f"{stem}.events")),
    ]
    for grade in GRADES:
        graded = material.results.get(f"{grade_stem}.{grade}.subjects") if grade_stem else None
        cells.append(
            Cell(rounded(graded.count), graded.key)
            if graded and graded.count
            else Cell("·" if grade_stem else "", tone="quiet")
        )
    return Row(tuple(cells), level)


def _label(row: ResultRow) -> str:
    return row.label or spoken(row.key.split(".")[-2]).capitalize()


def _grade_title(code: str) -> str:
    return "Not graded" if code == "not_graded" else f"Grade {code}"


def _worst_grade(material: Material) -> list[Block]:
    found = {each: material.results.get(f"ae.worst_grade.{each}.subjects") for each in GRADES}
    known = {each: row for each, row in found.items() if row is not None and row.count is not None}
    if not any(row.count for grade, row in known.items() if grade != "not_graded"):
        return [Note("No treatment-emergent event was graded.", "missing")]
    rows = tuple(Row((Cell(_grade_title(grade)), Cell(row.words(), row.key))) for grade, row in known.items())
    is_open = "not_graded" in known and known["not_graded"].count
    notes = ("An event that was not graded may be of any grade.",) if is_open else ()
    columns = (Column("Worst grade of a subject"), Column("Subjects", is_number=True))
    table = Table(
        "Subjects by their worst grade of treatment-emergent events", columns, rows, notes, narrow=True
    )
    return [with_citations(table, material.results)]


def _relation(material: Material) -> list[Block]:
    """What the investigator said of the relation, by product."""
    found = material.results.starting("ae.relation.")
    judged = [each for each in PRODUCTS if any(row.key.split(".")[2] == each for row in found)]
    words = [each for each in RELATIONS if any(row.key.split(".")[3] == each for row in found)]
    if words in ([], ["not_reported"]):
        return []
    columns = [Column("Relation")]
    for product in judged:
        columns += [
            Column(PRODUCTS[product], is_number=True, below="subjects"),
            Column("", is_number=True, below="events"),
        ]
    rows = []
    for word in words:
        cells = [Cell(spoken(word))]
        for product in judged:
            stem = f"ae.relation.{product}.{word}"
            cells += [_short(material.results.get(f"{stem}.{unit}")) for unit in ("subjects", "events")]
        rows.append(Row(tuple(cells)))
    notes = ("A subject counts once with each relation.",)
    title = "Relation of treatment-emergent events in the judgement of the investigator"
    return [Table(title, tuple(columns), tuple(rows), notes)]
