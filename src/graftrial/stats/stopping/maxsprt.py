"""The maximised sequential probability ratio for a count."""

from __future__ import annotations

import numpy as np

from graftrial.stats.stopping.design import StoppingDesign
from graftrial.stats.stopping.tails import Floats, Ints, as_ratio


def statistic_maxsprt(design: StoppingDesign, n: Ints, x: Ints) -> Floats:
    """0 where x/n <= p0, otherwise x ln(x/(n p0)) + (n - x) ln((n - x)/(n q0)), with 0 ln 0 = 0.

    References: Kulldorff M et al. Seq Anal 2011;30:58-78.
    """
    from scipy.special import xlogy

    numerator, denominator = as_ratio(design.p0)
    rest = n - x
    ratio = xlogy(x, x / (n * design.p0)) + xlogy(rest, rest / (n * (1 - design.p0)))
    statistic: Floats = np.where(x * denominator <= n * numerator, 0.0, ratio)
    return statistic
