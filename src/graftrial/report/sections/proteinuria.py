"""Proteinuria: the course on a logarithmic axis, before and after, every measurement; estimates say so."""

from __future__ import annotations

from graftrial.report.blocks import (
    Block,
    Cell,
    Column,
    Figure,
    Fold,
    Heading,
    Note,
    Row,
    Table,
    cell,
    folded,
    with_citations,
)
from graftrial.report.figures.proteinuria import cohort_spec, drawn
from graftrial.report.material import LISTING_ROWS, Material, Record
from graftrial.report.numbers import (
    MINUS,
    NOT_ASSESSABLE,
    NOT_REPORTED,
    days,
    plain,
    plural,
    rounded,
    words,
)
from graftrial.report.results import ResultRow
from graftrial.report.sections.before_after_cells import category_cell, change_cell
from graftrial.report.sections.by_visit import visit_table

# word in keys, analyte, title, unit, decimals
MEASURED = (
    ("upcr", "upcr", "Protein-creatinine ratio (UPCR)", "mg/g", 0),
    ("uacr", "uacr", "Albumin-creatinine ratio (UACR)", "mg/g", 0),
    ("protein_24h", "proteinuria", "Protein in 24 hours", "g/day", 2),
)
ESTIMATED = (
    "Estimated: converted from UPCR (UACR by Sumida 2020 with sex, diabetes and hypertension; grams a day as if one "
    "gram of creatinine were excreted a day). An estimate is never pooled with a measured value."
)


def proteinuria_blocks(material: Material) -> list[Block]:
    """The blocks, or the sentence that nothing was reported."""
    frame = material.frame("proteinuria")
    if frame.is_empty():
        return [
            Heading("Proteinuria"),
            Note("Urine protein or albumin was not reported for any patient.", "missing"),
        ]
    blocks: list[Block] = [Heading("Proteinuria"), *_figure(material)]
    analytes = set(frame.get_column("analyte_name").to_list())
    for stem, analyte, title, unit, digits in MEASURED:
        if analyte in analytes:
            table = _before_after(
                material, stem, analyte, f"{title}: baseline, last value, change", unit, digits
            )
            blocks.append(folded(table, f"{title}, {plural(len(table.rows), 'patient')}"))
    blocks += visit_table(material, "UPCR at each visit", (("upcr", "UPCR, mg/g", 0),))
    blocks.append(Fold("Every urine measurement", (_measurements(material),)))
    return blocks


def _figure(material: Material) -> list[Block]:
    values = drawn(material)
    if not values:
        return []
    n_patients = len({str(each["s"]) for each in values if isinstance(each, dict)})
    about = (
        f"Urinary protein-creatinine ratio of {plural(n_patients, 'patient')} over study days, one line a patient, "
        "logarithmic axis. The values are in the tables below."
    )
    note = (
        f"{plural(n_patients, 'patient')}. Dashed: 150 and 500 mg/g, the borders of the KDIGO categories. Gaps are "
        "values that do not exist; values after graft loss are hollow and belong to no line. Measured values only."
    )
    return [Figure("upcr", "Proteinuria over time", about, cohort_spec(material, values), note)]


def _before_after(material: Material, stem: str, analyte: str, caption: str, unit: str, digits: int) -> Table:
    frame = material.frame("proteinuria")
    found = {row["subject_id"] for row in frame.iter_rows(named=True) if row["analyte_name"] == analyte}
    subjects = [each for each in material.subject_ids if each in found]
    results = material.results
    with_uacr = stem == "upcr" and bool(results.starting("uacr_estimated."))
    with_day = stem == "upcr"
    with_category = stem != "protein_24h"
    rows = []
    for subject in subjects[:LISTING_ROWS]:
        ends = [_end(results.get(f"{stem}_{part}.{subject}"), digits) for part in ("baseline", "last")]
        change = results.get(f"{stem}_change.{subject}")
        share = results.get(f"{stem}_change_percent.{subject}")
        cells = [Cell(subject), *ends, change_cell(change, digits), change_cell(share)]
        if with_category:
            cells.append(category_cell(results, f"kdigo_a_{stem}", subject))
        if with_uacr:
            cells += [
                _estimates(material, "uacr_estimated", subject, 0),
                category_cell(results, "kdigo_a_estimated", subject),
            ]
        if with_day:
            cells.append(_estimates(material, "protein_24h_estimated", subject, 2))
        rows.append(Row(tuple(cells)))
    columns = _columns(unit, with_category, with_uacr, with_day)
    notes = material.cut_note(len(rows), len(subjects), "results.csv")
    notes = (*((ESTIMATED,) if with_day else ()), *notes)
    table = Table(caption, columns, tuple(rows), notes, compact=len(rows) > 12)
    return with_citations(table, results)


