"""Proportions of small groups: exact, score and Bayesian limits, each under its own name."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

from graftrial.stats.distributions import (
    beta_quantile,
    binomial_at_least,
    binomial_at_most,
    normal_quantile,
    root,
)
from graftrial.stats.outcomes import Estimate, NotEstimable, Number, Sided, check_confidence

NOBODY = "nobody is in the denominator: 0/0 is not a proportion"


def interval_clopper_pearson(events: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Exact two-sided interval of a proportion.

    events out of n; level: coverage, 0.95 by default.
    Returns: lower and upper limit, 0 to 1.
    Raises: ValueError for n = 0 (0/0 is not a proportion) or events outside 0..n.
    Not for: rates per time, clustered events.
    References: Clopper CJ, Pearson ES. Biometrika 1934;26:404-413.

    >>> tuple(round(limit, 6) for limit in interval_clopper_pearson(1, 3))
    (0.008404, 0.905701)
    """
    if n < 1 or not 0 <= events <= n:
        raise ValueError(f"no proportion of {events} out of {n}")
    tail = (1 - level) / 2
    lower = 0.0 if events == 0 else beta_quantile(events, n - events + 1, tail)
    upper = 1.0 if events == n else beta_quantile(events + 1, n - events, 1 - tail)
    return lower, upper


def proportion_clopper_pearson(events: int, n: int, confidence: float = 0.95) -> Estimate:
    """Share of events with the exact limits of `interval_clopper_pearson`: the default.

    Returns: an Estimate, not estimable for n = 0.
    Raises: ValueError for events outside 0..n or a confidence outside 0..1.
    """
    return _share("exact (Clopper-Pearson)", events, n, confidence, interval_clopper_pearson)


def proportion_upper(events: int, n: int, confidence: float = 0.95) -> Estimate:
    """Share of events with the exact one-sided upper limit; for 0 events the number that "rule of three" stands for.

    >>> round(proportion_upper(0, 3).upper, 3)
    0.632
    """

    def limits(events: int, n: int, confidence: float) -> tuple[float, float]:
        return 0.0, 1.0 if events == n else beta_quantile(events + 1, n - events, confidence)

    return _share("exact one-sided (Clopper-Pearson)", events, n, confidence, limits, "upper")


def proportion_wilson(events: int, n: int, confidence: float = 0.95) -> Estimate:
    """Share of events with score limits.

    References: Wilson EB. J Am Stat Assoc 1927;22:209-212.
    """
    return _share("score (Wilson)", events, n, confidence, limits_wilson)


def proportion_jeffreys(events: int, n: int, confidence: float = 0.95) -> Estimate:
    """Share of events with equal-tailed limits of the posterior under a Beta(½, ½) prior; 0 and 1 at the ends.

    References: Brown LD, Cai TT, DasGupta A. Stat Sci 2001;16:101-133, section 4.1.
    """

    def limits(events: int, n: int, confidence: float) -> tuple[float, float]:
        a, b, tail = events + 0.5, n - events + 0.5, (1 - confidence) / 2
        lower = beta_quantile(a, b, tail) if events else 0.0
        return lower, beta_quantile(a, b, 1 - tail) if events < n else 1.0

    return _share("Jeffreys", events, n, confidence, limits)


def proportion_mid_p(events: int, n: int, confidence: float = 0.95) -> Estimate:
    """Share of events with mid-p limits: half the probability of the observed count; not guaranteed to cover.

    References: Lancaster HO. J Am Stat Assoc 1961;56:223-234.
    """
    return _share("mid-p", events, n, confidence, _limits_mid_p)


def proportion_blaker(events: int, n: int, confidence: float = 0.95) -> Estimate:
    """Share of events with Blaker's exact limits, which lie within those of Clopper and Pearson.

    References: Blaker H. Can J Stat 2000;28:783-798.

    >>> share = proportion_blaker(1, 3)
    >>> round(share.lower, 5), round(share.upper, 5)
    (0.01695, 0.86465)
    """

    def limits(events: int, n: int, confidence: float) -> tuple[float, float]:
        alpha = 1 - confidence
        return _lower_blaker(events, n, alpha), 1 - _lower_blaker(n - events, n, alpha)

    return _share("exact (Blaker)", events, n, confidence, limits)


PROPORTIONS: dict[str, Callable[[int, int, float], Estimate]] = {
    "clopper_pearson": proportion_clopper_pearson,
    "wilson": proportion_wilson,
    "jeffreys": proportion_jeffreys,
    "mid_p": proportion_mid_p,
    "blaker": proportion_blaker,
    "upper": proportion_upper,
}


def limits_wilson(events: int, n: int, confidence: float) -> tuple[float, float]:
    """Score limits of a proportion with n above 0."""
    z = normal_quantile((1 + confidence) / 2)
    share, z2 = events / n, z * z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = z * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return (0.0 if events == 0 else middle - half), (1.0 if events == n else middle + half)


def _share(
    method: str,
    events: int,
    n: int,
    confidence: float,
    limits: Callable[[int, int, float], tuple[float, float]],
    sided: Sided = "two-sided",
) -> Estimate:
    check_confidence(confidence)
    if n < 0 or not 0 <= events <= n:
        raise ValueError(f"no proportion of {events} out of {n}")
    value: Number
    lower: Number
    upper: Number
    value = lower = upper = NotEstimable(NOBODY)
    if n:
        value = events / n
        lower, upper = limits(events, n, confidence)
    return Estimate(method, value, lower, upper, confidence, sided, n)


def _limits_mid_p(events: int, n: int, confidence: float) -> tuple[float, float]:
    tail, share = (1 - confidence) / 2, events / n

    def below(p: float) -> float:
        return (binomial_at_least(events, n, p) + binomial_at_least(events + 1, n, p)) / 2 - tail

    def above(p: float) -> float:
        return (binomial_at_most(events, n, p) + binomial_at_most(events - 1, n, p)) / 2 - tail

    lower = root(below, 0.0, share) if events else 0.0
    return lower, root(above, share, 1.0) if events < n else 1.0


def _lower_blaker(events: int, n: int, alpha: float) -> float:
    """Smallest p whose acceptability exceeds alpha.

    Between the places where one more count k enters the opposite tail the acceptability is
    P(X >= events) + P(X <= k), which falls and then rises; at those places it jumps up.
    """
    if events == 0:
        return 0.0
    start = 0.0
    for k in range(-1, events):

        def rising(p: float, k: int = k) -> float:
            return binomial_at_least(events, n, p) - binomial_at_most(k + 1, n, p)

        end = root(rising, 0.0, 1.0)

        def excess(p: float, k: int = k) -> float:
            return binomial_at_least(events, n, p) + binomial_at_most(k, n, p) - alpha

        if excess(start) > 0:
            return start
        if excess(end) > 0:
            return root(excess, start, end)
        start = end
    return start
