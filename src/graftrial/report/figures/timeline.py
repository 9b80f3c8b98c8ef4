"""One patient on one axis: therapy, cells, biopsies, events and milestones in lanes.

What has no date stands in a gutter at the right of the same picture: nothing that happened is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graftrial.report.blocks import Spec, SpecValue
from graftrial.report.figures.moments import Span, ends_of, moment_words, position, span_of
from graftrial.report.figures.patient_panels import SPACING, measured, panel_specs, shaded
from graftrial.report.figures.theme import CROSS, STATIC_WIDTH, dot, layer, titled, told, words
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
SHAPES = {"cells": "diamond", "biopsy": "square", "adverse event": "circle", "milestone": "triangle-down"}
LOST = ("graft lost", "retransplanted")
ENDS = ("graft lost", "death", "retransplanted", "dialysis")
HEADING = "§"
STEP = 19  # px a row
ROOM = 24  # px at the right and around
SIDE = 0.62  # of the axis; words of a mark beyond it stand at its left
ROOM_FOR_WORDS = 0.2  # of the axis; words stand at the left of a bar that goes on where so much is free
LABELS = 205  # px for the words at the left


def timeline_spec(material: Material, subject: Record, rows: Sequence[Record]) -> Spec:
    """One patient on one axis: panels of what was measured above the lanes of what happened.

    The parameter `labels` is the room for words; the page narrows it on a phone, and fits the width of every panel.
    """
    subject_id = subject["subject_id"]
    axis = rows[0]["axis"] if rows else "day"
    found = measured(material, subject_id, axis)
    span = span_of(rows, axis, [each["at"] for panel in found.values() for each in panel])
    has_gutter = any(not each["is_dated"] for each in rows)
    right = span.gutter[1] if has_gutter else span.high
    colour = material.colours[subject_id]
    days = {"infusions": _days(rows, "cell infusion"), "loss": _days(rows, *LOST)}
    lanes = _lanes(material, rows, span, colour, has_gutter, days)
    title = f"{'Course' if found else 'Timeline'} of {subject_id}"
    body: Spec = {"params": [{"name": "labels", "value": LABELS}]}
    if not found:
        return titled(title, material.subtitle, {**body, "width": "container", **lanes})
    width = STATIC_WIDTH - LABELS - ROOM
    views = [*panel_specs(material, found, span, right, colour, days), lanes]
    stacked: list[SpecValue] = [{**each, "width": width} for each in views if isinstance(each, dict)]
    body |= {"usermeta": {"labels": LABELS, "room": ROOM}, "vconcat": stacked}
    return titled(title, material.subtitle, {**body, "spacing": SPACING, "bounds": "flush"})


def _days(rows: Sequence[Record], *labels: str) -> list[float]:
    """Where items of these names stand, as far as their day is known."""
    moments = [ends_of(each) for each in rows if each["label"] in labels and each["is_dated"]]
    return [position(low) for low, high in moments if low is not None and low == high]


def _lanes(
    material: Material,
    rows: Sequence[Record],
    span: Span,
    colour: str,
    has_gutter: bool,
    days: Mapping[str, Sequence[float]],
) -> Spec:
    order: list[SpecValue] = []
    items: list[SpecValue] = []
    for lane in LANES:
        own = [each for each in rows if each["lane"] == lane]
        if not own and lane not in ALWAYS:
            continue
        order.append(f"{lane}|{HEADING}{LANES[lane]}" + ("" if own else ": not reported"))
        for each in own:
            place = f"{lane}|{_label(each)}"
            if place not in order:
                order.append(place)
            items.append(_item(material, each, place, span, colour))
    items = _told_once(items)
    y: Spec = words("row", sort=order, scale={"domain": order}, axis=_row_axis())
    x = _x(span, has_gutter, material.day_axis)
    after = shaded(min(days["loss"], default=None), span, x)
    drawn = _layers(span, x, y, has_gutter, material.inputs.share)
    return {"height": {"step": STEP}, "data": {"values": items}, "layer": [*after, *drawn]}


def _told_once(items: Sequence[SpecValue]) -> list[SpecValue]:
    """Several items in one row are told in one place, beside all of them, so that no words lie on a bar."""
    rows: dict[SpecValue, list[dict[str, SpecValue]]] = {}
    for each in items:
        if isinstance(each, dict) and each["shown"]:
            rows.setdefault(str(each["row"]), []).append(each)
    for own in rows.values():
        if len(own) > 1:
            last = own[-1]
            told = ", then ".join(str(each["shown"]) for each in own)
            for each in own:
                each["shown"] = ""
            starts = [float(str(each["x"])) for each in own]
            last |= {"shown": told, "end": min(starts) if last["side"] == "left" else last["end"]}
    return list(items)


def _label(row: Record) -> str:
    return str(row["label"] or row["lane"])[:80]


def _row_axis() -> Spec:
    is_heading = f"indexof(datum.value, '{HEADING}') > 0"
    return {
        "title": None,
        "ticks": False,
        "domain": False,
        "grid": True,
        "gridColor": "#f2f4f6",
        "labelExpr": f"replace(split(datum.label, '|')[1], '{HEADING}', '')",
        "labelFontWeight": {"condition": {"test": is_heading, "value": 600}, "value": 400},
        "labelColor": {"condition": {"test": is_heading, "value": QUIET}, "value": INK},
        "labelAlign": "left",
        "labelLimit": {"expr": "labels - 8"},
        "labelPadding": {"expr": "labels"},
        "minExtent": {"expr": "labels"},
        "maxExtent": {"expr": "labels"},
    }


def _item(material: Material, row: Record, place: str, span: Span, colour: str) -> SpecValue:
    low, high = ends_of(row)
    is_end = row["label"] in ENDS
    item: dict[str, SpecValue] = {
        "row": place,
        "what": _label(row),
        "lane": LANES[row["lane"]],
        "when": moment_words(low, high, material.inputs.share),
        "detail": spoken(row["detail"] or ""),
        "colour": _tone(row, colour),
        "shown": row.get("shown") or "",
        "shape": CROSS
        if is_end
        else "triangle-up"
        if row["is_serious"]
        else SHAPES.get(row["lane"], "circle"),
    }
    if not row["is_dated"] or low is None or high is None:
        return item | {"x": span.gutter_middle, "kind": "point", "side": "left", "end": span.gutter_middle}
    start, end = span.clipped(low), span.clipped(high)
    beyond = end > span.low + SIDE * (span.high - span.low)
    item |= {"side": "left" if beyond else "right", "end": start if beyond else end}
    if row["is_ongoing"]:
        if start > span.low + ROOM_FOR_WORDS * (span.high - span.low):
            item |= {"side": "left", "end": start}
        return item | {"x": start, "x2": span.high, "kind": "bar", "goes_on": True}
    if start == end:
        return item | {"x": start, "kind": "point"}
    return item | {"x": start, "x2": end, "kind": "bar" if row["key"] in material.with_end else "range"}


def _tone(row: Record, colour: str) -> str:
    if row["is_serious"] or row["label"] in ENDS:
        return ALERT
    return colour if row["lane"] == "cells" else COLOURS[row["lane"]]


def _x(span: Span, has_gutter: bool, day_axis: str) -> Spec:
    scale: Spec = {"domain": [span.low, span.gutter[1] if has_gutter else span.high], "nice": False}
    axis: Spec | None = None
    if span.ticks:
        ticks: list[SpecValue] = list(span.ticks)
        axis = {"grid": True, "gridColor": "#eef1f4", "labelOverlap": True, "values": ticks}
        if span.axis == "date":
            axis |= {"title": "Calendar date", "labelExpr": "utcFormat(datum.value, '%Y-%m')"}
        else:
            axis |= {"title": day_axis, "format": "d"}
    return {"field": "x", "type": "quantitative", "axis": axis, "scale": scale}


def _layers(span: Span, x: Spec, y: Spec, has_gutter: bool, is_shared: bool) -> list[SpecValue]:
    colour: Spec = {"field": "colour", "type": "nominal", "scale": None, "legend": None}
    tooltip = told(("what", "What"), ("lane", "Lane"), ("when", "When"), ("detail", "Detail"))
    point: Spec = {"x": x, "y": y, "color": colour, "tooltip": tooltip}
    ends: Spec = {**point, "x2": {"field": "x2"}}
    shaped: Spec = {**point, "shape": {"field": "shape", "type": "nominal", "scale": None}}
    dashed: Spec = {"fillOpacity": 0.18, "strokeWidth": 1.2, "strokeDash": [3, 2]}
    layers: list[SpecValue] = _gutter(span, x, is_shared) if has_gutter else []
    if span.axis == "day":
        layers.append(layer({"type": "rule", "color": QUIET, "strokeWidth": 1.5}, {"x": x}, rows=[{"x": 0}]))
    range_bar: Spec = {"type": "bar", "height": 10, "cornerRadius": 5, **dashed}
    side: Spec = {"expr": "datum.side == 'left' ? 'right' : 'left'"}
    apart: Spec = {"expr": "datum.side == 'left' ? -9 : 9"}
    beside: Spec = {"type": "text", "align": side, "dx": apart, "fontSize": 10, "color": INK}
    at: Spec = {"x": {**x, "field": "end"}, "y": y, "text": {"field": "shown", "type": "nominal"}}
    layers.append(layer(beside, at, "datum.shown"))
    layers += [
        layer({"type": "bar", "height": 8, "cornerRadius": 3}, ends, "datum.kind == 'bar'"),
        layer(range_bar, {**ends, "stroke": colour}, "datum.kind == 'range'"),
        layer(dot(70, shape="triangle-right"), {**point, "x": {**x, "field": "x2"}}, "datum.goes_on"),
        layer(dot(95, stroke="white", strokeWidth=0.8), shaped, "datum.kind == 'point'"),
    ]
    return layers


def _gutter(span: Span, x: Spec, is_shared: bool) -> list[SpecValue]:
    low, high = span.gutter
    label = "date withheld" if is_shared else "date not reported"
    place: Spec = {"x": {**x, "field": "low"}, "x2": {"field": "high"}}
    above: Spec = {
        "x": {**x, "field": "high"},
        "text": {"field": "label", "type": "nominal"},
        "y": {"value": -5},
    }
    rows: list[SpecValue] = [{"low": low, "high": high, "label": label}]
    rect: Spec = {"type": "rect", "color": BAND, "stroke": FAINT, "strokeDash": [3, 3]}
    text: Spec = {"type": "text", "color": INFERRED, "fontSize": 10.5, "baseline": "bottom", "align": "right"}
    return [layer(rect, place, rows=rows), layer(text, above, rows=rows)]
