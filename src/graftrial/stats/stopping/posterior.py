"""Thall and Simon's rule with a fixed limit: stop once P(p > p0) is at least the cut."""

from __future__ import annotations

import numpy as np

from graftrial.stats.stopping.design import StoppingDesign
from graftrial.stats.stopping.tails import Floats, Ints, beta_lower


def statistic_posterior(design: StoppingDesign, n: Ints, x: Ints) -> Floats:
    """Minus P(p <= p0 | x, n); the threshold is minus (1 - cut). Not calibrated: the size is whatever it is.

    References: Thall PF, Simon R. Biometrics 1994;50:337-349.
    """
    assert design.prior is not None
    return np.negative(beta_lower(design.prior, n, x, design.p0))


def threshold_posterior(design: StoppingDesign) -> float:
    """The cut on the scale of the statistic."""
    assert design.cut is not None
    return -(1 - design.cut)
