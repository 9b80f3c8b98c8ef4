"""Time to an event: one line a patient, or from 10 patients a step curve with limits and numbers at risk."""

from __future__ import annotations

from graftrial.report.blocks import Spec, SpecValue
from graftrial.report.figures.theme import CROSS, dot, layer, quantity, titled, told, words
from graftrial.report.material import Material
from graftrial.report.numbers import day
from graftrial.report.palette import ACCENT, ALERT, FAINT, QUIET
from graftrial.report.results import ResultRow
from graftrial.study.model import Endpoint

TOLD_AT_RISK = 9  # more numbers would run into each other


def lines_spec(material: Material, endpoint: Endpoint) -> Spec:
    """One line a patient from day 0 to the event or the end of follow-up."""
    stem = f"endpoint.{endpoint.id}.patient."
    rows = [_line(stem, each) for each in material.results.starting(stem) if each.number is not None]
    rows.sort(key=lambda each: (each["d"], each["s"]), reverse=True)
    names: list[SpecValue] = [each["s"] for each in rows]
    colours: list[SpecValue] = [material.colours.get(str(each), FAINT) for each in names]
    x = quantity(
        "d", material.day_axis, scale={"domainMin": 0, "nice": False, "padding": 8}, axis={"grid": False}
    )
    place: Spec = {
        "y": words("s", sort=names, axis={"ticks": False, "domain": False}),
        "x": x,
        "color": words("s", scale={"domain": names, "range": colours}, legend=None),
        "tooltip": told(("s", "Subject"), ("w", "When"), ("k", "What")),
    }
    body: Spec = {
        "width": "container",
        "height": {"step": 22},
        "data": {"values": [*rows]},
        "layer": [
            layer({"type": "rule", "strokeWidth": 3}, {**place, "x2": {"datum": 0}}),
            layer({"type": "tick", "thickness": 2.5, "size": 14}, place, "datum.e == 'end'"),
            layer(
                dot(110, shape=CROSS, color=ALERT), {**place, "color": {"value": ALERT}}, "datum.e == 'event'"
            ),
            layer(dot(70, shape="square"), place, "datum.e == 'competing'"),
        ],
    }
    return titled(f"{endpoint.title}: every patient", material.subtitle, body)


def curve_spec(material: Material, endpoint: Endpoint) -> Spec:
    """Step curve from day 0 with its limits; numbers at risk as text under it."""
    values = _steps(material, endpoint)
    axis: Spec = {"grid": False, "offset": 20}  # the numbers at risk stand between curve and axis
    x = quantity("d", material.day_axis, scale={"domainMin": 0, "nice": False}, axis=axis)
    title = f"probability of {'' if endpoint.competing else 'no '}{endpoint.words}"
    y = quantity("v", title, scale={"domain": [0, 1]}, axis={"format": "%"})
    tips = told(("w", "When"), ("t", "Probability"), ("n", "At risk"))
    picked = values[:: max(1, -(-len(values) // TOLD_AT_RISK))]
    at_risk: list[SpecValue] = [{"d": each["d"], "text": str(each["n"])} for each in picked]
    text: Spec = {"type": "text", "fontSize": 10.5, "color": QUIET, "baseline": "top", "yOffset": 5}
    below: Spec = {"x": x, "y": {"value": "height"}, "text": {"field": "text", "type": "nominal"}}
    step: Spec = {"interpolate": "step-after", "color": ACCENT}
    band: Spec = {"x": x, "y": {**y, "field": "lo"}, "y2": {"field": "hi"}}
    body: Spec = {
        "width": "container",
        "height": 280,
        "data": {"values": [*values]},
        "layer": [
            layer({"type": "area", "opacity": 0.14, **step}, band, "isValid(datum.lo) && isValid(datum.hi)"),
            layer({"type": "line", "strokeWidth": 2.4, **step}, {"x": x, "y": y}),
            layer(dot(26, color=ACCENT), {"x": x, "y": y, "tooltip": tips}),
            layer(text, below, rows=at_risk),
        ],
    }
    return titled(f"{endpoint.title}; numbers: patients at risk", material.subtitle, body)


def _steps(material: Material, endpoint: Endpoint) -> list[dict[str, SpecValue]]:
    """Day 0, then every time of the curve; without limits where these do not exist."""
    steps = material.results.starting(f"endpoint.{endpoint.id}.curve.")
    start = 0.0 if endpoint.competing else 1.0
    first: dict[str, SpecValue] = {
        "d": 0,
        "v": start,
        "lo": start,
        "hi": start,
        "w": "day 0",
        "n": steps[0].denominator,
    }
    values = [first | {"t": _percent(start)}]
    for when, row in sorted(((_day_of(each), each) for each in steps), key=lambda pair: pair[0]):
        value = row.number if row.number is not None else start
        at: dict[str, SpecValue] = {"d": when, "v": value, "w": day(round(when)), "t": _percent(value)}
        values.append(at | {"lo": row.lower, "hi": row.upper, "n": row.n})
    return values


def _line(stem: str, row: ResultRow) -> dict[str, SpecValue]:
    kind = (
        "competing"
        if row.method.startswith("competing")
        else "end"
        if row.method.startswith("no event")
        else "event"
    )
    number = row.number or 0.0
    return {"s": row.key.removeprefix(stem), "d": number, "e": kind, "k": row.method, "w": day(round(number))}


def _day_of(row: ResultRow) -> float:
    return float(row.key.partition(".curve.")[2])


def _percent(value: float) -> str:
    return f"{100 * value:.1f}%"
