"""The report as a Word file, from the same outline: tables stay editable, figures stay vectors, same input, same bytes.

Word shows a vector figure since 2016; older programs show the picture of points that lies behind it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from graftrial.report.documents.outline import Outline
from graftrial.report.documents.word_contents import add_contents, add_foot, mark_section
from graftrial.report.documents.word_parts import (
    add_caption,
    add_running_title,
    add_vector,
    fill_cell,
    set_page,
    set_styles,
    sideways,
    styled,
)
from graftrial.report.documents.word_table import add_table

if TYPE_CHECKING:
    from docx.document import Document

EARLIEST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
TERM_MM = 40  # of a list of facts
PAGE_WIDTH_MM, SIDEWAYS_WIDTH_MM = 170, 257  # what A4 leaves between the margins


def word_of(outline: Outline, pictures: Mapping[str, str]) -> bytes:
    """The report as the bytes of a Word file.

    pictures: SVG of each figure by the file name that the outline gives it.
    """
    import docx

    document = docx.Document()
    set_page(document)
    set_styles(document)
    add_running_title(document, outline)
    add_foot(document, outline)
    _title(document, outline)
    for number, section in enumerate(outline["sections"]):
        mark_section(document.add_heading(section["title"], 1), number)
        for block in section["blocks"]:
            BLOCKS[block["kind"]](document, block, pictures)
        if number == 0:
            add_contents(document, outline)
    return _same_bytes(document)


def _title(document: Document, outline: Outline) -> None:
    if outline["is_synthetic"]:
        styled(document, "SYNTHETIC  Invented data. No person described here exists.", "alert", bold=True)
    styled(document, outline["eyebrow"], "quiet")
    document.add_heading(outline["title"], 0)
    styled(document, f"{outline['status']}  {outline['status_reason']}".strip(), "", bold=True)
    _facts(document, {"entries": outline["facts"]}, {})
    document.add_paragraph("What this report rests on: " + " ".join(outline["rests_on"]))


def _table(document: Document, block: Outline, _: Mapping[str, str]) -> None:
    if block["is_sideways"]:
        with sideways(document):
            _table_itself(document, block)
    else:
        _table_itself(document, block)


def _table_itself(document: Document, block: Outline) -> None:
    add_caption(document, block["caption"])
    add_table(document, block, SIDEWAYS_WIDTH_MM if block["is_sideways"] else PAGE_WIDTH_MM)
    for note in block["notes"]:
        styled(document, note, "quiet", points=8)
    if block["citations"]:
        styled(
            document,
            f"Rules, told under “Clinical rules used”: {', '.join(block['citations'])}.",
            "quiet",
            points=8,
        )


def _note(document: Document, block: Outline, _: Mapping[str, str]) -> None:
    tone = {"alert": "alert", "missing": "missing", "plain": "", "lead": ""}.get(block["style"], "quiet")
    styled(document, block["text"], tone)


def _heading(document: Document, block: Outline, _: Mapping[str, str]) -> None:
    document.add_heading(block["text"], 2)
    if block["below"]:
        styled(document, block["below"], "quiet", points=8)


def _quote(document: Document, block: Outline, _: Mapping[str, str]) -> None:
    document.add_paragraph(f"“{block['text']}”", style="Intense Quote")
    if block["source"]:
        styled(document, block["source"], "quiet", points=8)


def _cards(document: Document, block: Outline, _: Mapping[str, str]) -> None:
    cards = block["cards"]
    table = document.add_table(rows=1, cols=len(cards), style="Table Grid")
    for cell, card in zip(table.rows[0].cells, cards, strict=True):
        fill_cell(cell, {"text": card["title"], "below": "", "tone": "quiet"}, 8, None)
        styled(cell, card["text"], card["tone"], bold=True, points=13)
        if card["below"]:
            styled(cell, card["below"], "quiet", points=7.5)
    document.add_paragraph()


def _facts(document: Document, block: Outline, _: Mapping[str, str]) -> None:
    from docx.shared import Mm

    table = document.add_table(rows=0, cols=2)
    table.autofit = False
    for column, width in zip(table.columns, (TERM_MM, PAGE_WIDTH_MM - TERM_MM), strict=True):
        column.width = Mm(width)
    for entry in block["entries"]:
        cells = table.add_row().cells
        fill_cell(cells[0], {"text": entry["term"], "below": "", "tone": "quiet"}, 9, TERM_MM)
        fill_cell(cells[1], entry, 9.5, PAGE_WIDTH_MM - TERM_MM)
    document.add_paragraph()


def _links(document: Document, block: Outline, _: Mapping[str, str]) -> None:
    for entry in block["entries"]:
        words = "  ".join([entry["text"], *(f"{each['text']}: {each['target']}" for each in entry["links"])])
        document.add_paragraph(words, style="List Bullet")


def _figure(document: Document, block: Outline, pictures: Mapping[str, str]) -> None:
    add_vector(document, pictures[block["file"]], block["alt"] or block["title"])
    if block["note"]:
        styled(document, block["note"], "quiet", points=8)


def _left(document: Document, block: Outline, _: Mapping[str, str]) -> None:
    add_caption(document, block["title"])
    styled(document, block["text"], "quiet", points=8)


BLOCKS: Mapping[str, Callable[[Document, Outline, Mapping[str, str]], None]] = {
    "table": _table,
    "note": _note,
    "left": _left,
    "heading": _heading,
    "quote": _quote,
    "cards": _cards,
    "facts": _facts,
    "links": _links,
    "figure": _figure,
}


def _same_bytes(document: Document) -> bytes:
    """The file without the hour of its making."""
    import datetime

    properties = document.core_properties
    properties.author = "graftrial"
    properties.created = properties.modified = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
    written, settled = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, EARLIEST_ZIP_TIME), source.read(name), zipfile.ZIP_DEFLATED)
    return settled.getvalue()
