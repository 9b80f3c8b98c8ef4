"""The participant flow: boxes under one another, departures at the side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graftrial.report.blocks import Spec, SpecValue
from graftrial.report.figures.theme import dot, layer, quantity, titled
from graftrial.report.numbers import NOT_REPORTED
from graftrial.report.palette import ALERT, BAND, FAINT, INFERRED, INK, QUIET

LEFT, MIDDLE, RIGHT, SIDE_LEFT, SIDE_RIGHT = 0.3, 24, 47.7, 54, 99.7  # hundredths of the width
BOX, GAP, LINE = 46, 26, 17  # px


@dataclass(frozen=True, slots=True)
class Box:
    """One box; `after` names the milestone that a departure follows."""

    name: str
    title: str
    count: str
    after: str = ""


def flow_spec(main: Sequence[Box], side: Sequence[Box], subtitle: str = "") -> Spec:
    """Boxes placed in pixels from above, in hundredths across."""
    boxes: list[SpecValue] = []
    lines: list[SpecValue] = []
    arrows: list[SpecValue] = []
    y = 0
    for index, box in enumerate(main):
        leaving = [each for each in side if each.after == box.name]
        height = max(BOX, 16 + LINE * len(leaving))
        boxes.append(
            {
                "x": LEFT,
                "x2": RIGHT,
                "y": y,
                "y2": y + BOX,
                "k": "silent" if box.count == NOT_REPORTED else "main",
            }
        )
        lines += _main_words(box, y)
        if leaving:
            boxes.append({"x": SIDE_LEFT, "x2": SIDE_RIGHT, "y": y, "y2": y + height, "k": "side"})
            lines += _side_words(leaving, y + height / 2)
            arrows.append({"x": RIGHT, "x2": SIDE_LEFT, "y": y + BOX / 2, "y2": y + BOX / 2, "k": "right"})
        if index + 1 < len(main):
            arrows.append({"x": MIDDLE, "x2": MIDDLE, "y": y + BOX, "y2": y + height + GAP, "k": "down"})
        y += height + GAP
    bottom = y - GAP + 2
    body: Spec = {"width": "container", "height": bottom, "layer": _layers(boxes, arrows, lines, bottom)}
    return titled("Participant flow", subtitle, body)


def _main_words(box: Box, y: float) -> list[SpecValue]:
    tone = "silent" if box.count == NOT_REPORTED else "strong"
    below = "silent" if box.count == NOT_REPORTED else "plain"
    return [
        {"x": MIDDLE, "y": y + BOX / 2 - LINE / 2, "t": box.title, "k": tone},
        {"x": MIDDLE, "y": y + BOX / 2 + LINE / 2, "t": box.count, "k": below},
    ]


def _side_words(leaving: Sequence[Box], middle: float) -> list[SpecValue]:
    first = middle - LINE * (len(leaving) - 1) / 2
    centre = (SIDE_LEFT + SIDE_RIGHT) / 2
    return [
        {"x": centre, "y": first + LINE * place, "t": f"{each.title}, {each.count}", "k": "plain"}
        for place, each in enumerate(leaving)
    ]


def _layers(
    boxes: list[SpecValue], arrows: list[SpecValue], lines: list[SpecValue], bottom: float
) -> list[SpecValue]:
    x: Spec = quantity("x", axis=None, scale={"domain": [0, 100], "nice": False})
    y: Spec = quantity("y", axis=None, scale={"domain": [0, bottom], "reverse": True, "nice": False})
    ends: Spec = {"x": x, "y": y, "x2": {"field": "x2"}, "y2": {"field": "y2"}}
    box: Spec = {"type": "rect", "cornerRadius": 5, "strokeWidth": 1}
    words: Spec = {"type": "text", "fontSize": {"expr": "max(8, min(12, width / 36))"}, "baseline": "middle"}
    text: Spec = {"x": x, "y": y, "text": {"field": "t", "type": "nominal"}}
    return [
        layer({"type": "rule", "color": FAINT, "strokeWidth": 1.6}, ends, rows=arrows),
        _head(arrows, "down", 180, x, y),
        _head(arrows, "right", 90, x, y),
        _of_kind(boxes, "main", {**box, "fill": BAND, "stroke": QUIET}, ends),
        _of_kind(boxes, "side", {**box, "fill": "white", "stroke": ALERT}, ends),
        _of_kind(boxes, "silent", {**box, "fill": "white", "stroke": INFERRED, "strokeDash": [4, 3]}, ends),
        _of_kind(lines, "strong", {**words, "fontWeight": 600, "color": INK}, text),
        _of_kind(lines, "plain", {**words, "color": INK}, text),
        _of_kind(lines, "silent", {**words, "color": INFERRED}, text),
    ]


def _of_kind(rows: list[SpecValue], kind: str, mark: Spec, encoding: Spec) -> SpecValue:
    return layer(mark, encoding, f"datum.k == '{kind}'", rows)


def _head(arrows: list[SpecValue], direction: str, angle: int, x: Spec, y: Spec) -> SpecValue:
    """Arrow heads, their points on the box they lead to."""
    shift: Spec = {"yOffset": -4} if direction == "down" else {"xOffset": -4}
    mark = dot(40, shape="triangle", color=QUIET, angle=angle, **shift)
    return _of_kind(arrows, direction, mark, {"x": {**x, "field": "x2"}, "y": {**y, "field": "y2"}})
