"""The page as plain data: what PDF and Word are set from. Folds are open, references are words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from graftrial.report.blocks import (
    Block,
    Cards,
    Cell,
    Facts,
    Figure,
    Fold,
    Heading,
    Links,
    Note,
    Quote,
    Row,
    Section,
    Table,
)
from graftrial.report.material import CUT
from graftrial.report.names import file_name
from graftrial.report.sections.head import Head

Outline: TypeAlias = dict[str, Any]
SHORTEST, LONGEST = 5, 30  # characters: no column is set narrower or wider than text of this length asks for
BOLD = 1.15  # so much wider than other words are those of a head
SENTENCE = 60  # the same for a column of sentences
GAP = 2.5  # characters that the space between two columns takes
LISTING_ROWS = 30  # a longer listing is left to the page and to the printed tables
NAME = 14  # characters of a name of a patient or a batch
SIDEWAYS_COLUMNS, SIDEWAYS = (
    9,
    132,
)  # more columns, and more characters in a line: set on a page turned sideways


def outline(head: Head, sections: Sequence[Section], pictures: Mapping[str, str]) -> Outline:
    """The whole report: title, facts, sections with their blocks.

    pictures: file of the still picture of each figure; a figure without one is left to the page on the screen.
    """
    return {
        "title": head.title,
        "eyebrow": head.eyebrow,
        "running_title": head.running_title,
        "origin": head.origin,
        "status": head.status,
        "status_reason": head.status_reason,
        "is_synthetic": head.is_synthetic,
        "is_shared": head.is_shared,
        "facts": [_entry(term, cell) for term, cell in head.facts.entries],
        "rests_on": list(head.rests_on),
        "sections": [
            {
                "title": each.title,
                "anchor": each.anchor,
                "blocks": list(_blocks(each.blocks, pictures, each.anchor)),
            }
            for each in sections
        ],
    }


def _blocks(blocks: Iterable[Block], pictures: Mapping[str, str], anchor: str) -> Iterator[Outline]:
    for block in blocks:
        if isinstance(block, Fold):
            inner = list(_blocks(block.blocks, pictures, anchor))
            if not (len(inner) == 1 and inner[0]["kind"] in ("table", "left")):
                yield {"kind": "heading", "text": block.title, "below": "", "colour": ""}
            yield from inner
        elif isinstance(block, Figure):
            yield _figure(block, pictures)
        elif isinstance(block, Table) and block.is_listing and len(block.rows) > LISTING_ROWS:
            yield _left_out(block, anchor)
        else:
            yield _plain(block)


def _left_out(table: Table, anchor: str) -> Outline:
    """Where a long listing is to be found."""
    file = file_name(f"{anchor}-{table.caption}".lower())
    text = f"{len(table.rows)} rows, listed in report.html and as printed_tables/{file}.csv."
    text = " ".join((text, *(each for each in table.notes if each.startswith(CUT))))
    return {"kind": "left", "title": table.caption, "text": text}


def _figure(block: Figure, pictures: Mapping[str, str]) -> Outline:
    if block.name not in pictures:
        return {"kind": "note", "style": "remark", "text": f"{block.title}: drawn in report.html only."}
    return {
        "kind": "figure",
        "title": block.title,
        "alt": block.alt,
        "note": block.note,
        "file": pictures[block.name],
    }


def _plain(block: Table | Note | Heading | Quote | Cards | Facts | Links) -> Outline:
    match block:
        case Table():
            return _table(block)
        case Note():
            return {"kind": "note", "style": block.kind, "text": block.text}
        case Heading():
            return {"kind": "heading", "text": block.text, "below": block.below, "colour": block.colour}
        case Quote():
            return {"kind": "quote", "text": block.text, "source": block.source}
        case Cards():
            cards = [
                {"title": each.title, "text": each.text, "below": each.below, "tone": each.tone}
                for each in block.cards
            ]
            return {"kind": "cards", "cards": cards}
        case Facts():
            return {"kind": "facts", "entries": [_entry(term, cell) for term, cell in block.entries]}
        case Links():
            entries = [
                {"text": text, "links": [{"text": words, "target": target} for words, target in links]}
                for text, links in block.entries
            ]
            return {"kind": "links", "entries": entries}


def _table(block: Table) -> Outline:
    weights = _weights(block)
    return {
        "kind": "table",
        "caption": block.caption,
        "columns": [
            {
                "title": each.title,
                "below": each.below,
                "is_number": each.is_number,
                "weight": weight,
                "is_whole": is_whole,
            }
            for each, weight, is_whole in zip(block.columns, weights, _whole(block), strict=True)
        ],
        "rows": [_row(each, len(block.columns)) for each in block.rows],
        "notes": list(block.notes),
        "citations": [each.pin for each in block.citations],
        "is_sideways": _is_sideways(block),
        "is_compact": block.compact or len(block.rows) > 20,
    }


def _row(row: Row, width: int) -> Outline:
    cells = [_cell(each) for each in row.cells]
    cells += [{"text": "", "below": "", "tone": "", "link": ""} for _ in range(width - len(cells))]
    return {"cells": cells, "level": row.level, "is_group": row.is_group, "remark": row.remark}


def _cell(cell: Cell) -> Outline:
    return {"text": cell.text, "below": cell.below, "tone": cell.tone, "link": cell.link}


def _entry(term: str, cell: Cell) -> Outline:
    return {"term": term, **_cell(cell)}


def _whole(table: Table) -> list[bool]:
    """Whether a column is set as wide as its words: the first one, where it holds names and no sentences."""
    names = [
        text for row in table.rows if not row.is_group for text in (row.cells[0].text, row.cells[0].below)
    ]
    is_short = max((len(each) for each in names), default=0) <= NAME
    return [is_short and place == 0 for place in range(len(table.columns))]


def _weights(table: Table) -> list[float]:
    """Width of each column in characters with the space to the next: its longest word, or text up to a limit."""
    return [GAP + _width(texts) for texts in _texts(table)]


def _width(texts: Sequence[str]) -> float:
    told = [len(each) for each in texts[2:] if each]
    typical = sum(told) / len(told) if told else 0
    limit = min(max(LONGEST, typical), SENTENCE)
    head = _longest_word(texts[:1]) * BOLD
    return min(max(head, _longest_word(texts), min(max(map(len, texts)), limit), SHORTEST), limit)


def _is_sideways(table: Table) -> bool:
    """Whether many columns cannot keep their words whole on an upright page."""
    needed = sum(GAP + max(_longest_word(texts), SHORTEST) for texts in _texts(table))
    return len(table.columns) > SIDEWAYS_COLUMNS and needed > SIDEWAYS


def _texts(table: Table) -> list[list[str]]:
    """What stands in each column, its head included."""
    rows = [row.cells for row in table.rows if not row.is_group]
    return [
        [
            column.title,
            column.below,
            *(
                text
                for cells in rows
                for cell in cells[place : place + 1]
                for text in (cell.text, cell.below)
            ),
        ]
        for place, column in enumerate(table.columns)
    ]


def _longest_word(texts: Sequence[str]) -> int:
    """In characters; a figure takes more room than a letter."""
    return max(
        (len(word) + sum(map(str.isdigit, word)) // 5 for text in texts for word in text.split()), default=0
    )
