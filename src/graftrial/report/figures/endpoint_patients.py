"""Figures of an endpoint with one mark a patient: waterfall, response, slopes, lines with the model's mean."""

from __future__ import annotations

from graftrial.report.blocks import Spec, SpecValue
from graftrial.report.endpoint_words import digits
from graftrial.report.figures.theme import CROSS, dot, layer, quantity, titled, told, words
from graftrial.report.material import Material
from graftrial.report.numbers import unit_words
from graftrial.report.palette import ACCENT, ALERT, FAINT, QUIET
from graftrial.study.model import Endpoint

TRIANGLE = "triangle-up"
NO_ANSWER: Spec = {"type": "text", "text": "no answer", "color": QUIET, "fontSize": 9.5, "dy": -8}
Values = list[dict[str, SpecValue]]


def waterfall_spec(material: Material, endpoint: Endpoint) -> Spec:
    """Bars of the change, sorted; marks of the graft's fate at the foot."""
    rows = patient_marks(material, endpoint)
    rows.sort(key=lambda each: (each["v"] is None, each["v"] or 0.0, each["s"]))
    of = next(
        (each.unit for each in material.results.starting(f"endpoint.{endpoint.id}.patient.") if each.unit), ""
    )
    order: list[SpecValue] = [each["s"] for each in rows]
    x = words("s", sort=order, scale={"domain": order}, axis=_names(len(order)))
    title = f"Change, {unit_words(of)}"
    y = quantity("v", title, scale={"padding": 24}, axis=_ticks(of))
    place: Spec = {"x": x, "y": y, "color": colour(material, rows), "tooltip": tips()}
    body: Spec = {
        "width": "container",
        "height": 250,
        "data": {"values": [*rows]},
        "layer": [
            layer({"type": "rule", "color": QUIET}, {"y": quantity("z", title)}, rows=[{"z": 0}]),
            layer({"type": "bar", "width": {"band": 0.62}}, place, "isValid(datum.v)"),
            layer(
                {"type": "point", "filled": True, "size": 40, "shape": "diamond", "opacity": 1},
                place,
                "datum.v === 0",
            ),
            layer(NO_ANSWER, {"x": x, "y": {"datum": 0}, "tooltip": tips()}, "!isValid(datum.v)"),
            *_fates(x),
        ],
    }
    return titled(f"{endpoint.title}: change of each patient", material.subtitle, body)


def response_spec(material: Material, endpoint: Endpoint) -> Spec:
    """Baseline open, value filled, joined; the threshold as a line."""
    rows = patient_marks(material, endpoint)
    rows.sort(key=lambda each: (each["a"] is None, each["a"] or 0.0, each["s"]))
    order: list[SpecValue] = [each["s"] for each in rows]
    x = words("s", sort=order, scale={"domain": order}, axis=_names(len(order)))
    title = f"{endpoint.words}, {unit_words(endpoint.unit)}"
    y = quantity("a", title, scale={"zero": True, "nice": True}, axis=_ticks(endpoint.unit))
    place: Spec = {"x": x, "color": colour(material, rows), "tooltip": tips()}
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


def patient_marks(material: Material, endpoint: Endpoint) -> Values:
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
    foot: Spec = {"x": x, "y": {"value": "height"}, "tooltip": tips()}
    cross = dot(60, shape=CROSS, color=ALERT, yOffset=-8)
    triangle = dot(60, shape=TRIANGLE, color=ALERT, yOffset=-22)
    return [
        layer(cross, foot, "datum.f == 'lost' || datum.f == 'both'"),
        layer(triangle, foot, "datum.f == 'tma' || datum.f == 'both'"),
    ]


def colour(material: Material, rows: Values) -> Spec:
    """The colour of each patient, without a legend: names stand beside the marks or in the tooltip."""
    names = sorted({str(each["s"]) for each in rows})
    domain: list[SpecValue] = [*names]
    colours: list[SpecValue] = [material.colours.get(each, FAINT) for each in names]
    return words("s", scale={"domain": domain, "range": colours}, legend=None)


def _ticks(unit: str) -> Spec:
    """Grades have no halves."""
    return {"tickCount": 6, **({"tickMinStep": 1, "format": "d"} if unit == "grade" else {})}


def _names(count: int) -> Spec:
    return {"labelAngle": -50 if count > 7 else 0, "ticks": False, "labelOverlap": False, "labelLimit": 120}


def tips() -> list[SpecValue]:
    """Subject, result and remark of a mark."""
    return told(("s", "Subject"), ("t", "Result"), ("r", "Remark"))
