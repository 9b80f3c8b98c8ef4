"""Pictures of transcripts: patients on the reference map, scores in percentiles of it, genes as a heat map."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from graftrial.derive.transcript_reference import GROUPS, reference_places
from graftrial.report.blocks import Spec, SpecValue
from graftrial.report.figures.theme import dot, layer, quantity, titled, told, words
from graftrial.report.material import Material, Record
from graftrial.report.numbers import rounded, signed
from graftrial.report.palette import BAND, FAINT, QUIET
from graftrial.report.transcripts.pictures import COLOURS

MAP_WIDTH, MAP_HEIGHT = 660, 430
KEY_SETS: Mapping[str, str] = {
    "LIT_DSAST21": "DSAST (antibody)",
    "LIT_DSAprob19": "DSAprob (antibody)",
    "LIT_ABMRpm17": "ABMRpm (antibody)",
    "HMX_ENDAT": "ENDAT (endothelium)",
    "LIT_NK4": "NK cells",
    "HMX_CELL_T-cells": "T cells",
    "HMX_TCMR": "TCMR",
    "HMX_Type_II_Interferon_Signaling": "interferon gamma",
    "HMX_CELL_B-cells": "B cells",
    "HMX_Acute_Early_Injury": "acute injury",
    "LIT_CAMR21": "CAMR (chronic)",
    "HMX_Late_Injury_IFTA": "late injury, IFTA",
}
HEAT_TITLES = {
    "LIT_DSAST21": "DSAST (antibody)",
    "HMX_CELL_Cytotoxic_cells": "cytotoxic",
    "HMX_CELL_T-cells": "T cells",
    "HMX_CELL_B-cells": "B cells",
}
STRONGEST = 3.0  # log2; the ends of the scale of the heat map
PERCENTILE_WIDTH = 200
MOST_LABELS = 24  # names of biopsies on the map
Corner = tuple[str, int, int]  # alignment of the name, and pixels from the dot
Box = tuple[float, float, float, float]
CORNERS: tuple[Corner, ...] = (("left", 9, -9), ("left", 9, 12), ("right", -9, -9), ("right", -9, 12))
DOT, LETTER = 6, 6.6  # pixels: half a dot, a letter of a name
HIDDEN: Spec = {"labels": False, "ticks": False, "grid": False}
ROOM: Spec = {"nice": False, "padding": 12}
X = quantity("x", "first component of all 758 genes, fixed", axis=HIDDEN, scale=ROOM)
Y = quantity("y", "second component, fixed", axis=HIDDEN, scale=ROOM)
OWN: Spec = {"field": "colour", "type": "nominal", "scale": None, "legend": None}


def map_spec(material: Material, places: Sequence[Record], pairs: Sequence[Record]) -> Spec:
    """The 537 reference biopsies as pale dots, the patients' biopsies as circles, an arrow from before to after."""
    mine = [_on_map(material, each) for each in places]
    arrows = _arrows(places, pairs, material)
    at: Spec = {
        "x": X, "y": Y,
        "tooltip": told(("s", "Subject"), ("b", "Biopsy"), ("p", "Before or after"), ("n", "25 nearest")),
    }  # fmt: skip
    ends: Spec = {"x": X, "y": Y, "x2": {"field": "x2"}, "y2": {"field": "y2"}, "color": OWN}
    turned: Spec = {"field": "angle", "type": "quantitative", "scale": None}
    head: Spec = {"x": {**X, "field": "xm"}, "y": {**Y, "field": "ym"}, "color": OWN, "angle": turned}
    named: Spec = {"x": X, "y": Y, "text": words("b"), "color": OWN}
    return titled(
        "Biopsies of the study among the reference biopsies",
        material.subtitle,
        {
            "width": MAP_WIDTH,
            "height": MAP_HEIGHT,
            "layer": [
                _reference(),
                layer({"type": "rule", "strokeWidth": 2}, ends, rows=arrows),
                layer(dot(130, shape="triangle", stroke="white", strokeWidth=0.8), head, rows=arrows),
                layer(_hollow(95, 2.4), {**at, "stroke": OWN}, "datum.p != 'after'", rows=mine),
                layer(dot(105), {**at, "color": OWN}, "datum.p == 'after'", rows=mine),
                *_labels(places, mine, named),
            ],
            "resolve": {"scale": {"color": "independent", "stroke": "independent"}},
        },
    )