def _columns(unit: str, with_category: bool, with_uacr: bool, with_day: bool) -> tuple[Column, ...]:
    columns = [
        Column("Subject"),
        Column("Baseline", is_number=True, below=unit),
        Column("Last", is_number=True, below=unit),
        Column("Change", is_number=True, below=unit),
        Column("Change", is_number=True, below="%"),
    ]
    if with_category:
        columns.append(Column("KDIGO A", below="baseline → last, by the measured ratio"))
    if with_uacr:
        columns += [
            Column("UACR, estimated", below="mg/g"),
            Column("KDIGO A, estimated", below="from the estimate"),
        ]
    if with_day:
        columns.append(Column("24 h, estimated", below="g/day"))
    return tuple(columns)


def _end(row: ResultRow | None, digits: int) -> Cell:
    if row is None:
        return cell(NOT_REPORTED)
    if row.number is None:
        return Cell(NOT_ASSESSABLE, row.key, "missing", row.warnings.replace(" -", f" {MINUS}"))
    return Cell(rounded(row.number, digits), row.key, below=row.method)


def _estimates(material: Material, stem: str, subject: str, digits: int) -> Cell:
    """An estimate at both ends; a reason where neither can be made."""
    ends = [material.results.get(f"{stem}_{part}.{subject}") for part in ("baseline", "last")]
    known = [each for each in ends if each is not None and each.number is not None]
    if not known:
        return Cell(NOT_ASSESSABLE, tone="missing")
    told = ("?" if each is None or each.number is None else rounded(each.number, digits) for each in ends)
    return Cell(" → ".join(told), known[-1].key, "inferred", "estimated")


def _measurements(material: Material) -> Table:
    frame = material.frame("proteinuria")
    rows = list(frame.head(LISTING_ROWS).iter_rows(named=True))
    with_estimate = frame.get_column("uacr_estimated_mg_per_g").count() > 0
    columns = [
        Column("Subject"),
        Column("When"),
        Column("Visit"),
        Column("Measure"),
        Column("As recorded", is_number=True),
        Column("In one unit", is_number=True),
        Column("KDIGO A", below="measured ratio"),
    ]
    if with_estimate:
        columns += [Column("UACR, estimated", is_number=True, below="mg/g"), Column("KDIGO A, estimated")]
    body = tuple(_measurement(material, each, with_estimate) for each in rows)
    notes = material.cut_note(len(body), frame.height, "derived/proteinuria.csv")
    table = Table("Every urine measurement", tuple(columns), body, notes, compact=True, is_listing=True)
    return with_citations(table, material.results)


def _measurement(material: Material, row: Record, with_estimate: bool) -> Row:
    stem, digits = next((each[0], each[4]) for each in MEASURED if each[1] == row["analyte_name"])
    place = (row["subject_id"], row["day"] if row["day"] is not None else row["date_text"])
    value, results = row["canonical_value"], material.results
    unit = row["unit"] or "(no unit)"
    recorded = NOT_REPORTED if row["value"] is None else f"{plain(row['value'], 3)} {unit}"
    remark = "baseline" if row["is_baseline"] else "after graft loss" if row["is_after_graft_loss"] else ""
    number = (
        Cell(NOT_ASSESSABLE, results.key(stem, *place), "missing", row["unit_reason"] or "")
        if value is None
        else Cell(
            f"{rounded(value, digits)} {row['canonical_unit']}", results.key(stem, *place), below=remark
        )
    )
    cells = [
        Cell(row["subject_id"]),
        cell(days(row["day_low"], row["day_high"], row["date_text"])),
        Cell(words(row["visit"]) if row["visit"] else "outside every window", tone="quiet"),
        Cell(stem.replace("_", " ").upper() if stem != "protein_24h" else "protein, 24 h"),
        cell(recorded),
        number,
        Cell(row["a_category"] or "", results.key(f"kdigo_a_{stem}", *place)),
    ]
    if with_estimate:
        estimate = row["uacr_estimated_mg_per_g"]
        key = results.key("uacr_estimated", *place)
        shown = (
            Cell("", key)
            if estimate is None and row["analyte_name"] != "upcr"
            else Cell(NOT_ASSESSABLE, key, "missing", row["uacr_estimated_reason"] or "")
            if estimate is None
            else Cell(rounded(estimate), key, "inferred")
        )
        cells += [
            shown,
            Cell(row["a_category_estimated"] or "", results.key("kdigo_a_estimated", *place), "inferred"),
        ]
    return Row(tuple(cells))
