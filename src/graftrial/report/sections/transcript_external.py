"""Scores of an external molecular report as printed: a table of their own, never beside scores of the lanes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graftrial.report.blocks import Block, Cell, Column, Heading, Note, Row, Table, cell, folded
from graftrial.report.material import LISTING_ROWS, Material, Record
from graftrial.report.numbers import NOT_REPORTED, days, plain, spoken, words

PERIODS = {"before": "Before", "after": "After", "unknown": "Neither known"}


def external_blocks(material: Material, printed: Sequence[Record], screened: Iterable[Record]) -> list[Block]:
    """The printed scores, and what was entered with a person at screening."""
    columns = (
        Column("Patient", wide=True),
        Column("Score"),
        *(Column(title, is_number=True) for title in PERIODS.values()),
        Column("Laboratory"),
    )
    together: dict[tuple[str, str], list[Record]] = {}
    for each in printed[:LISTING_ROWS]:
        together.setdefault((each["subject_id"], each["score"]), []).append(each)
    rows = [_printed(each) for each in together.values()]
    told = {(each["subject_id"], each["value"]) for each in printed}
    rows += [
        _screened(each) for each in screened if (each["subject_id"], each["molecular_amr_score"]) not in told
    ]
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


def _printed(scores: Sequence[Record]) -> Row:
    """One score of one patient: before and after the cells side by side, as printed."""
    first = scores[0]
    laboratories = "; ".join(dict.fromkeys(words(each["laboratory"]) for each in scores))
    cells = [_value([each for each in scores if each["period"] == period]) for period in PERIODS]
    return Row(
        (Cell(str(first["subject_id"])), Cell(spoken(str(first["score"]))), *cells, cell(laboratories))
    )


def _value(scores: Sequence[Record]) -> Cell:
    if not scores:
        return cell("–")
    first = scores[0]
    key = f"transcript.printed.{first['score']}.{first['subject_id']}.{first['biopsy_id']}"
    told = "; ".join(f"{each['biopsy_id']}, {_day(each)}" for each in scores)
    return Cell(" / ".join(plain(each["value"], 3) for each in scores), key, below=told)


def _day(score: Record) -> str:
    return days(score["day_low"], score["day_high"], score["date_text"])


def _screened(subject: Record) -> Row:
    return Row(
        (
            Cell(str(subject["subject_id"]), below="entered with the person, at screening"),
            Cell("molecular AMR score"),
            Cell(plain(subject["molecular_amr_score"], 3)),
            cell("–"),
            cell("–"),
            cell(NOT_REPORTED),
        )
    )


def when_of(lane: Record) -> str:
    """Before or after the cells, and the study day."""
    when = days(lane["day_low"], lane["day_high"], lane["date_text"])
    return f"{lane['period']} the cells, {when}" if lane["period"] in ("before", "after") else when
