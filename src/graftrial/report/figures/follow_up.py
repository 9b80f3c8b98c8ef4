"""A rule over total follow-up: the events that stop, up to which follow-up, with the trial's own path."""

from __future__ import annotations

from collections.abc import Sequence

from graftrial.report.blocks import Figure, Spec, SpecValue
from graftrial.report.figures.theme import dot, layer, quantity, titled, told
from graftrial.report.numbers import ordinal, plural, rounded
from graftrial.report.palette import ACCENT, ALERT

HEIGHT = 280
DAYS = "days of follow-up, all patients together"


def follow_up_figure(
    name: str,
    title: str,
    limits: Sequence[tuple[int, float]],
    at_events: Sequence[float],
    total: float,
    subtitle: str = "",
) -> Figure:
    """limits: number of an event, and the days up to which it stops. at_events, total: days followed, all together."""
    edge: list[SpecValue] = [
        {"d": d, "u": u, "u0": 0, "t": f"{ordinal(d)} event, up to {rounded(u)} days"} for d, u in limits
    ]
    walked: list[SpecValue] = [{"u": 0, "d": 0, "t": "start"}]
    walked += [
        {"u": at, "d": number, "t": f"{ordinal(number)} event after {rounded(at)} days"}
        for number, at in enumerate(at_events, 1)
    ]
    now: list[SpecValue] = [*walked, {"u": total, "d": len(at_events), "t": f"{rounded(total)} days now"}]
    x = quantity("u", DAYS, axis={"grid": False})
    y = quantity("d", "events", axis={"tickMinStep": 1}, scale={"zero": True})
    stops: Spec = {"type": "rule", "color": ALERT, "strokeWidth": 5, "opacity": 0.18}
    line: Spec = {"type": "line", "interpolate": "step-after", "color": ACCENT, "strokeWidth": 2}
    body: Spec = {
        "width": "container",
        "height": HEIGHT,
        "data": {"values": edge},
        "layer": [
            layer(stops, {"x": quantity("u0", DAYS, axis={"grid": False}), "x2": {"field": "u"}, "y": y}),
            layer(dot(42, color=ALERT), {"x": x, "y": y, "tooltip": told(("t", "Stops"))}),
            layer(line, {"x": x, "y": y}, rows=now),
            layer(dot(54, color=ACCENT), {"x": x, "y": y, "tooltip": told(("t", "Events"))}, rows=walked[1:]),
        ],
    }
    first, up_to = limits[0]
    alt = (
        f"Bars of the follow-up within which each event stops the trial, the {ordinal(first)} up to {rounded(up_to)} "
        f"days; the trial's own path stands at {plural(len(at_events), 'event')} in {rounded(total)} days."
    )
    note = "Red: an event inside its bar stops. Blue: the trial; each dot is an event."
    return Figure(name, title, alt, titled("The trial on its boundary over follow-up", subtitle, body), note)
