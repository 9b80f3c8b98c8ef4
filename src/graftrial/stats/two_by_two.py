"""Two independent proportions: the ratio of risks, the odds ratio, and exact tests of the 2 x 2 table.

Every function takes events and n of the group of interest, then of the one it is compared with.
"""

from __future__ import annotations

from math import exp, inf, log, sqrt

import numpy as np

from graftrial.stats.distributions import Vector, normal_quantile, root
from graftrial.stats.outcomes import (
    Estimate,
    NotEstimable,
    Number,
    PValue,
    check_confidence,
    no_estimate,
    no_test,
)

RISKS = "score (Miettinen-Nurminen) of the risk ratio"
RISKS_WALD = "log-Wald of the risk ratio (large-sample)"
ODDS = "conditional exact odds ratio"
OTHER_NONE = "the group it is compared with has no event"
EQUAL = 1e-7  # probabilities that are equal on paper may differ in the last bits
WIDEST = 60.0  # logarithm of a ratio beyond all counts a trial can have


def relative_risk(events: int, n: int, events_other: int, n_other: int, confidence: float = 0.95) -> Estimate:
    """Ratio of two risks with score limits.

    Returns: an Estimate; no number where neither group or everybody has the event, no value and no upper limit
    where only the other group has none.
    Raises: ValueError for impossible counts.
    References: Miettinen O, Nurminen M. Stat Med 1985;4:213-226; Koopman PAR. Biometrics 1984;40:513-517.
    """
    if why := _no_ratio(events, n, events_other, n_other):
        return no_estimate(RISKS, why, confidence, n + n_other)
    z = normal_quantile((1 + check_confidence(confidence)) / 2)

    def score(log_ratio: float) -> float:
        return _score_of_ratio(events, n, events_other, n_other, exp(log_ratio))

    value: Number
    upper: Number
    value = upper = NotEstimable(OTHER_NONE)
    middle = WIDEST
    if events_other:
        value = events * n_other / (n * events_other)
        middle = log(value) if events else -WIDEST
        upper = exp(root(lambda at: score(at) + z, middle, WIDEST))
    lower = exp(root(lambda at: score(at) - z, -WIDEST, middle)) if events else 0.0
    return Estimate(RISKS, value, lower, upper, confidence, "two-sided", n + n_other)


def relative_risk_wald(
    events: int, n: int, events_other: int, n_other: int, confidence: float = 0.95
) -> Estimate:
    """Ratio of two risks with normal limits on the log scale, for comparison with publications only.

    References: Katz D et al. Biometrics 1978;34:469-474.
    """
    why = _no_ratio(events, n, events_other, n_other)
    if not why and 0 in (events, events_other):
        why = "a group without events has no log risk"
    if why:
        return no_estimate(RISKS_WALD, why, confidence, n + n_other)
    z = normal_quantile((1 + check_confidence(confidence)) / 2)
    value = events * n_other / (n * events_other)
    se = sqrt(1 / events - 1 / n + 1 / events_other - 1 / n_other)
    lower, upper = value * exp(-z * se), value * exp(z * se)
    return Estimate(RISKS_WALD, value, lower, upper, confidence, "two-sided", n + n_other)


def odds_ratio(events: int, n: int, events_other: int, n_other: int, confidence: float = 0.95) -> Estimate:
    """Conditional maximum-likelihood odds ratio with exact central limits.

    Returns: an Estimate; as `relative_risk`, and value and upper limit also not estimable where everybody in the
    group of interest has the event.
    References: Fisher RA. J R Stat Soc 1935;98:39-82; Cornfield J. J Natl Cancer Inst 1951;11:1269-1275.
    """
    if why := _no_ratio(events, n, events_other, n_other):
        return no_estimate(ODDS, why, confidence, n + n_other)
    tail = (1 - check_confidence(confidence)) / 2
    counts, central = _hypergeometric(events, n, events_other, n_other)

    def masses(log_odds: float) -> Vector:
        weights = np.log(central) + counts * log_odds
        weights = np.exp(weights - weights.max())
        return np.asarray(weights / weights.sum(), dtype=np.float64)

    def solved(aim: float, share: Vector) -> float:
        return exp(root(lambda at: float((masses(at) * share).sum()) - aim, -WIDEST, WIDEST))

    value: Number = 0.0
    lower = 0.0
    upper: Number
    if events > counts[0]:
        lower = solved(tail, (counts >= events).astype(np.float64))
        value = solved(events, counts)
    if events < counts[-1]:
        upper = solved(tail, (counts <= events).astype(np.float64))
    else:
        value = upper = NotEstimable("the odds are infinite: one of the cells is empty")
    return Estimate(ODDS, value, lower, upper, confidence, "two-sided", n + n_other)


