"""Participant flow, as CONSORT draws it."""

from __future__ import annotations

from graftrial.report.blocks import (
    Block,
    Cell,
    Column,
    Figure,
    Note,
    Row,
    Section,
    Table,
    cell,
    with_citations,
)
from graftrial.report.figures.flow import Box, flow_spec
from graftrial.report.material import Material
from graftrial.report.numbers import NOT_REPORTED, rounded
from graftrial.report.results import ResultRow
from graftrial.report.unknowns import unknown_words

MAIN = {
    "screened": "Screened",
    "enrolled": "Enrolled",
    "standard_therapy_completed": "Standard therapy completed",
    "infused": "Infused",
    "completed": "Follow-up completed",
}
SIDE = {
    "screen_failure": ("screened", "Screen failure"),
    "product_failure": ("standard_therapy_completed", "Product could not be made"),
    "withdrawn": ("infused", "Withdrawn"),
    "lost_to_follow_up": ("infused", "Lost to follow-up"),
    "graft_loss": ("infused", "Graft lost"),
    "death": ("infused", "Died"),
}


def section(material: Material) -> Section:
    """The flow as a picture and as a table."""
    rows = {name: material.results.get(f"disposition.{name}") for name in (*MAIN, *SIDE)}
    if all(row is None or row.count is None for row in rows.values()):
        return Section(
            "flow", "Participant flow", (Note("The participant flow was not reported.", "missing"),), "Flow"
        )
    blocks: tuple[Block, ...] = (_figure(material, rows), _table(material, rows))
    return Section("flow", "Participant flow", blocks, "Flow")


def _figure(material: Material, rows: dict[str, ResultRow | None]) -> Figure:
    main = [Box(name, title, _count(rows[name])) for name, title in MAIN.items()]
    side = [
        Box(name, title, _count(rows[name]), after=after)
        for name, (after, title) in SIDE.items()
        if (row := rows[name]) is not None and row.count
    ]
    told = ", ".join(f"{each.title} {each.count}" for each in (*main, *side))
    return Figure(
        "participant-flow",
        "Participant flow",
        f"Flow diagram of participants: {told}.",
        flow_spec(main, side, material.subtitle),
        "A box in grey was not reported; it does not mean that nobody reached it.",
    )


def _table(material: Material, rows: dict[str, ResultRow | None]) -> Table:
    body = []
    for name, title in (*MAIN.items(), *((each, title) for each, (_, title) in SIDE.items())):
        row = rows[name]
        remark = unknown_words(row) if row else ""
        text = row.words() if row and row.count is not None else NOT_REPORTED
        body.append(Row((Cell(title), cell(text, row.key if row else "", below=remark))))
    columns = (Column("Milestone"), Column("Subjects", is_number=True))
    table = Table("Subjects who reached each milestone", columns, tuple(body), narrow=True)
    return with_citations(table, material.results)


def _count(row: ResultRow | None) -> str:
    return NOT_REPORTED if row is None or row.count is None else f"n = {rounded(row.count)}"
