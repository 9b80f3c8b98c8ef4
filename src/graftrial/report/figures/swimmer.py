"""All patients under one another, sorted by follow-up."""

from __future__ import annotations

from graftrial.report.blocks import Spec, SpecValue
from graftrial.report.figures.theme import CROSS, dot, layer, quantity, titled, told, words
from graftrial.report.figures.timeline import COLOURS
from graftrial.report.material import Material, Record
from graftrial.report.numbers import day, days
from graftrial.report.palette import ALERT, FAINT, INK, QUIET

THERAPY = "standard therapy"
FIRST_DAY = -200  # what lies before is in the patient's own timeline
FEW = 60  # up to so many patients have their name and all marks in the picture
KINDS = {
    "Infusion": ("diamond", "#1f5a7a"),
    "Biopsy": ("square", "#6a4c93"),
    "Serious adverse event": ("triangle-up", ALERT),
    "Graft lost": (CROSS, ALERT),
    "Death": (CROSS, INK),
}


def swimmer_spec(material: Material) -> Spec | None:
    """The swimmer plot; None where no patient has a study day."""
    drawn = [each for each in material.subjects if _last_day(material, each) is not None]
    if not drawn:
        return None
    drawn.sort(key=lambda each: (-(_last_day(material, each) or 0), each["subject_id"]))
    is_few = len(drawn) <= FEW
    order: list[SpecValue] = [each["subject_id"] for each in drawn]
    bars: list[SpecValue] = [bar for each in drawn for bar in _bars(material, each)]
    courses = [course for each in drawn for course in _therapy(material, each)] if is_few else []
    marks = [mark for each in drawn for mark in _marks(material, each, is_few)]
    axis: Spec | None = {"title": None, "ticks": False, "domain": False, "grid": False} if is_few else None
    y: Spec = words("s", sort=order, axis=axis)
    present = [
        each for each in KINDS if any(isinstance(mark, dict) and mark["kind"] == each for mark in marks)
    ]
    return titled(
        "All patients: follow-up and what happened",
        material.subtitle,
        {
            "width": "container",
            "height": {"step": 22 if is_few else max(1.2, 900 / len(drawn))},
            "layer": _layers(bars, courses, marks, y, present, is_few, material.day_axis),
        },
    )


def _last_day(material: Material, subject: Record) -> int | None:
    days = [
        each["day_high"]
        for each in material.rows_of("timeline", subject["subject_id"])
        if each["day_high"] is not None
    ]
    if subject["last_day"] is not None:
        days.append(subject["last_day"])
    return max(days) if days else None


def _bars(material: Material, subject: Record) -> list[SpecValue]:
    """Follow-up in the patient's colour; grey once the graft is lost."""
    subject_id = subject["subject_id"]
    last = subject["last_day"] if subject["last_day"] is not None else _last_day(material, subject)
    loss = subject["graft_loss_day"]
    bar: dict[str, SpecValue] = {
        "s": subject_id,
        "a": 0,
        "b": last,
        "colour": material.colours[subject_id],
        "when": f"last known day: {day(last)}",
        "graft": subject["graft_status"],
    }
    if loss is None or last is None or not 0 <= loss < last:
        return [bar]
    return [{**bar, "b": loss}, {**bar, "a": loss, "colour": FAINT}]


def _therapy(material: Material, subject: Record) -> list[SpecValue]:
    """Courses of standard therapy whose days are known, as one stretch each."""
    return [
        {
            "s": subject["subject_id"],
            "a": max(row["day_low"], FIRST_DAY),
            "b": row["day_high"] + 1,
            "what": row["label"],
            "when": days(row["day_low"], row["day_high"]),
        }
        for row in material.rows_of("timeline", subject["subject_id"])
        if row["lane"] == THERAPY and row["day_low"] is not None and row["day_high"] is not None
    ]


def _marks(material: Material, subject: Record, is_few: bool) -> list[SpecValue]:
    marks: list[SpecValue] = []
    for row in material.rows_of("timeline", subject["subject_id"]):
        kind = _kind(row)
        if kind is None or row["day_low"] is None or row["day_low"] < FIRST_DAY:
            continue
        if not is_few and kind == "Biopsy":
            continue
        marks.append(
            {
                "s": subject["subject_id"],
                "x": row["day_low"],
                "kind": kind,
                "what": row["label"],
                "when": day(row["day_low"]),
            }
        )
    return marks


def _kind(row: Record) -> str | None:
    if row["lane"] == "cells":
        return "Infusion"
    if row["lane"] == "biopsy":
        return "Biopsy"
    if row["lane"] == "adverse event":
        return "Serious adverse event" if row["is_serious"] else None
    return {"graft lost": "Graft lost", "death": "Death"}.get(row["label"])


def _stretches(courses: list[SpecValue], x: Spec, y: Spec) -> list[SpecValue]:
    """Standard therapy as thin bars."""
    tooltip = told(("what", "Therapy"), ("when", "When"))
    along: Spec = {"x": x, "x2": {"field": "b"}, "y": y, "tooltip": tooltip}
    bar: Spec = {"type": "bar", "height": 3, "color": COLOURS[THERAPY]}
    return [layer(bar, along, rows=courses)] if courses else []


def _layers(
    bars: list[SpecValue],
    courses: list[SpecValue],
    marks: list[SpecValue],
    y: Spec,
    present: list[str],
    is_few: bool,
    day_axis: str,
) -> list[SpecValue]:
    x = quantity("a", day_axis, axis={"grid": True, "tickCount": 8})
    kinds: list[SpecValue] = list(present)
    shapes: list[SpecValue] = [KINDS[each][0] for each in present]
    colours: list[SpecValue] = [KINDS[each][1] for each in present]
    height: SpecValue = 7 if is_few else {"band": 1}
    bar: Spec = {"type": "bar", "height": height, "cornerRadius": 3 if is_few else 0, "opacity": 0.55}
    along: Spec = {
        "x": x,
        "x2": {"field": "b"},
        "y": y,
        "fill": {"field": "colour", "type": "nominal", "scale": None, "legend": None},
        "tooltip": told(("s", "Subject"), ("when", "Follow-up"), ("graft", "Graft")),
    }
    legend: Spec = {"title": None, "columns": 3, "symbolStrokeWidth": 0, "symbolOpacity": 1}
    at: Spec = {
        "x": {**x, "field": "x"},
        "y": y,
        "shape": words("kind", scale={"domain": kinds, "range": shapes}, legend=legend),
        "color": words("kind", scale={"domain": kinds, "range": colours}, legend=legend),
        "tooltip": told(("s", "Subject"), ("kind", "What"), ("what", "Detail"), ("when", "When")),
    }
    point = dot(85, stroke="white", strokeWidth=0.8) if is_few else dot(12)
    return [
        layer(bar, along, rows=bars),
        *_stretches(courses, x, y),
        layer({"type": "rule", "color": QUIET, "strokeWidth": 1.5}, {"x": x}, rows=[{"a": 0}]),
        layer(point, at, when="isValid(datum.x)", rows=marks),
    ]
