"""Laboratory safety: values against the limits of normal, and the shift of each CTCAE grade from baseline."""

from __future__ import annotations

import polars as pl

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
    with_citations,
)
from graftrial.report.figures.laboratory import has_hepatic, hepatic_spec, spaghetti_spec
from graftrial.report.material import Material
from graftrial.report.numbers import plural, spoken
from graftrial.report.sections.lab_editions import edition_blocks

GRADES = ("0", "1", "2", "3", "4")
STARTS = (*GRADES, "not_assessable", "no_value")
ENDS = (*GRADES, "not_assessable")
PREFIX = "labgrade.shift."
ABBREVIATED = {
    each: each.upper() for each in ("alt", "ast", "alp", "ggt", "ldh", "ck", "crp", "inr", "ldl", "hdl")
}
MOST_NAMED = 4  # up to so many patients of a cell stand in it by name


def section(material: Material) -> Section:
    """Grades by the pinned edition, shift tables, then the courses."""
    title = "Laboratory safety"
    blocks: list[Block] = []
    graded = material.frame("lab_grades")
    edition = material.study.rules.get("adverse_events.ctcae")
    if edition is None:
        blocks.append(
            Note(
                "Laboratory values are not graded: the study file pins no edition of adverse_events.ctcae.",
                "missing",
            )
        )
    elif graded.is_empty():
        blocks.append(Note("No laboratory value has a term that the pinned edition grades.", "missing"))
    else:
        blocks += [Note(_reading(material, edition), "definition"), *_shifts(material)]
        blocks += edition_blocks(material, edition)
    blocks += _figures(material)
    return Section("laboratory", title, tuple(blocks), title)


def _reading(material: Material, edition: str) -> str:
    gap = material.study.adverse_events.laboratory.gap
    side = f"read as {gap}" if gap else "not assessable, because the study file declares no reading"
    return (
        f"Grades by CTCAE v{edition} of the number alone; clinical consequences are graded with the events. A value "
        "whose grade depends on what is not known (baseline, limits, symptoms) is graded where every possibility "
        f"agrees and is not assessable otherwise. Baseline is graded by the limits of normal. Printed gaps: {side}."
    )


def _shifts(material: Material) -> list[Block]:
    tables: dict[str, str] = {}
    for row in material.results.starting(PREFIX):
        record = row.key.removeprefix(PREFIX).split(".")[0]
        tables.setdefault(record, row.label.partition(":")[0])
    moved: list[tuple[str, Table]] = []
    still: list[tuple[str, Table]] = []
    for record, term in sorted(tables.items(), key=lambda each: each[1]):
        table = _shift(material, record, term)
        (moved if _has_grade(material, record) else still).append((term, table))
    blocks: list[Block] = [table for _, table in moved]
    if still:
        names = ", ".join(term for term, _ in still)
        blocks.append(Note(f"No grade above 0 after the first infusion: {names}."))
        blocks.append(
            Fold(f"{plural(len(still), 'shift table')} without a grade", tuple(table for _, table in still))
        )
    return blocks


def _has_grade(material: Material, record: str) -> bool:
    """Whether anybody's worst grade is above 0 or open: the last part but one of the key is the worst grade."""
    cells = material.results.starting(f"{PREFIX}{record}.")
    return any(row.count and row.key.split(".")[-2] != "0" for row in cells)


def _shift(material: Material, record: str, term: str) -> Table:
    columns = (
        Column("Baseline", below="grade"),
        *(Column(f"Worst {_title(end)}", is_number=True) for end in ENDS),
    )
    rows = []
    for start in STARTS:
        if not any(_count(material, record, start, end) for end in ENDS):
            continue
        cells = [Cell(_title(start).capitalize())]
        for end in ENDS:
            key = f"{PREFIX}{record}.{start}.{end}.subjects"
            count = _count(material, record, start, end)
            cells.append(
                Cell(str(count), key, below=_names(material.results.sources(key)))
                if count
                else Cell("0", key, tone="quiet")
            )
        rows.append(Row(tuple(cells)))
    table = Table(
        f"{term}: grade at baseline against the worst grade after the first infusion, subjects",
        columns,
        tuple(rows),
        ("Persons are named below their count; grades at baseline that nobody had have no row.",),
        compact=True,
        narrow=True,
    )
    return with_citations(table, material.results)


def _count(material: Material, record: str, start: str, end: str) -> int:
    row = material.results.get(f"{PREFIX}{record}.{start}.{end}.subjects")
    return 0 if row is None or row.count is None else row.count


def _names(sources: str) -> str:
    """Subjects in the keys `labs/<subject>/…` of a cell."""
    found = sorted({each.split("/")[1] for each in sources.split("; ") if each.count("/") > 1})
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return ", ".join(found[:MOST_NAMED]) + more


def _title(grade: str) -> str:
    return f"grade {grade}" if grade in GRADES else spoken(grade).lower()


BAND_NOTE = (
    "Shaded: between the limits of normal; where they differ between patients, the part that all share."
)
HEPATIC_NOTE = "Upper right: ALT above 3 times and bilirubin above 2 times its upper limit."


def _figures(material: Material) -> list[Block]:
    figures: list[Block] = []
    for analyte, title, unit in spaghetti_analytes(material):
        about = (
            f"{title} over study days, one line a patient, limits of normal shaded, first infusion marked."
        )
        spec = spaghetti_spec(material, analyte, title, unit)
        note = f"{plural(_patients(material, analyte), 'patient')}. {BAND_NOTE}"
        figures.append(Figure(f"lab-{analyte}", title, about, spec, note))
    if has_hepatic(material):
        about = "ALT and bilirubin in multiples of the upper limit, joined in time; lines at 3 and 2 times."
        figures.append(Figure("hepatic", "ALT and bilirubin", about, hepatic_spec(material), HEPATIC_NOTE))
    elif not material.frame("labs").is_empty():
        figures.append(Note("ALT and bilirubin were not both reported with upper limits: no hepatic plot."))
    return figures


def _patients(material: Material, analyte: str) -> int:
    """How many have a value with a study day, and so a line."""
    drawn = (
        material.frame("labs")
        .filter(pl.col("analyte_name") == analyte)
        .drop_nulls(["canonical_value", "day"])
    )
    return drawn.get_column("subject_id").n_unique()


def spaghetti_analytes(material: Material) -> list[tuple[str, str, str]]:
    """Analytes with a limit of normal, their title and unit: at most eight, in alphabetical order."""
    frame = material.frame("labs")
    if frame.is_empty():
        return []
    with_limits = frame.drop_nulls(["analyte_name", "canonical_value", "canonical_unit", "upper_limit"])
    pairs = with_limits.select("analyte_name", "canonical_unit").unique().sort("analyte_name")
    return [
        (name, ABBREVIATED.get(name, spoken(name).capitalize()), unit) for name, unit in pairs.iter_rows()
    ][:8]
