"""Lesion scores before and after, one panel a patient, with graft and thrombotic microangiopathy in its title."""

from __future__ import annotations

from collections.abc import Sequence

from graftrial.report.blocks import Spec, SpecValue
from graftrial.report.figures.theme import dot, layer, quantity, titled, told, words
from graftrial.report.lesions import SHORT, inferred_grades
from graftrial.report.material import Material, Record
from graftrial.report.numbers import NOT_REPORTED
from graftrial.report.palette import INFERRED

SCALED = tuple(name for name in SHORT if name not in ("ptcml", "pvl", "aah"))
INFERRED_FROM_WORDS = "inferred from words"
PERIODS: list[SpecValue] = ["before", "unknown", "after"]
MANY = 6  # more panels than this stand three in a line, so that they stay on one page of paper
UPRIGHT = 10  # more names than this would run into each other


def has_grades(material: Material, subjects: Sequence[Record]) -> bool:
    """Whether there is anything to draw."""
    return any(_dots(material, each) for each in subjects)


def lesions_spec(material: Material, subjects: Sequence[Record]) -> Spec:
    """Dots from 0 to 3, before and after side by side; `usermeta` lets the page choose the width of a panel."""
    dots = [dot for each in subjects for dot in _dots(material, each)]
    used = {dot["lesion"] for dot in dots}
    lesions: list[SpecValue] = [title for name, title in SHORT.items() if name in SCALED and title in used]
    panels: list[SpecValue] = list(dict.fromkeys(dot["panel"] for dot in dots))
    is_alone = len(panels) == 1
    columns = 1 if is_alone else 2 if len(panels) <= MANY else 3
    width = {1: 680, 2: 330, 3: 225}[columns]
    values: list[SpecValue] = [*dots]
    return titled(
        "Banff lesion scores, before and after",
        material.subtitle,
        {
            "usermeta": {"panel_width": width},
            "data": {"values": values},
            "facet": {
                "field": "panel",
                "type": "nominal",
                "sort": panels,
                "title": None,
                "header": {"labelExpr": "split(datum.label, '|')", "labelLimit": 330, "labelPadding": 6},
            },
            "columns": columns,
            "spec": {"width": width, "height": 120, "layer": _layers(lesions, columns)},
        },
    )


def _layers(lesions: list[SpecValue], columns: int) -> list[SpecValue]:
    names: Spec = {
        "labelAngle": 0 if len(lesions) <= UPRIGHT else -50 if columns < 3 else -90,
        "grid": True,
        "labelOverlap": False,
        "ticks": False,
    }
    grades: Spec = {"values": [0, 1, 2, 3], "format": "d"}
    colour: Spec = {"field": "colour", "type": "nominal", "scale": None, "legend": None}
    place: Spec = {
        "x": words("lesion", sort=lesions, scale={"domain": lesions}, axis=names),
        "y": quantity("grade", "Grade", scale={"domain": [-0.25, 3.25], "nice": False}, axis=grades),
        "xOffset": words("period", sort=PERIODS, scale={"domain": PERIODS}),
        "tooltip": told(
            ("what", "Lesion"),
            ("grade", "Grade"),
            ("period", "Biopsy"),
            ("when", "When"),
            ("how", "Grade given"),
        ),
    }
    open_dot: Spec = {"type": "point", "size": 60, "strokeWidth": 1.8, "fill": "white", "opacity": 1}
    dashed: Spec = {"type": "point", "size": 60, "strokeDash": [2, 2], "strokeWidth": 1.4, "opacity": 1}
    graded = f"datum.how != '{INFERRED_FROM_WORDS}'"
    return [
        layer(open_dot, {**place, "stroke": colour}, f"{graded} && datum.period != 'after'"),
        layer(dot(75), {**place, "color": colour}, f"{graded} && datum.period == 'after'"),
        layer({**dashed, "color": INFERRED}, place, f"datum.how == '{INFERRED_FROM_WORDS}'"),
    ]


def _dots(material: Material, subject: Record) -> list[dict[str, SpecValue]]:
    subject_id = subject["subject_id"]
    biopsies = material.rows_of("biopsies", subject_id)
    panel = f"{subject_id}|{_state(subject, biopsies)}"
    dots: list[dict[str, SpecValue]] = []
    for biopsy in biopsies:
        inferred = inferred_grades(biopsy)
        for name in SCALED:
            value = biopsy.get(name)
            grade = _number(value if value is not None else inferred.get(name))
            if grade is None:
                continue
            dots.append(
                {
                    "panel": panel,
                    "lesion": SHORT[name],
                    "what": SHORT[name],
                    "grade": grade,
                    "period": biopsy["period"],
                    "when": f"{biopsy['reading']}, {biopsy['date_text'] or 'date not reported'}",
                    "how": "by the pathologist" if value is not None else INFERRED_FROM_WORDS,
                    "colour": material.colours[subject_id],
                }
            )
    return dots


def _state(subject: Record, biopsies: Sequence[Record]) -> str:
    told = {
        period: [each["tma"] or NOT_REPORTED for each in biopsies if each["period"] == period]
        for period in ("before", "after")
    }
    undated = [each["tma"] or NOT_REPORTED for each in biopsies if each["period"] == "unknown"]
    if undated and not any(told.values()):
        found = "/".join(dict.fromkeys(undated))
        return f"graft {subject['graft_status'] or NOT_REPORTED} · TMA {found}, undated"
    tma = " → ".join("/".join(dict.fromkeys(each)) if each else "no biopsy" for each in told.values())
    return f"graft {subject['graft_status'] or NOT_REPORTED} · TMA {tma}"


def _number(grade: object) -> int | None:
    digits = "".join(each for each in str(grade) if each.isdigit()) if grade is not None else ""
    return int(digits[0]) if digits else None
