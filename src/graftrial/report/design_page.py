"""A page for the appendix of a protocol: what was assumed, what the design does, how to reproduce it. Computes nothing.

One page for every kind of design: stopping rules, dose finding, two stages.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from graftrial.report import csp
from graftrial.report.blocks import Block, Cell, Facts, Figure, Note, Section, Table, folded
from graftrial.report.environment import environment
from graftrial.report.figures import still
from graftrial.report.figures.theme import CONFIG
from graftrial.report.pictures import begin, drawings_of, figures_of, with_stills, write_figures


@dataclass(frozen=True, slots=True)
class DesignPage:
    """What the page says.

    title, kind: heading and the words above it. lead: one sentence on what the design is for.
    assumptions: term and what was assumed. sentences: the rule in words, one a line.
    tables, figures: in the order of the page. remarks: what to know when reading the numbers.
    citations: sources of the method. reproduce: the command line that writes this page again.
    study_file: lines of the study file that put the design in force; may be empty.
    """

    title: str
    kind: str
    lead: str
    assumptions: tuple[tuple[str, str], ...]
    sentences: tuple[str, ...]
    tables: tuple[Table, ...]
    figures: tuple[Figure, ...]
    remarks: tuple[str, ...]
    citations: tuple[str, ...]
    reproduce: str
    study_file: str = ""
    file_name: str = field(default="design.html")


def render_design(page: DesignPage, out: Path, stills: still.Stills | None = None) -> list[Path]:
    """Writes the page and `figures/` into `out`, which exists, and returns the files written."""
    sections = _sections(page)
    pictures = begin(tuple(figures_of(sections)), stills)
    inline_scripts = csp.scripts()
    style = files("graftrial.report").joinpath("templates").joinpath("page.css").read_text(encoding="utf-8")
    html = (
        environment()
        .get_template("design.html.j2")
        .render(
            page=page,
            sections=sections,
            drawings=drawings_of(pictures),
            policy=csp.policy(inline_scripts),
            scripts=inline_scripts,
            config=csp.embedded_json(CONFIG),
            style=style,
            without_stills="" if still.is_available() else still.HOW_TO_GET,
        )
    )
    target = out / page.file_name
    target.write_text(with_stills(html, pictures), encoding="utf-8", newline="\n")
    return [target, *write_figures(pictures, out)]


def _sections(page: DesignPage) -> list[Section]:
    facts = Facts(tuple((term, Cell(text)) for term, text in page.assumptions))
    words: list[Block] = [Note(each) for each in page.sentences]
    numbers: list[Block] = [folded(each, each.caption) for each in page.tables]
    remarks: list[Block] = [Note(each, "note") for each in page.remarks]
    sections = [
        Section("assumptions", "Assumptions", (facts,)),
        Section("rule", "The rule in words", tuple(words)),
        Section("numbers", "Tables", (*numbers, *remarks)),
    ]
    if page.figures:
        sections.append(Section("pictures", "Pictures", page.figures))
    sections.append(Section("sources", "Sources", tuple(Note(each) for each in page.citations)))
    return sections
