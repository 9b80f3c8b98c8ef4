"""The page for patients as HTML and PDF: never longer than one A4 page."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path

from graftrial.report.environment import environment
from graftrial.report.summary.sentences import PlainSummary

TEMPLATE = "summary.typ"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def summary_html(summary: PlainSummary, study: str) -> str:
    """The page on its own: no script, nothing loaded. study: the short title of the study."""
    return environment().get_template("summary.html.j2").render(summary=summary, study=study, policy=POLICY)


def summary_pdf(summary: PlainSummary, study: str) -> bytes:
    """The same page as the bytes of a PDF file; the letters shrink where the words would not fit."""
    import typst

    with tempfile.TemporaryDirectory(prefix="graftrial-summary-") as name:
        folder = Path(name)
        content = json.dumps({**asdict(summary), "study": study}, ensure_ascii=False)
        (folder / "summary.json").write_text(content, encoding="utf-8")
        shutil.copyfile(str(files("graftrial.report").joinpath("templates", TEMPLATE)), folder / TEMPLATE)
        compiler = typst.Compiler(str(folder / TEMPLATE), root=name, ignore_system_fonts=True)
        made = compiler.compile(format="pdf", timestamp=0)
        assert isinstance(made, bytes)
        return made
