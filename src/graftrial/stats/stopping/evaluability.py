"""The size of a boundary when patients are counted in the order in which they become evaluable. Simulated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graftrial.stats.stopping.boundaries import Boundary
from graftrial.stats.stopping.refusal import WrongDesign


@dataclass(frozen=True, slots=True)
class SimulatedSize:
    """P(stop) at p in order of infusion and in order of evaluability, of the same simulated trials; with its error."""

    p: float
    infusion_order: float
    evaluability_order: float
    standard_error: float
    trials: int
    seed: int
    method: str = "simulated"


def simulated_size(
    boundary: Boundary,
    p: float,
    accrual: float,
    window: float,
    event_by: float,
    seed: int,
    trials: int = 40_000,
) -> SimulatedSize:
    """P(stop), when an event counts on its day but a non-event only when its window closes.

    accrual, window: lengths in one unit. event_by: events fall uniformly into this first part of the window, 0 to 1.
    Accrual is uniform and goes on to n_max. Not for: a boundary that is to keep its size; count in order of infusion.
    """
    if not (accrual > 0 and window > 0 and 0 < event_by <= 1 and trials > 0):
        raise WrongDesign("GT-STOP-003", "accrual", expected="times above 0 and event_by above 0, at most 1")
    draw = np.random.default_rng(seed)
    shape = (trials, boundary.n_max)
    entry = np.sort(draw.random(shape) * accrual, axis=1)
    has_event = draw.random(shape) < p
    known = entry + np.where(has_event, draw.random(shape) * event_by * window, window)
    by_evaluability = np.take_along_axis(has_event, np.argsort(known, axis=1), axis=1)
    looks = np.array(boundary.n_at_look) - 1
    least = np.array(boundary.stop_if_at_least)
    stopped = [
        float((order.cumsum(axis=1)[:, looks] >= least).any(axis=1).mean())
        for order in (has_event, by_evaluability)
    ]
    error = float(np.sqrt(max(stopped[1] * (1 - stopped[1]), 0.25 / trials) / trials))
    return SimulatedSize(p, stopped[0], stopped[1], error, trials, seed)
