"""Dots of the share of patients with an event, a row each class and term, a colour each group, exact intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from graftrial.report.blocks import Spec, SpecValue
from graftrial.report.figures.theme import dot, layer, quantity, titled, told, words
from graftrial.report.numbers import SMALL_GROUP, counted, interval
from graftrial.report.palette import PATIENTS, QUIET

STEP, ALONE = 10, 20  # px of a group in a row, and of a row with one group
ENDS: list[SpecValue] = [0, 1.1]  # room for the count beside an interval that reaches 1
TICKS: list[SpecValue] = [0, 0.2, 0.4, 0.6, 0.8, 1]
MARKED = 5  # characters before the name: place, C for a class, blank
BOLD: Spec = {"condition": {"test": "slice(datum.label, 3, 4) == 'C'", "value": 600}, "value": 400}


class ShareRow(NamedTuple):
    """Place in the figure, name, whether it is a class, group; patients with the event of how many, share, interval."""

    place: int
    name: str
    is_class: bool
    group: str
    affected: int
    denominator: int
    share: float
    lower: float
    upper: float


def event_shares_spec(rows: Sequence[ShareRow], groups: Sequence[str], subtitle: str) -> Spec:
    """rows: in the order of the figure. groups: in the order of their colours."""
    values: list[SpecValue] = [_value(each) for each in rows]
    body: Spec = {
        "width": "container",
        "height": {"step": STEP, "for": "offset"} if len(groups) > 1 else {"step": ALONE},
        "data": {"values": values},
        "layer": _layers(rows, groups),
    }
    return titled("How many patients had each event", subtitle, body)


def _layers(rows: Sequence[ShareRow], groups: Sequence[str]) -> list[SpecValue]:
    """The interval, the dot, the count at the end of the interval."""
    named: Spec = {"labelExpr": f"slice(datum.label, {MARKED})", "labelFontWeight": BOLD, "labelLimit": 300}
    bare: Spec = {"ticks": False, "domain": False, "labelPadding": 8}
    y = words("p", sort=None, axis={**named, **bare}, scale={"paddingInner": 0.3})
    is_small = any(each.denominator < SMALL_GROUP for each in rows)
    title = "share of the patients; counts beside the lines" if is_small else "share of the patients"
    axis: Spec = {"values": TICKS, "format": ".1f" if is_small else "%"}
    x = quantity("v", title, scale={"domain": ENDS}, axis=axis)
    colours: Spec = {"domain": [*groups], "range": [*PATIENTS[: len(groups)]]}
    legend: Spec | None = {"title": None} if len(groups) > 1 else None
    offset = words("g", sort=[*groups])
    place: Spec = {"y": y, "yOffset": offset, "color": words("g", scale=colours, legend=legend)}
    limits: Spec = {**place, "x": {**x, "field": "lo"}, "x2": {"field": "hi"}}
    size: Spec = {"condition": {"test": "datum.c", "value": 80}, "value": 30}
    tooltip = told(("n", "Event"), ("g", "Group"), ("t", "Patients"), ("i", "Exact interval"))
    text: Spec = {"type": "text", "align": "left", "dx": 7, "fontSize": 10, "color": QUIET}
    return [
        layer({"type": "rule", "strokeWidth": 1.4, "opacity": 0.45}, limits),
        layer(dot(30), {**place, "x": x, "size": size, "tooltip": tooltip}),
        layer(text, {"y": y, "yOffset": offset, "x": {**x, "field": "hi"}, "text": words("t")}),
    ]


def _value(each: ShareRow) -> Spec:
    return {
        "p": f"{each.place:03d}{'C' if each.is_class else 't'} {each.name}",
        "n": each.name, "g": each.group, "c": each.is_class, "v": each.share, "lo": each.lower, "hi": each.upper,
        "t": counted(each.affected, each.denominator), "i": interval(each.lower, each.upper),
    }  # fmt: skip