def fisher_exact(events: int, n: int, events_other: int, n_other: int) -> PValue:
    """Exact test of no association: all tables that are not more probable than the observed one.

    References: Fisher RA. J R Stat Soc 1935;98:39-82. Two-sided by minimum likelihood.

    >>> round(fisher_exact(3, 10, 0, 10).p, 4)
    0.2105
    """
    return _tested("Fisher exact, minimum likelihood", events, n, events_other, n_other, is_mid_p=False)


def fisher_mid_p(events: int, n: int, events_other: int, n_other: int) -> PValue:
    """Central mid-p of the same distribution: twice the smaller tail with half the observed probability.

    Not guaranteed to keep its level. References: Lancaster HO. J Am Stat Assoc 1961;56:223-234.
    """
    return _tested("Fisher, central mid-p", events, n, events_other, n_other, is_mid_p=True)


def _tested(method: str, events: int, n: int, events_other: int, n_other: int, is_mid_p: bool) -> PValue:
    if _is_empty(events, n, events_other, n_other):
        return no_test(method, "one of the groups is empty")
    counts, masses = _hypergeometric(events, n, events_other, n_other)

    def p_of(at: int) -> float:
        if is_mid_p:
            half = masses[at] / 2
            return float(min(1.0, 2 * min(masses[:at].sum() + half, masses[at + 1 :].sum() + half)))
        return float(min(1.0, masses[masses <= masses[at] * (1 + EQUAL)].sum()))

    smallest = min(p_of(at) for at in range(len(counts)))
    p = p_of(int(events - counts[0]))
    return PValue(method, float(p), "two-sided", float(smallest), float(events), n + n_other)


def _hypergeometric(events: int, n: int, events_other: int, n_other: int) -> tuple[Vector, Vector]:
    """Possible counts in the group of interest given both margins, and their probabilities."""
    from scipy.special import gammaln

    total = events + events_other
    counts = np.arange(max(0, total - n_other), min(n, total) + 1, dtype=np.float64)
    rest = total - counts
    logs = -gammaln(counts + 1) - gammaln(n - counts + 1) - gammaln(rest + 1) - gammaln(n_other - rest + 1)
    masses = np.exp(logs - logs.max())
    return counts, np.asarray(masses / masses.sum(), dtype=np.float64)


def _score_of_ratio(events: int, n: int, events_other: int, n_other: int, ratio: float) -> float:
    """z of p1 - ratio p0 under the maximum-likelihood shares that have this ratio."""
    total = n + n_other
    second = -(ratio * (n + events_other) + events + n_other)
    root_of = sqrt(max(0.0, second**2 - 4 * ratio * total * (events + events_other)))
    share = 2 * (events + events_other) / (-second + root_of)  # the smaller root, without cancellation
    first = min(1.0, ratio * share)
    variance = first * (1 - first) / n + ratio**2 * share * (1 - share) / n_other
    deviation = events / n - ratio * events_other / n_other
    if variance <= 0:
        return 0.0 if abs(deviation) < 1e-15 else inf if deviation > 0 else -inf
    return deviation / sqrt(variance * total / (total - 1))


def _no_ratio(events: int, n: int, events_other: int, n_other: int) -> str:
    if _is_empty(events, n, events_other, n_other):
        return "one of the groups is empty"
    if events + events_other == 0:
        return "neither group has an event"
    return "everybody in both groups has the event" if events + events_other == n + n_other else ""


def _is_empty(events: int, n: int, events_other: int, n_other: int) -> bool:
    if not 0 <= events <= n or not 0 <= events_other <= n_other:
        raise ValueError(f"no proportions of {events} out of {n} and {events_other} out of {n_other}")
    return n == 0 or n_other == 0
