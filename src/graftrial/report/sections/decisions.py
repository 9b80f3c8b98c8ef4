"""The rules that pause or stop the trial, and what the safety board decided."""

from __future__ import annotations

from graftrial.report.blocks import Block, Cell, Column, Facts, Heading, Note, Row, Section, Table, cell
from graftrial.report.material import Material
from graftrial.report.numbers import words

LAYERS = {"event": "a single event", "boundary": "a statistical boundary", "board": "judgement of the board"}


def section(material: Material) -> Section:
    """Rules first, then decisions; they are three different things and are kept apart."""
    blocks: list[Block] = [*_rules(material), Heading("Decisions"), _decisions(material)]
    return Section("decisions", "Safety rules and decisions", tuple(blocks), "Decisions")


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
