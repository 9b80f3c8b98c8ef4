"""The report as PDF, set by typst from the outline; figures stay vectors, and the same input gives the same bytes."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from graftrial.report.documents.outline import Outline

TEMPLATE = "report.typ"


def pdf_of(outline: Outline, pictures: Mapping[str, str]) -> bytes:
    """The report as the bytes of a PDF file.

    pictures: SVG of each figure by the file name that the outline gives it, without its ending.
    """
    import typst

    with tempfile.TemporaryDirectory(prefix="graftrial-pdf-") as name:
        folder = Path(name)
        (folder / "outline.json").write_text(json.dumps(outline, ensure_ascii=False), encoding="utf-8")
        shutil.copyfile(str(files("graftrial.report").joinpath("templates", TEMPLATE)), folder / TEMPLATE)
        for picture, svg in pictures.items():
            (folder / f"{picture}.pdf").write_bytes(vector_pdf(svg))
        compiler = typst.Compiler(str(folder / TEMPLATE), root=name, ignore_system_fonts=True)
        made = compiler.compile(format="pdf", timestamp=0)
        assert isinstance(made, bytes)
        return made


def vector_pdf(svg: str) -> bytes:
    """A figure as PDF with its fonts, so that its words look the same on every machine."""
    import vl_convert

    return bytes(vl_convert.svg_to_pdf(svg))
