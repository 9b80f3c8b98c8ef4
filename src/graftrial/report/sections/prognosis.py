"""Indices of prognosis, where the study file pins them; without a pin nothing is said of them."""

from __future__ import annotations

from graftrial.report.blocks import Block, Cell, Column, Heading, Note, Row, Table, folded, with_citations
from graftrial.report.material import LISTING_ROWS, Material, Record
from graftrial.report.numbers import NOT_ASSESSABLE, day, plain, plural, reason_words, rounded, spoken
from graftrial.report.results import ResultRow

INDICES = {"kdri": ("KDRI", 2), "kdpi": ("KDPI, %", 0), "epts_raw": ("EPTS, raw", 2), "epts": ("EPTS, %", 0)}
FORMS = {"ibox_full": "iBox, full form", "ibox_abbreviated": "iBox, abbreviated form"}
ROUNDED = (
    "One decimal: the coefficients are logarithms of hazard ratios of two decimals; at an eGFR of 50 the rounding of "
    "one of them alone moves the linear predictor by about 0.26. No baseline hazard is public: no probability of graft "
    "survival can be computed from these numbers, and none is."
)

DESCRIBED = (
    "KDRI and KDPI describe a deceased donor (undefined for a living one), EPTS the recipient at transplantation. "
    "Equation, scaling factor and table are those of the edition named above. A missing fact is not filled in."
)


def prognosis_blocks(material: Material) -> list[Block]:
    """Donor and recipient indices, then the iBox with its context of use."""
    return [*_indices(material), *_ibox(material)]


def _indices(material: Material) -> list[Block]:
    pinned = [name for name in INDICES if f"prognosis.{name}" in material.study.rules]
    if not pinned:
        return []
    subjects = material.subject_ids[:LISTING_ROWS]
    rows = tuple(
        Row(
            (
                Cell(subject),
                *(
                    _index(material.results.get(f"prognosis.{name}.{subject}"), INDICES[name][1])
                    for name in pinned
                ),
            )
        )
        for subject in subjects
    )
    columns = (
        Column("Subject"),
        *(
            Column(INDICES[name][0], is_number=True, below=spoken(material.study.rules[f"prognosis.{name}"]))
            for name in pinned
        ),
    )
    notes = (
        DESCRIBED,
        *material.cut_note(len(rows), len(material.subject_ids), "derived/donor_indices.csv"),
    )
    caption = "Indices of donor and recipient"
    table = with_citations(Table(caption, columns, rows, notes, compact=len(rows) > 12), material.results)
    return [Heading("Indices of prognosis"), folded(table, f"{caption}, {plural(len(rows), 'patient')}")]


def _index(row: ResultRow | None, digits: int) -> Cell:
    if row is None or row.number is None:
        return Cell(NOT_ASSESSABLE, row.key if row else "", "missing", row.warnings if row else "")
    return Cell(rounded(row.number, digits), row.key)


def _ibox(material: Material) -> list[Block]:
    frame = material.frame("ibox")
    if frame.is_empty():
        return []
    context = frame.get_column("context")[0]
    equation = material.study.rules
    by = ", ".join(f"{name}@{edition}" for name, edition in equation.items() if name.startswith("egfr."))
    blocks: list[Block] = [
        Heading("iBox: relative hazard only"),
        Note(f"Context of use: {context}.", "definition"),
        Note(f"eGFR by {by or 'no pinned equation'}. {ROUNDED}", "note"),
    ]
    for form, title in FORMS.items():
        own = frame.filter(frame["form"] == form)
        if own.is_empty():
            continue
        rows = tuple(_row(material, each) for each in own.head(LISTING_ROWS).iter_rows(named=True))
        columns = (
            Column("Subject"),
            Column("Time"),
            Column("Years since transplantation", is_number=True),
            Column("Linear predictor", is_number=True),
            Column("Relative hazard", is_number=True, below="against own baseline"),
            Column("Context"),
        )
        notes = material.cut_note(len(rows), own.height, "derived/ibox.csv")
        table = with_citations(
            Table(title, columns, rows, notes, compact=True, is_listing=True), material.results
        )
        blocks.append(folded(table, f"{title}, {plural(own.height, 'evaluation')}"))
    return blocks


def _row(material: Material, row: Record) -> Row:
    years = row["years_since_transplant"]
    label = (
        "exploratory: time not known"
        if years is None
        else "exploratory: outside 6 to 24 months"
        if row["is_exploratory"]
        else "6 to 24 months"
    )
    stem, results = f"prognosis.{row['form']}", material.results
    time = "".join(each if each.isalnum() else "_" for each in row["time"].lower())
    predictor, hazard = row["linear_predictor"], row["relative_hazard"]
    is_baseline = row["time"] == "baseline"
    return Row(
        (
            Cell(row["subject_id"]),
            Cell(row["time"], below="" if row["day"] is None else day(row["day"])),
            Cell("not known" if years is None else plain(years, 1), tone="missing" if years is None else ""),
            _number(predictor, results.key(stem, row["subject_id"], time), row["reason"]),
            Cell("reference", tone="quiet")
            if is_baseline
            else _number(
                hazard,
                results.key(f"{stem}.relative_hazard", row["subject_id"], time),
                row["hazard_reason"] if predictor is not None else row["reason"],
            ),
            Cell(label, tone="quiet"),
        )
    )


def _number(value: float | None, key: str, reason: str | None) -> Cell:
    if value is None:
        return Cell(NOT_ASSESSABLE, key, "missing", reason_words(reason or ""))
    return Cell(rounded(value, 1), key)
