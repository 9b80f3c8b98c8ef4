"""The figures of a page: still pictures, drawn while the page is printed, and the files that each figure leaves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from graftrial.report import csp
from graftrial.report.blocks import Block, Figure, Fold, Section, Spec
from graftrial.report.figures.still import Stills, inline
from graftrial.report.figures.theme import CONFIG
from graftrial.report.material import STILL_PICTURES
from graftrial.report.names import file_name

PLACE = re.compile(r"<!--still ([\w-]+)-->")


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the template needs of a figure: its element id, the specification as JSON, the place of the picture."""

    element: str
    specification: str
    svg: str


@dataclass(frozen=True, slots=True)
class Pictures:
    """The figures of a page in their order, and their still pictures by name, once they are drawn."""

    figures: Sequence[Figure]
    drawing: Future[Mapping[str, str]]

    def drawn(self) -> Mapping[str, str]:
        """SVG by name; a figure without a still picture is not there. Waits until all are drawn."""
        return self.drawing.result()

    def elements(self) -> Mapping[str, str]:
        """The id of each figure's element in the page, by the name of the figure."""
        return {each.name: f"figure-{number}" for number, each in enumerate(self.figures, 1)}


def begin(
    figures: Sequence[Figure], stills: Stills | None = None, n_pictures: int = STILL_PICTURES
) -> Pictures:
    """Begins to draw the still pictures.

    stills: processes that draw and stay open until the pictures are asked for; without them all is drawn at once.
    n_pictures: so many figures get a still picture; the others are drawn when the page is open.
    """
    wanted = _with_still(figures, n_pictures)
    specs = {each.name: each.spec for each in figures if each.name in wanted}
    if stills is not None:
        return Pictures(figures, stills.begin(specs))
    with Stills() as started:
        drawing = started.begin(specs)
        drawing.result()
    return Pictures(figures, drawing)


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


def drawings_of(pictures: Pictures) -> Mapping[str, Drawing]:
    """What the template needs of each figure, by name; `with_stills` puts the picture in its place."""
    elements = pictures.elements()
    return {
        each.name: Drawing(
            elements[each.name], csp.embedded_json(each.spec), f"<!--still {elements[each.name]}-->"
        )
        for each in pictures.figures
    }


def with_stills(html: str, pictures: Pictures) -> str:
    """The printed page with the still pictures in their places."""
    drawn, elements = pictures.drawn(), pictures.elements()
    by_element = {elements[name]: inline(svg, elements[name]) for name, svg in drawn.items() if svg}
    return PLACE.sub(lambda place: by_element.get(place.group(1), ""), html)


def write_figures(pictures: Pictures, out: Path) -> tuple[Path, ...]:
    """Writes specification and still picture of each figure into `out/figures`, and returns the files."""
    folder = out / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    drawn = pictures.drawn()
    return tuple(
        path
        for each in pictures.figures
        for path in _figure_files(folder, file_name(each.name), each.spec, drawn.get(each.name, ""))
    )


def _figure_files(folder: Path, name: str, spec: Spec, svg: str) -> list[Path]:
    specification = folder / f"{name}.vl.json"
    whole: Spec = {**spec, "config": CONFIG}
    specification.write_text(json.dumps(whole, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
    if not svg:
        return [specification]
    picture = folder / f"{name}.svg"
    picture.write_text(svg, encoding="utf-8", newline="\n")
    return [specification, picture]
