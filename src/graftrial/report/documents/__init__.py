"""The report as files for other programs: PDF, Word, and every table as CSV. All of them print the same blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import TypeAlias

from graftrial.errors import UsageError
from graftrial.report.documents.outline import Outline

Writer: TypeAlias = Callable[[Outline, Mapping[str, str]], bytes]
LIBRARIES = {"pdf": ("typst", "vl_convert"), "docx": ("docx", "vl_convert")}


def writer_of(document: str) -> Writer:
    """What makes a `pdf` or a `docx` of an outline and its pictures.

    Raises: UsageError GT-CLI-011 (exit 2) where a library is missing.
    """
    for library in LIBRARIES[document]:
        if find_spec(library) is None:
            raise UsageError.of("GT-CLI-011", f"--{document}", document=document, library=library)
    if document == "pdf":
        from graftrial.report.documents.pdf import pdf_of

        return pdf_of
    from graftrial.report.documents.word import word_of

    return word_of
