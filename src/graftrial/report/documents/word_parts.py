"""Parts of the Word file: page, styles, cells, running title, and figures as vectors."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from graftrial.report.documents.outline import Outline
from graftrial.report.documents.word_table import INK, TONES

if TYPE_CHECKING:
    from docx.document import Document

FONT = "Calibri"
WIDTH_MM, LENGTH_MM = 170, 215  # the largest figure
POINTS = 1.5  # points of the picture behind a vector, to each unit of the drawing: some 160 to an inch
SVG_NAMESPACE = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"


def set_page(document: Document) -> None:
    """A4 with margins of 20 mm."""
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Mm(20))


def set_styles(document: Document) -> None:
    """Fonts, headings and the plain table with lines between its rows."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    from docx.shared import Pt, RGBColor

    styles = document.styles
    styles["Normal"].font.name, styles["Normal"].font.size = FONT, Pt(10)
    for name, points in (("Title", 20), ("Heading 1", 15), ("Heading 2", 12)):
        style = styles[name]
        style.font.name, style.font.size = FONT, Pt(points)
        style.font.color.rgb = RGBColor.from_string(INK)
        style.element.rPr.rFonts.attrib.clear()
        style.font.name = FONT
    table = styles.add_style("Graftrial table", WD_STYLE_TYPE.TABLE)
    table.base_style = styles["Normal Table"]
    lines = (
        f"<w:tblPr {nsdecls('w')}><w:tblBorders>"
        f'<w:top w:val="single" w:sz="8" w:color="{INK}"/><w:bottom w:val="single" w:sz="8" w:color="{INK}"/>'
        '<w:insideH w:val="single" w:sz="4" w:color="D5DCE2"/></w:tblBorders></w:tblPr>'
    )
    table.element.append(parse_xml(lines))


def add_running_title(document: Document, outline: Outline) -> None:
    """The title of the study on every page; invented data say so there too."""
    mark = "SYNTHETIC, invented data · " if outline["is_synthetic"] else ""
    tone = "alert" if mark else "quiet"
    header = document.sections[0].header.paragraphs[0]
    _run(header, mark + outline["running_title"], tone, bold=bool(mark), points=8)


def styled(place: Any, text: str, tone: str, bold: bool = False, points: float | None = None) -> None:
    """A paragraph in a document or a cell; small words stand close below what they belong to."""
    from docx.shared import Pt

    paragraph = place.add_paragraph()
    _run(paragraph, text, tone, bold, points)
    if points is not None:
        paragraph.paragraph_format.space_after = Pt(2)


def add_caption(document: Document, text: str) -> None:
    """The caption above a table, kept with it."""
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    _run(paragraph, text, "", bold=True)
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(10), Pt(2)


def fill_cell(cell: Any, content: Outline, points: float, width_mm: float | None) -> None:
    """Words of a cell, and under them in grey what stands below."""
    from docx.shared import Mm, Pt

    if width_mm is not None:
        cell.width = Mm(width_mm)
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    _run(paragraph, content["text"], content["tone"], content["tone"] == "strong", points)
    if content["below"]:
        paragraph.add_run().add_break()
        _run(paragraph, content["below"], "quiet", points=points - 1)


@contextmanager
def sideways(document: Document) -> Iterator[None]:
    """A part of the document on pages turned sideways."""
    from docx.enum.section import WD_ORIENT, WD_SECTION

    for orientation in (WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT):
        section = document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = orientation
        section.page_width, section.page_height = section.page_height, section.page_width
        if orientation == WD_ORIENT.LANDSCAPE:
            yield


def add_vector(document: Document, svg: str, alt: str) -> None:
    """A figure as SVG; behind it a picture of points for programs that do not draw SVG."""
    import vl_convert
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml
    from docx.shared import Mm

    width, length = _size_mm(svg)
    picture = document.add_picture(
        io.BytesIO(vl_convert.svg_to_png(svg, scale=POINTS)), Mm(width), Mm(length)
    )
    number = len(document.inline_shapes)
    part = Part(
        PackURI(f"/word/media/figure{number}.svg"), "image/svg+xml", svg.encode(), document.part.package
    )
    image = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    relation = document.part.relate_to(part, image)
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    extension = parse_xml(
        '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        f'<a:ext uri="{SVG_EXTENSION}"><asvg:svgBlip xmlns:asvg="{SVG_NAMESPACE}" xmlns:r="{relations}" '
        f'r:embed="{relation}"/></a:ext></a:extLst>'
    )
    picture._inline.graphic.graphicData.pic.blipFill.blip.append(extension)
    picture._inline.docPr.set("descr", alt)


def _size_mm(svg: str) -> tuple[float, float]:
    """Width and length on the page: the whole width, less where the figure would be longer than the page."""
    found = re.search(r'<svg[^>]*\bwidth="([\d.]+)"[^>]*\bheight="([\d.]+)"', svg)
    width, length = (float(each) for each in found.groups()) if found else (16.0, 9.0)
    scale = min(WIDTH_MM / width, LENGTH_MM / length)
    return width * scale, length * scale


def _run(paragraph: Any, text: str, tone: str, bold: bool = False, points: float | None = None) -> None:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(text)
    run.bold = bold or None
    run.italic = tone in ("missing", "inferred") or None
    if tone in TONES:
        run.font.color.rgb = RGBColor.from_string(TONES[tone])
    if points is not None:
        run.font.size = Pt(points)
