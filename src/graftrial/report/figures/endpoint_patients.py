"""Figures of an endpoint with one mark a patient: waterfall, response, slopes, lines with the model's mean."""

from __future__ import annotations

from graftrial.report.blocks import Spec, SpecValue
from graftrial.report.endpoint_words import digits, number_words, unit_words
from graftrial.report.figures.theme import CROSS, dot, layer, quantity, titled, told, words
from graftrial.report.material import PATIENT_FIGURES, Material
from graftrial.report.numbers import day
from graftrial.report.palette import ACCENT, ALERT, BAND, FAINT, INK, QUIET
from graftrial.study.model import Endpoint

TRIANGLE = "triangle-up"
Values = list[dict[str, SpecValue]]


def waterfall_spec(material: Material, endpoint: Endpoint) -> Spec:
    """Bars of the change, sorted; marks of the graft's fate at the foot."""
    rows = _patients(material, endpoint)
    rows.sort(key=lambda each: (each["v"] is None, each["v"] or 0.0, each["s"]), reverse=False)
    of = next(
        (each.unit for each in material.results.starting(f"endpoint.{endpoint.id}.patient.") if each.unit), ""
    )
    order: list[SpecValue] = [each["s"] for each in rows]
    x = words("s", sort=order, scale={"domain": order}, axis=_names(len(order)))
    y = quantity("v", unit_words(of), scale={"nice": True}, axis={"tickCount": 6})
    place: Spec = {"x": x, "y": y, "color": _colour(material, rows), "tooltip": _told()}
    body: Spec = {
        "width": "container",
        "height": 250,
        "data": {"values": [*rows]},
        "layer": [
            layer({"type": "rule", "color": QUIET}, {"y": quantity("z")}, rows=[{"z": 0}]),
            layer({"type": "bar", "width": {"band": 0.62}}, place, "isValid(datum.v)"),
            layer(
                {"type": "point", "filled": True, "size": 40, "shape": "diamond", "opacity": 1},
                place,
                "datum.v === 0",
            ),
            *_fates(x),
        ],
    }
    return titled(f"{endpoint.title}: change of each patient", material.subtitle, body)


def response_spec(material: Material, endpoint: Endpoint) -> Spec:
    """Baseline open, value filled, joined; the threshold as a line."""
    rows = _patients(material, endpoint)
    rows.sort(key=lambda each: (each["a"] is None, each["a"] or 0.0, each["s"]))
    order: list[SpecValue] = [each["s"] for each in rows]
    x = words("s", sort=order, scale={"domain": order}, axis=_names(len(order)))
    y = quantity("a", f"{endpoint.words}, {unit_words(endpoint.unit)}", scale={"zero": True, "nice": True})
    place: Spec = {"x": x, "color": _colour(material, rows), "tooltip": _told()}
    low: Spec = {**y, "field": "b"}
    layers: list[SpecValue] = [
        layer(
            {"type": "rule", "strokeWidth": 1.4},
            {**place, "y": low, "y2": {"field": "a"}},
            "isValid(datum.a) && isValid(datum.b)",
        ),
        layer(
            {"type": "point", "fill": "white", "size": 60, "strokeWidth": 1.6, "opacity": 1},
            {**place, "y": low},
            "isValid(datum.b)",
        ),
        layer(dot(75), {**place, "y": y}, "isValid(datum.a)"),
        *_fates(x),
    ]
    if endpoint.of == "value" and endpoint.threshold is not None:
        limit: list[SpecValue] = [{"a": endpoint.threshold}]
        layers.insert(0, layer({"type": "rule", "color": ACCENT, "strokeDash": [5, 3]}, {"y": y}, rows=limit))
    body: Spec = {"width": "container", "height": 230, "data": {"values": [*rows]}, "layer": layers}
    return titled(f"{endpoint.title}: baseline and value", material.subtitle, body)


def spaghetti_spec(material: Material, endpoint: Endpoint) -> Spec:
    """Lines of the patients in their window, the mean of the model over them, the infusions as a bar."""
    points: Values = [
        {
            "s": each["subject_id"], "d": each["day"], "v": each["value"],
            "t": number_words(endpoint, each["value"], endpoint.unit), "w": day(each["day"]),
        }
        for each in _points(material, endpoint)
    ]  # fmt: skip
    stem = f"endpoint.{endpoint.id}.model_line."
    mean: list[SpecValue] = [
        {"d": int(each.key.removeprefix(stem)), "v": each.number} for each in material.results.starting(stem)
    ]
    x = quantity(
        "d", material.day_axis, scale={"nice": False, "padding": 6}, axis={"grid": False, "tickCount": 9}
    )
    y = quantity("v", f"{endpoint.words} ({unit_words(endpoint.unit)})", scale={"zero": True})
    place: Spec = {
        "x": x,
        "y": y,
        "color": _colour(material, points),
        "tooltip": told(("s", "Subject"), ("w", "When"), ("t", endpoint.words)),
    }
    losses: list[SpecValue] = [
        {
            "s": each["subject_id"],
            "d": each["graft_loss_day"],
            "w": day(each["graft_loss_day"]),
            "t": "graft lost",
        }
        for each in material.infused
        if each["graft_loss_day"] is not None
    ]
    lost: Spec = {**place, "y": {"datum": 0, "type": "quantitative"}}
    body: Spec = {
        "width": "container",
        "height": 320,
        "data": {"values": [*points]},
        "layer": [
            *_treatment(material, x),
            layer({"type": "line", "strokeWidth": 1.2, "opacity": 0.75}, place),
            layer(dot(14), place),
            layer(dot(70, shape=CROSS), lost, rows=losses),
            layer({"type": "line", "color": INK, "strokeWidth": 4}, {"x": x, "y": y}, rows=mean),
        ],
    }
    return titled(f"{endpoint.title}: patients and the mean of the model", material.subtitle, body)


