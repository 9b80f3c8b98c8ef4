"""What the patients were given: standard therapy, the product, the infusions against the plan."""

from __future__ import annotations

from graftrial.report.blocks import (
    Block,
    Cell,
    Column,
    Facts,
    Heading,
    Note,
    Row,
    Section,
    Table,
    cell,
    folded,
    with_citations,
)
from graftrial.report.material import LISTING_ROWS, Material, Record
from graftrial.report.numbers import (
    NOT_ASSESSABLE,
    NOT_REPORTED,
    days,
    plain,
    plural,
    power_of_ten,
    rounded,
    signed,
    spoken,
    words,
    yes_no,
)
from graftrial.report.sections.cell_product import product_blocks
from graftrial.report.sections.standard_therapy import therapy_blocks

FILE = "derived/infusions.csv"


def section(material: Material) -> Section:
    """Plan, courses of therapy, batches, infusions."""
    blocks: list[Block] = [Heading("As planned"), _plan(material)]
    blocks += [Heading("As given"), *_infusions(material), _products(material)]
    blocks += [*product_blocks(material), *therapy_blocks(material), _courses(material)]
    return Section("exposure", "What they were given", tuple(blocks), "Treatment")


def _plan(material: Material) -> Facts:
    study = material.study
    courses = "; ".join(
        " ".join(
            each
            for each in (
                course.treatment,
                f"{plain(course.dose)} {course.dose_unit}".strip() if course.dose is not None else "",
                f"× {course.sessions}" if course.sessions is not None else "",
            )
            if each
        )
        for course in study.standard_therapy.courses
    )
    dose = study.dose.planned_cells_per_kg
    infusions = study.dose.planned_infusions
    items: list[tuple[str, Cell]] = [
        (
            "Standard therapy",
            cell(study.standard_therapy.text or courses or NOT_REPORTED),
        ),
        ("Planned dose", cell(NOT_REPORTED if dose is None else f"{power_of_ten(dose)} cells/kg")),
        ("Planned infusions", cell(NOT_REPORTED if infusions is None else rounded(infusions))),
        ("Route", cell(words(study.dose.route))),
        ("Timing", cell(words(study.dose.timing))),
    ]
    return Facts(tuple(items))


def _courses(material: Material) -> Block:
    frame = material.frame("treatments")
    if frame.is_empty():
        return Note("Courses of standard therapy and immunosuppression were not reported as rows.", "missing")
    rows = list(frame.iter_rows(named=True))
    body = tuple(_course(each) for each in rows[:LISTING_ROWS])
    columns = (
        Column("Subject"),
        Column("Treatment"),
        Column("Purpose"),
        Column("From"),
        Column("To"),
        Column("Dose", is_number=True),
        Column("Sessions", is_number=True),
        Column("Route"),
    )
    note = material.cut_note(len(body), len(rows), "derived/treatments.csv")
    table = Table(
        "Courses of treatment besides the cells", columns, body, note, compact=len(rows) > 12, is_listing=True
    )
    return folded(table, f"All {plural(len(rows), 'course')} of treatment besides the cells")


def _course(row: Record) -> Row:
    dose = NOT_REPORTED if row["dose"] is None else f"{plain(row['dose'])} {row['dose_unit'] or '(no unit)'}"
    return Row(
        (
            Cell(row["subject_id"]),
            Cell(row["treatment"]),
            cell(spoken(words(row["purpose"]))),
            cell(days(row["start_day_low"], row["start_day_high"], row["start"])),
            cell(days(row["end_day"], row["end_day_high"], row["end"])),
            cell(dose),
            cell(words(row["sessions"])),
            cell(words(row["route"])),
        )
    )


def _products(material: Material) -> Block:
    product = material.study.product
    frame = material.table("products")
    if frame.is_empty():
        if product is None:
            return Note("The product was not reported.", "missing")
        own = {True: "autologous", False: "allogeneic", None: "origin not reported"}[product.autologous]
        described = ", ".join(each for each in (product.name, own, product.cell_type, product.tissue) if each)
        return Note(f"{described}. Batches and release tests were not reported as rows.", "missing")
    rows = list(frame.iter_rows(named=True))
    body = tuple(
        Row(
            (
                Cell(each["product_id"]),
                cell(words(each["subject_id"])),
                cell({True: "autologous", False: "allogeneic"}.get(each["autologous"], NOT_REPORTED)),
                cell(words(each["cell_type"]), below=each["tissue"] or ""),
                cell(words(each["passage"])),
                cell(words(each["fresh_or_thawed"])),
            )
        )
        for each in rows[:LISTING_ROWS]
    )
    titles = ("Batch", "Subject", "Cells from", "Kind of cell", "Passage", "Fresh or thawed")
    note = material.cut_note(len(body), len(rows), "tables/products.csv")
    table = Table(
        "Batches of the product", tuple(Column(each) for each in titles), body, note, compact=len(rows) > 12
    )
    return folded(table, f"All {plural(len(rows), 'batch', 'batches')} of the product")


