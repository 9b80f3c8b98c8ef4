"""The graft and the immune system of each infused patient before the cells: what every later value is held against."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graftrial.report.blocks import Block, Cell, Column, Note, Row, Table, cell, with_citations
from graftrial.report.lesions import latest
from graftrial.report.material import PATIENT_COLUMNS, Material, Record
from graftrial.report.numbers import (
    NOT_REPORTED,
    bounds,
    days,
    plain,
    plural,
    rounded,
    spoken,
    value_words,
    words,
)
from graftrial.report.results import ResultRow
from graftrial.report.sections.measured import measured

CAPTION = "Graft and immune system before the cells"
LESIONS = (("g", "g"), ("ptc", "ptc"), ("C4d", "c4d"), ("cg", "cg"), ("i", "i"), ("t", "t"))
LOCI = ("a", "b", "dr", "dq")
Show = Callable[[Material, str], Cell]
NOTE = (
    "eGFR, protein-creatinine ratio, trough and serum: the baseline of the study file. Biopsy: the last one before the "
    "first infusion. Lesions by their Banff letters, ? is not graded; AI and CI: activity and "
    "chronicity index."
)


def baseline_blocks(material: Material) -> list[Block]:
    """One column a patient, up to twelve infused patients; what nobody has is named below."""
    names = [each["subject_id"] for each in material.infused]
    if not 0 < len(names) <= PATIENT_COLUMNS:
        return []
    told = {title: {name: show(material, name) for name in names} for title, show in ROWS}
    silent = [title for title, cells in told.items() if all(each.is_missing for each in cells.values())]
    if len(silent) == len(ROWS):
        return [Note("Nothing about the graft before the cells was reported as rows.", "missing")]
    blocks: list[Block] = [
        _table(material, each, len(names), {title: told[title] for title, _ in ROWS if title not in silent})
        for each in material.side_by_side(names)
    ]
    if silent:
        blocks.append(Note(f"Not reported before the cells: {'; '.join(silent)}.", "missing"))
    return blocks


def _table(material: Material, names: Sequence[str], total: int, told: dict[str, dict[str, Cell]]) -> Table:
    part = "" if len(names) == total else f", {names[0]} to {names[-1]}"
    columns = (Column("Before the cells"), *(Column(each, wide=len(names) < 4) for each in names))
    rows = tuple(Row((Cell(title), *(cells[each] for each in names))) for title, cells in told.items())
    return with_citations(
        Table(CAPTION + part, columns, rows, (NOTE,), compact=len(names) > 4), material.results
    )


def _measure(prefix: str, unit: str, digits: int = 0) -> Show:
    def show(material: Material, name: str) -> Cell:
        row = material.results.get(f"{prefix}.{name}")
        if row is None or row.number is None:
            return cell(NOT_REPORTED, row.key if row else "")
        return Cell(f"{plain(row.number, digits)} {unit}".strip(), row.key, below=row.method)

    return show


def _slope(material: Material, name: str) -> Cell:
    """The slope before the cells, where an endpoint declares it."""
    for each in material.study.endpoints:
        row = material.results.get(f"endpoint.{each.id}.before.{name}")
        if each.method == "slope_before_after" and each.variable == "egfr" and row is not None:
            return measured(row, row.unit, 1)
    return cell(NOT_REPORTED)


def _trough(material: Material, name: str) -> Cell:
    for each in material.rows_of("labs", name):
        if (
            each["analyte_name"] == "tacrolimus"
            and each["is_baseline"]
            and each["canonical_value"] is not None
        ):
            text = f"{plain(each['canonical_value'], 1)} {each['canonical_unit']}"
            return Cell(text, below=days(each["day_low"], each["day_high"], each["date_text"]))
    return cell(NOT_REPORTED)


def _maintenance(material: Material, name: str) -> Cell:
    """Maintenance treatments in force at the first infusion."""
    told = [
        " ".join(
            each
            for each in (str(row["treatment"]), value_words(plain(row["dose"])), row["dose_unit"])
            if each
        )
        if row["dose"] is not None
        else str(row["treatment"])
        for row in material.rows_of("treatments", name)
        if row["purpose"] == "maintenance"
        and (row["start_day_low"] is None or row["start_day_low"] <= 0)
        and (row["end_day_high"] is None or row["end_day_high"] >= 0)
    ]
    return cell("; ".join(dict.fromkeys(told)) or NOT_REPORTED)


def _earlier(material: Material, name: str) -> Cell:
    subject = next(each for each in material.infused if each["subject_id"] == name)
    count = subject.get("n_previous_amr_treatments")
    return cell(NOT_REPORTED if count is None else rounded(count))


def _mismatches(material: Material, name: str) -> Cell:
    rows = [(locus, material.results.get(f"hla_mismatch.{locus}.{name}")) for locus in LOCI]
    if all(row is None for _, row in rows):
        return cell(NOT_REPORTED)
    known = next(row for _, row in rows if row is not None)
    return Cell(", ".join(f"{locus.upper()} {_count(row)}" for locus, row in rows), known.key)


def _count(row: ResultRow | None) -> str:
    if row is None:
        return "?"
    return rounded(row.number) if row.number is not None else bounds(row.lower, row.upper)


def _antibodies(material: Material, name: str) -> Cell:
    """The strongest donor-specific antibody of the baseline serum, how many there are and of which class."""
    serum = next((each for each in material.rows_of("sera", name) if each["is_baseline"]), None)
    if serum is None:
        return cell(NOT_REPORTED)
    key = f"{name}.{serum['day'] if serum['day'] is not None else serum['date'] or 'undated'}"
    strongest = measured(material.results.get(f"dsa.immunodominant_mfi.{key}"))
    text = strongest.text if strongest.tone == "missing" else f"{strongest.text} MFI"
    counts = [
        f"class {title}: {_count(material.results.get(f'dsa.{code}.{key}'))}"
        for title, code in (("I", "class_i"), ("II", "class_ii"))
    ]
    told = [str(serum["immunodominant"] or ""), *counts, days(serum["day"], serum["day"], serum["date"])]
    return Cell(text, strongest.key, strongest.tone, "; ".join(each for each in told if each))


def _biopsy(material: Material, name: str) -> Record | None:
    return latest([each for each in material.rows_of("biopsies", name) if each["period"] == "before"])


def _category(material: Material, name: str) -> Cell:
    biopsy = _biopsy(material, name)
    if biopsy is None:
        return cell(NOT_REPORTED)
    edition = f"Banff {biopsy['edition_used']}" if biopsy["edition_used"] else "edition not reported"
    when = days(biopsy["day_low"], biopsy["day_high"], biopsy["date_text"])
    said = cell(spoken(words(biopsy["pathologist_diagnosis"])))
    return Cell(said.text, tone=said.tone, below=f"{edition}, {when}")


def _lesions(material: Material, name: str) -> Cell:
    biopsy = _biopsy(material, name)
    grades = {title: biopsy[column] if biopsy else None for title, column in LESIONS}
    if all(each is None for each in grades.values()):
        return cell(NOT_REPORTED)
    return Cell(" ".join(f"{title}{'?' if each is None else each}" for title, each in grades.items()))


def _injury(material: Material, name: str) -> Cell:
    biopsy = _biopsy(material, name)
    if biopsy is None:
        return cell(NOT_REPORTED)
    return cell(words(biopsy["tma"]), below=f"tubular injury {words(biopsy['tubular_injury'])}")


def _indices(material: Material, name: str) -> Cell:
    biopsy = _biopsy(material, name)
    rows = {
        title: material.results.get(f"banff.{code}.{name}.{biopsy['reading'] if biopsy else ''}")
        for title, code in (("AI", "activity_index"), ("CI", "chronicity_index"))
    }
    if all(row is None for row in rows.values()):
        return cell(NOT_REPORTED)
    key = next(row.key for row in rows.values() if row is not None)
    return Cell(", ".join(f"{title} {_count(row)}" for title, row in rows.items()), key)


def _molecular(material: Material, name: str) -> Cell:
    printed = [each for each in material.rows_of("transcript_printed", name) if each["period"] == "before"]
    if not printed:
        return cell(NOT_REPORTED)
    laboratories = dict.fromkeys(words(each["laboratory"]) for each in printed)
    told = "; ".join(f"{spoken(each['score'])} {plain(each['value'], 2)}" for each in printed)
    return Cell(told, below=f"as printed by {plural(len(laboratories), 'laboratory', 'laboratories')}")


ROWS: tuple[tuple[str, Show], ...] = (
    ("eGFR, mL/min/1.73 m²", _measure("egfr_baseline", "")),
    ("eGFR slope before", _slope),
    ("Urinary protein-creatinine ratio", _measure("upcr_baseline", "mg/g")),
    ("Donor-specific antibody, strongest", _antibodies),
    ("HLA mismatches", _mismatches),
    ("Diagnosis of the last biopsy", _category),
    ("Lesions", _lesions),
    ("Thrombotic microangiopathy", _injury),
    ("Activity and chronicity index", _indices),
    ("Molecular score", _molecular),
    ("Tacrolimus trough", _trough),
    ("Immunosuppression", _maintenance),
    ("Earlier courses against rejection", _earlier),
)
