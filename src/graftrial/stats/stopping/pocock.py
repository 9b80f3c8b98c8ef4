"""Pocock's rule for a count: the same nominal p-value at every look."""

from __future__ import annotations

import numpy as np

from graftrial.stats.stopping.design import StoppingDesign
from graftrial.stats.stopping.tails import Floats, Ints, binomial_upper


def statistic_pocock(design: StoppingDesign, n: Ints, x: Ints) -> Floats:
    """Minus the exact binomial tail P(X >= x | n, p0).

    References: Pocock SJ. Biometrika 1977;64:191-199.
    """
    return np.negative(binomial_upper(n, x, design.p0))
