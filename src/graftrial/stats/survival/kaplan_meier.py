"""Kaplan-Meier curve with log-log limits, its median, and the restricted mean with its difference of two arms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from graftrial.stats.distributions import Vector, normal_quantile, normal_two_sided
from graftrial.stats.outcomes import (
    Estimate,
    NotEstimable,
    Number,
    PValue,
    check_confidence,
    no_estimate,
    no_test,
)
from graftrial.stats.survival.follow_up import counts, follow_up, greenwood_terms, survival_after

METHOD = "Kaplan-Meier, Greenwood, log-log limits"
MEDIAN = "Kaplan-Meier median, log-log limits"
RESTRICTED = "restricted mean survival time, Greenwood variance, normal limits (large-sample)"
DIFFERENCE = "difference of restricted means, normal limits (large-sample)"
EVEN = 1e-9  # a curve that is one half on paper may miss it in the last bits


@dataclass(frozen=True, slots=True)
class SurvivalCurve:
    """Probability of no event by time, one entry per distinct time.

    times: in the unit given. at_risk: just before. events: at the time. survival, se, lower, upper: just after;
    se and limits are not estimable where the curve is at 0, limits also where it is still at 1.
    """

    method: str
    times: tuple[float, ...]
    at_risk: tuple[int, ...]
    events: tuple[int, ...]
    survival: tuple[float, ...]
    se: tuple[Number, ...]
    lower: tuple[Number, ...]
    upper: tuple[Number, ...]
    confidence: float
    n: int
    notes: tuple[str, ...]

    def at(self, time: float) -> Estimate:
        """Survival at a time; not estimable beyond the last time while the curve is above 0."""
        if time > self.times[-1] and self.survival[-1] > 0:
            return no_estimate(
                self.method, f"follow-up ends before {time:g}", self.confidence, self.n, self.notes
            )
        step = int(np.searchsorted(self.times, time, side="right")) - 1
        none = NotEstimable("no event has happened yet")
        numbers = (1.0, none, none) if step < 0 else (self.survival[step], self.lower[step], self.upper[step])
        return Estimate(self.method, *numbers, self.confidence, "two-sided", self.n, self.notes)

    def se_at(self, time: float) -> Number:
        """Greenwood standard error of `at(time)`."""
        if isinstance(self.at(time).value, NotEstimable):
            return self.at(time).value
        step = int(np.searchsorted(self.times, time, side="right")) - 1
        return 0.0 if step < 0 else self.se[step]

    def at_risk_at(self, time: float) -> int:
        """Patients still followed without an event just before the time."""
        step = int(np.searchsorted(self.times, time, side="left"))
        return self.at_risk[step] if step < len(self.times) else 0


def estimate_kaplan_meier(
    times: Sequence[float | None], events: Sequence[int], confidence: float = 0.95
) -> SurvivalCurve | NotEstimable:
    """Survival curve; events come before censorings at the same time.

    times: from the origin, unit of the caller. events: 1 event, 0 censored.
    Returns: the curve, or the reason why there is none.
    Not for: an event in competition with another one; see `estimate_aalen_johansen`.
    References: Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457-481; limits: Kalbfleisch JD, Prentice RL 1980.

    >>> estimate_kaplan_meier([1, 2, 3], [1, 0, 1]).survival
    (0.6666666666666667, 0.6666666666666667, 0.0)
    """
    z = normal_quantile((1 + check_confidence(confidence)) / 2)
    follow = follow_up(times, events)
    if isinstance(follow, NotEstimable):
        return follow
    at = counts(follow)
    after = survival_after(at)
    relative = np.sqrt(np.cumsum(greenwood_terms(at)))
    se: list[Number] = [
        float(s * r) if s > 0 else NotEstimable("the curve has reached 0")
        for s, r in zip(after, relative, strict=True)
    ]
    limits = [_log_log(s, r, z) for s, r in zip(after.tolist(), relative.tolist(), strict=True)]
    return SurvivalCurve(
        METHOD, tuple(at.times.tolist()), tuple(int(n) for n in at.at_risk), tuple(int(d) for d in at.events),
        tuple(after.tolist()), tuple(se), tuple(low for low, _ in limits), tuple(high for _, high in limits),
        confidence, follow.n, follow.notes,
    )  # fmt: skip


def median_survival(curve: SurvivalCurve) -> Estimate:
    """Smallest time with survival below one half; the middle of the step where it is exactly one half.

    The limits are where the log-log limits of the curve cross one half, by the same rule; either may be open.
    References: Brookmeyer R, Crowley J. Biometrics 1982;38:29-41; the convention of R's survival 3.5-3.
    """
    never = "the curve does not fall below one half within follow-up"
    value = _crossing(curve.times, curve.survival, never)
    lower = _crossing(curve.times, curve.lower, "the lower limit of the curve does not fall below one half")
    upper = _crossing(
        curve.times, curve.upper, "the upper limit of the curve does not fall below one half: it is open"
    )
    return Estimate(MEDIAN, value, lower, upper, curve.confidence, "two-sided", curve.n, curve.notes)


def restricted_mean(curve: SurvivalCurve, tau: float) -> Estimate:
    """Area under the curve to tau, in the unit of time: the mean time without event of the first tau.

    tau: declared before, inside follow-up. References: Royston P, Parmar MKB. BMC Med Res Methodol 2013;13:152.
    """
    moments = _restricted_moments(curve, tau)
    if isinstance(moments, NotEstimable):
        return no_estimate(RESTRICTED, moments.reason, curve.confidence, curve.n, curve.notes)
    mean, se = moments
    z = normal_quantile((1 + curve.confidence) / 2)
    lower: Number = mean - z * se
    upper: Number = mean + z * se
    if se == 0:
        lower = upper = NotEstimable("no event before the horizon: the variance is 0")
    return Estimate(RESTRICTED, mean, lower, upper, curve.confidence, "two-sided", curve.n, curve.notes)


def restricted_mean_se(curve: SurvivalCurve, tau: float) -> Number:
    """Standard error of `restricted_mean`, in the unit of time."""
    moments = _restricted_moments(curve, tau)
    return moments if isinstance(moments, NotEstimable) else moments[1]


def restricted_mean_difference(
    curve: SurvivalCurve, other: SurvivalCurve, tau: float
) -> tuple[Estimate, PValue]:
    """Restricted mean of the first curve minus that of the other, and the normal test that it is 0."""
    first, second = _restricted_moments(curve, tau), _restricted_moments(other, tau)
    n = curve.n + other.n
    for each in (first, second):
        if isinstance(each, NotEstimable):
            return no_estimate(DIFFERENCE, each.reason, curve.confidence, n), no_test(
                DIFFERENCE, each.reason, n=n
            )
    assert not isinstance(first, NotEstimable)
    assert not isinstance(second, NotEstimable)
    value, se = first[0] - second[0], sqrt(first[1] ** 2 + second[1] ** 2)
    if se == 0:
        why = "no event before the horizon in either group"
        none = NotEstimable(why)
        estimate = Estimate(DIFFERENCE, value, none, none, curve.confidence, "two-sided", n)
        return estimate, no_test(DIFFERENCE, why, n=n)
    z = normal_quantile((1 + curve.confidence) / 2)
    estimate = Estimate(DIFFERENCE, value, value - z * se, value + z * se, curve.confidence, "two-sided", n)
    return estimate, PValue(DIFFERENCE, normal_two_sided(value / se), "two-sided", 0.0, value / se, n)


def _restricted_moments(curve: SurvivalCurve, tau: float) -> tuple[float, float] | NotEstimable:
    if tau <= 0:
        return NotEstimable("the horizon is not after the origin")
    if tau > curve.times[-1] and curve.survival[-1] > 0:
        return NotEstimable(f"follow-up ends before {tau:g}")
    times = np.asarray(curve.times)
    inside = times < tau
    edges = np.concatenate([[0.0], times[inside], [tau]])
    heights = np.concatenate([[1.0], np.asarray(curve.survival)[inside]])
    areas = heights * np.diff(edges)
    later: Vector = np.cumsum(areas[::-1])[::-1][1:]
    at_risk = np.asarray(curve.at_risk, dtype=np.float64)[inside]
    events = np.asarray(curve.events, dtype=np.float64)[inside]
    rest = at_risk - events
    terms = np.divide(events, at_risk * rest, out=np.zeros_like(rest), where=rest > 0)
    return float(areas.sum()), sqrt(float((later**2 * terms).sum()))


def _crossing(times: tuple[float, ...], curve: Sequence[Number], never: str) -> Number:
    below = [step for step, value in enumerate(curve) if isinstance(value, float) and value < 0.5 - EVEN]
    even = [step for step, value in enumerate(curve) if isinstance(value, float) and abs(value - 0.5) <= EVEN]
    if even and below:
        return (times[even[0]] + times[below[0]]) / 2
    return times[below[0]] if below else NotEstimable(never)


def _log_log(survival: float, relative: float, z: float) -> tuple[Number, Number]:
    if survival <= 0 or survival >= 1:
        why = NotEstimable(f"the log-log limits do not exist where the curve is at {survival:.0f}")
        return why, why
    spread = float(np.exp(z * relative / np.log(survival)))
    return survival ** (1 / spread), survival**spread
