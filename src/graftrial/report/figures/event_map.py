"""The map of events: patients across, classes down, the worst grade as shade and as a number."""

from __future__ import annotations

from collections.abc import Sequence

from graftrial.report.blocks import Spec, SpecValue
from graftrial.report.figures.theme import layer, titled, told, words
from graftrial.report.material import Material
from graftrial.report.palette import INK, RULE
from graftrial.report.results import ResultRow

SHADES = {"?": "#eef0f2", "1": "#dbe7ef", "2": "#b4d0e0", "3": "#d98545", "4": "#a8451b", "5": "#4f140c"}
PALE = ("?", "1", "2", "3")  # shades on which dark numbers are read


def event_map_spec(material: Material, rows: Sequence[ResultRow], names: Sequence[str]) -> Spec:
    """One square for every patient and class with an event."""
    squares = [_square(each) for each in rows]
    classes = sorted({str(each["c"]) for each in squares})
    grid: list[SpecValue] = [{"s": name, "c": each} for name in names for each in classes]
    domain: list[SpecValue] = list(names)
    x = words(
        "s",
        scale={"domain": domain},
        axis={"labelAngle": -90 if len(names) > 6 else 0, "ticks": False, "orient": "top"},
    )
    y = words("c", sort=[*classes], axis={"ticks": False, "labelLimit": 280})
    place: Spec = {"x": x, "y": y}
    values: list[SpecValue] = [*squares]
    return titled(
        "Worst grade by patient and system organ class",
        material.subtitle,
        {
            "width": "container",
            "height": {"step": 26},
            "data": {"values": values},
            "layer": _layers(place, grid),
        },
    )


def _layers(place: Spec, grid: list[SpecValue]) -> list[SpecValue]:
    """The empty grid, the squares, the frame of a serious one, the grade as a number."""
    shade: Spec = {
        "field": "g",
        "type": "nominal",
        "title": "Worst grade",
        "scale": {"domain": [*SHADES], "range": [*SHADES.values()]},
    }
    tooltip = told(("s", "Patient"), ("c", "Class"), ("g", "Worst grade"), ("n", "Events"), ("w", "Serious"))
    dark = " || ".join(f"datum.g == '{each}'" for each in PALE)
    number: Spec = {"type": "text", "fontSize": 11}
    grade: Spec = {**place, "text": {"field": "g"}}
    frame: Spec = {"type": "rect", "filled": False, "stroke": INK, "strokeWidth": 1.8}
    return [
        layer({"type": "rect", "fill": "white", "stroke": RULE}, place, rows=grid),
        layer({"type": "rect", "stroke": "white"}, {**place, "color": shade, "tooltip": tooltip}),
        layer(frame, place, "datum.w == 'yes'"),
        layer({**number, "color": INK}, grade, dark),
        layer({**number, "color": "white"}, grade, f"!({dark})"),
    ]


def _square(row: ResultRow) -> dict[str, SpecValue]:
    place, _, name = row.label.rpartition(": ")
    grade = "?" if row.count is None else str(row.count)
    return {"s": name, "c": place, "g": grade, "n": row.n, "w": "yes" if "serious" in row.method else "no"}
