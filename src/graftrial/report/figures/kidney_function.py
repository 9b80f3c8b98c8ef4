"""eGFR over time: all patients in one picture, and one panel a patient on the same scales."""

from __future__ import annotations

from graftrial.report.blocks import Spec, SpecValue
from graftrial.report.figures.theme import CROSS, dot, layer, quantity, titled, told, words
from graftrial.report.material import PATIENT_FIGURES, Material
from graftrial.report.numbers import day, rounded
from graftrial.report.palette import ALERT, BAND, INFERRED, QUIET

THRESHOLDS = (15, 30)  # mL/min/1.73 m2: kidney failure, and the entry limit of most trials of late rejection
NAMED = 12  # up to so many patients are in a legend
POINTS = 60  # up to so many patients have a point at every value
EGFR = "eGFR (mL/min/1.73 m²)"


def cohort_spec(material: Material) -> Spec:
    """One line a patient."""
    values = _values(material, list(material.subject_ids))
    return titled(
        "eGFR over time",
        material.subtitle,
        {
            "width": "container",
            "height": 340,
            "data": {"values": values},
            "layer": _layers(material, values, len(material.subject_ids)),
        },
    )


def multiples_spec(material: Material) -> Spec:
    """One panel a patient; `usermeta` lets the page choose how many stand in a row."""
    with_values = set(material.frame("kidney_function").get_column("subject_id").to_list())
    chosen = [each["subject_id"] for each in material.with_figures if each["subject_id"] in with_values]
    chosen = sorted(chosen)[:PATIENT_FIGURES]
    values = _values(material, chosen)
    panels: list[SpecValue] = list(chosen)
    return titled(
        "eGFR, patient by patient",
        material.subtitle,
        {
            "usermeta": {"panel_width": 170},
            "data": {"values": values},
            "facet": {"field": "s", "type": "nominal", "sort": panels, "title": None},
            "columns": 4,
            "spec": {"width": 165, "height": 105, "layer": _layers(material, values, 0, is_panel=True)},
        },
    )


def _values(material: Material, subject_ids: list[str]) -> list[SpecValue]:
    frame = material.frame("kidney_function")
    wanted = set(subject_ids)
    values: list[SpecValue] = []
    for row in frame.iter_rows(named=True):
        if row["day"] is None or row["subject_id"] not in wanted:
            continue
        egfr = row["egfr_ml_per_min_1_73m2"]
        values.append(
            {
                "s": row["subject_id"],
                "d": row["day"],
                "e": None if egfr is None else round(egfr, 1),
                "k": "after" if row["is_after_graft_loss"] else "value",
                "t": f"{rounded(egfr)}" if egfr is not None else "not assessable",
                "w": day(row["day"]),
            }
        )
    for subject in material.subjects:
        if subject["subject_id"] in wanted and subject["graft_loss_day"] is not None:
            loss = subject["graft_loss_day"]
            values.append(
                {"s": subject["subject_id"], "d": loss, "k": "loss", "t": "graft lost", "w": day(loss)}
            )
    return values


def _colour(material: Material, values: list[SpecValue], n_patients: int) -> Spec:
    names = sorted({str(each["s"]) for each in values if isinstance(each, dict)})
    domain: list[SpecValue] = list(names)
    colours: list[SpecValue] = [material.colours[each] for each in names]
    legend: Spec | None = (
        {"title": None, "columns": 6, "symbolType": "stroke"} if 1 < n_patients <= NAMED else None
    )
    return words("s", scale={"domain": domain, "range": colours}, legend=legend)


def _layers(
    material: Material, values: list[SpecValue], n_patients: int, is_panel: bool = False
) -> list[SpecValue]:
    scale: Spec = {"nice": False, "padding": 6}
    x = quantity(
        "d",
        None if is_panel else material.day_axis,
        scale=scale,
        axis={"tickCount": 4 if is_panel else 9, "grid": False},
    )
    y = quantity(
        "e", None if is_panel else EGFR, scale={"zero": True}, axis={"tickCount": 4 if is_panel else 6}
    )
    colour = _colour(material, values, n_patients)
    tooltip = told(("s", "Subject"), ("w", "When"), ("t", "eGFR"))
    encoding: Spec = {"x": x, "y": y, "color": colour, "tooltip": tooltip}
    many = n_patients > POINTS
    line: Spec = {"type": "line", "strokeWidth": 0.6 if many else 1.8, "opacity": 0.35 if many else 1}
    layers: list[SpecValue] = [
        *_marks_of_the_study(material, x, y, is_panel),
        layer({**line, "invalid": "break-paths-show-domains"}, encoding, "datum.k == 'value'"),
    ]
    if not many:
        layers.append(layer(dot(16 if is_panel else 30, invalid="filter"), encoding, "datum.k == 'value'"))
    hollow: Spec = {"type": "point", "size": 24, "color": INFERRED, "strokeWidth": 1}
    layers.append(layer(hollow, {"x": x, "y": y, "tooltip": tooltip}, "datum.k == 'after'"))
    return layers + _losses(x, colour, tooltip, is_panel)


def _losses(x: Spec, colour: Spec, tooltip: list[SpecValue], is_panel: bool) -> list[SpecValue]:
    """Graft loss: a cross on the zero line; in a panel the time after it is shaded as well."""
    place: Spec = {"x": x, "y": {"datum": 0, "type": "quantitative"}, "tooltip": tooltip}
    place["color"] = {"value": ALERT} if is_panel else colour
    cross = layer(dot(70, shape=CROSS), place, "datum.k == 'loss'")
    if not is_panel:
        return [cross]
    after: Spec = {"x": x, "x2": {"value": "width"}}
    return [layer({"type": "rect", "color": ALERT, "opacity": 0.08}, after, "datum.k == 'loss'"), cross]


def infusion_line(material: Material, x: Spec) -> list[SpecValue]:
    """The line of the first infusion, where it is one day for all."""
    if material.infusion_day is None:
        return []
    return [
        layer(
            {"type": "rule", "color": QUIET, "strokeWidth": 1.3},
            {"x": x},
            rows=[{"d": material.infusion_day}],
        )
    ]


def _marks_of_the_study(material: Material, x: Spec, y: Spec, is_panel: bool) -> list[SpecValue]:
    window = material.study.definitions.baseline
    band: list[SpecValue] = [{"d": window.earliest_day, "d2": window.latest_day}]
    lines: list[SpecValue] = [{"e": each, "text": str(each)} for each in THRESHOLDS]
    marks: list[SpecValue] = [
        layer({"type": "rect", "color": BAND}, {"x": x, "x2": {"field": "d2"}}, rows=band),
        *infusion_line(material, x),
        layer({"type": "rule", "color": QUIET, "strokeDash": [4, 3]}, {"y": y}, rows=lines),
    ]
    if not is_panel:
        text: Spec = {"type": "text", "align": "right", "dx": -2, "dy": -5, "fontSize": 10, "color": QUIET}
        at: Spec = {"y": y, "x": {"value": "width"}, "text": {"field": "text", "type": "nominal"}}
        marks.append(layer(text, at, rows=lines))
    return marks
