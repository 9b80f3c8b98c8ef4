"""Who the patients are: side by side where they are few, summarised where they are many."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graftrial.report.blocks import Block, Cell, Column, Fold, Note, Row, Section, Table, cell, with_citations
from graftrial.report.material import LISTING_ROWS, PATIENT_COLUMNS, Material, Record
from graftrial.report.numbers import NOT_REPORTED, days, plain, rounded, spoken, words
from graftrial.report.results import ResultRow
from graftrial.report.sections.baseline import baseline_blocks

Show = Callable[[Record], str]


def _text(name: str) -> Show:
    return lambda subject: spoken(words(subject.get(name)))


def _number(name: str, unit: str, digits: int = 1) -> Show:
    return lambda subject: (
        NOT_REPORTED if subject.get(name) is None else f"{plain(subject[name], digits)} {unit}"
    )


def _age(subject: Record) -> str:
    if subject.get("age_years") is not None:
        return f"{plain(subject['age_years'], 1)} years"
    band = subject.get("age_band")
    return f"{band} years" if band else NOT_REPORTED


def _day(name: str) -> Show:
    return lambda subject: days(subject.get(name), subject.get(name))


FACTS: tuple[tuple[str, Show], ...] = (
    ("Site", _text("site_id")),
    ("Cohort", _text("cohort")),
    ("Sex", lambda subject: {"F": "female", "M": "male"}.get(subject.get("sex") or "", NOT_REPORTED)),
    ("Age at day 0", _age),
    ("Consent", _day("consent_day")),
    ("Transplantation", _day("transplant_day")),
    ("Time since transplantation", _number("years_since_transplant", "years")),
    ("Donor", _text("donor_type")),
    ("Age of the donor", _number("donor_age_years", "years", 0)),
    ("Primary kidney disease", _text("primary_disease")),
    ("Height", _number("height_cm", "cm")),
    ("Weight", _number("weight_kg", "kg")),
    ("Body-mass index", _number("bmi_kg_per_m2", "kg/m²")),
    ("History", _text("medical_history")),
    ("Donor-specific antibodies", _text("dsa_at_enrolment")),
)


def section(material: Material) -> Section:
    """Per-patient columns for up to twelve, a summary and a list for more."""
    subjects = material.subjects
    if not subjects:
        return Section(
            "patients", "Who the patients are", (Note("No patient has rows.", "missing"),), "Patients"
        )
    blocks: list[Block] = []
    if len(subjects) <= PATIENT_COLUMNS:
        blocks.extend(_side_by_side(material))
    else:
        blocks.append(_summary(material))
        blocks.append(Fold("Every patient", (_list(material),)))
    blocks += baseline_blocks(material)
    return Section("patients", "Who the patients are", tuple(blocks), "Patients")


def _side_by_side(material: Material) -> list[Block]:
    silent = {title for title, show in FACTS if all(show(each) == NOT_REPORTED for each in material.subjects)}
    blocks: list[Block] = [
        _columns(material, each, silent) for each in material.side_by_side(material.subject_ids)
    ]
    if silent:
        whom = "the patient" if len(material.subjects) == 1 else "any patient"
        names = ", ".join(title[0].lower() + title[1:] for title, _ in FACTS if title in silent)
        blocks.append(Note(f"Not reported for {whom}: {names}.", "missing"))
    return blocks


def _columns(material: Material, subject_ids: Sequence[str], silent: set[str]) -> Table:
    subjects = [each for each in material.subjects if each["subject_id"] in subject_ids]
    columns = (Column("Patient"), *(Column(each, wide=len(subjects) < 4) for each in subject_ids))
    rows = [
        Row((Cell(title), *(cell(show(each)) for each in subjects)))
        for title, show in FACTS
        if title not in silent
    ]
    rows.append(Row((Cell("Infusions given"), *(_infusions(each) for each in subjects))))
    is_whole = len(subjects) == len(material.subjects)
    caption = "Patients at enrolment" + ("" if is_whole else f", {subject_ids[0]} to {subject_ids[-1]}")
    return Table(caption, columns, tuple(rows), compact=len(subjects) > 4)


def _infusions(subject: Record) -> Cell:
    n_infusions = subject.get("n_infusions")
    if n_infusions:
        return Cell(rounded(n_infusions))
    return cell("not infused" if subject.get("is_infused") is False else NOT_REPORTED)


def _summary(material: Material) -> Table:
    results = material.results
    rows: list[Row] = [_row("Subjects", results.get("subjects.n"))]
    for title, prefix in (("Sex", "subjects.sex."), ("Donor", "subjects.donor_type.")):
        found = results.starting(prefix)
        if found:
            rows.append(Row((Cell(title),), is_group=True))
            rows.extend(_row(_category(each, prefix), each, level=1) for each in found)
    for title, prefix in (
        ("Age in years", "subjects.age_years"),
        ("Years since transplantation", "subjects.years_since_transplant"),
    ):
        rows.append(
            _spread(
                results.get(f"{prefix}.median"),
                results.get(f"{prefix}.min"),
                results.get(f"{prefix}.max"),
                title,
            )
        )
    bands = results.starting("subjects.age_band.")
    if bands:
        rows.append(Row((Cell("Age band"),), is_group=True))
        rows.extend(_row(_category(each, "subjects.age_band."), each, level=1) for each in bands)
    table = Table(
        "Patients at enrolment", (Column(""), Column("Subjects", is_number=True)), tuple(rows), narrow=True
    )
    return with_citations(table, results)


def _category(row: ResultRow, prefix: str) -> str:
    code = row.key.removeprefix(prefix)
    return {"F": "Female", "M": "Male"}.get(code, spoken(code).capitalize())


def _row(title: str, row: ResultRow | None, level: int = 0) -> Row:
    if row is None or row.count is None:
        return Row((Cell(title), cell(NOT_REPORTED)), level)
    return Row((Cell(title), Cell(row.words(), row.key)), level)


def _spread(middle: ResultRow | None, low: ResultRow | None, high: ResultRow | None, title: str) -> Row:
    if (
        middle is None
        or middle.number is None
        or low is None
        or high is None
        or low.number is None
        or high.number is None
    ):
        return Row((Cell(title), cell(NOT_REPORTED)))
    below = f"of {rounded(middle.n)} subjects" if middle.n is not None else ""
    text = f"median {plain(middle.number, 1)} ({plain(low.number, 1)} to {plain(high.number, 1)})"
    return Row((Cell(title), Cell(text, middle.key, below=below)))


def _list(material: Material) -> Table:
    chosen = [
        each for each in FACTS if each[0] not in {"History", "Donor-specific antibodies", "Height", "Consent"}
    ]
    rows = tuple(
        Row((Cell(each["subject_id"]), *(cell(show(each)) for _, show in chosen), _infusions(each)))
        for each in material.subjects[:LISTING_ROWS]
    )
    columns = (
        Column("Subject"),
        *(Column(title) for title, _ in chosen),
        Column("Infusions", is_number=True),
    )
    note = material.cut_note(len(rows), len(material.subjects), "derived/subjects.csv")
    return Table("Patients, one a row", columns, rows, note, compact=True)
