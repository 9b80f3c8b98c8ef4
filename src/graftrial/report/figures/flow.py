"""The participant flow: boxes under one another, departures at the side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graftrial.report.blocks import Spec, SpecValue
from graftrial.report.figures.theme import quantity
from graftrial.report.numbers import NOT_REPORTED
from graftrial.report.palette import ALERT, BAND, FAINT, INFERRED, INK, QUIET

LEFT, MIDDLE, RIGHT, SIDE_LEFT, SIDE_RIGHT = 1, 29, 57, 65, 99
BOX, GAP, LINE = 40, 22, 15  # px


@dataclass(frozen=True, slots=True)
class Box:
    """One box; `after` names the milestone that a departure follows."""

    name: str
    title: str
    count: str
    after: str = ""


def flow_spec(main: Sequence[Box], side: Sequence[Box], title: str = "", subtitle: str = "") -> Spec:
    """Boxes placed in pixels from above, in hundredths across."""
    boxes: list[SpecValue] = []
    lines: list[SpecValue] = []
    y = 0
    for index, box in enumerate(main):
        leaving = [each for each in side if each.after == box.name]
        height = max(BOX, 14 + LINE * len(leaving))
        boxes.append(_main_box(box, y))
        if leaving:
            boxes.append(_side_box(leaving, y, height))
            lines.append({"x": RIGHT, "x2": SIDE_LEFT, "y": y + BOX / 2, "y2": y + BOX / 2})
        if index + 1 < len(main):
            lines.append({"x": MIDDLE, "x2": MIDDLE, "y": y + BOX, "y2": y + height + GAP})
        y += height + GAP
    head: Spec = {"text": title, "subtitle": subtitle} if subtitle else {"text": title}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": head,
        "width": "container",
        "height": y - GAP + 2,
        "layer": _layers(boxes, lines, y - GAP + 2),
    }


def _main_box(box: Box, y: float) -> Spec:
    silent = box.count == NOT_REPORTED
    return {
        "x": LEFT,
        "x2": RIGHT,
        "y": y,
        "y2": y + BOX,
        "lines": [box.title, box.count],
        "tx": MIDDLE,
        "ty": y + BOX / 2,
        "kind": "silent" if silent else "main",
    }


def _side_box(leaving: Sequence[Box], y: float, height: float) -> Spec:
    return {
        "x": SIDE_LEFT,
        "x2": SIDE_RIGHT,
        "y": y,
        "y2": y + height,
        "lines": [f"{each.title}, {each.count}" for each in leaving],
        "tx": (SIDE_LEFT + SIDE_RIGHT) / 2,
        "ty": y + height / 2,
        "kind": "side",
    }


def _layers(boxes: list[SpecValue], lines: list[SpecValue], height: float) -> list[SpecValue]:
    x: Spec = quantity("x", axis=None, scale={"domain": [0, 100], "nice": False})
    y: Spec = quantity("y", axis=None, scale={"domain": [0, height], "reverse": True, "nice": False})
    ends: Spec = {"x": x, "y": y, "x2": {"field": "x2"}, "y2": {"field": "y2"}}
    outline: Spec = {"condition": {"test": "datum.kind == 'side'", "value": ALERT}, "value": QUIET}
    fill: Spec = {"condition": {"test": "datum.kind == 'main'", "value": BAND}, "value": "white"}
    dash: Spec = {"condition": {"test": "datum.kind == 'silent'", "value": [4, 3]}, "value": [1, 0]}
    ink: Spec = {"condition": {"test": "datum.kind == 'silent'", "value": INFERRED}, "value": INK}
    return [
        {"data": {"values": lines}, "mark": {"type": "rule", "color": FAINT, "strokeWidth": 2}, "encoding": ends},
        {
            "data": {"values": boxes},
            "mark": {"type": "rect", "cornerRadius": 4, "strokeWidth": 1},
            "encoding": {**ends, "stroke": outline, "fill": fill, "strokeDash": dash},
        },
        {
            "data": {"values": boxes},
            "mark": {"type": "text", "fontSize": 11.5, "baseline": "middle", "lineHeight": LINE, "dy": {"expr": "-7.5 * (length(datum.lines) - 1)"}},
            "encoding": {
                "x": quantity("tx"),
                "y": quantity("ty"),
                "text": {"field": "lines"},
                "color": ink,
            },
        },
    ]
