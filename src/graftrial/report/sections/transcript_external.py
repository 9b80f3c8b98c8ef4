"""Scores of an external molecular report as printed: a table of their own, never beside scores of the lanes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graftrial.report.blocks import Block, Cell, Column, Heading, Note, Row, Table, cell, folded
from graftrial.report.material import LISTING_ROWS, Material, Record
from graftrial.report.numbers import NOT_REPORTED, days, plain, words


def external_blocks(material: Material, printed: Sequence[Record], screened: Iterable[Record]) -> list[Block]:
    """The printed scores, and what was entered with a person at screening."""
    columns = (
        Column("Biopsy", wide=True),
        Column("Score"),
        Column("As printed", is_number=True),
        Column("Laboratory"),
    )
    rows = [_printed(each) for each in printed[:LISTING_ROWS]] + [_screened(each) for each in screened]
    note = (
        "Printed by another laboratory on another platform, entered by hand and never recomputed. They have a scale "
        "of their own and stand on no axis with scores of the lanes."
    )
    notes = material.cut_note(len(printed[:LISTING_ROWS]), len(printed), "derived/transcript_printed.csv")
    table = Table(
        "Scores of an external molecular report", columns, tuple(rows), notes, compact=len(rows) > 12
    )
    return [
        Heading("External molecular report, as printed", "transcripts-external"),
        Note(note, "note"),
        folded(table, "All printed scores"),
    ]


def _printed(score: Record) -> Row:
    place = f"{score['subject_id']}.{score['biopsy_id']}"
    return Row(
        (
            Cell(f"{score['subject_id']}, {score['biopsy_id']}", below=when_of(score)),
            Cell(str(score["score"])),
            Cell(plain(score["value"], 3), f"transcript.printed.{score['score']}.{place}"),
            cell(words(score["laboratory"])),
        )
    )


def _screened(subject: Record) -> Row:
    return Row(
        (
            Cell(str(subject["subject_id"]), below="entered with the person, at screening"),
            Cell("molecular AMR score"),
            Cell(plain(subject["molecular_amr_score"], 3)),
            cell(NOT_REPORTED),
        )
    )


def when_of(lane: Record) -> str:
    """Before or after the cells, and the study day."""
    when = days(lane["day_low"], lane["day_high"], lane["date_text"])
    return f"{lane['period']} the cells, {when}" if lane["period"] in ("before", "after") else when
