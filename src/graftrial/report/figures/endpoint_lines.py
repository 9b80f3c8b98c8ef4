"""Figures of the slopes of an endpoint: lines with the model's mean, dots with limits, before against after, series."""

from __future__ import annotations

from graftrial.report.blocks import Spec, SpecValue
from graftrial.report.endpoint_words import number_words
from graftrial.report.figures.endpoint_patients import Values, colour, patient_marks, tips
from graftrial.report.figures.theme import CROSS, dot, layer, quantity, titled, told, words
from graftrial.report.material import PATIENT_FIGURES, Material, Record
from graftrial.report.numbers import day, unit_words
from graftrial.report.palette import ACCENT, BAND, INK, QUIET
from graftrial.study.model import Endpoint


def spaghetti_spec(material: Material, endpoint: Endpoint) -> Spec:
    """Lines of the patients in their window, the mean of the model over them, the infusions as a bar."""
    points = _values(material, endpoint)
    stem = f"endpoint.{endpoint.id}.model_line."
    mean: list[SpecValue] = [
        {"d": int(each.key.removeprefix(stem)), "v": each.number} for each in material.results.starting(stem)
    ]
    axis: Spec = {"grid": False, "tickCount": 9}
    x = quantity("d", material.day_axis, scale={"nice": False, "padding": 6}, axis=axis)
    y = quantity("v", f"{endpoint.words} ({unit_words(endpoint.unit)})", scale={"zero": True})
    tooltip = told(("s", "Subject"), ("w", "When"), ("t", endpoint.words))
    place: Spec = {"x": x, "y": y, "color": colour(material, points), "tooltip": tooltip}
    members = {each["s"] for each in points}
    losses: list[SpecValue] = [
        {"s": each["subject_id"], "d": lost, "w": day(lost), "t": "graft lost"}
        for each in material.infused
        if (lost := each["graft_loss_day"]) is not None and each["subject_id"] in members
    ]
    at_foot: Spec = {**place, "y": {"datum": 0, "type": "quantitative"}}
    body: Spec = {
        "width": "container",
        "height": 320,
        "data": {"values": [*points]},
        "layer": [
            *_treatment(material, x),
            layer({"type": "line", "strokeWidth": 1.2, "opacity": 0.75}, place),
            layer(dot(14), place),
            layer(dot(70, shape=CROSS), at_foot, rows=losses),
            layer({"type": "line", "color": INK, "strokeWidth": 4}, {"x": x, "y": y}, rows=mean),
        ],
    }
    return titled(f"{endpoint.title}: patients and the mean of the model", material.subtitle, body)


def slope_dots_spec(material: Material, endpoint: Endpoint) -> Spec:
    """Slope and interval of each patient, one row a patient."""
    rows = patient_marks(material, endpoint)
    rows.sort(key=lambda each: (each["v"] is None, each["v"] or 0.0))
    order: list[SpecValue] = [each["s"] for each in rows]
    x = quantity("v", f"{unit_words(endpoint.unit)} per year", scale={"zero": True, "nice": True})
    place: Spec = {
        "y": words("s", sort=order, axis={"ticks": False, "domain": False}),
        "x": x,
        "color": colour(material, rows),
        "tooltip": tips(),
    }
    body: Spec = {
        "width": "container",
        "height": {"step": 22},
        "data": {"values": [*rows]},
        "layer": [
            layer(
                {"type": "rule", "color": QUIET, "strokeDash": [4, 3]}, {"x": quantity("z")}, rows=[{"z": 0}]
            ),
            layer(
                {"type": "rule", "strokeWidth": 1.5},
                {**place, "x": {**x, "field": "lo"}, "x2": {"field": "hi"}},
                "isValid(datum.lo)",
            ),
            layer(dot(60), place, "isValid(datum.v)"),
        ],
    }
    return titled(f"{endpoint.title}: slope of each patient", material.subtitle, body)


