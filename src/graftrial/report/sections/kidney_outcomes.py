"""What became of the kidney: sustained decline, doubled creatinine, failure, acute injury; and other equations."""

from __future__ import annotations

import polars as pl

from graftrial.report.blocks import Block, Cell, Column, Fold, Row, Table, Tone, cell, folded, with_citations
from graftrial.report.material import LISTING_ROWS, Material, Record
from graftrial.report.numbers import NOT_ASSESSABLE, NOT_REPORTED, day, days, plural, rounded
from graftrial.report.results import ResultRow
from graftrial.report.sections.before_after_cells import change_cell

OUTCOMES = (
    ("egfr_decline_30", "Decline ≥ 30%"),
    ("egfr_decline_40", "Decline ≥ 40%"),
    ("egfr_decline_50", "Decline ≥ 50%"),
    ("creatinine_doubled", "Creatinine doubled"),
    ("kidney_failure", "Kidney failure"),
)
HELD = (
    "Sustained: confirmed by the first value at least 28 days later, every value between meeting it too; the day is "
    "the first of them. Kidney failure: eGFR below 15 mL/min/1.73 m², sustained, or dialysis. Acute kidney injury: "
    "the worst KDIGO 2012 stage of day 1 to 7 after an infusion. Values after graft loss take no part."
)


def outcome_blocks(material: Material) -> list[Block]:
    """The table of outcomes, and the sensitivity set where the study names one."""
    subjects = material.frame("kidney_outcomes").get_column("subject_id").to_list()
    body = tuple(_outcomes(material, each) for each in subjects[:LISTING_ROWS])
    columns = (
        Column("Subject"),
        *(Column(title) for _, title in OUTCOMES),
        Column("Acute injury", below="after infusion"),
    )
    notes = (HELD, *material.cut_note(len(body), len(subjects), "derived/kidney_outcomes.csv"))
    caption = "Sustained decline, kidney failure and acute kidney injury"
    table = with_citations(Table(caption, columns, body, notes, compact=len(body) > 12), material.results)
    blocks: list[Block] = [folded(table, f"{caption} of {plural(len(subjects), 'patient')}")]
    equations = material.study.kidney_function.sensitivity
    if equations:
        blocks.append(_changes_under(material, equations))
        blocks.append(Fold("Every value under the other equations", (_under(material, equations),)))
    return blocks


def _changes_under(material: Material, equations: tuple[str, ...]) -> Block:
    """One endpoint under several equations: baseline, last value, change and its percent, the same samples."""
    subjects = [
        each
        for each in dict.fromkeys(material.frame("kidney_outcomes").get_column("subject_id").to_list())
        if material.results.get(f"egfr_change_under.{equations[0]}.{each}")
    ]
    shown = subjects[: LISTING_ROWS // (len(equations) + 1)]
    body: list[Row] = []
    for subject in shown:
        body += [
            _under_one(material, subject, each, not place) for place, each in enumerate(("", *equations))
        ]
    columns = (
        Column("Subject"),
        Column("Equation"),
        Column("Baseline", is_number=True),
        Column("Last", is_number=True),
        Column("Change", is_number=True),
        Column("Change", is_number=True, below="%"),
    )
    notes = (
        "The pinned equation decides; the others show how much depends on the choice.",
        *material.cut_note(len(shown), len(subjects), "results.csv"),
    )
    caption = "eGFR before and after under several equations, mL/min/1.73 m²"
    table = Table(caption, columns, tuple(body), notes, compact=len(body) > 12)
    return folded(with_citations(table, material.results), caption)


def _under_one(material: Material, subject: str, equation: str, is_first: bool) -> Row:
    suffix = f"_under.{equation}" if equation else ""
    found = [
        material.results.get(f"egfr_{part}{suffix}.{subject}")
        for part in ("baseline", "last", "change", "change_percent")
    ]
    return Row(
        (
            Cell(subject if is_first else ""),
            Cell(equation or "as pinned"),
            *(_value(each) for each in found[:2]),
            change_cell(found[2], 1),
            change_cell(found[3], 1),
        )
    )


def _outcomes(material: Material, subject: str) -> Row:
    told = (_told(material.results.get(f"{key}.{subject}")) for key, _ in OUTCOMES)
    return Row((Cell(subject), *told, _injury(material.results.get(f"aki_stage.{subject}"))))


def _told(row: ResultRow | None) -> Cell:
    if row is None:
        return cell(NOT_REPORTED)
    if row.value is None:
        return Cell(NOT_ASSESSABLE, row.key, "missing", row.warnings)
    tone: Tone = "alert" if row.value == "yes" else ""
    return Cell(row.value, row.key, tone, "" if row.lower is None else f"from {day(round(row.lower))}")


def _injury(row: ResultRow | None) -> Cell:
    if row is None:
        return Cell("no infusion", tone="quiet")
    if row.number is None:
        return Cell(NOT_ASSESSABLE, row.key, "missing", row.warnings)
    return Cell(
        "none" if row.number == 0 else f"stage {rounded(row.number)}",
        row.key,
        "alert" if row.number else "",
        row.warnings,
    )


def _under(material: Material, equations: tuple[str, ...]) -> Table:
    """Samples of the pinned equation, and those that only another one could be asked with."""
    columns_of = ("subject_id", "day", "date_text", "day_low", "day_high", "key")
    own = material.frame("kidney_function").select(columns_of)
    others = material.frame("kidney_sensitivity").select(columns_of).unique("key", maintain_order=True)
    every = pl.concat([own, others.join(own, on="key", how="anti")])
    rows = list(every.sort("subject_id", "day_low", "key", nulls_last=True).iter_rows(named=True))
    body = tuple(_measurement(material, each, equations) for each in rows[:LISTING_ROWS])
    columns = (
        Column("Subject"),
        Column("When"),
        Column("As pinned", is_number=True),
        *(Column(each, is_number=True) for each in equations),
    )
    notes = material.cut_note(len(body), len(rows), "derived/kidney_sensitivity.csv")
    return with_citations(
        Table(
            "eGFR under several equations, mL/min/1.73 m²",
            columns,
            body,
            notes,
            compact=True,
            is_listing=True,
        ),
        material.results,
    )


def _measurement(material: Material, row: Record, equations: tuple[str, ...]) -> Row:
    place = (row["subject_id"], row["day"] if row["day"] is not None else row["date_text"])
    stems = ("egfr", *(f"egfr_under.{each}" for each in equations))
    values = (_value(material.results.get(".".join((stem, *map(str, place))))) for stem in stems)
    return Row(
        (Cell(row["subject_id"]), cell(days(row["day_low"], row["day_high"], row["date_text"])), *values)
    )


def _value(row: ResultRow | None) -> Cell:
    if row is None:
        return cell(NOT_ASSESSABLE)
    if row.number is None:
        return Cell(NOT_ASSESSABLE, row.key, "missing", row.warnings)
    return Cell(rounded(row.number), row.key)
