"""O'Brien and Fleming's rule for a count: the same excess over n p0 at every look."""

from __future__ import annotations

import numpy as np

from graftrial.stats.stopping.design import StoppingDesign
from graftrial.stats.stopping.tails import Floats, Ints, as_ratio


def statistic_obrien_fleming(design: StoppingDesign, n: Ints, x: Ints) -> Floats:
    """(x - n p0) in units of the denominator of p0, so that equal excesses are equal whole numbers.

    The divisor sqrt(N p0 q0) of the published statistic is the same at every look and moves no boundary.
    References: O'Brien PC, Fleming TR. Biometrics 1979;35:549-556.
    """
    numerator, denominator = as_ratio(design.p0)
    excess: Floats = (x * denominator - n * numerator).astype(np.float64)
    return excess
