"""Group-sequential boundaries for a normal statistic at equally spaced looks, one-sided, by recursive integration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graftrial.stats.stopping.refusal import WrongDesign
from graftrial.stats.stopping.tails import Floats

NODES, FAR, HALVINGS = 200, 9.0, 60


@dataclass(frozen=True, slots=True)
class GroupSequential:
    """Reject at look k if the standardised statistic is at least its critical value; error spent, look by look."""

    critical_values: tuple[float, ...]
    stage_levels: tuple[float, ...]
    spent: tuple[float, ...]


def group_sequential(looks: int, alpha: float, delta: float) -> GroupSequential:
    """The Wang-Tsiatis boundary c (k/K)^(delta - 1/2); delta 0 is O'Brien-Fleming, 1/2 is Pocock.

    looks: 1 to 50, equally spaced. alpha: one-sided error.
    Raises: WrongDesign GT-STOP-003.
    References: Wang SK, Tsiatis AA. Biometrics 1987;43:193-199; integration as in Armitage P, McPherson CK, Rowe BC.
    J R Stat Soc A 1969;132:235-244.

    >>> [round(each, 4) for each in group_sequential(2, 0.025, 0.0).critical_values]
    [2.7965, 1.9774]
    """
    from scipy.special import ndtr

    if not 1 <= looks <= 50 or not 0 < alpha < 0.5 or not 0 <= delta <= 0.5:
        raise WrongDesign(
            "GT-STOP-003", "alpha", expected="looks 1 to 50, 0 < alpha < 1/2, delta from 0 to 1/2"
        )
    shape = (np.arange(1, looks + 1) / looks) ** (delta - 0.5)
    low, high = 0.0, 10.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _spent(middle * shape)[-1] > alpha else (low, middle)
    critical = high * shape
    return GroupSequential(
        tuple(float(each) for each in critical),
        tuple(float(each) for each in ndtr(-critical)),
        tuple(float(each) for each in _spent(critical)),
    )


def _spent(critical: Floats) -> Floats:
    """P(rejected by look k) under the null hypothesis; the statistic is a Brownian motion at k/K, divided by its sd."""
    from scipy.special import ndtr

    looks = len(critical)
    ends = critical * np.sqrt(np.arange(1, looks + 1))  # steps of variance 1
    node, weight = np.polynomial.legendre.leggauss(NODES)
    spent = [float(ndtr(-ends[0]))]
    place: Floats = np.zeros(1)
    mass: Floats = np.ones(1)
    for k in range(1, looks):
        low, high = -FAR * np.sqrt(k), ends[k - 1]
        half = (high - low) / 2
        to = low + half * (node + 1)
        density = (mass[None, :] * np.exp(-0.5 * (to[:, None] - place[None, :]) ** 2)).sum(axis=1) / np.sqrt(
            2 * np.pi
        )
        place, mass = to, density * weight * half
        spent.append(spent[-1] + float(mass @ ndtr(place - ends[k])))
    return np.array(spent)
