"""Two shares of the same pairs: the difference of risks from the pairs that disagree."""

from __future__ import annotations

from math import copysign, sqrt

from graftrial.stats.distributions import normal_quantile, root
from graftrial.stats.outcomes import Estimate, check_confidence, no_estimate

METHOD = "paired risk difference, score limits (Tango)"


def paired_difference_tango(only_first: int, only_second: int, n: int, confidence: float = 0.95) -> Estimate:
    """Share of the first members less that of the second, with score limits that exist without discordant pairs too.

    only_first, only_second: pairs in which that member alone has the event. n: all pairs.
    Raises: ValueError for impossible counts. References: Tango T. Stat Med 1998;17:891-908.
    """
    if min(only_first, only_second) < 0 or only_first + only_second > n:
        raise ValueError(f"{only_first} and {only_second} discordant pairs of {n}")
    if not n:
        return no_estimate(METHOD, "there is no pair", confidence)
    z = normal_quantile((1 + check_confidence(confidence)) / 2)
    value = (only_first - only_second) / n

    def score(delta: float) -> float:
        return _score(only_first, only_second, n, delta)

    lower = -1.0 if value == -1 else root(lambda delta: score(delta) - z, -1.0, value)
    upper = 1.0 if value == 1 else root(lambda delta: score(delta) + z, value, 1.0)
    return Estimate(METHOD, value, lower, upper, confidence, "two-sided", n)


def _score(only_first: int, only_second: int, n: int, delta: float) -> float:
    """z of the difference minus delta, at the maximum-likelihood share of the second kind of discordant pairs."""
    b = (2 * n - only_first + only_second) * delta - only_first - only_second
    c = -only_second * delta * (1 - delta)
    share = (sqrt(max(0.0, b * b - 8 * n * c)) - b) / (4 * n)
    variance = n * (2 * share + delta * (1 - delta))
    deviation = only_first - only_second - n * delta
    if abs(deviation) < 1e-12:
        return 0.0
    return deviation / sqrt(variance) if variance > 0 else copysign(1e300, deviation)