def slope_dots_spec(material: Material, endpoint: Endpoint) -> Spec:
    """Slope and interval of each patient, one row a patient."""
    rows = _patients(material, endpoint)
    rows.sort(key=lambda each: (each["v"] is None, each["v"] or 0.0))
    order: list[SpecValue] = [each["s"] for each in rows]
    x = quantity("v", f"{unit_words(endpoint.unit)} per year", scale={"zero": True, "nice": True})
    place: Spec = {
        "y": words("s", sort=order, axis={"ticks": False, "domain": False}),
        "x": x,
        "color": _colour(material, rows),
        "tooltip": _told(),
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
        "color": _colour(material, values),
        "tooltip": _told(),
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
    points: Values = [
        {"s": each["subject_id"], "d": each["day"], "v": each["value"], "w": day(each["day"]),
         "t": number_words(endpoint, each["value"], endpoint.unit), "r": each["phase"]}
        for each in _points(material, endpoint)
    ]  # fmt: skip
    panels: list[SpecValue] = [*dict.fromkeys(str(each["s"]) for each in points)][:PATIENT_FIGURES]
    x = quantity("d", None, scale={"nice": False, "padding": 6}, axis={"tickCount": 4, "grid": False})
    place: Spec = {"x": x, "y": quantity("v", None), "color": _colour(material, points), "tooltip": _told()}
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


def _patients(material: Material, endpoint: Endpoint) -> Values:
    """One record a patient of the set: v contribution, b baseline, a value, lo and hi limits, the fate."""
    stem = f"endpoint.{endpoint.id}"
    rows: Values = []
    for each in material.results.starting(f"{stem}.patient."):
        subject = each.key.removeprefix(f"{stem}.patient.")
        parts = {
            name: material.results.get(f"{stem}.{part}.{subject}")
            for name, part in (("b", "baseline"), ("a", "value"))
        }
        shown = each.value or "no answer"
        told_as = shown if each.number is None else f"{each.number:+.{digits(endpoint, each.unit)}f}"
        row: dict[str, SpecValue] = {
            "s": subject,
            "v": each.number,
            "t": told_as,
            "r": each.warnings or each.method,
        }
        row |= {name: part.number if part else None for name, part in parts.items()}
        row |= {"lo": each.lower, "hi": each.upper, "f": _fate(material, subject)}
        rows.append(row)
    return rows


def _fate(material: Material, subject: str) -> str:
    """What stands at the foot of the patient's bar."""
    is_lost = any(
        each["subject_id"] == subject and each["graft_status"] == "lost" for each in material.subjects
    )
    later = [each for each in material.rows_of("biopsies", subject) if each["period"] == "after"]
    has_tma = any(each["tma"] == "present" for each in later)
    return {(True, True): "both", (True, False): "lost", (False, True): "tma"}.get((is_lost, has_tma), "")


def _fates(x: Spec) -> list[SpecValue]:
    """Cross and triangle at the foot of the figure."""
    foot: Spec = {"x": x, "y": {"value": "height"}, "tooltip": _told()}
    cross = dot(60, shape=CROSS, color=ALERT, yOffset=-8)
    triangle = dot(60, shape=TRIANGLE, color=ALERT, yOffset=-22)
    return [
        layer(cross, foot, "datum.f == 'lost' || datum.f == 'both'"),
        layer(triangle, foot, "datum.f == 'tma' || datum.f == 'both'"),
    ]


def _points(material: Material, endpoint: Endpoint) -> list[dict[str, SpecValue]]:
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


def _colour(material: Material, rows: Values) -> Spec:
    names = sorted({str(each["s"]) for each in rows})
    domain: list[SpecValue] = [*names]
    colours: list[SpecValue] = [material.colours.get(each, FAINT) for each in names]
    return words("s", scale={"domain": domain, "range": colours}, legend=None)


def _names(count: int) -> Spec:
    return {"labelAngle": -50 if count > 7 else 0, "ticks": False, "labelOverlap": False, "labelLimit": 120}


def _told() -> list[SpecValue]:
    return told(("s", "Subject"), ("t", "Result"), ("r", "Remark"))
