"""What all figures share: fonts, axes, grid, the title with its subtitle."""

from __future__ import annotations

from graftrial.report.blocks import Spec, SpecValue
from graftrial.report.palette import INK, QUIET, RULE, SYNTHETIC

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
FONT = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif"
STATIC_WIDTH = 760  # px, where the container is not known

CROSS = "M-.7,-1L0,-.3L.7,-1L1,-.7L.3,0L1,.7L.7,1L0,.3L-.7,1L-1,.7L-.3,0L-1,-.7Z"  # the symbol of an end

CONFIG: Spec = {
    "font": FONT,
    "background": "white",
    "aria": False,
    "view": {"stroke": None},
    "padding": 4,
    "title": {
        "anchor": "start",
        "color": INK,
        "fontSize": 14,
        "fontWeight": 600,
        "subtitleColor": QUIET,
        "subtitleFontSize": 11.5,
        "offset": 14,
        "frame": "bounds",
    },
    "axis": {
        "labelColor": INK,
        "labelFontSize": 11,
        "titleColor": QUIET,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "titlePadding": 8,
        "gridColor": RULE,
        "domainColor": QUIET,
        "tickColor": QUIET,
    },
    "header": {
        "labelColor": INK,
        "labelFontSize": 11.5,
        "labelFontWeight": 600,
        "labelAnchor": "start",
        "title": None,
    },
    "legend": {
        "labelColor": INK,
        "labelFontSize": 11,
        "titleColor": QUIET,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "symbolStrokeWidth": 2,
        "orient": "bottom",
    },
}


def titled(title: str, subtitle: str, body: Spec) -> Spec:
    """The specification with schema, title and, for invented data, the word SYNTHETIC under it."""
    head: Spec = {"text": title}
    if subtitle:
        head |= {
            "subtitle": subtitle,
            "subtitleColor": SYNTHETIC,
            "subtitleFontWeight": 700,
            "subtitleFontSize": 12,
        }
    fitting: Spec = {"autosize": {"type": "fit-x", "contains": "padding"}} if "width" in body else {}
    return {"$schema": SCHEMA, "title": head, **fitting, **body}


def quantity(field: str, title: str | None = None, **more: SpecValue) -> Spec:
    """A quantitative encoding."""
    return {"field": field, "type": "quantitative", "title": title, **more}


def words(field: str, title: str | None = None, **more: SpecValue) -> Spec:
    """A nominal encoding."""
    return {"field": field, "type": "nominal", "title": title, **more}


def told(*pairs: tuple[str, str]) -> list[SpecValue]:
    """A tooltip: fields with their titles."""
    return [{"field": field, "title": title, "type": "nominal"} for field, title in pairs]


def layer(mark: Spec, encoding: Spec, when: str = "", rows: list[SpecValue] | None = None) -> Spec:
    """One layer: its mark, its encoding, a filter, and rows of its own where it has any."""
    parts: Spec = {"mark": mark, "encoding": encoding}
    if when:
        parts["transform"] = [{"filter": when}]
    if rows is not None:
        parts["data"] = {"values": rows}
    return parts


def dot(size: float, **more: SpecValue) -> Spec:
    """A filled point."""
    return {"type": "point", "filled": True, "opacity": 1, "size": size, **more}
