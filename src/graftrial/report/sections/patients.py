"""Who the patients are: side by side where they are few, summarised where they are many."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graftrial.report.blocks import Block, Cell, Column, Fold, Note, Row, Section, Table, cell, with_citations
from graftrial.report.material import LISTING_ROWS, PATIENT_COLUMNS, Material, Record
from graftrial.report.numbers import NOT_REPORTED, days, plain, rounded, spoken, words
from graftrial.report.results import ResultRow, ResultRows
from graftrial.report.sections.baseline import baseline_blocks

Show = Callable[[Record], str]
NO_COHORT = "subjects.cohort.not_reported"
FEWEST_FOR_A_MEAN = 4  # amr_trial_reporting section 7: of three values no mean and standard deviation
UNTESTED = "Groups are described and not tested: a difference before treatment is no hypothesis."
COUNTED = (
    ("Sex", "subjects.sex."),
    ("Donor", "subjects.donor_type."),
    ("Age band", "subjects.age_band."),
)
MEASURED = (
    ("Age in years", "subjects.age_years."),
    ("Years since transplantation", "subjects.years_since_transplant."),
    ("Weight in kg", "subjects.weight_kg."),
    ("Body-mass index in kg/m²", "subjects.bmi_kg_per_m2."),
    ("Age of the donor in years", "subjects.donor_age_years."),
)


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
    """Everybody, and beside them each cohort where there is more than one."""
    results = material.results
    cohorts = [each for each in results.starting("subjects.cohort.") if each.key != NO_COHORT]
    groups = ["", *(f"in.{each.key.rpartition('.')[2]}." for each in cohorts)][: None if cohorts[1:] else 1]
    titles = ["Subjects", *(each.label.partition(": ")[2] for each in cohorts)][: len(groups)]
    rows = [
        Row((Cell("Subjects"), _count(results.get("subjects.n")), *map(_count, cohorts[: len(groups) - 1])))
    ]
    for title, stem in COUNTED:
        codes = [each.key.removeprefix(stem) for each in results.starting(stem)]
        codes = [each for each in codes if "." not in each]
        rows += [Row((Cell(title),), is_group=True)] if codes else []
        for code in codes:
            cells = (_count(results.get(f"{stem}{group}{code}")) for group in groups)
            rows.append(Row((Cell(_category(code)), *cells), 1))
    silent = [title for title, stem in MEASURED if not _has_values(results, stem)]
    for title, stem in MEASURED:
        if title in silent:
            continue
        rows.append(Row((Cell(title),), is_group=True))
        for name, show in (("Mean (SD)", _mean), ("Median (lowest to highest)", _median)):
            rows.append(Row((Cell(name), *(show(results, f"{stem}{group}") for group in groups)), 1))
    columns = (Column(""), *(Column(each, is_number=True) for each in titles))
    notes = [UNTESTED] if groups[1:] else []
    if silent:
        notes.append(f"Not reported for anybody: {', '.join(each[0].lower() + each[1:] for each in silent)}.")
    table = Table("Patients at enrolment", columns, tuple(rows), tuple(notes), narrow=not groups[2:])
    return with_citations(table, results)


def _has_values(results: ResultRows, stem: str) -> bool:
    row = results.get(f"{stem}median")
    return row is not None and bool(row.n)


def _category(code: str) -> str:
    return {"F": "Female", "M": "Male"}.get(code, spoken(code).capitalize())


def _count(row: ResultRow | None) -> Cell:
    return cell(NOT_REPORTED) if row is None or row.count is None else Cell(row.words(), row.key)


def _mean(results: ResultRows, stem: str) -> Cell:
    mean, sd = results.get(f"{stem}mean"), results.get(f"{stem}sd")
    if mean is None or mean.number is None or sd is None or sd.number is None:
        return cell(NOT_REPORTED if mean is None or not mean.n else "too few values")
    if (mean.n or 0) < FEWEST_FOR_A_MEAN:
        return Cell("too few values", tone="quiet")
    return Cell(f"{rounded(mean.number, 1)} ({rounded(sd.number, 2)})", mean.key, below=_of(mean))


def _median(results: ResultRows, stem: str) -> Cell:
    middle, low, high = (results.get(f"{stem}{each}") for each in ("median", "min", "max"))
    numbers = [each.number for each in (middle, low, high) if each is not None and each.number is not None]
    if middle is None or len(numbers) < 3:
        return cell(NOT_REPORTED)
    text = f"{plain(numbers[0], 1)} ({plain(numbers[1], 1)} to {plain(numbers[2], 1)})"
    return Cell(text, middle.key, below=_of(middle))


def _of(row: ResultRow) -> str:
    return "" if row.n is None or row.n == row.denominator else f"of {rounded(row.n)} subjects"


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
