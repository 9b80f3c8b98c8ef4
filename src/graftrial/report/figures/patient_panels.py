"""Stacked panels of one patient over the same days: eGFR, proteinuria, strongest donor-specific antibody, tacrolimus.

A panel is there only for what was measured. The words of a panel stand in the room that the lanes below use for theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from graftrial.report.blocks import Spec, SpecValue
from graftrial.report.figures.moments import Span, position
from graftrial.report.figures.theme import dot, layer, told
from graftrial.report.material import Material
from graftrial.report.numbers import plain, rounded
from graftrial.report.palette import ALERT, FAINT, INFERRED, INK, QUIET

HEIGHT, SPACING = 62, 12  # px
CUTOFF, SATURATION = "antibodies.cutoff_mfi", "antibodies.saturation_mfi"
TARGETS = ("tacrolimus.target_low", "tacrolimus.target_high")


@dataclass(frozen=True, slots=True)
class Panel:
    """What a panel shows: the derived frame, the column of the value, words, and the foot of a logarithmic axis.

    analyte: kept rows, where the frame has several. foot: lowest drawn value of a logarithmic axis; 0 is linear.
    """

    frame: str
    value: str
    words: str
    unit: str
    analyte: str = ""
    foot: float = 0
    digits: int = 0
    lines: tuple[float, ...] = ()


PANELS = (
    Panel("kidney_function", "egfr_ml_per_min_1_73m2", "eGFR", "mL/min/1.73 m²", lines=(15, 30)),
    Panel("proteinuria", "canonical_value", "UPCR", "mg/g, logarithmic", "upcr", 50, lines=(150, 500)),
    Panel("sera", "immunodominant_mfi", "Strongest DSA", "MFI, logarithmic", foot=100),
    Panel("labs", "canonical_value", "Tacrolimus trough", "ng/mL", "tacrolimus", digits=1),
)


def measured(material: Material, subject_id: str, axis: str) -> dict[Panel, list[Mapping[str, Any]]]:
    """Rows of each panel that have a place on the axis: `at` (day, or date) and `value` (null is a gap)."""
    found: dict[Panel, list[Mapping[str, Any]]] = {}
    for panel in PANELS:
        frame = material.frame(panel.frame)
        if frame.is_empty():
            continue
        own = frame.filter(pl.col("subject_id") == subject_id)
        if panel.analyte:
            own = own.filter(pl.col("analyte_name") == panel.analyte)
        rows = [
            {**row, "at": _place(row, axis), "value": row[panel.value]} for row in own.iter_rows(named=True)
        ]
        placed = [row for row in rows if row["at"] is not None]
        if any(row["value"] is not None for row in placed):
            found[panel] = sorted(placed, key=lambda row: position(row["at"]))
    return found


def _place(row: Mapping[str, Any], axis: str) -> int | date | None:
    """The study day, or the calendar day where that is the axis and it is known to the day."""
    if axis == "day":
        day: int | None = row["day"]
        return day
    low, high = row.get("date_earliest"), row.get("date_latest")
    return low if axis == "date" and isinstance(low, date) and low == high else None


def panel_specs(
    material: Material,
    found: Mapping[Panel, Sequence[Mapping[str, Any]]],
    span: Span,
    right: float,
    colour: str,
    days: Mapping[str, Sequence[float]],
) -> list[SpecValue]:
    """One view a panel. right: end of the axis with its gutter. days: of `infusions` and of the `loss` of the graft."""
    return [_panel(material, panel, rows, span, right, colour, days) for panel, rows in found.items()]


def _panel(
    material: Material,
    panel: Panel,
    rows: Sequence[Mapping[str, Any]],
    span: Span,
    right: float,
    colour: str,
    days: Mapping[str, Sequence[float]],
) -> Spec:
    loss = min(days["loss"], default=None)
    values = [_value(panel, row, loss) for row in rows]
    x = _x(span, right)
    y: Spec = {
        "field": "v",
        "type": "quantitative",
        "title": None,
        "scale": _scale(panel),
        "axis": _axis(panel),
    }
    point: Spec = {"x": x, "y": y, "tooltip": told(("what", "What"), ("when", "When"), ("t", "Value"))}
    hollow: Spec = {"type": "point", "size": 26, "color": INFERRED, "strokeWidth": 1.1, "invalid": "filter"}
    line: Spec = {"type": "line", "strokeWidth": 1.8, "color": colour, "invalid": "break-paths-show-domains"}
    return {
        "width": 0,
        "height": HEIGHT,
        "view": {"stroke": FAINT},
        "data": {"values": list(values)},
        "layer": [
            *shaded(loss, span, x),
            *infused(days["infusions"], x, colour),
            *_borders(material, panel, y),
            layer(line, point, "datum.k == 'value'"),
            layer(dot(30, color=colour, invalid="filter"), point, "datum.k == 'value'"),
            layer(hollow, point, "datum.k != 'value'"),
            _words(panel),
        ],
    }


def _x(span: Span, right: float) -> Spec:
    """The axis of days without words: those stand under the lanes."""
    ticks: list[SpecValue] = list(span.ticks)
    wordless: Spec = {"values": ticks, "labels": False, "ticks": False, "domain": False, "title": None}
    wordless |= {"grid": True, "gridColor": "#eef1f4"}
    scale: Spec = {"domain": [span.low, right], "nice": False}
    return {"field": "x", "type": "quantitative", "axis": wordless, "scale": scale}


def _value(panel: Panel, row: Mapping[str, Any], loss: float | None) -> SpecValue:
    value, at = row["value"], position(row["at"])
    is_after = loss is not None and at > loss
    is_none = panel.frame == "sera" and value == 0
    words = "no value" if value is None else f"{rounded(value, panel.digits)} {panel.unit.split(',')[0]}"
    drawn = None if value is None else max(round(value, 2), panel.foot) if panel.foot else round(value, 2)
    when = f"day {rounded(at)}" if isinstance(row["at"], int) else row["at"].isoformat()
    return {
        "x": at,
        "v": drawn,
        "k": "after" if is_after else "value",
        "what": panel.words,
        "when": when + (", after graft loss" if is_after else ""),
        "t": "no positive donor-specific antibody" if is_none else words,
    }


def _scale(panel: Panel) -> Spec:
    return (
        {"type": "log", "nice": True, "domainMin": panel.foot} if panel.foot else {"zero": True, "nice": True}
    )


def _axis(panel: Panel) -> Spec:
    axis: Spec = {"tickCount": 3, "grid": False, "domain": False, "labelFontSize": 10, "tickSize": 3}
    if panel.foot:
        powers: list[SpecValue] = [100, 1000, 10000]
        axis |= {"values": powers, "format": ",d", "labelOverlap": False}
    return axis


def _borders(material: Material, panel: Panel, y: Spec) -> list[SpecValue]:
    """Dashed lines: fixed thresholds of a panel, else those that the study file pins."""
    names = {"sera": (CUTOFF, SATURATION), "labs": TARGETS}.get(panel.frame, ())
    pinned = [each for name in names if (each := material.study.thresholds.get(name)) is not None]
    borders: list[SpecValue] = [{"v": each, "t": plain(each)} for each in (*panel.lines, *pinned)]
    if not borders:
        return []
    mark: Spec = {"type": "rule", "color": QUIET, "strokeDash": [4, 3], "strokeWidth": 0.8}
    return [layer(mark, {"y": y}, rows=borders)]


def _words(panel: Panel) -> SpecValue:
    """Name and unit in the room at the left."""
    lines: list[SpecValue] = [panel.words, panel.unit]
    words: Spec = {
        "type": "text", "x": {"expr": "-labels"}, "y": 10, "align": "left", "color": INK, "fontSize": 11,
        "lineHeight": 15, "text": lines,
    }  # fmt: skip
    return layer(words, {}, rows=[{}])


def shaded(loss: float | None, span: Span, x: Spec) -> list[SpecValue]:
    """The time after the loss of the graft."""
    if loss is None:
        return []
    ends: Spec = {"x": x, "x2": {"field": "x2"}}
    rows: list[SpecValue] = [{"x": max(loss, span.low), "x2": span.high}]
    return [layer({"type": "rect", "color": ALERT, "opacity": 0.08}, ends, rows=rows)]


def infused(days: Sequence[float], x: Spec, colour: str) -> list[SpecValue]:
    """A line for every infusion whose day is known."""
    if not days:
        return []
    rows: list[SpecValue] = [{"x": each} for each in days]
    return [layer({"type": "rule", "color": colour, "strokeWidth": 1, "opacity": 0.55}, {"x": x}, rows=rows)]
