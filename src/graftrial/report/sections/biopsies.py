"""Biopsies side by side, every lesion beside thrombotic microangiopathy, tubular injury and the graft.

A lesion sum never stands alone: the rows that can outrank it are in the same table, always.
"""

from __future__ import annotations

from collections.abc import Callable

from graftrial.report.blocks import (
    Block,
    Cell,
    Column,
    Figure,
    Fold,
    Heading,
    Note,
    Quote,
    Row,
    Section,
    Table,
    cell,
    with_citations,
)
from graftrial.report.figures.biopsies import has_grades, lesions_spec
from graftrial.report.lesions import LESIONS, SHORT, inferred_grades
from graftrial.report.material import PATIENT_FIGURES, Material, Record
from graftrial.report.numbers import (
    LEFT_OUT,
    NOT_REPORTED,
    bounds,
    days,
    plain,
    plural,
    spoken,
    words,
    yes_no,
)
from graftrial.report.results import ResultRows
from graftrial.report.sections.banff import EXPLANATION, verdicts
from graftrial.report.sections.kidney_function import graft_cell
from graftrial.report.sections.lesion_shifts import shift_blocks

PERIODS = {"before": "Before", "after": "After", "unknown": "Before or after not reported"}
REMARK = (
    "A lower sum is not an improvement by itself: {why}. Thrombotic microangiopathy, tubular injury and the graft "
    "outrank every lesion score."
)


def section(material: Material) -> Section:
    """The figure, then a table a patient."""
    title = "Biopsies before and after"
    with_biopsy = [each for each in material.with_figures if material.rows_of("biopsies", each["subject_id"])]
    if not with_biopsy:
        return Section("biopsies", title, (Note("No biopsy was reported.", "missing"),), "Biopsies")
    blocks: list[Block] = [
        Note(
            "Grades in grey italics were inferred from words of the pathologist; they are shown and never used.",
            "note",
        )
    ]
    blocks += shift_blocks(material)
    if has_grades(material, with_biopsy):
        blocks.append(_figure(material, with_biopsy))
    total = material.frame("biopsies").get_column("subject_id").n_unique()
    if total > len(with_biopsy):
        blocks.append(
            Note(
                f"The first {len(with_biopsy)} of {total} patients with biopsies; all are in derived/biopsies.csv.",
                "note",
            )
        )
    if material.frame("biopsies").get_column("banff_edition").drop_nulls().len():
        blocks.append(Note(EXPLANATION, "note"))
    tables = [_patient(material, each) for each in with_biopsy]
    for each in tables[:3]:
        blocks.extend(each)
    if tables[3:]:
        rest = tuple(block for each in tables[3:] for block in each)
        blocks.append(Fold(f"Biopsies of {plural(len(tables) - 3, 'further patient')}", rest))
    return Section("biopsies", title, tuple(blocks), "Biopsies")


def _figure(material: Material, subjects: list[Record]) -> Figure:
    return Figure(
        "biopsy-lesions",
        "Banff lesion scores before and after",
        f"Lesion scores 0 to 3 of {plural(len(subjects), 'patient')}: before open, after filled circles; graft status "
        "and thrombotic microangiopathy in the title of each panel. The tables below hold the same grades.",
        lesions_spec(material, subjects[:PATIENT_FIGURES]),
        f"{plural(len(subjects[:PATIENT_FIGURES]), 'patient')}. Missing grades leave a gap. Open circle: before; "
        "filled: after; dashed grey: inferred from words. Undated: nothing says whether before or after the cells.",
    )


def _patient(material: Material, subject: Record) -> list[Block]:
    subject_id = subject["subject_id"]
    biopsies = material.rows_of("biopsies", subject_id)
    blocks: list[Block] = [
        Heading(subject_id, f"biopsies-{subject_id}", material.colours[subject_id]),
        _table(material, subject, biopsies),
        *verdicts(material, subject, biopsies),
    ]
    blocks += [_pair(each) for each in biopsies if each["pair_reading"]]
    if why := _warning(subject, biopsies):
        blocks.append(Note(REMARK.format(why=why), "remark"))
    if subject["is_infused"] and not any(each["period"] == "after" for each in biopsies):
        blocks.append(Note("There is no later biopsy. That is not the same as no change.", "note"))
    for each in biopsies:
        said = [each.get("diagnosis_words"), each.get("findings")]
        blocks += [
            Quote(str(text), f"pathologist, {_heading(each)}") for text in said if text and text != LEFT_OUT
        ]
    return blocks


def _pair(biopsy: Record) -> Note:
    """What the graft, TMA or injury outrank is a remark, not a note among others."""
    names = f"{biopsy['reading']} beside {biopsy['pair_with']}"
    is_outranked = biopsy["pair_state"] == "fell, outranked" or "Beside it" in biopsy["pair_reading"]
    return Note(f"{names}: {biopsy['pair_reading']}", "remark" if is_outranked else "note")


