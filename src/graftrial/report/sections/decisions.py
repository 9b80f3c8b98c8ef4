"""The rules that pause or stop the trial, and what the safety board decided."""

from __future__ import annotations

from graftrial.report.blocks import (
    Block,
    Card,
    Cards,
    Cell,
    Column,
    Facts,
    Heading,
    Note,
    Row,
    Section,
    Table,
    cell,
)
from graftrial.report.material import Material
from graftrial.report.numbers import words

STATE = {
    "safety.state": "Safety state",
    "safety.layer_a": "Layer A, single events",
    "safety.layer_b": "Layer B, boundaries",
    "safety.layer_c": "Layer C, the board",
}
ALERTS = ("stop", "pause", "hold", "undecidable")
LAYERS = {"event": "a single event", "boundary": "a statistical boundary", "board": "judgement of the board"}


def section(material: Material) -> Section:
    """Rules first, then decisions; they are three different things and are kept apart."""
    blocks: list[Block] = [
        *_state(material),
        Heading("Rules"),
        *_rules(material),
        Heading("Decisions"),
        _decisions(material),
    ]
    return Section("decisions", "Safety rules and decisions", tuple(blocks), "Decisions")


def _state(material: Material) -> list[Block]:
    """The state at the data cut: overall, by layer, and what is missing."""
    rows = [row for key in STATE if (row := material.results.get(key)) is not None]
    if not rows:
        return []
    cards = tuple(
        Card(STATE[row.key], words(row.value), "", row.key, "alert" if row.value in ALERTS else "")
        for row in rows
    )
    blocks: list[Block] = [Cards(cards)]
    if rows[0].warnings:
        missing = tuple(Row((Cell(each),)) for each in rows[0].warnings.split("; "))
        blocks.append(
            Table("What keeps the state from being decided", (Column("Missing", wide=True),), missing)
        )
    states = [row for row in material.results.starting("safety.rule.") if row.key.count(".") == 2]
    if states:
        columns = (
            Column("Rule"),
            Column("State"),
            Column("Events", is_number=True),
            Column("Remark", wide=True),
        )
        told = tuple(
            Row(
                (
                    Cell(row.label),
                    Cell(words(row.value), row.key, "alert" if row.value in ALERTS else ""),
                    Cell(f"{row.n} of {row.denominator}" if row.denominator else ""),
                    Cell(row.warnings, tone="quiet"),
                )
            )
            for row in states
        )
        blocks.append(Table("Every computed rule at the data cut", columns, told))
    return blocks


def _rules(material: Material) -> list[Block]:
    safety = material.study.safety
    blocks: list[Block] = [Facts((("Safety board", cell(words(safety.board))),))]
    if safety.rules:
        rows = tuple(
            Row((Cell(each.text), Cell(LAYERS[each.layer]), Cell(each.action))) for each in safety.rules
        )
        columns = (Column("Rule", wide=True), Column("Rests on"), Column("Then"))
        blocks.append(Table("Rules that pause or stop the trial", columns, rows))
    else:
        blocks.append(Note("No rule that pauses or stops the trial was reported.", "missing"))
    if safety.note:
        blocks.append(Note(safety.note, "note"))
    return blocks


def _decisions(material: Material) -> Block:
    frame = material.table("decisions")
    if frame.is_empty():
        return Note("No decision of the safety board was reported.", "missing")
    rows = tuple(
        Row(
            (
                Cell(each["decision"], tone="alert" if each["decision"] in ("stop", "pause") else "strong"),
                cell(words(each["date"])),
                cell(words(each["data_cut"])),
                cell(words(each["answers"])),
                cell(words(each["reason"]), below=each["conditions"] or ""),
                cell(words(each["signed_by"]), below=each["source"] or ""),
            )
        )
        for each in frame.iter_rows(named=True)
    )
    columns = (
        Column("Decision"),
        Column("Day"),
        Column("Data cut"),
        Column("Answers"),
        Column("Reason and conditions", wide=True),
        Column("Signed by"),
    )
    return Table("Decisions of the safety board", columns, rows)
