"""Toxicity that cannot fall with the dose: isotonic regression of many trials at once, and the dose it selects."""

from __future__ import annotations

import numpy as np

from graftrial.stats.designs.states import Flags
from graftrial.stats.stopping.tails import Floats, Ints

TIE = 1e-10  # times the level, added to break ties as the published software does


def isotonic(value: Floats, weight: Floats) -> Floats:
    """Rising fit to (S, K) values by pooling adjacent violators; a weight of 0 leaves the dose out.

    References: Barlow RE et al. Statistical Inference under Order Restrictions, 1972, the max-min formula.

    >>> isotonic(np.array([[0.4, 0.2]]), np.array([[1.0, 1.0]])).tolist()
    [[0.30000000000000004, 0.30000000000000004]]
    """
    k = value.shape[1]
    ends = np.zeros((value.shape[0], k + 1))
    mass = np.zeros_like(ends)
    np.cumsum(value * weight, axis=1, out=ends[:, 1:])
    np.cumsum(weight, axis=1, out=mass[:, 1:])
    fit = np.full(value.shape, -np.inf)
    with np.errstate(invalid="ignore", divide="ignore"):
        for level in range(k):
            for start in range(level + 1):
                pooled = (ends[:, level + 1 :] - ends[:, start : start + 1]) / (
                    mass[:, level + 1 :] - mass[:, start : start + 1]
                )
                fit[:, level] = np.fmax(fit[:, level], np.nanmin(pooled, axis=1, initial=np.inf))
    return fit


def selected_by_isotonic(n: Ints, y: Ints, is_admissible: Flags, target: float) -> Ints:
    """(S,) level closest to the target after isotonic regression over the admissible doses; 0 where there is none.

    References: Liu S, Yuan Y. Appl Stat 2015;64:507-523, section 3.3; prior weight .05 and ties as in its software.
    """
    shrunk = (y + 0.05) / (n + 0.1)
    variance = (y + 0.05) * (n - y + 0.05) / ((n + 0.1) ** 2 * (n + 1.1))
    level = np.arange(1, n.shape[1] + 1)
    is_in = np.asarray(is_admissible, dtype=bool) & (n > 0)
    fit = isotonic(shrunk, np.where(is_in, 1 / variance, 0.0)) + TIE * level
    distance = np.where(is_in, np.abs(fit - target), np.inf)
    chosen: Ints = np.where(is_in.any(axis=1), distance.argmin(axis=1) + 1, 0)
    return chosen
