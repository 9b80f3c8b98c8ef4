"""One patient on one axis: therapy, cells, biopsies, events and milestones in lanes.

What has no date stands in a gutter at the right of the same picture, so that nothing that happened is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from graftrial.report.blocks import Spec, SpecValue
from graftrial.report.figures.moments import milliseconds, moment_words
from graftrial.report.figures.theme import choose, told, titled, words
from graftrial.report.material import Material, Record
from graftrial.report.numbers import spoken
from graftrial.report.palette import ALERT, BAND, FAINT, INFERRED, INK, QUIET

LANES = {
    "standard therapy": "Standard therapy",
    "other therapy": "Other therapy",
    "cells": "Cells",
    "biopsy": "Biopsies",
    "adverse event": "Adverse events",
    "milestone": "Milestones and outcome",
}
ALWAYS = ("standard therapy", "cells", "biopsy", "adverse event", "milestone")
COLOURS = {
    "standard therapy": "#6f8796",
    "other therapy": "#a9b5be",
    "biopsy": "#6a4c93",
    "adverse event": "#b07d1b",
    "milestone": INK,
}
SHAPES = {"cells": "diamond", "biopsy": "square", "adverse event": "circle", "milestone": "cross"}
HEADING = "§"
STEP = 19  # px a row
GUTTER = 0.2  # of the width of the dated part


@dataclass(frozen=True, slots=True)
class Span:
    """The dated part of the axis, in days or milliseconds."""

    axis: str
    low: float
    high: float

    @property
    def gutter(self) -> tuple[float, float]:
        """Where the gutter begins and ends."""
        width = self.high - self.low
        return self.high + 0.03 * width, self.high + (0.03 + GUTTER) * width

    @property
    def gutter_middle(self) -> float:
        """Where undated items are drawn."""
        return sum(self.gutter) / 2


def timeline_spec(material: Material, subject: Record, rows: Sequence[Record]) -> Spec:
    """The timeline of one patient."""
    span = _span(rows)
    has_gutter = any(not each["is_dated"] for each in rows)
    colour = material.colours[subject["subject_id"]]
    lanes = [each for each in LANES if each in ALWAYS or any(row["lane"] == each for row in rows)]
    order: list[SpecValue] = []
    items: list[SpecValue] = []
    for lane in lanes:
        own = [each for each in rows if each["lane"] == lane]
        order.append(f"{lane}|{HEADING}{LANES[lane]}" + ("" if own else ": not reported"))
        for each in own:
            place = f"{lane}|{_label(each)}"
            if place not in order:
                order.append(place)
            items.append(_item(material, each, place, span, colour))
    y: Spec = words("row", sort=order, scale={"domain": order}, axis=_row_axis())
    title = f"Timeline of {subject['subject_id']}"
    return titled(
        title,
        material.subtitle,
        {
            "width": "container",
            "height": {"step": STEP},
            "data": {"values": items},
            "layer": _layers(span, y, has_gutter, material.inputs.share),
        },
    )


def _label(row: Record) -> str:
    return str(row["label"] or row["lane"])[:60]


def _row_axis() -> Spec:
    return {
        "title": None,
        "ticks": False,
        "domain": False,
        "grid": True,
        "gridColor": "#f2f4f6",
        "labelExpr": f"replace(split(datum.label, '|')[1], '{HEADING}', '')",
        "labelFontWeight": {"condition": {"test": f"indexof(datum.value, '{HEADING}') > 0", "value": 600}, "value": 400},
        "labelColor": {"condition": {"test": f"indexof(datum.value, '{HEADING}') > 0", "value": QUIET}, "value": INK},
        "labelLimit": 210,
        "labelPadding": 8,
    }


def _ends(row: Record) -> tuple[int | date | None, int | date | None]:
    if row["axis"] == "day":
        return row["day_low"], row["day_high"]
    if row["axis"] == "date":
        return row["date_low"], row["date_high"]
    return None, None


def _position(when: int | date) -> float:
    return milliseconds(when) if isinstance(when, date) else float(when)


def _span(rows: Sequence[Record]) -> Span:
    axis = rows[0]["axis"]
    framing = [each for each in rows if each["lane"] != "other therapy"]
    for chosen in (framing, rows):
        known = [_position(end) for each in chosen for end in _ends(each) if end is not None]
        if known:
            break
    else:
        return Span("none", 0, 1)
    low, high = min(known), max(known)
    if axis == "day":
        low, high = min(low, 0), max(high, 0)
    room = max((high - low) * 0.03, 1 if axis == "day" else milliseconds(date(1970, 1, 6)))
    return Span(axis, low - room, high + room)


def _item(material: Material, row: Record, place: str, span: Span, colour: str) -> SpecValue:
    low, high = _ends(row)
    tone = colour if row["lane"] == "cells" else COLOURS[row["lane"]]
    if row["is_serious"] or row["label"] in ("graft lost", "death"):
        tone = ALERT
    item: dict[str, SpecValue] = {
        "row": place,
        "what": _label(row),
        "lane": LANES[row["lane"]],
        "when": moment_words(span.axis, low, high, material.inputs.share),
        "detail": spoken(row["detail"] or ""),
        "colour": tone,
        "shape": "triangle-up" if row["is_serious"] else SHAPES.get(row["lane"], "circle"),
    }
    if not row["is_dated"] or low is None or high is None:
        return item | {"x": span.gutter_middle if span.axis != "none" else 0.5, "kind": "point"}
    start, end = max(_position(low), span.low), min(max(_position(high), span.low), span.high)
    if row["is_ongoing"]:
        return item | {"x": start, "x2": span.high, "kind": "bar", "goes_on": True}
    if start == end:
        return item | {"x": start, "kind": "point"}
    return item | {"x": start, "x2": end, "kind": "bar" if row["key"] in material.with_end else "range"}


def _x(span: Span, has_gutter: bool) -> Spec:
    low, high = (span.low, span.gutter[1] if has_gutter else span.high) if span.axis != "none" else (0, 1)
    scale: Spec = {"domain": [low, high], "nice": False}
    if span.axis == "none":
        return {"field": "x", "type": "quantitative", "axis": None, "scale": scale}
    inside = f"datum.value <= {span.high} ? "
    axis: Spec = {"grid": True, "gridColor": "#eef1f4", "tickCount": 8, "labelOverlap": True, "labelFlush": False}
    if span.axis == "day":
        axis |= {"title": "Study day (day 0: first infusion)", "labelExpr": f"{inside}datum.label : ''"}
        return {"field": "x", "type": "quantitative", "axis": axis, "scale": scale}
    axis |= {"title": "Calendar date", "labelExpr": f"{inside}utcFormat(datum.value, '%Y-%m') : ''", "tickCount": {"interval": "month", "step": _months(span)}}
    return {"field": "x", "type": "temporal", "axis": axis, "scale": {**scale, "type": "utc"}}


def _months(span: Span) -> int:
    n_months = (span.high - span.low) / milliseconds(date(1970, 1, 31))
    return next((step for step in (1, 2, 3, 6, 12, 24, 60) if n_months / step <= 8), 120)


def _layers(span: Span, y: Spec, has_gutter: bool, is_shared: bool) -> list[SpecValue]:
    x = _x(span, has_gutter)
    colour: Spec = {"field": "colour", "type": "nominal", "scale": None, "legend": None}
    tooltip = told(("what", "What"), ("lane", "Lane"), ("when", "When"), ("detail", "Detail"))
    ends: Spec = {"x": x, "x2": {"field": "x2"}, "y": y, "color": colour, "tooltip": tooltip}
    layers: list[SpecValue] = []
    if has_gutter:
        layers += _gutter(span, x, is_shared)
    if span.axis == "day":
        layers.append({"data": {"values": [{"x": 0}]}, "mark": {"type": "rule", "color": QUIET, "strokeWidth": 1.5}, "encoding": {"x": x}})
    layers += [
        {"transform": choose("datum.kind == 'bar'"), "mark": {"type": "bar", "height": 8, "cornerRadius": 3}, "encoding": ends},
        {
            "transform": choose("datum.kind == 'range'"),
            "mark": {"type": "bar", "height": 10, "cornerRadius": 5, "fillOpacity": 0.18, "strokeWidth": 1.2, "strokeDash": [3, 2]},
            "encoding": {**ends, "stroke": colour},
        },
        {
            "transform": choose("datum.goes_on"),
            "mark": {"type": "point", "shape": "triangle-right", "filled": True, "size": 70, "opacity": 1},
            "encoding": {"x": {**x, "field": "x2"}, "y": y, "color": colour, "tooltip": tooltip},
        },
        {
            "transform": choose("datum.kind == 'point'"),
            "mark": {"type": "point", "filled": True, "size": 95, "opacity": 1, "stroke": "white", "strokeWidth": 0.8},
            "encoding": {"x": x, "y": y, "color": colour, "shape": {"field": "shape", "type": "nominal", "scale": None}, "tooltip": tooltip},
        },
    ]
    return layers


def _gutter(span: Span, x: Spec, is_shared: bool) -> list[SpecValue]:
    low, high = span.gutter if span.axis != "none" else (0.25, 0.75)
    label = "date withheld" if is_shared else "date not reported"
    place: Spec = {"x": {**x, "field": "low"}, "x2": {"field": "high"}}
    middle: Spec = {"x": {**x, "field": "middle"}, "text": {"field": "label"}, "y": {"value": -5}}
    data: Spec = {"values": [{"low": low, "high": high, "middle": (low + high) / 2, "label": label}]}
    return [
        {"data": data, "mark": {"type": "rect", "color": BAND, "stroke": FAINT, "strokeDash": [3, 3]}, "encoding": place},
        {"data": data, "mark": {"type": "text", "color": INFERRED, "fontSize": 10.5, "baseline": "bottom"}, "encoding": middle},
    ]
