"""Protein-creatinine ratio over time on a logarithmic axis, one line a patient."""

from __future__ import annotations

from graftrial.report.blocks import Spec, SpecValue
from graftrial.report.figures.kidney_function import NAMED, POINTS, infusion_line
from graftrial.report.figures.theme import dot, layer, quantity, titled, told, words
from graftrial.report.material import Material
from graftrial.report.numbers import day, rounded
from graftrial.report.palette import INFERRED, QUIET

LOWEST = 10  # mg/g; the foot of the axis: a ratio below it is drawn there and told in full
BORDERS = (150, 500)  # mg/g, KDIGO A1 | A2 | A3
UPCR = "UPCR (mg/g), logarithmic"


def drawn(material: Material) -> list[SpecValue]:
    """Measured ratios with a study day."""
    frame = material.frame("proteinuria")
    return [
        {
            "s": row["subject_id"],
            "d": row["day"],
            "m": None if row["canonical_value"] is None else max(round(row["canonical_value"], 1), LOWEST),
            "k": "after" if row["is_after_graft_loss"] else "value",
            "t": "no value" if row["canonical_value"] is None else f"{rounded(row['canonical_value'])} mg/g",
            "w": day(row["day"]),
        }
        for row in frame.iter_rows(named=True)
        if row["analyte_name"] == "upcr" and row["day"] is not None
    ]


def cohort_spec(material: Material, values: list[SpecValue]) -> Spec:
    """One line a patient; values after the loss of the graft are hollow."""
    names = sorted({str(each["s"]) for each in values if isinstance(each, dict)})
    x = quantity(
        "d", material.day_axis, scale={"nice": False, "padding": 6}, axis={"tickCount": 9, "grid": False}
    )
    scale: Spec = {"type": "log", "nice": False}
    y = quantity(
        "m", UPCR, scale=scale, axis={"values": [10, 30, 100, 300, 1000, 3000, 10000], "format": ",d"}
    )
    domain: list[SpecValue] = list(names)
    colours: list[SpecValue] = [material.colours[each] for each in names]
    legend: Spec | None = (
        {"title": None, "columns": 6, "symbolType": "stroke"} if 1 < len(names) <= NAMED else None
    )
    colour = words("s", scale={"domain": domain, "range": colours}, legend=legend)
    tooltip = told(("s", "Subject"), ("w", "When"), ("t", "UPCR"))
    encoding: Spec = {"x": x, "y": y, "color": colour, "tooltip": tooltip}
    many = len(names) > POINTS
    line: Spec = {"type": "line", "strokeWidth": 0.6 if many else 1.8, "opacity": 0.35 if many else 1}
    borders: list[SpecValue] = [{"m": each, "text": str(each)} for each in BORDERS]
    label: Spec = {"type": "text", "align": "right", "dx": -2, "dy": -5, "fontSize": 10, "color": QUIET}
    at: Spec = {"y": y, "x": {"value": "width"}, "text": {"field": "text", "type": "nominal"}}
    hollow: Spec = {"type": "point", "size": 24, "color": INFERRED, "strokeWidth": 1}
    layers: list[SpecValue] = [
        *infusion_line(material, x),
        layer({"type": "rule", "color": QUIET, "strokeDash": [4, 3]}, {"y": y}, rows=borders),
        layer(label, at, rows=borders),
        layer({**line, "invalid": "break-paths-show-domains"}, encoding, "datum.k == 'value'"),
        *([] if many else [layer(dot(30, invalid="filter"), encoding, "datum.k == 'value'")]),
        layer(hollow, {"x": x, "y": y, "tooltip": tooltip}, "datum.k == 'after'"),
    ]
    body: Spec = {"width": "container", "height": 260, "data": {"values": values}, "layer": layers}
    return titled("Urinary protein-creatinine ratio over time", material.subtitle, body)
