"""The assembly of the report: sections to one page, figures to files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

import polars as pl

from graftrial.report import csp
from graftrial.report.blocks import Block, Figure, Fold, Section, Spec
from graftrial.report.documents.outline import Outline, outline
from graftrial.report.documents.tables import table_frames
from graftrial.report.environment import environment as environment
from graftrial.report.figures import still
from graftrial.report.figures.theme import CONFIG
from graftrial.report.inputs import ReportInputs
from graftrial.report.material import DOCUMENT_PICTURES, STILL_PICTURES, Material
from graftrial.report.names import file_name
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
class Drawing:
    """What the template needs of a figure: its element id, the specification as JSON, the still picture."""

    element: str
    specification: str
    svg: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """What was written, and what other documents are made from.

    files: the page and its figures. tables: printed tables by name. outline: the page as data.
    pictures: SVG of each figure by the file name that the outline gives it. summary: the page for patients, where one
    was written.
    """

    files: tuple[Path, ...]
    tables: Mapping[str, pl.DataFrame]
    outline: Outline
    pictures: Mapping[str, str]
    summary: PlainSummary | None = None


def render(
    inputs: ReportInputs,
    out: Path,
    on_progress: Progress = lambda _: None,
    stills: still.Stills | None = None,
    n_pictures: int = STILL_PICTURES,
) -> Rendered:
    """Writes `report.html` and `figures/` into `out`, which exists.

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
    written = write_page(top, sections, out, "report.html", stills, n_pictures)
    plain = plain_summary(material)
    leaflet = out / "summary.html"
    leaflet.write_text(summary_html(plain, top.running_title), encoding="utf-8", newline="\n")
    return replace(written, files=(*written.files, leaflet), summary=plain)


def write_page(
    top: head.Head,
    sections: Sequence[Section],
    out: Path,
    name: str,
    stills: still.Stills | None = None,
    n_pictures: int = STILL_PICTURES,
) -> Rendered:
    """Writes one page of sections below a head, with its figures, into `out`, which exists.

    name: file of the page.
    """
    drawn = draw(tuple(figures_of(sections)), out, stills, n_pictures)
    page = out / name
    page.write_text(_html(top, sections, drawn.drawings), encoding="utf-8", newline="\n")
    names = {each: file_name(each) for each, svg in drawn.pictures.items() if svg}
    return Rendered(
        (page, *drawn.files),
        table_frames(sections),
        outline(top, sections, names),
        {names[each]: drawn.pictures[each] for each in names},
    )


@dataclass(frozen=True, slots=True)
class Drawn:
    """The figures of a page: what the template needs of each, the files written, and the still pictures by name."""

    drawings: Mapping[str, Drawing]
    files: tuple[Path, ...]
    pictures: Mapping[str, str]


def draw(
    figures: Sequence[Figure],
    out: Path,
    stills: still.Stills | None = None,
    n_pictures: int = STILL_PICTURES,
) -> Drawn:
    """Writes the files of the figures into `out/figures`."""
    folder = out / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    drawings: dict[str, Drawing] = {}
    pictures = _pictures(figures, stills, n_pictures)
    for number, figure in enumerate(figures, 1):
        svg = pictures.get(figure.name, "")
        written += _figure_files(folder, file_name(figure.name), figure.spec, svg)
        element = f"figure-{number}"
        drawings[figure.name] = Drawing(
            element, csp.embedded_json(figure.spec), still.inline(svg, element) if svg else ""
        )
    return Drawn(drawings, tuple(written), pictures)


def _pictures(figures: Sequence[Figure], stills: still.Stills | None, n_pictures: int) -> dict[str, str]:
    """The still pictures, by the name of the figure."""
    wanted = _with_still(figures, n_pictures)
    specs = {each.name: each.spec for each in figures if each.name in wanted}
    if stills is not None:
        return stills.draw(specs)
    with still.Stills() as started:
        return started.draw(specs)


def _with_still(figures: Sequence[Figure], n_pictures: int) -> frozenset[str]:
    """Names of the figures that get a still picture: those of the whole cohort first, then as many as fit."""
    ranked = sorted(figures, key=lambda each: each.name.startswith("timeline-"))
    return frozenset(each.name for each in ranked[:n_pictures])


def figures_of(sections: Iterable[Section]) -> Iterator[Figure]:
    """Every figure of the page in its order."""
    for section in sections:
        yield from _figures(section.blocks)


def _figures(blocks: Sequence[Block]) -> Iterator[Figure]:
    for block in blocks:
        if isinstance(block, Figure):
            yield block
        elif isinstance(block, Fold):
            yield from _figures(block.blocks)


def _figure_files(folder: Path, name: str, spec: Spec, svg: str) -> list[Path]:
    specification = folder / f"{name}.vl.json"
    whole: Spec = {**spec, "config": CONFIG}
    specification.write_text(json.dumps(whole, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
    if not svg:
        return [specification]
    picture = folder / f"{name}.svg"
    picture.write_text(svg, encoding="utf-8", newline="\n")
    return [specification, picture]


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
