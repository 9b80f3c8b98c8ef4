"""Aggregates that a source states without rows, and what sources say differently."""

from __future__ import annotations

from graftrial.report.blocks import Block, Cell, Column, Note, Row, Section, Table, cell
from graftrial.report.material import Material, Record
from graftrial.report.numbers import NOT_REPORTED, rounded, spoken, words
from graftrial.study.model import Discrepancy, Statement

OTHERWISE = ("one source", "other source", "third source", "fourth source", "fifth source", "sixth source")


def section(material: Material) -> Section:
    """Reported aggregates, then discrepancies between sources, both values side by side."""
    blocks: list[Block] = [*_reported(material), *_discrepancies(material)]
    return Section("reported", "Reported aggregates and discrepancies", tuple(blocks), "Reported")


def _reported(material: Material) -> list[Block]:
    frame = material.table("reported")
    if frame.is_empty():
        return [Note("No aggregate without rows was reported.", "missing")]
    rows = tuple(_statement_row(material, each) for each in frame.iter_rows(named=True))
    return [
        Note("Stated by the publication or the registry; no rows exist, and none were made.", "lead"),
        Table(
            "Aggregates as the sources state them",
            (Column("Statement", wide=True), Column("Stated", is_number=True), Column("Source", wide=True)),
            rows,
        ),
    ]


def _statement_row(material: Material, row: Record) -> Row:
    if row["events"] is not None and row["n"] is not None:
        stated = f"{rounded(row['events'])} of {rounded(row['n'])}"
    elif row["events"] is not None:
        stated = rounded(row["events"])
    else:
        stated = words(row["value"])
    key = f"reported.{row['statement']}"
    return Row(
        (
            Cell(row["label"] or spoken(row["statement"]), below=row["note"] or ""),
            cell(stated, key if material.results.get(key) else ""),
            cell(words(row["source"]), tone="quiet"),
        )
    )


def _discrepancies(material: Material) -> list[Block]:
    given = material.study.discrepancies
    if not given:
        return [Note("The study file names no discrepancy between its sources.", "note")]
    n_statements = max(len(each.statements) for each in given)
    sources = {tuple(statement.source for statement in each.statements) for each in given}
    titles = next(iter(sources)) if len(sources) == 1 else OTHERWISE[:n_statements]
    columns = (
        Column("Item"),
        *(Column(title[0].upper() + title[1:], wide=True) for title in titles),
        Column("In force", wide=True),
    )
    return [
        Table(
            "Where sources disagree: both values are kept",
            columns,
            tuple(_discrepancy_row(material, each, n_statements) for each in given),
        )
    ]


def _discrepancy_row(material: Material, item: Discrepancy, n_statements: int) -> Row:
    stated = [_statement_cell(material, each) for each in item.statements[:n_statements]]
    stated += [Cell("")] * (n_statements - len(stated))
    force = (
        Cell(item.in_force, below=item.reason, tone="strong")
        if item.in_force
        else Cell("neither is in force", below=item.reason, tone="missing")
    )
    return Row((Cell(spoken(item.item)), *stated, force))


def _statement_cell(material: Material, statement: Statement) -> Cell:
    reference = material.reference(statement.reference)
    locator = f" · {reference.doi or reference.nct or reference.key}" if reference else ""
    return Cell(statement.value or NOT_REPORTED, below=f"{statement.source}{locator}")
