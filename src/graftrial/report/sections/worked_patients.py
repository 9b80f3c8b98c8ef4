"""The appendix of worked patients: what the study team expected beside what the pipeline answered."""

from __future__ import annotations

from graftrial.report.blocks import Block, Cell, Column, Heading, Note, Row, Table, folded
from graftrial.report.material import Material
from graftrial.report.numbers import plural, spoken


def blocks(material: Material) -> list[Block]:
    """Heading, one sentence and the table; nothing where the study has no worked patient."""
    frame = material.frame("worked_patients")
    if frame.is_empty():
        return []
    records = list(frame.iter_rows(named=True))
    agree = sum(each["agrees"] for each in records)
    cases = frame["patient"].n_unique()
    said = (
        f"{plural(cases, 'case')} of invented patients with answers worked out by the study team ran through the same "
        f"pipeline as the data: {agree} of {len(records)} expected answers agree."
    )
    return [
        Heading("Worked patients"),
        Note(said, "note" if agree == len(records) else "alert"),
        folded(_table(records), "Worked patients, answer by answer"),
    ]


def _table(records: list[dict[str, object]]) -> Table:
    rows = tuple(
        Row(
            (
                Cell(spoken(str(each["patient"]))),
                Cell(str(each["key"]), below=str(each["because"])),
                Cell(str(each["expected"])),
                Cell(str(each["found"])),
                Cell("agrees", tone="good") if each["agrees"] else Cell("differs", tone="alert"),
            )
        )
        for each in records
    )
    columns = (
        Column("Case"),
        Column("Result, and why it is expected", wide=True),
        Column("Expected", is_number=True),
        Column("Answered", is_number=True),
        Column(""),
    )
    return Table("Worked patients", columns, rows, compact=True)
