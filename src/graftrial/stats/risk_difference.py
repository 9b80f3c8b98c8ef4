"""Two independent proportions: the difference of risks.

Every function takes events and n of the group of interest, then of the one it is compared with.
"""

from __future__ import annotations

from math import acos, copysign, cos, pi, sqrt

from graftrial.stats.binomial import limits_wilson
from graftrial.stats.distributions import normal_quantile, root
from graftrial.stats.outcomes import Estimate, NotEstimable, Number, check_confidence, no_estimate

SCORE = "score (Miettinen-Nurminen)"
EMPTY = "one of the groups is empty"


def difference_miettinen_nurminen(
    events: int, n: int, events_other: int, n_other: int, confidence: float = 0.95
) -> Estimate:
    """Risk difference with score limits, variance inflated by N / (N - 1): the default, with 0 events too.

    Returns: an Estimate, -1 to 1; not estimable where a group is empty. Raises: ValueError for impossible counts.
    References: Miettinen O, Nurminen M. Stat Med 1985;4:213-226.

    >>> found = difference_miettinen_nurminen(3, 10, 0, 10)
    >>> round(found.lower, 4), round(found.upper, 4)
    (-0.0319, 0.6101)
    """
    if _is_empty(events, n, events_other, n_other):
        return no_estimate(SCORE, EMPTY, confidence)
    z = normal_quantile((1 + check_confidence(confidence)) / 2)
    value = events / n - events_other / n_other

    def score(delta: float) -> float:
        return _score(events, n, events_other, n_other, delta)

    lower = -1.0 if value <= -1 else root(lambda delta: score(delta) - z, -1.0, value)
    upper = 1.0 if value >= 1 else root(lambda delta: score(delta) + z, value, 1.0)
    return Estimate(SCORE, value, lower, upper, confidence, "two-sided", n + n_other)


def difference_newcombe(
    events: int, n: int, events_other: int, n_other: int, confidence: float = 0.95
) -> Estimate:
    """Risk difference with hybrid limits made of the two Wilson intervals.

    References: Newcombe RG. Stat Med 1998;17:873-890, method 10.
    """
    method = "hybrid score (Newcombe)"
    if _is_empty(events, n, events_other, n_other):
        return no_estimate(method, EMPTY, confidence)
    check_confidence(confidence)
    first, second = events / n, events_other / n_other
    low1, high1 = limits_wilson(events, n, confidence)
    low0, high0 = limits_wilson(events_other, n_other, confidence)
    value = first - second
    lower = value - sqrt((first - low1) ** 2 + (high0 - second) ** 2)
    upper = value + sqrt((high1 - first) ** 2 + (second - low0) ** 2)
    return Estimate(method, value, lower, upper, confidence, "two-sided", n + n_other)


def difference_wald(
    events: int, n: int, events_other: int, n_other: int, confidence: float = 0.95, is_corrected: bool = False
) -> Estimate:
    """Risk difference with normal limits, for comparison with publications only.

    is_corrected: Yates' continuity correction, ½ (1/n + 1/n_other) on either side.
    Returns: limits cut at -1 and 1; not estimable where both shares are 0 or 1, for the variance is 0.
    """
    method = f"Wald{' with Yates correction' if is_corrected else ''} (large-sample)"
    if _is_empty(events, n, events_other, n_other):
        return no_estimate(method, EMPTY, confidence)
    first, second = events / n, events_other / n_other
    value, z = first - second, normal_quantile((1 + check_confidence(confidence)) / 2)
    se = sqrt(first * (1 - first) / n + second * (1 - second) / n_other)
    lower: Number
    upper: Number
    lower = upper = NotEstimable("the Wald variance is 0 where every share is 0 or 1")
    if se:
        half = z * se + (0.5 * (1 / n + 1 / n_other) if is_corrected else 0.0)
        lower, upper = max(-1.0, value - half), min(1.0, value + half)
    return Estimate(method, value, lower, upper, confidence, "two-sided", n + n_other)


def _score(events: int, n: int, events_other: int, n_other: int, delta: float) -> float:
    """z of the difference minus delta; 0 variance with a deviation is as far away as can be."""
    second = _constrained_share(events, n, events_other, n_other, delta)
    first = min(1.0, max(0.0, second + delta))
    total = n + n_other
    variance = (first * (1 - first) / n + second * (1 - second) / n_other) * total / (total - 1)
    deviation = events / n - events_other / n_other - delta
    if abs(deviation) < 1e-15:
        return 0.0
    return deviation / sqrt(variance) if variance > 0 else copysign(1e300, deviation)


def _constrained_share(events: int, n: int, events_other: int, n_other: int, delta: float) -> float:
    """Maximum-likelihood share of the other group when the first is `delta` higher (root of the cubic, appendix I)."""
    total = n + n_other
    third = float(total)
    second = (n + 2 * n_other) * delta - total - events - events_other
    first = (n_other * delta - total - 2 * events_other) * delta + events + events_other
    zeroth = events_other * delta * (1 - delta)
    q = (second / (3 * third)) ** 3 - first * second / (6 * third**2) + zeroth / (2 * third)
    p = copysign(sqrt(max(0.0, (second / (3 * third)) ** 2 - first / (3 * third))), q)
    angle = (pi + acos(min(1.0, max(-1.0, q / p**3)))) / 3 if p else 0.0
    share = 2 * p * cos(angle) - second / (3 * third)
    return min(min(1.0, 1 - delta), max(max(0.0, -delta), share))


def _is_empty(events: int, n: int, events_other: int, n_other: int) -> bool:
    if not 0 <= events <= n or not 0 <= events_other <= n_other:
        raise ValueError(f"no proportions of {events} out of {n} and {events_other} out of {n_other}")
    return n == 0 or n_other == 0