def before_after_spec(material: Material, endpoint: Endpoint) -> Spec:
    """Two columns, before and after, one line a patient."""
    stem = f"endpoint.{endpoint.id}"
    values: Values = []
    for each in material.results.starting(f"{stem}.patient."):
        subject = each.key.removeprefix(f"{stem}.patient.")
        for phase in ("before", "after"):
            row = material.results.get(f"{stem}.{phase}.{subject}")
            if each.number is not None and row is not None and row.number is not None:
                told_as = number_words(endpoint, row.number, row.unit, is_change=True)
                values.append({"s": subject, "p": phase, "v": row.number, "t": told_as, "r": phase})
    order: list[SpecValue] = ["before", "after"]
    place: Spec = {
        "x": words("p", sort=order, axis={"labelAngle": 0, "labelFontSize": 12}),
        "y": quantity("v", f"slope, {unit_words(endpoint.unit)} per year"),
        "color": colour(material, values),
        "tooltip": tips(),
    }
    body: Spec = {
        "width": 320,
        "height": 260,
        "data": {"values": [*values]},
        "layer": [
            layer(
                {"type": "rule", "color": QUIET, "strokeDash": [4, 3]}, {"y": quantity("z")}, rows=[{"z": 0}]
            ),
            layer({"type": "line", "strokeWidth": 1.8}, place),
            layer(dot(60), place),
        ],
    }
    return titled(f"{endpoint.title}: slope before and after the infusion", material.subtitle, body)


def series_spec(material: Material, endpoint: Endpoint) -> Spec:
    """One panel a patient: values over time, the infusion as a line."""
    points = _values(material, endpoint)
    panels: list[SpecValue] = list(dict.fromkeys(each["s"] for each in points))[:PATIENT_FIGURES]
    x = quantity("d", None, scale={"nice": False, "padding": 6}, axis={"tickCount": 4, "grid": False})
    place: Spec = {"x": x, "y": quantity("v", None), "color": colour(material, points), "tooltip": tips()}
    return titled(
        f"{endpoint.title}: each patient alone",
        material.subtitle,
        {
            "usermeta": {"panel_width": 170},
            "data": {"values": [*points]},
            "facet": {"field": "s", "type": "nominal", "sort": panels, "title": None},
            "columns": 4,
            "spec": {
                "width": 165,
                "height": 105,
                "layer": [
                    layer({"type": "rule", "color": QUIET}, {"x": x}, rows=[{"d": 0}]),
                    layer({"type": "line", "strokeWidth": 1}, place),
                    layer(dot(18), place),
                ],
            },
        },
    )


def _values(material: Material, endpoint: Endpoint) -> Values:
    return [
        {
            "s": each["subject_id"],
            "d": each["day"],
            "v": each["value"],
            "w": day(each["day"]),
            "t": number_words(endpoint, each["value"], endpoint.unit),
            "r": f"{each['phase']} the infusion",
        }
        for each in _points(material, endpoint)
    ]


def _points(material: Material, endpoint: Endpoint) -> list[Record]:
    """Values behind the slopes, in order."""
    frame = material.frame("endpoint_points")
    return (
        [each for each in frame.iter_rows(named=True) if each["endpoint"] == endpoint.id]
        if frame.width
        else []
    )


def _treatment(material: Material, x: Spec) -> list[SpecValue]:
    """The time from first to last infusion as a band on top."""
    frame = material.frame("infusions")
    days = [each for each in frame["start_day"].to_list() if each is not None] if frame.width else []
    if not days:
        return []
    band: list[SpecValue] = [{"d": min(days), "d2": max(days) + 1}]
    bar: Spec = {"type": "rect", "color": ACCENT, "opacity": 0.85}
    at: Spec = {"x": x, "x2": {"field": "d2"}, "y": {"value": 0}, "y2": {"value": 7}}
    whole: Spec = {"type": "rect", "color": BAND}
    return [layer(whole, {"x": x, "x2": {"field": "d2"}}, rows=band), layer(bar, at, rows=band)]
