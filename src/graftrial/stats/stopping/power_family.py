"""The power family of clinfun: 0 is Pocock, 1/2 is like O'Brien-Fleming (the reverse of Wang and Tsiatis)."""

from __future__ import annotations

from graftrial.stats.stopping.design import StoppingDesign
from graftrial.stats.stopping.tails import Floats, Ints, binomial_upper


def statistic_power_family(design: StoppingDesign, n: Ints, x: Ints) -> Floats:
    """Minus the normal score of the exact tail times (n/N)^delta.

    Stop if P(X >= x | n, p0) <= Phi(Phi^-1(alpha0) / (n/N)^delta); the statistic is -Phi^-1 of alpha0 at the tie.
    References: Ivanova A, Qaqish BF, Schell MJ. Biometrics 2005;61:540-545.
    """
    from scipy.special import ndtri

    assert design.delta is not None
    score: Floats = -ndtri(binomial_upper(n, x, design.p0)) * (n / design.n_max) ** design.delta
    return score
