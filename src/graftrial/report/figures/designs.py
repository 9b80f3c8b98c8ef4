"""Pictures of a design: decision bounds of a dose, what is selected in each scenario, acceptance against the truth."""

from __future__ import annotations

from collections.abc import Sequence

from graftrial.report.blocks import Figure, Spec, SpecValue
from graftrial.report.figures.theme import dot, layer, quantity, titled, told, words
from graftrial.report.palette import ACCENT, ALERT, PATIENTS, QUIET

HEIGHT = 280
BOUNDS = (
    ("escalate at or below", PATIENTS[2]),
    ("de-escalate at or above", PATIENTS[1]),
    ("eliminate at or above", ALERT),
)


def bounds_figure(rows: Sequence[tuple[int, str, int]]) -> Figure:
    """rows: patients at the dose, which bound, the number of patients with DLT; a bound that never acts is left out."""
    values: list[SpecValue] = [{"n": n, "k": kind, "y": y, "t": f"{kind} {y} of {n}"} for n, kind, y in rows]
    names = [name for name, _ in BOUNDS]
    colour = words(
        "k", scale={"domain": list(names), "range": [shade for _, shade in BOUNDS]}, legend={"title": None}
    )
    x = quantity("n", "patients treated at the dose", axis={"grid": False, "tickMinStep": 1})
    y = quantity("y", "patients with DLT", axis={"tickMinStep": 1})
    body: Spec = {
        "width": "container",
        "height": HEIGHT,
        "data": {"values": values},
        "layer": [
            layer({"type": "line", "interpolate": "step-after"}, {"x": x, "y": y, "color": colour}),
            layer(dot(40), {"x": x, "y": y, "color": colour, "tooltip": told(("t", "Rule"))}),
        ],
    }
    return Figure(
        "bounds",
        "Decision bounds",
        "Steps of the counts of patients with DLT that escalate, de-escalate and eliminate, against patients treated.",
        titled("What moves the dose", "", body),
        "Between the lowest two lines the dose stays.",
    )


def selection_figure(rows: Sequence[tuple[str, str, float, float | None, bool]]) -> Figure:
    """rows: scenario, dose or none, P(selected), true probability of the dose, whether it is the one aimed at."""
    values: list[SpecValue] = [
        {
            "s": scenario,
            "d": dose,
            "v": chance,
            "b": "closest to the target" if best else "other",
            "t": f"{dose}{'' if true is None else f' (true {true:g})'}: {100 * chance:.1f}%",
        }
        for scenario, dose, chance, true, best in rows
    ]
    doses = list(dict.fromkeys(dose for _, dose, *_ in rows))
    shade = words(
        "b",
        scale={"domain": ["closest to the target", "other"], "range": [ACCENT, QUIET]},
        legend={"title": None},
    )
    body: Spec = {
        "data": {"values": values},
        "facet": {
            "row": words(
                "s",
                header={"labelAngle": 0, "labelAlign": "left", "labelAnchor": "start", "labelOrient": "top"},
            )
        },
        "spec": {
            "width": 560,
            "height": 110,
            "mark": {"type": "bar"},
            "encoding": {
                "x": words("d", "dose recommended", sort=list(doses), axis={"labelAngle": 0}),
                "y": quantity("v", "probability", scale={"domain": [0, 1]}, axis={"format": "%"}),
                "color": shade,
                "tooltip": told(("t", "Selected")),
            },
        },
    }
    alt = "Bars of the probability with which each dose is recommended, one panel a scenario."
    return Figure("selection", "Recommended dose", alt, titled("Which dose is recommended", "", body))


def acceptance_figure(rows: Sequence[tuple[str, float, float]], p0: float, p1: float, alpha: float) -> Figure:
    """rows: design, response probability, P(accepted)."""
    values: list[SpecValue] = [{"k": name, "p": p, "v": value} for name, p, value in rows]
    marks: list[SpecValue] = [{"p": p0, "t": f"p0 {p0:g}"}, {"p": p1, "t": f"p1 {p1:g}"}]
    x = quantity("p", "true response probability", scale={"domain": [0, 1]}, axis={"grid": False})
    y = quantity("v", "P(accepted)", scale={"domain": [0, 1]}, axis={"format": "%"})
    label: Spec = {
        "type": "text",
        "align": "left",
        "dx": 4,
        "dy": 8,
        "baseline": "top",
        "color": QUIET,
        "fontSize": 10,
    }
    names = list(dict.fromkeys(name for name, *_ in rows))
    colour = words(
        "k", scale={"domain": list(names), "range": list(PATIENTS[: len(names)])}, legend={"title": None}
    )
    body: Spec = {
        "width": "container",
        "height": HEIGHT,
        "data": {"values": values},
        "layer": [
            layer({"type": "rule", "color": ALERT, "strokeDash": [2, 3]}, {"y": y}, rows=[{"v": alpha}]),
            layer({"type": "rule", "color": QUIET, "strokeDash": [4, 3]}, {"x": x}, rows=marks),
            layer(label, {"x": x, "y": {"value": 0}, "text": words("t")}, rows=marks),
            layer({"type": "line", "strokeWidth": 1.8}, {"x": x, "y": y, "color": colour}),
        ],
    }
    return Figure(
        "acceptance",
        "Probability of acceptance",
        "Probability that the treatment is accepted against its true response probability, a line a design.",
        titled("When the treatment is accepted", "", body),
        f"Red: alpha {alpha:g}; dashed: p0 and p1.",
    )
