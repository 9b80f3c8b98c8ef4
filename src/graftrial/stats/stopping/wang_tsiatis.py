"""The Wang-Tsiatis family for a count: 0 is O'Brien-Fleming, 1/2 is Pocock on the normal score."""

from __future__ import annotations

import numpy as np

from graftrial.stats.stopping.design import StoppingDesign
from graftrial.stats.stopping.tails import Floats, Ints, as_ratio


def statistic_wang_tsiatis(design: StoppingDesign, n: Ints, x: Ints) -> Floats:
    """(x - n p0)/sqrt(n p0 q0) times (n/N)^(1/2 - delta).

    References: Wang SK, Tsiatis AA. Biometrics 1987;43:193-199.
    """
    assert design.delta is not None
    numerator, denominator = as_ratio(design.p0)
    excess = (x * denominator - n * numerator).astype(np.float64)
    spread = np.sqrt(n * float(numerator) * float(denominator - numerator))
    score: Floats = excess / spread * (n / design.n_max) ** (0.5 - design.delta)
    return score