def _infusions(material: Material) -> list[Block]:
    rows: list[Record] = list(material.frame("infusions").iter_rows(named=True))
    if not rows:
        return [Note("Infusions were not reported as rows.", "missing")]
    places: dict[str, int] = {}
    body = []
    for each in rows[:LISTING_ROWS]:
        places[each["subject_id"]] = places.get(each["subject_id"], 0) + 1
        body.append(_infusion(material, each, places[each["subject_id"]]))
    columns = (
        Column("Subject"),
        Column("When"),
        Column("Planned", is_number=True, below="cells/kg"),
        Column("Given", is_number=True, below="cells/kg"),
        Column("Deviation", is_number=True),
        Column("Within plan"),
        Column("Route"),
        Column("Batch"),
    )
    bases = sorted({each["dose_basis"] for each in rows if each["dose_basis"]})
    notes = (
        *((f"Dose given: {' or '.join(bases)}.",) if bases else ()),
        *material.cut_note(len(body), len(rows), FILE),
    )
    table = Table("Infusions: planned, given, deviation", columns, tuple(body), notes, compact=len(rows) > 12)
    whole = folded(with_citations(table, material.results), f"All {plural(len(rows), 'infusion')}")
    return [whole, *_totals(material, rows)]


def _infusion(material: Material, row: Record, place: int) -> Row:
    given, planned, deviation = (
        row["given_cells_per_kg"],
        row["planned_cells_per_kg"],
        row["deviation_percent"],
    )
    results, subject = material.results, row["subject_id"]
    when = row["start_day"] if row["start_day"] is not None else f"infusion_{place}"
    key = results.key("dose", "given_cells_per_kg", subject, when)
    reason = spoken(row["dose_reason"] or "") if given is None else ""
    return Row(
        (
            Cell(subject),
            cell(days(row["start_day"], row["start_day"], row["start_text"])),
            cell(NOT_REPORTED if planned is None else power_of_ten(planned)),
            cell(NOT_REPORTED if given is None else power_of_ten(given), key, below=reason),
            cell(NOT_ASSESSABLE if deviation is None else f"{signed(deviation, 1)}%"),
            cell(NOT_ASSESSABLE if row["is_within_plan"] is None else yes_no(row["is_within_plan"])),
            cell(words(row["route"])),
            cell(words(row["product_id"])),
        )
    )


def _totals(material: Material, rows: list[Record]) -> list[Block]:
    """The dose of each patient over all infusions, against the plan for them."""
    subjects = list(dict.fromkeys(each["subject_id"] for each in rows))
    body = []
    for subject in subjects[:LISTING_ROWS]:
        total = material.results.get(f"dose.given_cells_per_kg.{subject}")
        deviation = material.results.get(f"dose.deviation_percent.{subject}")
        if total is None:
            continue
        given = NOT_ASSESSABLE if total.number is None else power_of_ten(total.number)
        off = (
            NOT_ASSESSABLE
            if deviation is None or deviation.number is None
            else f"{signed(deviation.number, 1)}%"
        )
        infusions = NOT_REPORTED if total.denominator is None else rounded(total.denominator)
        body.append(
            Row(
                (
                    Cell(subject),
                    Cell(infusions),
                    cell(given, total.key),
                    cell(off, deviation.key if deviation else ""),
                )
            )
        )
    columns = (
        Column("Subject"),
        Column("Infusions", is_number=True),
        Column("Given", is_number=True, below="cells/kg"),
        Column("Deviation from plan", is_number=True),
    )
    notes = material.cut_note(len(body), len(subjects), "results.csv")
    table = Table("Dose of each patient in total", columns, tuple(body), notes, compact=len(body) > 12)
    whole = folded(
        with_citations(table, material.results), f"Dose in total of {plural(len(subjects), 'patient')}"
    )
    return [whole] if body else []
