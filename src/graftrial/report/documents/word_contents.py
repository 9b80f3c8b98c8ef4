"""What helps a reader of the Word file find the way: contents with links, and the foot of every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from graftrial.report.documents.outline import Outline
from graftrial.report.documents.word_table import QUIET

if TYPE_CHECKING:
    from docx.document import Document

FIELD = 'TOC \\o "1-1" \\h \\z \\u'
FOOT_POINTS = 8


def mark_section(heading: Any, number: int) -> None:
    """A bookmark around the heading of a section, for the contents to lead to."""
    name = f'w:id="{number}" w:name="_section{number}"'
    heading._p.insert(1, _element(f"<w:bookmarkStart {{w}} {name}/>"))
    heading._p.append(_element(f'<w:bookmarkEnd {{w}} w:id="{number}"/>'))


def add_contents(document: Document, outline: Outline) -> None:
    """The sections as links; Word fills in page numbers when the field is updated."""
    sections = outline["sections"]
    document.add_paragraph().add_run("Contents").bold = True
    for number, section in enumerate(sections):
        begin = _char("begin") + _instruction(FIELD) + _char("separate") if number == 0 else ""
        end = _char("end") if number == len(sections) - 1 else ""
        link = (
            f'<w:hyperlink w:anchor="_section{number}"><w:r><w:t xml:space="preserve">'
            f"{escape(section['title'])}</w:t></w:r></w:hyperlink>"
        )
        spacing = '<w:pPr><w:spacing w:after="0"/></w:pPr>'
        document.element.body._insert_p(_element(f"<w:p {{w}}>{spacing}{begin}{link}{end}</w:p>"))


def add_foot(document: Document, outline: Outline) -> None:
    """Study, data cut, results and version at the left, the page at the right of every page."""
    footer = document.sections[0].footer.paragraphs[0]
    look = f'<w:rPr><w:color w:val="{QUIET}"/><w:sz w:val="{FOOT_POINTS * 2}"/></w:rPr>'
    made = _element(
        f"<w:p {{w}}><w:r>{look}<w:t xml:space='preserve'>{escape(outline['origin'])}  ·  page </w:t></w:r>"
        f"{_field('PAGE', look)}<w:r>{look}<w:t xml:space='preserve'> of </w:t></w:r>{_field('NUMPAGES', look)}</w:p>"
    )
    for part in list(made):
        footer._p.append(part)


def _field(name: str, look: str) -> str:
    return f'<w:fldSimple w:instr="{name}"><w:r>{look}<w:t>1</w:t></w:r></w:fldSimple>'


def _char(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def _instruction(text: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve"> {escape(text)} </w:instrText></w:r>'


def _element(xml: str) -> Any:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    return parse_xml(xml.format(w=nsdecls("w")) if "{w}" in xml else xml)
