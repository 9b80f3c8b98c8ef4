"""Donor-specific antibodies over time on a logarithmic axis: one panel a patient, one line an antigen."""

from __future__ import annotations

from graftrial.report.blocks import Spec, SpecValue
from graftrial.report.figures.kidney_function import infusion_line
from graftrial.report.figures.theme import dot, layer, quantity, titled, told, words
from graftrial.report.material import PATIENT_FIGURES, Material, Record
from graftrial.report.numbers import day, rounded
from graftrial.report.palette import ALERT, QUIET

CUTOFF, SATURATION = "antibodies.cutoff_mfi", "antibodies.saturation_mfi"
LOWEST = 100  # MFI; the foot of the axis, below every usual cutoff


def drawn(material: Material) -> list[Record]:
    """Antigens that are, or may be, donor-specific, with an intensity and a day: what the figure shows."""
    specific: set[tuple[str, str]] = set()
    rows = list(material.frame("antigens").iter_rows(named=True))
    for row in rows:
        if row["is_dsa"]:
            specific.add((row["subject_id"], row["specificity"]))
    chosen = {each["subject_id"] for each in material.with_figures}
    return [
        row
        for row in rows
        if (row["subject_id"], row["specificity"]) in specific
        and row["subject_id"] in chosen
        and row["day"] is not None
        and row["mfi"]
    ]


def multiples_spec(material: Material, rows: list[Record]) -> Spec:
    """One panel a patient on the same scales; `usermeta` lets the page choose how many stand in a row."""
    panels: list[SpecValue] = list(sorted({str(each["subject_id"]) for each in rows})[:PATIENT_FIGURES])
    values: list[SpecValue] = [_value(each) for each in rows]
    return titled(
        "Donor-specific antibodies, patient by patient",
        material.subtitle,
        {
            "usermeta": {"panel_width": 170},
            "data": {"values": values},
            "facet": {"field": "s", "type": "nominal", "sort": panels, "title": None},
            "columns": 4,
            "spec": {"width": 165, "height": 120, "layer": _layers(material, panels)},
        },
    )


def _value(row: Record) -> SpecValue:
    verdict = {True: "positive", False: "negative"}.get(row["is_positive"], "neither positive nor negative")
    return {
        "s": row["subject_id"],
        "a": row["specificity"],
        "d": row["day"],
        "m": max(row["mfi"], LOWEST),
        "k": "positive" if row["is_positive"] else "other",
        "t": f"{rounded(row['mfi'])} MFI, {verdict}",
        "w": day(row["day"]),
    }


def _layers(material: Material, panels: list[SpecValue]) -> list[SpecValue]:
    x = quantity("d", None, scale={"nice": False, "padding": 6}, axis={"tickCount": 4, "grid": False})
    scale: Spec = {"type": "log", "nice": True, "domainMin": LOWEST}
    y = quantity("m", None, scale=scale, axis={"values": [100, 1000, 10000], "format": ",d"})
    colours: list[SpecValue] = [material.colours[str(each)] for each in panels]
    colour = words("s", scale={"domain": panels, "range": colours}, legend=None)
    tooltip = told(("s", "Subject"), ("a", "Antigen"), ("w", "When"), ("t", "Intensity"))
    encoding: Spec = {"x": x, "y": y, "color": colour, "tooltip": tooltip, "detail": words("a")}
    hollow: Spec = {"type": "point", "size": 22, "strokeWidth": 1.2, "fill": "white", "opacity": 1}
    return [
        infusion_line(material, x)[0]
        if material.infusion_day is not None
        else layer({"type": "rule"}, {"x": x}, rows=[]),
        *_thresholds(material, y),
        layer({"type": "line", "strokeWidth": 1.6}, encoding),
        layer(hollow, encoding, "datum.k == 'other'"),
        layer(dot(24), encoding, "datum.k == 'positive'"),
    ]


def _thresholds(material: Material, y: Spec) -> list[SpecValue]:
    """The cutoff and the saturation that the study file pins; no line where it pins none."""
    lines: list[SpecValue] = []
    for name, colour in ((CUTOFF, QUIET), (SATURATION, ALERT)):
        limit = material.study.thresholds.get(name)
        if limit is not None:
            mark: Spec = {"type": "rule", "color": colour, "strokeDash": [4, 3]}
            lines.append(layer(mark, {"y": y}, rows=[{"m": limit}]))
    return lines
