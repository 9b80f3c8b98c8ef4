"""Chen and Chaloner's rule: probably above p0 (calibrated), and not improbably above p1."""

from __future__ import annotations

import numpy as np

from graftrial.stats.stopping.design import StoppingDesign
from graftrial.stats.stopping.tails import Floats, Ints, beta_lower, beta_upper


def statistic_chen_chaloner(design: StoppingDesign, n: Ints, x: Ints) -> Floats:
    """Minus P(p <= p0 | x, n) where P(p > p1 | x, n) is above nu, and minus infinity elsewhere.

    References: Chen C, Chaloner K. Stat Med 2006;25:2956-2966.
    """
    assert design.prior is not None
    assert design.p1 is not None
    assert design.nu is not None
    is_possible = beta_upper(design.prior, n, x, design.p1) > design.nu
    statistic: Floats = np.where(is_possible, -beta_lower(design.prior, n, x, design.p0), -np.inf)
    return statistic
