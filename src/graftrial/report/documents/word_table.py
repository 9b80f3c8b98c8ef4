"""Tables of the Word file, written as XML in one piece: cell by cell through objects takes twenty times as long."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from graftrial.report.documents.outline import Outline

if TYPE_CHECKING:
    from docx.document import Document

INK, QUIET, ALERT, GOOD = "1B2733", "5D6B78", "A61B29", "1D6B3C"
TONES = {"alert": ALERT, "good": GOOD, "quiet": QUIET, "missing": QUIET, "inferred": QUIET}
TABLE_STYLE = "Graftrialtable"
TWIPS_PER_MM = 1440 / 25.4
NAMES = 1.2  # so much wider a column of names, which other fonts must not break
INDENT_MM = 3  # of each level of a row's heading
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def add_table(document: Document, block: Outline, width_mm: float) -> None:
    """The rows of a table of the outline under a head that returns on every page; no row breaks over two pages."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    columns = block["columns"]
    points = 9 if len(columns) <= 4 else 8 if len(columns) <= 7 else 7
    widths = _widths([each["weight"] * (NAMES if each["is_whole"] else 1) for each in columns], width_mm)
    head = [{"text": each["title"], "below": each["below"], "tone": "strong"} for each in columns]
    rows = [_line(_cells(head, columns, widths, points), is_head=True)]
    for row in block["rows"]:
        rows += _rows(row, columns, widths, points)
    grid = "".join(f'<w:gridCol w:w="{each}"/>' for each in widths)
    document.element.body._insert_tbl(
        parse_xml(
            f"<w:tbl {nsdecls('w')}><w:tblPr>"
            f'<w:tblStyle w:val="{TABLE_STYLE}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
            '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="57" w:type="dxa"/>'
            '<w:right w:w="57" w:type="dxa"/></w:tblCellMar><w:tblLook w:firstRow="1"/>'
            f"<w:tblCaption w:val={quoteattr(_printable(block['caption']))}/></w:tblPr>"
            f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
        )
    )


def _widths(weights: Sequence[float], width_mm: float) -> list[int]:
    """Width of each column in twentieths of a point."""
    return [round(width_mm * TWIPS_PER_MM * each / sum(weights)) for each in weights]


def _rows(row: Outline, columns: Sequence[Outline], widths: Sequence[int], points: float) -> list[str]:
    """The row, and below it its remark over the whole width."""
    if row["is_group"]:
        told = {**row["cells"][0], "tone": "strong"}
        made = [_line(_cell(told, sum(widths), points, span=len(widths)))]
    else:
        made = [_line(_cells(row["cells"], columns, widths, points, row["level"]))]
    if row["remark"]:
        remark = {"text": row["remark"], "below": "", "tone": "quiet"}
        made.append(_line(_cell(remark, sum(widths), points - 0.5, span=len(widths))))
    return made


def _line(cells: str, is_head: bool = False) -> str:
    repeated = "<w:tblHeader/>" if is_head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{cells}</w:tr>"


def _cells(
    cells: Sequence[Outline],
    columns: Sequence[Outline],
    widths: Sequence[int],
    points: float,
    level: int = 0,
) -> str:
    return "".join(
        _cell(each, width, points, column["is_number"], indent=0 if place else level)
        for place, (each, column, width) in enumerate(zip(cells, columns, widths, strict=True))
    )


def _cell(
    content: Outline, width: int, points: float, is_number: bool = False, indent: int = 0, span: int = 1
) -> str:
    """Words of a cell, and under them in grey what stands below."""
    merged = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    moved = f'<w:ind w:left="{round(indent * INDENT_MM * TWIPS_PER_MM)}"/>' if indent else ""
    side = '<w:jc w:val="right"/>' if is_number else ""
    words = _run(content["text"], content["tone"], points)
    if content["below"]:
        words += "<w:r><w:br/></w:r>" + _run(content["below"], "quiet", points - 1)
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{merged}</w:tcPr>'
        f'<w:p><w:pPr><w:spacing w:after="0"/>{moved}{side}</w:pPr>{words}</w:p></w:tc>'
    )


def _run(text: str, tone: str, points: float) -> str:
    look = "<w:b/>" if tone == "strong" else ""
    look += "<w:i/>" if tone in ("missing", "inferred") else ""
    look += f'<w:color w:val="{TONES[tone]}"/>' if tone in TONES else ""
    return (
        f'<w:r><w:rPr>{look}<w:sz w:val="{round(points * 2)}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(_printable(text))}</w:t></w:r>'
    )


def _printable(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return UNPRINTABLE.sub("", text)
