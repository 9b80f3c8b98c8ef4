"""The report as a Word file, from the same outline: tables stay editable, figures stay vectors, same input, same bytes.

Word shows a vector figure since 2016; older programs show the picture of points that lies behind it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from graftrial.report.documents.outline import Outline
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

if TYPE_CHECKING:
    from docx.document import Document

EARLIEST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
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
    _title(document, outline)
    for section in outline["sections"]:
        document.add_heading(section["title"], 1)
        for block in section["blocks"]:
            BLOCKS[block["kind"]](document, block, pictures)
    return _same_bytes(document)


def _title(document: Document, outline: Outline) -> None:
    if outline["is_synthetic"]:
        styled(document, "SYNTHETIC  Invented data. No person described here exists.", "alert", bold=True)
    styled(document, outline["eyebrow"], "quiet")
    document.add_heading(outline["title"], 0)
    styled(document, f"{outline['status']}  {outline['status_reason']}".strip(), "", bold=True)
    _facts(document, {"entries": outline["facts"]}, {})
    styled(document, "What this report rests on", "", bold=True)
    document.add_paragraph(" ".join(outline["rests_on"]))


def _table(document: Document, block: Outline, _: Mapping[str, str]) -> None:
    if block["is_sideways"]:
        with sideways(document):
            _table_itself(document, block)
    else:
        _table_itself(document, block)


def _table_itself(document: Document, block: Outline) -> None:
    add_caption(document, block["caption"])
    columns, rows = block["columns"], block["rows"]
    width = SIDEWAYS_WIDTH_MM if block["is_sideways"] else PAGE_WIDTH_MM
    table = document.add_table(rows=1, cols=len(columns), style="Graftrial table")
    table.autofit = False
    weights = [each["weight"] for each in columns]
    widths = [width * each / sum(weights) for each in weights]
    points = 9 if len(columns) <= 4 else 8 if len(columns) <= 7 else 7
    for place, column in enumerate(columns):
        head = {"text": column["title"], "below": column["below"], "tone": "strong"}
        fill_cell(table.rows[0].cells[place], head, column["is_number"], points, widths[place])
    _repeat(table.rows[0])
    for row in rows:
        _row(table, row, columns, points, widths)
    for note in block["notes"]:
        styled(document, note, "quiet", points=8)
    if block["citations"]:
        styled(
            document,
            f"Rules, told under “Clinical rules used”: {', '.join(block['citations'])}.",
            "quiet",
            points=8,
        )


def _row(table: Any, row: Outline, columns: list[Outline], points: float, widths: list[float]) -> None:
    cells = table.add_row().cells
    if row["is_group"]:
        fill_cell(
            cells[0].merge(cells[-1]), {**row["cells"][0], "tone": "strong"}, False, points, sum(widths)
        )
    else:
        for place, cell in enumerate(row["cells"]):
            indent = 3 * row["level"] if place == 0 else 0
            fill_cell(cells[place], cell, columns[place]["is_number"], points, widths[place], indent)
    if row["remark"]:
        cells = table.add_row().cells
        remark = {"text": row["remark"], "below": "", "tone": "quiet"}
        fill_cell(cells[0].merge(cells[-1]), remark, False, points - 0.5, sum(widths))


def _repeat(row: Any) -> None:
    """The head of the table again on every page."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


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
        fill_cell(cell, {"text": card["title"], "below": "", "tone": "quiet"}, False, 8, None)
        styled(cell, card["text"], card["tone"], bold=True, points=13)
        if card["below"]:
            styled(cell, card["below"], "quiet", points=7.5)
    document.add_paragraph()


def _facts(document: Document, block: Outline, _: Mapping[str, str]) -> None:
    table = document.add_table(rows=0, cols=2)
    for entry in block["entries"]:
        cells = table.add_row().cells
        fill_cell(cells[0], {"text": entry["term"], "below": "", "tone": "quiet"}, False, 9, 40)
        fill_cell(cells[1], entry, False, 9.5, PAGE_WIDTH_MM - 40)
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
