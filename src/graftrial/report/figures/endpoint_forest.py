"""Our estimate in dark above published results in grey: points with limits, one row each."""

from __future__ import annotations

from collections.abc import Sequence

from graftrial.report.blocks import Spec, SpecValue
from graftrial.report.endpoint_words import is_share
from graftrial.report.figures.theme import dot, layer, quantity, titled, told, words
from graftrial.report.material import Material
from graftrial.report.numbers import unit_words
from graftrial.report.palette import INFERRED, INK, QUIET
from graftrial.report.results import ResultRow
from graftrial.study.model import Endpoint

OURS = "this study"


def forest_spec(
    material: Material, endpoint: Endpoint, own: ResultRow | None, others: Sequence[ResultRow]
) -> Spec:
    """One row a result; a published one in another unit is in the table only."""
    unit = own.unit if own else others[0].unit
    name = f"{OURS}, as stated by its source" if own and own.key.endswith(".reported_share") else OURS
    rows = [_value(name, own, "ours")] if own is not None and own.number is not None else []
    rows += [_value(_short(each), each, "theirs") for each in others if each.unit == unit]
    order: list[SpecValue] = [each["s"] for each in rows]
    values: list[SpecValue] = [*rows]
    share = is_share(endpoint)
    axis: Spec = {"tickCount": 8, **({"format": "%"} if share else {})}
    x = quantity("v", "" if share else unit_words(unit), axis=axis, scale={"zero": True, "nice": True})
    y = words("s", sort=order, axis={"labelLimit": 320, "ticks": False, "domain": False})
    colour: Spec = {
        "field": "k",
        "type": "nominal",
        "scale": {"domain": ["ours", "theirs"], "range": [INK, INFERRED]},
        "legend": None,
    }
    place: Spec = {
        "x": x,
        "y": y,
        "color": colour,
        "tooltip": told(("s", "Result"), ("t", "Value"), ("n", "n")),
    }
    limits: Spec = {"type": "rule", "strokeWidth": 1.6}
    body: Spec = {
        "width": "container",
        "height": {"step": 26},
        "data": {"values": values},
        "layer": [
            layer(
                {"type": "rule", "color": QUIET, "strokeDash": [4, 3]}, {"x": quantity("z")}, rows=[{"z": 0}]
            ),
            layer(limits, {**place, "x": {**x, "field": "lo"}, "x2": {"field": "hi"}}, "isValid(datum.lo)"),
            layer(dot(70), place),
        ],
    }
    return titled(f"{endpoint.title}: ours above, published below", material.subtitle, body)


def _value(name: str, row: ResultRow, kind: str) -> dict[str, SpecValue]:
    value: dict[str, SpecValue] = {
        "s": f"{name} (n = {row.n})",
        "v": row.number,
        "k": kind,
        "n": row.n,
        "t": f"{row.number:.3g}",
    }
    if row.lower is not None and row.upper is not None:
        value |= {"lo": row.lower, "hi": row.upper}
    return value


def _short(row: ResultRow) -> str:
    return row.label.partition(":")[0]
