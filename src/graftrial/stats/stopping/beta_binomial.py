"""The beta-binomial rule: the posterior probability that the event is more frequent than p0, calibrated."""

from __future__ import annotations

import numpy as np

from graftrial.stats.stopping.design import StoppingDesign
from graftrial.stats.stopping.tails import Floats, Ints, beta_lower


def statistic_beta_binomial(design: StoppingDesign, n: Ints, x: Ints) -> Floats:
    """Minus P(p <= p0 | x, n): the order of P(p > p0 | x, n), told apart where that is close to 1.

    References: Geller NL, Follman D, Leifer ES, Carter SL. In: Advances in Clinical Trial Biostatistics, 2003.
    """
    assert design.prior is not None
    return np.negative(beta_lower(design.prior, n, x, design.p0))
