"""Kidney function: eGFR of every patient over time, baseline, last value and change."""

from __future__ import annotations

from graftrial.report.blocks import (
    Block,
    Cell,
    Column,
    Figure,
    Fold,
    Note,
    Row,
    Section,
    Table,
    cell,
    folded,
    with_citations,
)
from graftrial.report.figures.kidney_function import cohort_spec, multiples_spec
from graftrial.report.material import LISTING_ROWS, PATIENT_FIGURES, Material, Record
from graftrial.report.numbers import (
    MINUS,
    NOT_ASSESSABLE,
    NOT_REPORTED,
    days,
    plural,
    rounded,
)
from graftrial.report.results import ResultRow
from graftrial.report.sections.before_after_cells import category_cell, change_cell
from graftrial.report.sections.by_visit import visit_table
from graftrial.report.sections.kidney_measurements import measurements
from graftrial.report.sections.kidney_outcomes import outcome_blocks
from graftrial.report.sections.prognosis import prognosis_blocks
from graftrial.report.sections.proteinuria import proteinuria_blocks


def section(material: Material) -> Section:
    """All patients in one picture, each alone, and the table."""
    title = "Kidney function"
    frame = material.frame("kidney_function")
    if frame.is_empty():
        text = "Creatinine and eGFR were not reported as values for any patient."
        rest = (*proteinuria_blocks(material), *prognosis_blocks(material))
        return Section("kidney-function", title, (Note(text, "missing"), *rest), title)
    blocks: list[Block] = []
    if material.results.starting("egfr."):
        blocks += _figures(material)
    else:
        blocks.append(Note("No eGFR could be computed; the table says what is missing.", "missing"))
    changes = _changes(material)
    blocks.append(
        folded(changes, f"Baseline, last value and change of {plural(len(changes.rows), 'patient')}")
    )
    blocks += visit_table(material, "eGFR at each visit", (("egfr", "eGFR, mL/min/1.73 m²", 0),))
    blocks += outcome_blocks(material)
    blocks.append(Fold("Every measurement", (measurements(material),)))
    blocks += [*proteinuria_blocks(material), *prognosis_blocks(material)]
    return Section("kidney-function", title, tuple(blocks), title)


def _figures(material: Material) -> list[Block]:
    frame = material.frame("kidney_function")
    n_patients = frame.get_column("subject_id").n_unique()
    n_values = frame.get_column("egfr_ml_per_min_1_73m2").count()
    window = material.study.definitions.baseline
    about = (
        f"eGFR over study days: {plural(n_values, 'value')} of {plural(n_patients, 'patient')}, the "
        "first infusion marked, lines at 15 and 30 mL/min/1.73 m². The values are in the table below."
    )
    note = (
        f"{plural(n_patients, 'patient')}, {plural(n_values, 'value')}. Shaded: the baseline window, day "
        f"{rounded(window.earliest_day)} to {rounded(window.latest_day)}. Values "
        "after graft loss are drawn hollow and grey and belong to no line. Gaps are values that do not exist."
    )
    figures: list[Block] = [Figure("egfr", "eGFR over time", about, cohort_spec(material), note)]
    if n_patients > 1:
        shown = f" (first {PATIENT_FIGURES})" if n_patients > PATIENT_FIGURES else ""
        figures.append(
            Figure(
                "egfr-by-patient",
                f"eGFR, patient by patient{shown}",
                about,
                multiples_spec(material),
                f"{plural(n_patients, 'patient')}. The same scales in every panel; shaded red: after graft loss.",
            )
        )
    return figures


def _changes(material: Material) -> Table:
    with_values = set(material.frame("kidney_function").get_column("subject_id").to_list())
    subjects = [each for each in material.subjects if each["subject_id"] in with_values]
    rows = tuple(_change_row(material, each) for each in subjects[:LISTING_ROWS])
    unit = "mL/min/1.73 m²"
    columns = (
        Column("Subject"),
        Column("Baseline", is_number=True, below=unit),
        Column("Last", is_number=True, below=unit),
        Column("Change", is_number=True, below=unit),
        Column("Change", is_number=True, below="%"),
        Column("KDIGO G", below="baseline → last"),
        Column("Graft"),
    )
    notes = material.cut_note(len(rows), len(subjects), "results.csv")
    table = Table("eGFR: baseline, last value, change", columns, rows, notes, compact=len(rows) > 12)
    return with_citations(table, material.results)


def _change_row(material: Material, subject: Record) -> Row:
    name, results = subject["subject_id"], material.results
    baseline, last = (results.get(f"egfr_{part}.{name}") for part in ("baseline", "last"))
    return Row(
        (
            Cell(name),
            _egfr(baseline),
            _egfr(last),
            change_cell(results.get(f"egfr_change.{name}")),
            change_cell(results.get(f"egfr_change_percent.{name}")),
            category_cell(results, "kdigo_g", name),
            graft_cell(subject),
        )
    )


def _egfr(row: ResultRow | None) -> Cell:
    if row is None:
        return cell(NOT_REPORTED)
    if row.number is None:
        return Cell(NOT_ASSESSABLE, row.key, "missing", row.warnings.replace(" -", f" {MINUS}"))
    return Cell(rounded(row.number), row.key, below=row.method)


def graft_cell(subject: Record) -> Cell:
    """Graft status with its day; a lost graft stands out."""
    status = subject["graft_status"] or NOT_REPORTED
    if status != "lost":
        return cell(status)
    when = days(subject["graft_loss_day"], subject["graft_loss_day"], subject["graft_loss_text"])
    return Cell("lost", tone="alert", below=when if when != NOT_REPORTED else "date not reported")