def _warning(subject: Record, biopsies: list[Record]) -> str:
    reasons = []
    if subject["graft_status"] == "lost":
        reasons.append("the graft was lost")
    before = {each["tma"] for each in biopsies if each["period"] == "before"}
    after = {each["tma"] for each in biopsies if each["period"] == "after"}
    if "present" in after and "present" not in before:
        reasons.append("thrombotic microangiopathy is new")
    return " and ".join(reasons)


def _heading(biopsy: Record) -> str:
    when = days(biopsy["day_low"], biopsy["day_high"], biopsy["date_text"])
    if biopsy["day_low"] != biopsy["day_high"] and biopsy["date_text"]:
        when = f"{biopsy['date_text']} ({when})"
    return (
        f"{biopsy['reading']}, {when}" if when != NOT_REPORTED else f"{biopsy['reading']}, date not reported"
    )


def _table(material: Material, subject: Record, biopsies: list[Record]) -> Table:
    columns = (
        Column("Lesion"),
        *(Column(PERIODS[each["period"]], below=_heading(each)) for each in biopsies),
    )
    rows = [_sum_row(material.results, subject, biopsies), *_safety_rows(subject, biopsies)]
    silent = []
    for name, title in LESIONS.items():
        cells = tuple(_grade(material.results, subject["subject_id"], each, name) for each in biopsies)
        if all(each.is_missing for each in cells):
            silent.append(SHORT[name])
        else:
            rows.append(Row((Cell(title), *cells)))
    rows += _other_rows(biopsies)
    notes = (f"Not graded on any of these biopsies: {', '.join(silent)}.",) if silent else ()
    caption = f"Lesions beside injury and graft, {subject['subject_id']}"
    return with_citations(Table(caption, columns, tuple(rows), notes), material.results)


def _sum_row(results: ResultRows, subject: Record, biopsies: list[Record]) -> Row:
    cells = (
        _sum(results.key("biopsy", "g_plus_ptc", subject["subject_id"], each["reading"]), each)
        for each in biopsies
    )
    return Row((Cell("g + ptc", tone="strong", below="read only with the three rows below"), *cells))


def _sum(key: str, biopsy: Record) -> Cell:
    """The sum, or the bounds that missing grades leave; bounds are no grade of anybody."""
    low, high = biopsy["mvi_low"], biopsy["mvi_high"]
    if low == high:
        return Cell(bounds(low, high), key, "strong")
    missing = " and ".join(name for name in ("g", "ptc") if biopsy[name] is None)
    return Cell(bounds(low, high), key, "missing", f"possible range; {missing} not graded")


def _safety_rows(subject: Record, biopsies: list[Record]) -> list[Row]:
    def tone(text: str | None, calm: tuple[str, ...]) -> Cell:
        return cell(words(text), tone="" if text is None or text in calm else "alert")

    return [
        Row(
            (
                Cell("Thrombotic microangiopathy", tone="strong"),
                *(tone(each["tma"], ("absent",)) for each in biopsies),
            )
        ),
        Row(
            (
                Cell("Tubular injury", tone="strong"),
                *(tone(each["tubular_injury"], ("absent", "mild")) for each in biopsies),
            )
        ),
        Row((Cell("Graft, at the last report", tone="strong"), *(graft_cell(subject) for _ in biopsies))),
    ]


def _grade(results: ResultRows, subject_id: str, biopsy: Record, lesion: str) -> Cell:
    value = biopsy.get(lesion)
    key = results.key("biopsy", lesion, subject_id, biopsy["reading"])
    if value is None:
        inferred = inferred_grades(biopsy).get(lesion)
        return cell(NOT_REPORTED) if inferred is None else Cell(inferred, tone="inferred", below="inferred")
    if lesion == "ptcml":
        return Cell(yes_no(value), key)
    method = biopsy.get("c4d_method")
    return Cell(str(value), key, below=str(method) if lesion == "c4d" and method else "")


def _other_rows(biopsies: list[Record]) -> list[Row]:
    rows = []
    for title, show in OTHER.items():
        told = [show(each) for each in biopsies]
        if any(each != NOT_REPORTED for each in told):
            rows.append(
                Row((Cell(title), *(cell(each, tone="quiet" if title == "Source" else "") for each in told)))
            )
    return rows


def _sclerosis(biopsy: Record) -> str:
    return NOT_REPORTED if biopsy["gs_percent"] is None else f"{plain(biopsy['gs_percent'])}%"


OTHER: dict[str, Callable[[Record], str]] = {
    "Glomeruli in the sample": lambda each: words(each["n_glomeruli"]),
    "Globally sclerotic": _sclerosis,
    "Recurrent glomerulonephritis": lambda each: yes_no(each["gn_recurrent"]),
    "De novo glomerulonephritis": lambda each: yes_no(each["gn_de_novo"]),
    "Donor-specific antibody at the biopsy": lambda each: yes_no(each["dsa"]),
    "Other diagnoses": lambda each: words(each["other_diagnoses"]),
    "Diagnosis of the pathologist": lambda each: spoken(words(each["pathologist_diagnosis"])),
    "Banff edition used": lambda each: words(each["edition_used"]),
    "Source": lambda each: words(each["source"]),
}
