"""Probability of one cause in the presence of others: Aalen-Johansen, all causes at a tied time handled together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np

from graftrial.stats.distributions import Vector, normal_quantile
from graftrial.stats.outcomes import Estimate, NotEstimable, Number, check_confidence
from graftrial.stats.survival.follow_up import (
    counts,
    events_of,
    follow_up,
    greenwood_terms,
    survival_after,
)

METHOD = "Aalen-Johansen, delta variance, log-log limits"


@dataclass(frozen=True, slots=True)
class CumulativeIncidence:
    """Probability of the cause by time, one entry per distinct time.

    times: in the unit given. at_risk: just before. events: of this cause. incidence, se: just after, 0 to 1.
    lower, upper: pointwise limits; not estimable where the incidence is 0 or 1.
    is_open_at_end: whether patients without any event remain after the last time.
    """

    cause: int
    method: str
    times: tuple[float, ...]
    at_risk: tuple[int, ...]
    events: tuple[int, ...]
    incidence: tuple[float, ...]
    se: tuple[float, ...]
    lower: tuple[Number, ...]
    upper: tuple[Number, ...]
    confidence: float
    n: int
    notes: tuple[str, ...]
    is_open_at_end: bool

    def at(self, time: float) -> Estimate:
        """Incidence by a time; not estimable beyond the last time while patients without an event remain."""
        ended = self.times[-1]
        if time > ended and self.is_open_at_end:
            why = NotEstimable(f"follow-up ends before {time:g}")
            return Estimate(self.method, why, why, why, self.confidence, "two-sided", self.n, self.notes)
        step = int(np.searchsorted(self.times, time, side="right")) - 1
        if step < 0:
            none = NotEstimable("nothing has happened yet")
            return Estimate(self.method, 0.0, none, none, self.confidence, "two-sided", self.n, self.notes)
        numbers = self.incidence[step], self.lower[step], self.upper[step]
        return Estimate(self.method, *numbers, self.confidence, "two-sided", self.n, self.notes)


def estimate_aalen_johansen(
    times: Sequence[float | None], causes: Sequence[int], cause: int, confidence: float = 0.95
) -> CumulativeIncidence | NotEstimable:
    """Cumulative incidence of `cause` with its pointwise limits.

    times: to the first event or censoring, unit of the caller. causes: 0 censored, 1, 2 … what happened.
    Returns: the curve, or the reason why there is none. A cause that never occurs has incidence 0 throughout.
    Not for: 1 minus Kaplan-Meier readings; with competing events that is not a probability.
    References: Aalen OO, Johansen S. Scand J Stat 1978;5:141-150; variance: Aalen OO. Ann Stat 1978;6:534-545.

    >>> curve = estimate_aalen_johansen([1, 2, 2], [1, 1, 2], cause=1)
    >>> [round(each, 3) for each in curve.incidence]
    [0.333, 0.667]
    """
    check_confidence(confidence)
    follow = follow_up(times, causes)
    if isinstance(follow, NotEstimable):
        return follow
    at = counts(follow)
    own = events_of(follow, cause, at.times)
    after = survival_after(at)
    before = np.concatenate([[1.0], after[:-1]])
    incidence = np.cumsum(before * own / at.at_risk)
    se = _standard_errors(at.at_risk, own, before, incidence, greenwood_terms(at))
    z = normal_quantile((1 + confidence) / 2)
    limits = [_log_log(value, error, z) for value, error in zip(incidence.tolist(), se.tolist(), strict=True)]
    return CumulativeIncidence(
        cause, METHOD, tuple(at.times.tolist()), tuple(int(n) for n in at.at_risk), tuple(int(d) for d in own),
        tuple(incidence.tolist()), tuple(se.tolist()), tuple(low for low, _ in limits),
        tuple(high for _, high in limits), confidence, follow.n, follow.notes, bool(after[-1] > 0),
    )  # fmt: skip


def _standard_errors(
    at_risk: Vector, own: Vector, before: Vector, incidence: Vector, greenwood: Vector
) -> Vector:
    """Square roots of Aalen's delta formula, by cumulated sums of its expanded squares."""
    single = before**2 * own * (at_risk - own) / at_risk**3
    cross = before * own / at_risk**2
    variance = (
        incidence**2 * np.cumsum(greenwood)
        - 2 * incidence * np.cumsum(incidence * greenwood)
        + np.cumsum(incidence**2 * greenwood)
        + np.cumsum(single)
        - 2 * (incidence * np.cumsum(cross) - np.cumsum(incidence * cross))
    )
    # sums that cancel leave a last bit below 0
    return np.sqrt(np.where(variance > 1e-15, variance, 0.0))


def _log_log(value: float, error: float, z: float) -> tuple[Number, Number]:
    if value <= 0 or value >= 1 - 1e-12:
        why = NotEstimable("the log-log limits do not exist at 0 or 1")
        return why, why
    spread = z * error / (value * log(value))
    low, high = (value ** exp(sign * spread) for sign in (-1, 1))
    return min(low, high), max(low, high)
