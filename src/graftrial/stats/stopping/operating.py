"""What a boundary does: exact probabilities of stopping and expectations, at any event probability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graftrial.stats.stopping.boundaries import Boundary
from graftrial.stats.stopping.recursion import reached, stops
from graftrial.stats.stopping.refusal import WrongDesign
from graftrial.stats.stopping.tails import Floats, Ints

POINTS = (65, 33, 7)  # of the rounds of the search for a probability


@dataclass(frozen=True, slots=True)
class OperatingCharacteristics:
    """At event probability p. p_stop includes the last look; e_n and e_events are expected patients and events."""

    p: float
    p_stop: float
    e_n: float
    e_events: float
    p_stop_before_last_look: float


def operating_characteristics(
    boundary: Boundary, rates: Sequence[float]
) -> tuple[OperatingCharacteristics, ...]:
    """Exact operating characteristics at every event probability, in their order.

    Raises: WrongDesign GT-STOP-003 for a rate outside 0 to 1.

    >>> two_of_three = Boundary((3,), (2,), 3)
    >>> round(operating_characteristics(two_of_three, [0.5])[0].p_stop, 12)
    0.5
    """
    p = _checked(rates)
    least = np.tile(np.array(boundary.stop_if_at_least), (len(p), 1))
    found = reached(boundary.n_at_look, least, p)
    stopping = stops(found, least)
    total = stopping.sum(axis=0)
    e_n = np.array(boundary.n_at_look) @ stopping + boundary.n_max * (1 - total)
    e_events = _expected_events(boundary, found, least, p)
    before = stopping[:-1].sum(axis=0)
    return tuple(
        OperatingCharacteristics(*(float(each) for each in row))
        for row in zip(p, total, e_n, e_events, before, strict=True)
    )


def stopping_probabilities(boundary: Boundary, rates: Sequence[float]) -> Floats:
    """(K, R) probability of stopping at each look, at each event probability."""
    p = _checked(rates)
    least = np.tile(np.array(boundary.stop_if_at_least), (len(p), 1))
    return stops(reached(boundary.n_at_look, least, p), least)


def largest_rate_rarely_stopped(boundary: Boundary, at_most: float = 0.5) -> float | None:
    """The largest event probability at which P(stop) is at most `at_most`; None where the boundary never stops.

    P(stop) is a polynomial that rises with p: the crossing is bracketed on a grid, then found by inverse interpolation.
    """
    if not boundary.can_stop:
        return None
    low, high = 0.0, 1.0
    for points in POINTS:
        grid = np.linspace(low, high, points)
        stopping = stopping_probabilities(boundary, [float(each) for each in grid]).sum(axis=0)
        last = int(np.flatnonzero(stopping <= at_most)[-1])
        if last == points - 1:
            return float(grid[-1])
        low, high = float(grid[last]), float(grid[last + 1])
    return _inverse(grid, stopping, at_most)


def _inverse(p: Floats, values: Floats, target: float) -> float:
    """Where the rising function through these points has the value `target` (Neville)."""
    table = p.copy()
    for step in range(1, len(p)):
        below, above = values[:-step], values[step:]
        table = ((target - below) * table[1:] - (target - above) * table[:-1]) / (above - below)
    return float(table[0])


def _checked(rates: Sequence[float]) -> Floats:
    p = np.array(rates, dtype=np.float64)
    if p.ndim != 1 or not len(p) or not bool(np.all((p >= 0) & (p <= 1))):
        raise WrongDesign("GT-STOP-003", "rates", expected="one or more numbers from 0 to 1")
    return p


def _expected_events(boundary: Boundary, found: Floats, least: Ints, p: Floats) -> Floats:
    x = np.arange(found.shape[-1])
    crosses = (x >= least.T[:, :, None]).astype(np.float64)
    at_stop = np.einsum("krx,krx,x->r", found, crosses, x)
    going_on = found[-1] * (1 - crosses[-1])
    afterwards = (boundary.n_max - boundary.n_at_look[-1]) * p * going_on.sum(axis=1)
    events: Floats = at_stop + going_on @ x + afterwards
    return events
