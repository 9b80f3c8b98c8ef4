"""Pictures of a stopping rule: the boundary as steps, P(stop) and the expected number of patients against p."""

from __future__ import annotations

from collections.abc import Sequence

from graftrial.report.blocks import Figure, Spec, SpecValue
from graftrial.report.figures.theme import dot, layer, quantity, titled, told, words
from graftrial.report.palette import ACCENT, ALERT, QUIET

HEIGHT = 280


def boundary_figure(rows: Sequence[tuple[int, int]], n_max: int) -> Figure:
    """rows: look and the number that stops there; looks that cannot stop are left out by the caller."""
    values: list[SpecValue] = [{"n": n, "b": least, "t": f"at least {least} of {n}"} for n, least in rows]
    x = quantity(
        "n", "patients, in order of infusion", scale={"domain": [0, n_max + 0.5]}, axis={"grid": False}
    )
    y = quantity("b", "stop if events are at least", scale={"zero": True}, axis={"tickMinStep": 1})
    area: Spec = {"type": "area", "interpolate": "step-after", "color": ALERT, "opacity": 0.08, "clip": True}
    top: Spec = {"datum": max((least for _, least in rows), default=1) + 2, "type": "quantitative"}
    body: Spec = {
        "width": "container",
        "height": HEIGHT,
        "data": {"values": values},
        "layer": [
            layer(area, {"x": x, "y": y, "y2": top}),
            layer(
                {"type": "line", "interpolate": "step-after", "color": ALERT, "strokeWidth": 1.2},
                {"x": x, "y": y},
            ),
            layer(dot(42, color=ALERT), {"x": x, "y": y, "tooltip": told(("t", "Stop if"))}),
        ],
    }
    first = (
        f"first possible stop: {rows[0][1]} events among {rows[0][0]} patients" if rows else "it cannot stop"
    )
    return Figure(
        "boundary",
        "Boundary",
        f"Steps of the number of events that stops the trial against the number of patients; {first}.",
        titled("Stop on or above the line", "", body),
        "A point is a look that can stop. Looks without a point cannot.",
    )


def path_figure(
    name: str,
    title: str,
    rows: Sequence[tuple[int, int]],
    n_max: int,
    path: Sequence[tuple[int, int, int]],
    subtitle: str = "",
) -> Figure:
    """The boundary with the trial's own path on it.

    rows: look and the number that stops there. path: subjects, events known, open windows, after each infusion.
    """
    whole = boundary_figure(rows, n_max)
    body: Spec = {
        key: value for key, value in whole.spec.items() if key not in ("$schema", "title", "autosize")
    }
    walked: list[SpecValue] = [
        {"n": n, "x": x, "most": x + open_, "t": f"{x} of {n}, {open_} open"}
        for n, x, open_ in [(0, 0, 0), *path]
    ]
    x = quantity("n", "patients, in order of infusion", axis={"grid": False})
    y = quantity("x", "stop if events are at least")
    could: Spec = {"type": "rule", "color": QUIET, "strokeDash": [2, 2], "strokeWidth": 1.5}
    line: Spec = {"type": "line", "interpolate": "step-after", "color": ACCENT, "strokeWidth": 2}
    layers = body["layer"]
    assert isinstance(layers, list)
    body["layer"] = [
        *layers,
        layer(could, {"x": x, "y": y, "y2": {"field": "most"}}, rows=walked),
        layer(line, {"x": x, "y": y}, rows=walked),
        layer(dot(54, color=ACCENT), {"x": x, "y": y, "tooltip": told(("t", "Events"))}, rows=walked),
    ]
    n, events, open_ = path[-1] if path else (0, 0, 0)
    return Figure(
        name,
        title,
        f"{whole.alt} The trial stands at {events} events among {n} patients, {open_} windows open.",
        titled("The trial on its boundary", subtitle, body),
        "Red: stop on or above. Blue: events known. Dashed: what open windows could still bring.",
    )


def stopping_figure(rows: Sequence[tuple[float, float]], p0: float, alpha: float | None) -> Figure:
    """rows: event probability and P(stop)."""
    marks: list[SpecValue] = [{"p": p0, "t": f"p0 {p0}"}]
    return _curve(
        "p-stop",
        "Probability of stopping",
        [(p, value, f"p {p:g}: {100 * value:.1f}%") for p, value in rows],
        "P(stop), the last look included",
        marks,
        alpha,
        {"domain": [0, 1]},
    )


def expected_figure(rows: Sequence[tuple[float, float]], p0: float, n_max: int) -> Figure:
    """rows: event probability and expected number of patients."""
    marks: list[SpecValue] = [{"p": p0, "t": f"p0 {p0}"}]
    return _curve(
        "expected-patients",
        "Expected number of patients",
        [(p, value, f"p {p:g}: {value:.1f} patients") for p, value in rows],
        "E(patients)",
        marks,
        None,
        {"domain": [0, n_max]},
    )


def _curve(
    name: str,
    title: str,
    rows: Sequence[tuple[float, float, str]],
    y_title: str,
    marks: list[SpecValue],
    level: float | None,
    scale: Spec,
) -> Figure:
    values: list[SpecValue] = [{"p": p, "v": value, "t": text} for p, value, text in rows]
    x = quantity("p", "true event probability", axis={"grid": False})
    y = quantity("v", y_title, scale=scale)
    text: Spec = {
        "type": "text",
        "align": "left",
        "dx": 4,
        "dy": 8,
        "baseline": "top",
        "color": QUIET,
        "fontSize": 10,
    }
    layers: list[SpecValue] = [
        layer({"type": "rule", "color": QUIET, "strokeDash": [4, 3]}, {"x": x}, rows=marks),
        layer(text, {"x": x, "y": {"value": HEIGHT}, "text": words("t")}, rows=marks),
        layer({"type": "line", "color": ACCENT, "strokeWidth": 1.8}, {"x": x, "y": y}),
        layer(dot(60, color=ACCENT, opacity=0.001), {"x": x, "y": y, "tooltip": told(("t", title))}),
    ]
    if level is not None:
        at: list[SpecValue] = [{"v": level}]
        layers.insert(0, layer({"type": "rule", "color": ALERT, "strokeDash": [2, 3]}, {"y": y}, rows=at))
    body: Spec = {"width": "container", "height": HEIGHT, "data": {"values": values}, "layer": layers}
    note = f"Dashed: the acceptable probability{'' if level is None else f'; red: alpha {level}'}."
    return Figure(name, title, f"{title} against the true event probability.", titled(title, "", body), note)