def _labels(places: Sequence[Record], mine: Sequence[SpecValue], named: Spec) -> list[SpecValue]:
    """Names of the biopsies, a layer a side, so that they do not cover each other; none where there are too many."""
    if len(mine) > MOST_LABELS:
        return []
    corners = label_corners(
        [(each["x"], each["y"], str(each["profile"])) for each in places], _extent(places)
    )
    layers: list[SpecValue] = []
    for align, dx, dy in CORNERS:
        rows = [row for row, corner in zip(mine, corners, strict=True) if corner == (align, dx, dy)]
        mark: Spec = {"type": "text", "dx": dx, "dy": dy, "align": align, "fontSize": 11, "fontWeight": 600}
        layers += [layer(mark, named, rows=rows)] if rows else []
    return layers


def label_corners(
    named: Sequence[tuple[float, float, str]], extent: tuple[float, float, float, float]
) -> list[Corner]:
    """The corner of each dot at which its name meets no other name and no other dot, or the one where it meets fewest.

    extent: width and height of the data, its lowest x and y. Earlier names keep their place.
    """
    across, down, left, low = extent
    dots = [
        ((x - left) / across * MAP_WIDTH, MAP_HEIGHT - (y - low) / down * MAP_HEIGHT) for x, y, _ in named
    ]
    taken: list[Box] = []
    chosen: list[Corner] = []
    for (x, y), (_, _, name) in zip(dots, named, strict=True):
        boxes = {corner: _box(x, y, name, corner) for corner in CORNERS}
        others = [(a - DOT, b - DOT, a + DOT, b + DOT) for a, b in dots if (a, b) != (x, y)]
        best = min(CORNERS, key=lambda corner: sum(_meet(boxes[corner], each) for each in (*taken, *others)))
        taken.append(boxes[best])
        chosen.append(best)
    return chosen


def _box(x: float, y: float, name: str, corner: Corner) -> Box:
    align, dx, dy = corner
    width = LETTER * len(name)
    start = x + dx - (width if align == "right" else 0)
    return start, y + dy - 7, start + width, y + dy + 5


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _extent(places: Sequence[Record]) -> tuple[float, float, float, float]:
    """Width and height of what the map shows, its lowest x and y."""
    every = [
        *((each["x"], each["y"]) for each in places),
        *(each for group in reference_places().values() for each in group),
    ]
    x, y = zip(*every, strict=True)
    return max(x) - min(x), max(y) - min(y), min(x), min(y)


def _reference() -> Spec:
    """The layer of the reference biopsies with the legend of their diagnoses."""
    names: list[SpecValue] = list(GROUPS)
    colours: list[SpecValue] = [COLOURS[group] for group in GROUPS]
    rows: list[SpecValue] = [
        {"x": round(x, 2), "y": round(y, 2), "g": group}
        for group in GROUPS
        for x, y in reference_places()[group]
    ]
    group = words("g", "Reference biopsies by diagnosis", scale={"domain": names, "range": colours})
    return layer({"type": "circle", "size": 26, "opacity": 0.55}, {"x": X, "y": Y, "color": group}, rows=rows)


def _hollow(size: float, stroke: float) -> Spec:
    return {"type": "point", "size": size, "strokeWidth": stroke, "fill": "white", "opacity": 1}


def _on_map(material: Material, place: Record) -> SpecValue:
    return {
        "x": round(place["x"], 3),
        "y": round(place["y"], 3),
        "s": place["subject_id"],
        "b": place["profile"],
        "p": place["period"],
        "n": f"{place['neighbours_amr']} AMR, {place['neighbours_tcmr']} TCMR",
        "colour": material.colours[place["subject_id"]],
    }


def _arrows(places: Sequence[Record], pairs: Sequence[Record], material: Material) -> list[SpecValue]:
    """From before to after of each compared pair, with the place and the turn of its head in pixels of the map."""
    known = {each["profile"]: (each["x"], each["y"]) for each in places}
    across, down, _, _ = _extent(places)
    arrows: list[SpecValue] = []
    for pair in pairs:
        if pair["state"] != "compared" or pair["before"] not in known or pair["after"] not in known:
            continue
        (x, y), (x2, y2) = known[pair["before"]], known[pair["after"]]
        turned = math.atan2((x2 - x) / across * MAP_WIDTH, (y2 - y) / down * MAP_HEIGHT)
        arrows.append(
            {
                "x": x, "y": y, "x2": x2, "y2": y2, "xm": x + 0.6 * (x2 - x), "ym": y + 0.6 * (y2 - y),
                "angle": round(math.degrees(turned), 1), "colour": material.colours[pair["subject_id"]],
            }
        )  # fmt: skip
    return arrows


