"""Wald's sequential probability ratio for a count, truncated at the last patient."""

from __future__ import annotations

import numpy as np

from graftrial.stats.stopping.design import StoppingDesign
from graftrial.stats.stopping.tails import Floats, Ints

CANCELLED = 1e-12  # of the sum of the two terms: what is left of them is rounding


def statistic_sprt(design: StoppingDesign, n: Ints, x: Ints) -> Floats:
    """x ln(p1/p0) + (n - x) ln(q1/q0).

    References: Goldman AI. Control Clin Trials 1987;8:327-337 (truncated).
    """
    assert design.p1 is not None
    for_event = np.log(design.p1 / design.p0) * x
    against = (np.log1p(-design.p1) - np.log1p(-design.p0)) * (n - x)
    ratio: Floats = for_event + against
    ratio[np.abs(ratio) <= CANCELLED * (for_event - against)] = 0.0
    return ratio
