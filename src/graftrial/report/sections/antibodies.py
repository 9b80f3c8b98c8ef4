"""Antibodies and HLA: the course of donor-specific antibodies, before and after, and the mismatches."""

from __future__ import annotations

from graftrial.report.blocks import (
    Block,
    Cell,
    Column,
    Figure,
    Note,
    Row,
    Section,
    Table,
    cell,
    folded,
    with_citations,
)
from graftrial.report.figures.antibodies import CUTOFF, SATURATION, drawn, multiples_spec
from graftrial.report.material import LISTING_ROWS, Material, Record
from graftrial.report.numbers import NOT_ASSESSABLE, NOT_REPORTED, days, plural, rounded
from graftrial.report.results import ResultRow
from graftrial.report.sections.antibody_course import cohort_blocks, response_words, serum_blocks
from graftrial.report.sections.bead_runs import run_blocks
from graftrial.report.sections.by_visit import visit_table
from graftrial.report.sections.hla import hla_blocks
from graftrial.report.sections.immunology import immunology_blocks
from graftrial.report.sections.measured import measured

MEASURES = (("dsa_strongest", "Strongest, MFI", 0), ("dsa_sum", "Sum, MFI", 0), ("dsa_number", "Number", 0))


def section(material: Material) -> Section:
    """The cohort, the figure, before and after, every serum and antigen, runs of beads, mismatches and eplets."""
    blocks = (
        *_antibodies(material),
        *run_blocks(material),
        *hla_blocks(material),
        *immunology_blocks(material),
    )
    return Section("antibodies", "Antibodies, HLA and immunology", blocks, "Antibodies")


def _antibodies(material: Material) -> list[Block]:
    sera: list[Record] = list(material.frame("sera").iter_rows(named=True))
    if not sera:
        return [Note("Antibodies were not reported as rows for any patient.", "missing")]
    blocks: list[Block] = []
    if CUTOFF not in material.study.thresholds:
        text = f"The study file pins no {CUTOFF}: only the laboratory's own verdicts count as positive."
        blocks.append(Note(text, "note"))
    blocks += [*cohort_blocks(material), *_figure(material)]
    responses = _responses(material, sera)
    blocks.append(folded(responses, f"Before and after of {plural(len(responses.rows), 'patient')}"))
    blocks += visit_table(material, "Donor-specific antibodies at each visit", MEASURES)
    blocks += serum_blocks(material, sera)
    return blocks


def _figure(material: Material) -> list[Block]:
    rows = drawn(material)
    if not rows:
        return []
    lines = [
        f"{name} at {rounded(limit)} MFI"
        for name, key in (("cutoff", CUTOFF), ("saturation", SATURATION))
        if (limit := material.study.thresholds.get(key)) is not None
    ]
    dashed = f"Dashed: {' and '.join(lines)}. " if lines else ""
    n_patients = len({each["subject_id"] for each in rows})
    about = (
        f"Intensity of donor-specific antibodies of {plural(n_patients, 'patient')} over study days, one line an "
        "antigen, logarithmic axis. The values are in the tables below."
    )
    note = (
        f"{plural(n_patients, 'patient')}. {dashed}Hollow: not positive. The upright line is the {material.day_zero}. "
        "Same scales in every panel."
    )
    title = "Donor-specific antibodies, patient by patient"
    return [Figure("antibodies", title, about, multiples_spec(material, rows), note)]


def _responses(material: Material, sera: list[Record]) -> Table:
    subjects = list(dict.fromkeys(each["subject_id"] for each in sera))
    body = []
    for subject in subjects[:LISTING_ROWS]:
        mine = [each for each in sera if each["subject_id"] == subject]
        first = next((each for each in mine if each["is_baseline"]), None)
        dated = [each for each in mine if each["day"] is not None]
        last = dated[-1] if dated else None
        if last is not None and first is not None and last["day"] <= first["day"]:
            last = None
        response = material.results.get(f"dsa.response.{subject}")
        body.append(
            Row((Cell(subject), _strongest(material, first), _strongest(material, last), _response(response)))
        )
    columns = (
        Column("Subject"),
        Column("Before", is_number=True, below="strongest, MFI"),
        Column("Last after", is_number=True, below="strongest, MFI"),
        Column("Response"),
    )
    notes = material.cut_note(len(body), len(subjects), "results.csv")
    table = Table(
        "Donor-specific antibodies before and after", columns, tuple(body), notes, compact=len(body) > 12
    )
    return with_citations(table, material.results)


def _strongest(material: Material, serum: Record | None) -> Cell:
    if serum is None:
        return cell(NOT_REPORTED)
    when = days(serum["day"], serum["day"], serum["date"])
    row = material.results.get(_key("immunodominant_mfi", serum))
    named = ", ".join(each for each in (serum["immunodominant"], when) if each)
    return measured(row, named)


def _key(measure: str, serum: Record) -> str:
    when = serum["day"] if serum["day"] is not None else serum["date"] or "undated"
    return f"dsa.{measure}.{serum['subject_id']}.{when}"


def _response(row: ResultRow | None) -> Cell:
    if row is None:
        return Cell(NOT_ASSESSABLE, tone="missing", below="no serum in the baseline window")
    if row.value is None:
        return Cell(NOT_ASSESSABLE, row.key, "missing", row.warnings)
    return Cell(response_words(row.value), row.key, below=row.warnings)
