"""Laboratory courses against the limits of normal, and the hepatic plot."""

from __future__ import annotations

import polars as pl

from graftrial.report.blocks import Spec, SpecValue
from graftrial.report.figures.kidney_function import infusion_line
from graftrial.report.figures.theme import dot, layer, quantity, titled, told, words
from graftrial.report.material import Material, Record
from graftrial.report.numbers import day, unit_words
from graftrial.report.palette import BAND, QUIET

NAMED = 12
ALT_LINE, BILIRUBIN_LINE = 3, 2  # multiples of the upper limit

DRAWN = ("subject_id", "day", "value", "canonical_value", "lower_limit", "upper_limit")


def spaghetti_spec(material: Material, analyte: str, title: str, unit: str) -> Spec:
    """One line a patient, the band between the limits of normal behind it."""
    rows = [each for each in _rows(material, analyte) if each["day"] is not None]
    values: list[SpecValue] = [
        {
            "s": row["subject_id"],
            "d": row["day"],
            "v": row["canonical_value"],
            "w": day(row["day"]),
            "t": f"{row['canonical_value']:.4g} {unit}",
        }
        for row in rows
    ]
    x = quantity("d", material.day_axis, scale={"nice": False, "padding": 6}, axis={"grid": False})
    y = quantity("v", f"{title} ({unit_words(unit)})", scale={"zero": False})
    tooltip = told(("s", "Subject"), ("w", "When"), ("t", title))
    encoding: Spec = {"x": x, "y": y, "color": _colour(material, values), "tooltip": tooltip}
    return titled(
        title,
        material.subtitle,
        {
            "width": "container",
            "height": 220,
            "data": {"values": values},
            "layer": [
                *_band(rows, y),
                *infusion_line(material, x),
                layer({"type": "line", "strokeWidth": 1.4}, encoding),
                layer(dot(18), encoding),
            ],
        },
    )


def _rows(material: Material, analyte: str) -> list[Record]:
    mine = (pl.col("analyte_name") == analyte) & pl.col("canonical_value").is_not_null()
    return list(material.frame("labs").filter(mine).select(*DRAWN).iter_rows(named=True))


def _band(rows: list[Record], y: Spec) -> list[SpecValue]:
    """The limits in the canonical unit; one band where they agree, else the narrowest that all share."""
    lows, highs = [], []
    for row in rows:
        if row["value"] and row["canonical_value"]:
            scale = row["canonical_value"] / row["value"]
            if row["lower_limit"] is not None:
                lows.append(row["lower_limit"] * scale)
            if row["upper_limit"] is not None:
                highs.append(row["upper_limit"] * scale)
    if not highs:
        return []
    low, high = (max(lows) if lows else 0.0), min(highs)
    band: list[SpecValue] = [{"v": low, "v2": high}]
    return [layer({"type": "rect", "color": BAND}, {"y": y, "y2": {"field": "v2"}}, rows=band)]


def _colour(material: Material, values: list[SpecValue]) -> Spec:
    names = sorted({str(each["s"]) for each in values if isinstance(each, dict)})
    domain: list[SpecValue] = list(names)
    colours: list[SpecValue] = [material.colours[each] for each in names]
    legend: Spec | None = (
        {"title": None, "columns": 6, "symbolType": "stroke"} if 1 < len(names) <= NAMED else None
    )
    return words("s", scale={"domain": domain, "range": colours}, legend=legend)


def has_hepatic(material: Material) -> bool:
    """Whether somebody has ALT and bilirubin of one day, both with an upper limit."""
    return bool(_pairs(material))


def _pairs(material: Material) -> list[SpecValue]:
    found: dict[tuple[str, int], dict[str, float]] = {}
    if material.frame("labs").is_empty():
        return []
    for analyte in ("alt", "bilirubin"):
        for row in _rows(material, analyte):
            if row["day"] is not None and row["upper_limit"]:
                key = (row["subject_id"], row["day"])
                found.setdefault(key, {})[analyte] = row["value"] / row["upper_limit"]
    return [
        {
            "s": subject,
            "d": when,
            "a": round(pair["alt"], 3),
            "b": round(pair["bilirubin"], 3),
            "w": day(when),
            "t": f"ALT {pair['alt']:.3g}, bilirubin {pair['bilirubin']:.3g} times the upper limit",
        }
        for (subject, when), pair in sorted(found.items())
        if len(pair) == 2
    ]


def hepatic_spec(material: Material) -> Spec:
    """ALT against bilirubin in multiples of the upper limit, each patient's points joined in time."""
    values = _pairs(material)
    scale: Spec = {"type": "log", "nice": True}
    x = quantity("a", "ALT (times upper limit)", scale=scale)
    y = quantity("b", "Bilirubin (times upper limit)", scale=scale)
    tooltip = told(("s", "Subject"), ("w", "When"), ("t", "Values"))
    colour = _colour(material, values)
    encoding: Spec = {"x": x, "y": y, "color": colour, "tooltip": tooltip}
    joined: Spec = {"x": x, "y": y, "color": colour, "order": {"field": "d", "type": "quantitative"}}
    dashed: Spec = {"type": "rule", "color": QUIET, "strokeDash": [4, 3]}
    return titled(
        "ALT and bilirubin",
        material.subtitle,
        {
            "width": "container",
            "height": 300,
            "data": {"values": values},
            "layer": [
                layer(dashed, {"x": x}, rows=[{"a": ALT_LINE}]),
                layer(dashed, {"y": y}, rows=[{"b": BILIRUBIN_LINE}]),
                layer({"type": "line", "strokeWidth": 1, "opacity": 0.6}, joined),
                layer(dot(30), encoding),
            ],
        },
    )
