"""Two stages of a binary outcome: the probability of being accepted, for every pair of limits at once."""

from __future__ import annotations

from functools import cache

import numpy as np

from graftrial.stats.distributions import binomial_masses
from graftrial.stats.stopping.tails import Floats


@cache
def masses(n: int, p: float) -> Floats:
    """(n + 1,) probabilities of the counts; kept, because a search asks again and again."""
    return binomial_masses(n, p)


@cache
def more_than(n: int, p: float) -> Floats:
    """(n + 1,) P(X > x) for x from 0 to n, summed from the far end."""
    tail = np.cumsum(masses(n, p)[::-1])[::-1]
    return np.append(tail[1:], 0.0)


def accepted(n1: int, n: int, p: float) -> Floats:
    """(n1 + 1, n + 1) P(X1 > r1 and X > r) for r1 from -1 (row 0) to n1 - 1 and r from 0 (column 0) to n."""
    later = more_than(n - n1, p)
    x1, r = np.arange(n1 + 1)[:, None], np.arange(n + 1)[None, :]
    short = r - x1
    tail = np.where(short < 0, 1.0, later[np.clip(short, 0, n - n1)])
    joint = masses(n1, p)[:, None] * tail
    return np.asarray(np.cumsum(joint[::-1], axis=0)[::-1])
