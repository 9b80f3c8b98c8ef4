"""Beside the cells: whether standard therapy was complete, cumulative doses, and how steady tacrolimus was."""

from __future__ import annotations

from graftrial.analyse.results import slug
from graftrial.report.blocks import Block, Cell, Column, Note, Row, Table, Tone, cell, folded, with_citations
from graftrial.report.material import LISTING_ROWS, Material
from graftrial.report.numbers import NOT_ASSESSABLE, NOT_REPORTED, days, plain, plural, significant
from graftrial.report.results import ResultRow
from graftrial.report.sections.measured import middle

COMPLETE: dict[str, Tone] = {"yes": "good", "no": "alert"}
TROUGHS = (
    ("mean", 1),
    ("cv_percent", 0),
    ("ipv_percent", 0),
    ("below_target_percent", 0),
    ("above_target_percent", 0),
    ("concentration_by_dose_mean", 2),
)


def therapy_blocks(material: Material) -> list[Block]:
    """Standard therapy and tacrolimus, each a table or the sentence that nothing was reported."""
    return [*_complete(material), *_by_size(material), *_tacrolimus(material)]


def _by_size(material: Material) -> list[Block]:
    """Cumulative doses of every treatment whose doses are recorded: in all, per kg, per m²."""
    rows = material.results.starting("exposure_per_kg.")
    body = []
    for row in rows[:LISTING_ROWS]:
        tail = row.key.removeprefix("exposure_per_kg.")
        treatment, subject = row.label.removeprefix("cumulative dose of ").rsplit(" per kg, ", 1)
        whole = material.results.get(f"exposure.{tail}")
        by_surface = material.results.get(f"exposure_per_m2.{tail}")
        body.append(
            Row((Cell(subject), Cell(treatment), *(_amount(each) for each in (whole, row, by_surface))))
        )
    if not body:
        return []
    body.sort(key=lambda each: (each.cells[0].text, each.cells[1].text))
    titles = ("In all", "Per kg", "Per m²")
    columns = (Column("Subject"), Column("Treatment"), *(Column(each, is_number=True) for each in titles))
    notes = material.cut_note(len(body), len(rows), "results.csv")
    table = Table(
        "Cumulative doses besides the cells", columns, tuple(body), notes, compact=True, is_listing=True
    )
    return [
        folded(with_citations(table, material.results), f"Cumulative doses: {plural(len(rows), 'treatment')}")
    ]


def _amount(row: ResultRow | None) -> Cell:
    if row is None:
        return cell(NOT_REPORTED)
    if row.number is None:
        return Cell(NOT_ASSESSABLE, row.key, "missing", row.warnings)
    return Cell(f"{significant(row.number, 4)} {row.unit}".strip(), row.key)


def _complete(material: Material) -> list[Block]:
    rows = list(material.frame("standard_therapy").iter_rows(named=True))
    if not material.study.standard_therapy.courses:
        return []
    if not rows:
        return [Note("Nobody was reported as infused: no standard therapy is due.", "missing")]
    body = tuple(
        Row(
            (
                Cell(each["subject_id"]),
                Cell(each["treatment"]),
                cell(NOT_REPORTED if each["sessions_planned"] is None else str(each["sessions_planned"])),
                cell(
                    NOT_REPORTED if each["sessions_before"] is None else str(each["sessions_before"]),
                    below=each["completeness_reason"] or "",
                ),
                cell(days(each["last_day"], each["last_day"])),
                _dose(material, each["subject_id"], each["treatment"]),
                _therapy(material.results.get(f"exposure.standard_therapy_complete.{each['subject_id']}")),
            )
        )
        for each in rows[:LISTING_ROWS]
    )
    columns = (
        Column("Subject"),
        Column("Treatment"),
        Column("Planned", is_number=True, below="sessions"),
        Column("Before infusion", is_number=True, below="sessions"),
        Column("Last"),
        Column("Cumulative dose", is_number=True),
        Column("All complete"),
    )
    notes = material.cut_note(len(body), len(rows), "derived/standard_therapy.csv")
    table = Table("Standard therapy before the first infusion", columns, body, notes, compact=len(rows) > 12)
    title = f"Standard therapy before the first infusion: {plural(len(rows), 'planned course')}"
    return [folded(with_citations(table, material.results), title)]


def _dose(material: Material, subject: str, treatment: str) -> Cell:
    row = material.results.get(f"exposure.{slug(treatment)}.{subject}")
    if row is None:
        return cell(NOT_REPORTED)
    if row.number is None:
        return Cell(NOT_ASSESSABLE, row.key, "missing", row.warnings)
    return Cell(f"{significant(row.number, 4)} {row.unit}".strip(), row.key)


def _therapy(row: ResultRow | None) -> Cell:
    if row is None:
        return cell(NOT_REPORTED)
    if row.value is None:
        return Cell(NOT_ASSESSABLE, row.key, "missing")
    return Cell(row.value, row.key, COMPLETE.get(row.value, ""))


def _tacrolimus(material: Material) -> list[Block]:
    rows = list(material.frame("tacrolimus").iter_rows(named=True))
    if not rows:
        return [Note("Tacrolimus troughs were not reported as values for any patient.", "missing")]
    body = tuple(
        Row(
            (
                Cell(each["subject_id"]),
                Cell(str(each["n_troughs"])),
                *(
                    _number(material.results.get(f"tacrolimus.{name}.{each['subject_id']}"), digits)
                    for name, digits in TROUGHS
                ),
            )
        )
        for each in rows[:LISTING_ROWS]
    )
    columns = (
        Column("Subject"),
        Column("Troughs", is_number=True),
        Column("Mean", is_number=True, below="ng/mL"),
        Column("CV", is_number=True, below="%"),
        Column("IPV", is_number=True, below="%"),
        Column("Below target", is_number=True, below="% of troughs"),
        Column("Above target", is_number=True, below="% of troughs"),
        Column("C/D", is_number=True, below="ng/mL per mg"),
    )
    notes = (
        "CV: coefficient of variation. IPV: mean absolute deviation from the mean, in percent of it.",
        "Neither is given from fewer than three troughs. C/D: mean of trough over the daily dose in force on its day.",
        "No time-weighted variability: its weighting is not confirmed in any source that could be read.",
        *_cohort(material),
        *material.cut_note(len(body), len(rows), "derived/tacrolimus.csv"),
    )
    table = Table("Tacrolimus troughs", columns, body, notes, compact=len(rows) > 12)
    return [folded(with_citations(table, material.results), f"Tacrolimus of {plural(len(rows), 'patient')}")]


def _cohort(material: Material) -> tuple[str, ...]:
    row = material.results.get("tacrolimus_cohort.cv_percent.median")
    if row is None or row.number is None:
        return ()
    return (f"All patients together: CV {middle(row).text}%, median (lowest to highest).",)


def _number(row: ResultRow | None, digits: int) -> Cell:
    if row is None:
        return cell(NOT_REPORTED)
    if row.number is None:
        return Cell(NOT_ASSESSABLE, row.key, "missing", row.warnings)
    return Cell(plain(row.number, digits), row.key)