def percentiles_spec(material: Material, scores: Sequence[Record]) -> Spec:
    """One panel a patient: each set a row, percentile of the reference across; before open, after filled."""
    values: list[SpecValue] = [
        {
            "s": each["subject_id"], "set": KEY_SETS[each["set"]], "q": round(each["reference_percentile"], 1),
            "b": each["profile"], "p": each["period"], "v": rounded(each["value"], 3), "k": each["quality"],
            "colour": material.colours[each["subject_id"]],
        }
        for each in scores
    ]  # fmt: skip
    panels: list[SpecValue] = [*sorted({str(each["subject_id"]) for each in scores})]
    return titled(
        "Gene sets in percentiles of the reference biopsies",
        material.subtitle,
        {
            "usermeta": {"panel_width": 330},
            "data": {"values": values},
            "facet": {"field": "s", "type": "nominal", "sort": panels, "title": None},
            "columns": 2,
            "spec": {"width": PERCENTILE_WIDTH, "height": 17 * len(KEY_SETS), "layer": _percentile_layers()},
        },
    )


def _percentile_layers() -> list[SpecValue]:
    titles: list[SpecValue] = list(KEY_SETS.values())
    axis: Spec = {"grid": True, "ticks": False, "labelLimit": 150}
    percent = quantity(
        "q", None, scale={"domain": [0, 100]}, axis={"values": [0, 25, 50, 75, 100], "grid": False}
    )
    at: Spec = {
        "x": percent, "y": words("set", sort=titles, scale={"domain": titles}, axis=axis),
        "tooltip": told(
            ("s", "Subject"), ("b", "Biopsy"), ("set", "Set"), ("q", "Percentile"), ("v", "singscore"), ("k", "Lane")
        ),
    }  # fmt: skip
    pale: Spec = {"condition": {"test": "datum.k != 'pass'", "value": 0.3}, "value": 1}
    bands: list[SpecValue] = [{"from": 5, "to": 95, "colour": BAND}, {"from": 25, "to": 75, "colour": FAINT}]
    band: Spec = {"x": quantity("from"), "x2": {"field": "to"}, "color": OWN}
    middle: Spec = {"type": "rule", "color": QUIET, "strokeWidth": 0.6}
    return [
        layer({"type": "rect", "opacity": 0.55}, band, rows=bands),
        layer(middle, {"x": quantity("m")}, rows=[{"m": 50}]),
        layer(_hollow(55, 1.8), {**at, "stroke": OWN, "strokeOpacity": pale}, "datum.p != 'after'"),
        layer(dot(62), {**at, "color": OWN, "opacity": pale}, "datum.p == 'after'"),
    ]


def heat_spec(material: Material, rows: Sequence[Record]) -> Spec:
    """Genes by biopsy: log2 difference from the mean of the reference biopsies, the same scale in every report."""
    present = {each["set"] for each in rows}
    sets: list[SpecValue] = [title for name, title in HEAT_TITLES.items() if name in present]
    values: list[SpecValue] = [
        {
            "g": each["gene"], "b": _column(each), "t": HEAT_TITLES[each["set"]],
            "d": round(min(max(each["difference"], -STRONGEST), STRONGEST), 2), "w": signed(each["difference"], 2),
        }
        for each in rows
    ]  # fmt: skip
    header: Spec = {"labelAngle": 0, "labelAlign": "left", "labelAnchor": "middle", "labelOrient": "right"}
    return titled(
        "Genes against the reference biopsies",
        material.subtitle,
        {
            "data": {"values": values},
            "facet": {"row": words("t", sort=sets, header=header)},
            "spacing": 4,
            "spec": {
                "width": {"step": 34},
                "height": {"step": 13},
                "mark": {"type": "rect", "stroke": "white", "strokeWidth": 0.6},
                "encoding": _heat_encoding(rows),
            },
            "resolve": {"scale": {"y": "independent"}},
        },
    )


def _heat_encoding(rows: Sequence[Record]) -> Spec:
    profiles: list[SpecValue] = list(dict.fromkeys(_column(each) for each in rows))
    genes: list[SpecValue] = list(dict.fromkeys(str(each["gene"]) for each in rows))
    scale: Spec = {"scheme": "blueorange", "domain": [-STRONGEST, 0, STRONGEST], "type": "linear"}
    title = "log2 difference from the mean of the reference"
    legend: Spec = {"title": title, "gradientLength": 220, "titleLimit": 0}
    plain_axis: Spec = {"ticks": False, "domain": False}
    return {
        "x": words("b", sort=profiles, axis={"orient": "top", "labelAngle": -45, **plain_axis}),
        "y": words("g", sort=genes, axis={"labelFontSize": 10, **plain_axis}),
        "color": quantity("d", None, scale=scale, legend=legend),
        "tooltip": told(("g", "Gene"), ("b", "Biopsy"), ("w", "log2 difference")),
    }


def _column(row: Record) -> str:
    return str(row["profile"]) if row["quality"] == "pass" else f"{row['profile']} ({row['quality']})"
