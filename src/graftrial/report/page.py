"""The assembly of the report: sections to one page, figures to files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from graftrial.report import csp
from graftrial.report.blocks import Section
from graftrial.report.documents.outline import Outline, outline
from graftrial.report.environment import environment as environment
from graftrial.report.figures import still
from graftrial.report.figures.still import Stills
from graftrial.report.figures.theme import CONFIG
from graftrial.report.inputs import ReportInputs
from graftrial.report.material import DOCUMENT_PICTURES, STILL_PICTURES, Material
from graftrial.report.names import file_name
from graftrial.report.pictures import (
    Drawing,
    Pictures,
    begin,
    drawings_of,
    figures_of,
    with_stills,
    write_figures,
)
from graftrial.report.sections import (
    adverse_events,
    annual,
    antibodies,
    biopsies,
    changes,
    checklists,
    decisions,
    deviations,
    eligibility,
    endpoints,
    expedited,
    exposure,
    findings,
    flow,
    head,
    historical_controls,
    kidney_function,
    laboratory,
    methods,
    narratives,
    outcome,
    patients,
    plain_words,
    references,
    reported,
    summary,
    timelines,
    transcripts,
)
from graftrial.report.share import for_outsiders
from graftrial.report.summary import PlainSummary, plain_summary, summary_html

SECTIONS: tuple[Callable[[Material], Section | None], ...] = (
    summary.section,
    plain_words.section,
    changes.section,
    reported.section,
    flow.section,
    eligibility.section,
    patients.section,
    exposure.section,
    adverse_events.section,
    expedited.section,
    narratives.section,
    endpoints.section,
    historical_controls.section,
    timelines.section,
    kidney_function.section,
    laboratory.section,
    antibodies.section,
    biopsies.section,
    transcripts.section,
    outcome.section,
    deviations.section,
    decisions.section,
    annual.section,
    findings.section,
    methods.section,
    checklists.section,
    references.section,
)
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Rendered:
    """What was written, and what other documents are made from.

    files: the page and its figures. pictures: SVG of each figure by the name of its
    file, names: that name by the name of the figure. summary: the page for patients, where one was written.
    """

    files: tuple[Path, ...]
    top: head.Head
    sections: Sequence[Section]
    pictures: Mapping[str, str]
    names: Mapping[str, str]
    summary: PlainSummary | None = None

    def outline(self) -> Outline:
        """The page as data, for other documents."""
        return outline(self.top, self.sections, self.names)


@dataclass(frozen=True, slots=True)
class Composed:
    """The sections of a report before they are printed."""

    material: Material
    top: head.Head
    sections: Sequence[Section]
    pictures: Pictures


def compose(
    inputs: ReportInputs,
    on_progress: Progress = lambda _: None,
    stills: Stills | None = None,
    n_pictures: int = STILL_PICTURES,
) -> Composed:
    """The report's sections; their still pictures are being drawn while the caller goes on.

    on_progress: told the title of each part as it begins. stills: processes that draw; started here if not given.
    n_pictures: so many figures get a still picture; the others are drawn when the page is open.
    """
    material = Material(for_outsiders(inputs) if inputs.share else inputs)
    top = head.head(material)
    sections: list[Section] = []
    for build in SECTIONS:
        if section := build(material):
            sections.append(section)
            on_progress(section.title)
    on_progress("still pictures")
    return Composed(material, top, sections, begin(tuple(figures_of(sections)), stills, n_pictures))


def render(composed: Composed, out: Path) -> Rendered:
    """Writes `report.html`, `summary.html` and `figures/` into `out`, which exists."""
    plain = plain_summary(composed.material)
    leaflet = out / "summary.html"
    leaflet.write_text(summary_html(plain, composed.top.running_title), encoding="utf-8", newline="\n")
    written = write_page(composed.top, composed.sections, out, "report.html", composed.pictures)
    return replace(written, files=(*written.files, leaflet), summary=plain)


def write_page(
    top: head.Head, sections: Sequence[Section], out: Path, name: str, pictures: Pictures | None = None
) -> Rendered:
    """Writes one page of sections below a head, with its figures, into `out`, which exists.

    name: file of the page. pictures: as they are being drawn; drawn here if not given.
    """
    pictures = pictures or begin(tuple(figures_of(sections)))
    html = _html(top, sections, drawings_of(pictures))
    drawn = pictures.drawn()  # the page was printed while they were being drawn
    page = out / name
    page.write_text(with_stills(html, pictures), encoding="utf-8", newline="\n")
    files_of_figures = write_figures(pictures, out)
    names = {each: file_name(each) for each, svg in drawn.items() if svg}
    return Rendered(
        (page, *files_of_figures), top, sections, {names[each]: drawn[each] for each in names}, names
    )


def _html(top: head.Head, sections: Sequence[Section], drawings: Mapping[str, Drawing]) -> str:
    inline_scripts = csp.scripts()
    style = files("graftrial.report").joinpath("templates").joinpath("page.css").read_text(encoding="utf-8")
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            head=top,
            sections=sections,
            drawings=drawings,
            policy=csp.policy(inline_scripts),
            scripts=inline_scripts,
            config=csp.embedded_json(CONFIG),
            style=style,
            without_stills=_about_stills(drawings),
        )
    )


def _about_stills(drawings: Mapping[str, Drawing]) -> str:
    """Which figures have no still picture beside them, and how to get it."""
    if not still.is_available():
        return still.HOW_TO_GET
    n_without = sum(not each.svg for each in drawings.values())
    if not n_without:
        return ""
    return (
        f"{n_without} of {len(drawings)} figures are drawn by this page alone and have no still picture in figures/; "
        f"--pdf or --docx makes those of the first {DOCUMENT_PICTURES}."
    )
