"""The figures of an endpoint: patients first, always with the fate of their grafts."""

from __future__ import annotations

from collections.abc import Callable

from graftrial.report.blocks import Block, Figure, Spec
from graftrial.report.figures.endpoint_curves import curve_spec, lines_spec
from graftrial.report.figures.endpoint_lines import (
    before_after_spec,
    series_spec,
    slope_dots_spec,
    spaghetti_spec,
)
from graftrial.report.figures.endpoint_patients import response_spec, waterfall_spec
from graftrial.report.material import Material
from graftrial.report.numbers import plural
from graftrial.study.endpoints import CURVES
from graftrial.study.model import Endpoint

ENOUGH_FOR_A_CURVE = 10
FATE = "A cross marks a lost graft, a triangle thrombotic microangiopathy after the cells."
Maker = Callable[[Material, Endpoint], Spec]
MAKERS: dict[str, tuple[str, Maker, str, str]] = {
    **dict.fromkeys(
        ("change_from_baseline", "percent_change", "log2_change", "paired_exact", "mixed_model_visits"),
        (
            "waterfall",
            waterfall_spec,
            "One bar a patient, sorted by the change; patients without an answer have a name and no bar.",
            FATE,
        ),
    ),
    "responder": (
        "response",
        response_spec,
        "Baseline (open) and value (filled) of each patient, with the line of the declared threshold.",
        FATE,
    ),
    "mixed_model_slope": (
        "model",
        spaghetti_spec,
        "One line a patient; the thick line is the mean of the model, the bar on top the time of the infusions.",
        "Values after graft loss are in no line; a cross marks the loss.",
    ),
    "slope_within_patient": (
        "slopes",
        slope_dots_spec,
        "Slope of each patient with its 95% interval; the line at 0 is no change.",
        FATE,
    ),
    "slope_before_after": (
        "before-after",
        before_after_spec,
        "Slope before and after the infusion, joined for each patient.",
        "Patients without both slopes are in the table only.",
    ),
    "interrupted_series": (
        "series",
        series_spec,
        "Values of each patient alone; the line marks the infusion.",
        "The same scales in every panel.",
    ),
}


def figures_of_endpoint(material: Material, endpoint: Endpoint) -> list[Block]:
    """The figure of the method, none where nobody has an answer."""
    stem = f"endpoint.{endpoint.id}"
    answered = [each for each in material.results.starting(f"{stem}.patient.") if each.value is not None]
    if not answered:
        return []
    size = plural(len(answered), "patient")
    if endpoint.method in CURVES:
        return [_times(material, endpoint, len(answered), size)]
    if endpoint.method not in MAKERS:
        return []
    if endpoint.method == "slope_before_after" and not any(each.number is not None for each in answered):
        return []
    kind, make, alt, note = MAKERS[endpoint.method]
    spec = make(material, endpoint)
    title = f"{endpoint.title}, {size} with an answer"
    of = len(material.results.starting(f"{stem}.patient."))
    note = f"{len(answered)} of {plural(of, 'patient')} with an answer. {note}"
    return [
        Figure(
            f"endpoint-{endpoint.id}-{kind}", title, f"{alt} The numbers are in the table below.", spec, note
        )
    ]


def _times(material: Material, endpoint: Endpoint, n: int, size: str) -> Figure:
    title = f"{endpoint.title}, {size}"
    counted = f"{size[0].upper()}{size[1:]}."
    if n < ENOUGH_FOR_A_CURVE or not material.results.starting(f"endpoint.{endpoint.id}.curve."):
        alt = f"One line a patient from day 0 to {endpoint.words} or the end of follow-up, {size}."
        note = (
            f"{counted} Fewer than 10 patients: time lines instead of a curve. A cross is the event, a bar an end "
            "without it."
        )
        return Figure(f"endpoint-{endpoint.id}-lines", title, alt, lines_spec(material, endpoint), note)
    alt = f"Step curve of {endpoint.words} over study days with 95% limits, {size}, numbers at risk below it."
    note = f"{counted} The curve ends with the last patient; numbers below it are patients at risk just before the day."
    return Figure(f"endpoint-{endpoint.id}-curve", title, alt, curve_spec(material, endpoint), note)
