"""Balance of the covariates (a love plot): standardised differences before and after matching, a row a covariate."""

from __future__ import annotations

from collections.abc import Sequence

from graftrial.report.blocks import Spec, SpecValue
from graftrial.report.figures.theme import dot, layer, quantity, titled, told, words
from graftrial.report.numbers import rounded
from graftrial.report.palette import INFERRED, INK, QUIET
from graftrial.report.results import ResultRow

STAGES = {"before": "before matching", "after": "after matching"}
USUAL = 0.1  # the limit that readers know; small groups miss it by chance alone


def balance_spec(rows: Sequence[tuple[str, str, ResultRow]], subtitle: str) -> Spec:
    """rows: covariate in words, `before` or `after`, the standardised difference."""
    values: list[SpecValue] = [
        {"c": name, "v": row.number, "s": STAGES[stage], "t": rounded(row.number, 2), "n": row.n}
        for name, stage, row in rows
        if row.number is not None
    ]
    order: list[SpecValue] = list(dict.fromkeys(name for name, _, _ in rows))
    x = quantity(
        "v",
        "standardised difference, treated minus controls (SD)",
        axis={"tickCount": 7},
        scale={"nice": True},
    )
    stages: list[SpecValue] = list(STAGES.values())
    scale: Spec = {"domain": stages, "range": [INFERRED, INK]}
    place: Spec = {
        "x": x,
        "y": words("c", sort=order, axis={"labelLimit": 320, "ticks": False, "domain": False}),
        "color": words("s", scale=scale, legend={"orient": "top"}),
        "shape": words("s", scale={"domain": stages, "range": ["diamond", "circle"]}),
        "tooltip": told(("c", "Covariate"), ("s", "When"), ("t", "Difference"), ("n", "Treated")),
    }
    lines: list[SpecValue] = [{"z": -USUAL, "w": "limit"}, {"z": 0, "w": "zero"}, {"z": USUAL, "w": "limit"}]
    body: Spec = {
        "width": "container",
        "height": {"step": 30},
        "data": {"values": values},
        "layer": [
            layer({"type": "rule", "color": QUIET, "strokeDash": [4, 3]}, {"x": quantity("z")}, rows=lines),
            layer(dot(80), place),
        ],
    }
    return titled("Balance of the covariates", subtitle, body)
