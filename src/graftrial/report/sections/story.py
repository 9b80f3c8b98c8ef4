"""What happened to each patient in one row: cells, serious events, inflammation, TMA, injury, kidney function, graft.

The rows that outrank a lesion score stand in the same line with it; nothing here is read alone.
"""

from __future__ import annotations

from graftrial.report.blocks import Block, Cell, Column, Note, Row, Table, Tone, cell
from graftrial.report.lesions import inferred_grades, latest
from graftrial.report.material import Material, Record
from graftrial.report.numbers import NOT_REPORTED, bounds, days, plural, power_of_ten, rounded, words
from graftrial.report.sections.kidney_function import graft_cell

MOST = 30  # more patients than this are read in the sections, not in one table
ARROW = " → "
CAPTION = "What happened to each patient who was given cells"
NOTES = (
    (
        "Before: the last biopsy before the cells. After: the last one after them. A lower g + ptc is no improvement "
        "beside new thrombotic microangiopathy, worse tubular injury, or a lost graft."
    ),
    (
        "g + ptc: inflammation of the small vessels, 0 to 6. TMA: thrombotic microangiopathy, clots in small vessels. "
        "eGFR: estimated filtration of the kidney, baseline → last value before any graft loss."
    ),
)


def story(material: Material) -> list[Block]:
    """The table, then what the board decided; nothing where nobody or too many were infused."""
    if not 0 < len(material.infused) <= MOST:
        return _decisions(material)
    columns = (
        Column("Patient"),
        Column("Cells given", below="per kg, in all"),
        Column("Serious events"),
        Column("g + ptc"),
        Column("TMA"),
        Column("Tubular injury"),
        Column("eGFR", below="mL/min/1.73 m²"),
        Column("Graft"),
    )
    rows = tuple(_row(material, each) for each in material.infused)
    return [Table(CAPTION, columns, rows, NOTES, compact=True), *_decisions(material)]


def _row(material: Material, subject: Record) -> Row:
    name = subject["subject_id"]
    before, after = _ends(material.rows_of("biopsies", name))
    reading = str(after["pair_reading"] or "") if after else ""
    outranked = after is not None and (after["pair_state"] == "fell, outranked" or "Beside it" in reading)
    return Row(
        (
            Cell(name),
            _dose(material, name),
            _serious(material, name),
            _lesions(material, name, before, after),
            _change(before, after, "tma", ("absent",)),
            _change(before, after, "tubular_injury", ("absent", "mild")),
            _egfr(material, name),
            graft_cell(subject),
        ),
        remark=reading if outranked else "",
    )


def _ends(biopsies: list[Record]) -> tuple[Record | None, Record | None]:
    """The last biopsy after the cells that has one before it, and the one before."""

    after = latest([each for each in biopsies if each["pair_with"]])
    if after is None:
        return latest([each for each in biopsies if each["period"] == "before"]), None
    return next(each for each in biopsies if each["reading"] == after["pair_with"]), after


def _dose(material: Material, name: str) -> Cell:
    row = material.results.get(f"dose.given_cells_per_kg.{name}")
    if row is None or row.number is None:
        return cell("given", row.key if row else "", below="dose not reported")
    return Cell(power_of_ten(row.number), row.key)


def _serious(material: Material, name: str) -> Cell:
    serious = [each for each in material.rows_of("adverse_events", name) if each["is_serious"]]
    if not serious:
        is_known = material.is_complete("adverse_events")
        return Cell("none", tone="quiet") if is_known else cell(NOT_REPORTED)
    terms = dict.fromkeys(_term(each) for each in serious)
    return Cell(plural(len(serious), "event"), tone="alert", below="; ".join(terms))


def _term(event: Record) -> str:
    early = " (before the cells)" if event["is_treatment_emergent"] is False else ""
    return f"{event['pt'] or event['term'] or NOT_REPORTED}{early}"


def _lesions(material: Material, name: str, before: Record | None, after: Record | None) -> Cell:
    ends = (before, after)
    if before is None and after is None:
        return cell(NOT_REPORTED)
    told = [bounds(each["mvi_low"], each["mvi_high"]) if each else "no biopsy" for each in ends]
    below = []
    for title, each in zip(("before", "after"), ends, strict=True):
        inferred = inferred_grades(each) if each else {}
        if said := [f"{lesion} {inferred[lesion]}" for lesion in ("g", "ptc") if lesion in inferred]:
            below.append(f"{title}, from words only: {', '.join(said)}")
    key = material.results.key("biopsy", "g_plus_ptc", name, after["reading"]) if after else ""
    return Cell(ARROW.join(told), key, below="; ".join(below))


def _change(before: Record | None, after: Record | None, column: str, calm: tuple[str, ...]) -> Cell:
    if before is None and after is None:
        return cell(NOT_REPORTED)
    told = [words(each[column]) if each else "no biopsy" for each in (before, after)]
    worse = after is not None and after[column] is not None and after[column] not in calm
    tone: Tone = "alert" if worse else ""
    return Cell(ARROW.join(told), tone=tone)


def _egfr(material: Material, name: str) -> Cell:
    ends = [material.results.get(f"egfr_{end}.{name}") for end in ("baseline", "last")]
    if all(each is None or each.number is None for each in ends):
        return cell(NOT_REPORTED)
    told = [rounded(each.number) if each is not None and each.number is not None else "?" for each in ends]
    return Cell(ARROW.join(told), ends[1].key if ends[1] else "")


def _decisions(material: Material) -> list[Block]:
    """What was decided, in one line each; the section of decisions has the rest."""
    frame = material.table("decisions")
    if frame.is_empty():
        return []
    stops = [each for each in frame.iter_rows(named=True) if each["decision"] in ("stop", "pause")]
    lines: list[Block] = []
    for each in stops:
        when = days(None, None, each.get("date"))
        reason = f": {each['reason']}" if each.get("reason") else ""
        lines.append(
            Note(
                f"Decision to {each['decision']} ({when if when != NOT_REPORTED else 'date not reported'}){reason}.",
                "remark",
            )
        )
    return lines
