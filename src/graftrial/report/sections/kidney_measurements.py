"""Every sample with its creatinine, its cystatin C where one was measured, its eGFR and category."""

from __future__ import annotations

from graftrial.report.blocks import Cell, Column, Row, Table, cell, with_citations
from graftrial.report.material import LISTING_ROWS, Material, Record
from graftrial.report.numbers import NOT_ASSESSABLE, NOT_REPORTED, days, plain, rounded, words
from graftrial.report.results import ResultRows

CREATININE = "creatinine"


def measurements(material: Material) -> Table:
    """One row a sample; the column of cystatin C is there only where somebody has one."""
    frame = material.frame("kidney_function")
    has_cystatin = frame.get_column("cystatin_c_mg_per_l").count() > 0
    rows = list(frame.head(LISTING_ROWS).iter_rows(named=True))
    body = tuple(_measurement(material.results, each, has_cystatin) for each in rows)
    columns = (
        Column("Subject"),
        Column("When"),
        Column("Visit"),
        Column("Creatinine", is_number=True, below="as recorded"),
        Column("Creatinine", is_number=True, below="mg/dL"),
        *([Column("Cystatin C", is_number=True, below="mg/L")] if has_cystatin else []),
        Column("eGFR", is_number=True, below="mL/min/1.73 m²"),
        Column("KDIGO"),
    )
    notes = material.cut_note(len(body), frame.height, "derived/kidney_function.csv")
    table = Table("Every sample with its eGFR", columns, body, notes, compact=True, is_listing=True)
    return with_citations(table, material.results)


def _measurement(results: ResultRows, row: Record, has_cystatin: bool) -> Row:
    egfr, creatinine = row["egfr_ml_per_min_1_73m2"], row["creatinine_mg_per_dl"]
    is_creatinine = row["analyte_name"] == CREATININE
    recorded = (
        NOT_REPORTED
        if row["value"] is None or not is_creatinine
        else f"{plain(row['value'], 3)} {row['unit'] or '(no unit)'}"
    )
    key = results.key("egfr", row["subject_id"], row["day"])
    remark = "baseline" if row["is_baseline"] else "after graft loss" if row["is_after_graft_loss"] else ""
    value = (
        Cell(NOT_ASSESSABLE, key, "missing", row["egfr_reason"] or "")
        if egfr is None
        else Cell(rounded(egfr), key, below=remark)
    )
    return Row(
        (
            Cell(row["subject_id"]),
            cell(days(row["day_low"], row["day_high"], row["date_text"])),
            Cell(words(row["visit"]) if row["visit"] else "outside every window", tone="quiet"),
            cell(recorded),
            cell(NOT_REPORTED if creatinine is None else plain(creatinine, 2)),
            *([_cystatin(row["cystatin_c_mg_per_l"])] if has_cystatin else []),
            value,
            Cell(row["g_category"] or "", results.key("kdigo_g", row["subject_id"], row["day"])),
        )
    )


def _cystatin(value: float | None) -> Cell:
    return cell(NOT_REPORTED if value is None else plain(value, 2))
