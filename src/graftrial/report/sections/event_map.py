"""Events seen across patients: the map by class, cohorts side by side, and what trials of this kind watch above all."""

from __future__ import annotations

from graftrial.report.blocks import Block, Cell, Column, Figure, Row, Table, cell, with_citations
from graftrial.report.figures.event_map import event_map_spec
from graftrial.report.material import Material
from graftrial.report.numbers import NOT_ASSESSABLE, NOT_REPORTED, plural, rounded
from graftrial.report.results import ResultRow
from graftrial.report.unknowns import unknown_words

MOST = 30  # with more patients the columns of the map are too narrow to read
PREFIX = "ae.compared."
SPECIAL = (
    ("Infusion reaction", "ae.infusion_reaction.subjects"),
    ("Infection", "ae.soc.infections_and_infestations.subjects"),
    ("Neoplasm", "ae.soc.neoplasms_benign_malignant_and_unspecified_incl_cysts_and_polyps.subjects"),
    ("Thrombotic microangiopathy new on a biopsy", "biopsy.new_tma.subjects"),
    ("Graft lost", "outcome.graft_lost.subjects"),
    ("Death", "outcome.died.subjects"),
)


def map_blocks(material: Material) -> list[Block]:
    """The map for two to thirty infused patients."""
    rows = material.results.starting("ae.map.")
    names = [each["subject_id"] for each in material.infused]
    if not rows or not 1 < len(names) <= MOST:
        return []
    about = (
        f"Worst grade of treatment-emergent events, {plural(len(names), 'patient')} by system organ class: the darker "
        "the higher, the grade as a number in the square, a question mark where it was not graded."
    )
    note = (
        "Worst grade of treatment-emergent events. Empty: no event recorded in that class. ?: not graded. Framed in "
        "black: a serious event among them."
    )
    return [
        Figure("event-map", "Events by patient and class", about, event_map_spec(material, rows, names), note)
    ]


def special_blocks(material: Material) -> list[Block]:
    """What trials of cells in rejection watch above all, from the counts of the other sections."""
    rows = [Row((Cell(title), _special(material, key))) for title, key in SPECIAL]
    for load in _viral(material):
        rows.append(load)
    columns = (Column("What"), Column("Patients", is_number=True))
    notes = (
        (
            "Counted in the sections on events, biopsies and outcome; the protocol's own list of special interest, "
            "if it has one, decides what must be reported faster."
        ),
    )
    return [
        with_citations(
            Table("Events watched above all", columns, tuple(rows), notes, narrow=True), material.results
        )
    ]


def _special(material: Material, key: str) -> Cell:
    row = material.results.get(key)
    if row is None:
        is_none = key.startswith("ae.soc.") and material.is_complete("adverse_events")
        size = material.results.get("ae.any.subjects")
        if is_none and size is not None and size.denominator is not None:
            return Cell(f"0 of {rounded(size.denominator)}", below="no coded event of this class")
        return cell(NOT_REPORTED)
    if row.count is None and not row.is_open:
        return cell(NOT_REPORTED, row.key)
    return Cell(row.words(), row.key, below=unknown_words(row))


def _viral(material: Material) -> list[Row]:
    loads: dict[str, list[ResultRow]] = {}
    for row in material.results.starting("viral_load."):
        loads.setdefault(row.label.partition(" of ")[0], []).append(row)
    if not loads:
        return [Row((Cell("Viral PCR (BK, CMV, EBV)"), cell(NOT_REPORTED)))]
    rows = []
    for virus, found in sorted(loads.items()):
        told = "; ".join(
            f"{each.key.rpartition('.')[2]}: {rounded(each.number or 0)} {each.unit}" for each in found
        )
        rows.append(
            Row(
                (
                    Cell(f"{virus}, PCR"),
                    Cell(f"{plural(len(found), 'patient')} tested", below=f"highest after day 0: {told}"),
                )
            )
        )
    return rows


def compared_blocks(material: Material) -> list[Block]:
    """Cohorts side by side with Fisher's p, only where the study file names `compare_with`."""
    reference = material.study.adverse_events.compare_with
    found = material.results.starting(PREFIX)
    counts = [each for each in found if each.key.endswith(".subjects")]
    if not reference or not counts:
        return []
    cohorts = list(dict.fromkeys(each.key.removesuffix(".subjects").rpartition(".")[2] for each in counts))
    stems = list(dict.fromkeys(each.key.removesuffix(".subjects").rpartition(".")[0] for each in counts))
    others = [
        each
        for each in cohorts
        if material.results.get(f"{stems[0]}.{each}.fisher_p") or _has_p(material, stems, each)
    ]
    sizes = {each: material.results.get(f"{stems[0]}.{each}.subjects") for each in cohorts}
    columns = (
        Column("Treatment-emergent", wide=True),
        *(
            Column(each, is_number=True, below=f"N = {row.denominator}" if (row := sizes[each]) else "")
            for each in cohorts
        ),
        *(Column("p", is_number=True, below=f"{each} against {reference}") for each in others),
    )
    body = tuple(_compared(material, stem, cohorts, others) for stem in stems)
    notes = (
        (
            f"Two-sided Fisher tests against {reference}, not adjusted for {rounded(len(stems))} comparisons: they "
            "order what to look at and decide nothing. No p where neither cohort has the event."
        ),
    )
    table = Table(f"Cohorts compared with {reference}, subjects", columns, body, notes, compact=True)
    return [with_citations(table, material.results)]


def _has_p(material: Material, stems: list[str], cohort: str) -> bool:
    return any(material.results.get(f"{stem}.{cohort}.fisher_p") for stem in stems)


def _compared(material: Material, stem: str, cohorts: list[str], others: list[str]) -> Row:
    rows = {each: material.results.get(f"{stem}.{each}.subjects") for each in cohorts}
    label = next(each.label.rpartition(": ")[0] for each in rows.values() if each)
    is_term = stem.removeprefix(PREFIX).startswith("term.")
    title = "Any event" if stem == f"{PREFIX}any" else label
    cells = [
        cell(NOT_ASSESSABLE) if row is None or row.count is None else Cell(rounded(row.count), row.key)
        for row in rows.values()
    ]
    for each in others:
        p = material.results.get(f"{stem}.{each}.fisher_p")
        cells.append(
            Cell("–", tone="quiet") if p is None or p.number is None else Cell(rounded(p.number, 2), p.key)
        )
    return Row((Cell(title, tone="" if is_term else "strong"), *cells), 1 if is_term else 0)
