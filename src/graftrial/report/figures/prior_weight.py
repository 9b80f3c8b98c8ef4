"""What the posterior says at every weight of the history, from none to history alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from graftrial.report.blocks import Figure, Spec, SpecValue
from graftrial.report.figures.theme import dot, layer, quantity, titled, told, words
from graftrial.report.numbers import percent
from graftrial.report.palette import ACCENT, ALERT, QUIET

HEIGHT = 260
LINES = {"above": "P(p > p0)", "mean": "posterior mean of p, with its 95% credible interval"}


class WeightRow(NamedTuple):
    """Weight of the history; P(p > p0); posterior mean with its interval."""

    weight: float
    above: float
    mean: float
    low: float
    high: float


def prior_weight_figure(
    name: str, rows: Sequence[WeightRow], p0: float, declared: float, count: str, subtitle: str = ""
) -> Figure:
    """rows: rising in weight. declared: weight of the history that the study file asks for. count: as 1 of 3."""
    values: list[SpecValue] = [_value(each) for each in rows]
    body: Spec = {
        "width": "container",
        "height": HEIGHT,
        "data": {"values": values},
        "layer": _layers(p0, declared),
    }
    first, last = rows[0], rows[-1]
    alt = (
        f"Two lines over the weight of the history, after {count}: P(p > {p0:g}) goes from {percent(first.above)} "
        f"without history to {percent(last.above)} with history alone, the posterior mean from {percent(first.mean)} "
        f"to {percent(last.mean)}."
    )
    note = "Left: history counts nothing, Beta(1, 1) alone. Right: history alone."
    title = f"How much of the answer is history: after {count}"
    return Figure(name, title, alt, titled(title, subtitle, body), note)


def _layers(p0: float, declared: float) -> list[SpecValue]:
    """The interval, the limit, the declared weight, the two lines."""
    x = quantity(
        "w",
        "weight of the history in the prior",
        scale={"domain": [0, 1]},
        axis={"format": "%", "grid": False, "tickCount": 5},
    )
    colour = words(
        "k",
        scale={"domain": list(LINES.values()), "range": [ALERT, ACCENT]},
        legend={"title": None, "labelLimit": 400},
    )
    band: Spec = {"type": "area", "color": ACCENT, "opacity": 0.1}
    label: Spec = {"type": "text", "color": QUIET, "fontSize": 10}
    return [
        layer(band, {"x": x, "y": _chance("low"), "y2": {"field": "high"}}),
        layer({"type": "rule", "color": QUIET, "strokeDash": [2, 3]}, {"y": _chance("v")}, rows=[{"v": p0}]),
        layer({**label, "align": "left", "dx": 4, "dy": -6},
              {"x": {"value": 0}, "y": _chance("v"), "text": words("t")},
              rows=[{"v": p0, "t": f"p0 {p0:g}"}]),
        layer({"type": "rule", "color": QUIET, "strokeDash": [4, 3]}, {"x": x}, rows=[{"w": declared}]),
        layer({**label, "align": "right", "dx": -4, "dy": 10},
              {"x": x, "y": {"value": 0}, "text": words("t")}, rows=[{"w": declared, "t": "declared"}]),
        *(_line(field, kind, x, colour) for field, kind in LINES.items()),
    ]  # fmt: skip


def _value(each: WeightRow) -> Spec:
    at = f"weight {percent(each.weight)}"
    return {
        "w": each.weight, "above": each.above, "mean": each.mean, "low": each.low, "high": each.high,
        "t_above": f"{at}: {percent(each.above)}",
        "t_mean": f"{at}: {percent(each.mean)} ({percent(each.low)} to {percent(each.high)})",
    }  # fmt: skip


def _chance(field: str) -> Spec:
    axis: Spec = {"format": "%", "tickCount": 5}
    return quantity(field, "probability", scale={"domain": [0, 1]}, axis=axis)


def _line(field: str, kind: str, x: Spec, colour: Spec) -> Spec:
    place: Spec = {"x": x, "y": _chance(field), "color": colour}
    both: Spec = {
        "layer": [
            layer({"type": "line", "strokeWidth": 1.8}, place),
            layer(dot(26), {**place, "tooltip": told((f"t_{field}", kind))}),
        ],
        "transform": [{"calculate": f"'{kind}'", "as": "k"}],
    }
    return both
