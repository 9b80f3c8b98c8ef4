"""Boundaries over total follow-up: exact probabilities for Poisson events, and calibration to a named follow-up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from graftrial.stats.stopping.refusal import WrongDesign
from graftrial.stats.stopping.tails import Floats
from graftrial.stats.stopping.time_to_event import FollowUpDesign, Information, limits, rate_of

HALVINGS = 48


@dataclass(frozen=True, slots=True)
class FollowUpBoundary:
    """Stop at the d-th event if it comes at a total follow-up of at most the value beside it.

    calibrated_to: the follow-up at which the size was set; size: P(stop | p0) at the maximum follow-up, which
    exceeds alpha where the rule was calibrated to the expected one.
    """

    stop_if_events: tuple[int, ...]
    while_total_follow_up_at_most: tuple[float, ...]
    window: float
    constant: float
    calibrated_to: Information
    size: float


@dataclass(frozen=True, slots=True)
class FollowUpCharacteristics:
    """At event probability p in the window: P(stop), expected events, expected total follow-up."""

    p: float
    p_stop: float
    e_events: float
    e_total_follow_up: float


@lru_cache(maxsize=256)
def follow_up_boundary(design: FollowUpDesign) -> FollowUpBoundary:
    """The boundary whose size, at the follow-up that `calibrated_to` names, is alpha; evaluated to the maximum.

    References: Martens MJ, Lian Q, Geller NL, Leifer ES, Logan BR. Clin Trials 2024 (time to event).
    """
    constant = calibrated_constant(design)
    events, u = limits(design, constant, design.maximum)
    size, _ = stopping(events, u, design.rate0)
    return FollowUpBoundary(
        events, tuple(float(each) for each in u), design.window, constant, design.calibrated_to, size
    )


def calibrated_constant(design: FollowUpDesign) -> float:
    """The constant at which P(stop | p0) is alpha; the size falls with it."""

    def size(constant: float) -> float:
        events, u = limits(design, constant, design.calibration_follow_up)
        return stopping(events, u, design.rate0)[0]

    low, high = (0.0, 1.0)
    if design.rule != "gamma_poisson":  # whose constant is a probability
        while size(high) > design.alpha:
            low, high = high, 2 * high
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if size(middle) > design.alpha else (low, middle)
    return high


def follow_up_characteristics(
    boundary: FollowUpBoundary, rates: Sequence[float]
) -> tuple[FollowUpCharacteristics, ...]:
    """Exact operating characteristics at every event probability within the window, 0 < p < 1."""
    if not all(0 < p < 1 for p in rates):
        raise WrongDesign("GT-STOP-003", "rates", expected="numbers above 0 and below 1")
    found = []
    for p in rates:
        rate = rate_of(p, boundary.window)
        p_stop, e_events = stopping(
            boundary.stop_if_events, np.array(boundary.while_total_follow_up_at_most), rate
        )
        found.append(FollowUpCharacteristics(p, p_stop, e_events, e_events / rate))
    return tuple(found)


def stopping(events: Sequence[int], follow_up: Floats, rate: float) -> tuple[float, float]:
    """P(stop) and expected events of Poisson events at that rate.

    The trial goes on past u_d with fewer than d events; between two limits it can only stop with exactly d.
    """
    from scipy.special import gammaln, pdtrc

    state = np.zeros(events[-1])
    state[0] = 1.0
    counts = np.arange(events[-1])
    factorials = gammaln(counts + 1.0)
    p_stop, e_events, before = 0.0, 0.0, 0.0
    for d, at in zip(events, follow_up, strict=True):
        mean = rate * (at - before)
        going_on = state[:d]
        here = float((going_on * pdtrc(d - 1 - counts[:d], mean)).sum())
        p_stop, e_events = p_stop + here, e_events + d * here
        steps = (
            np.exp(counts[:d] * math.log(mean) - mean - factorials[:d])
            if mean > 0
            else (counts[:d] == 0) * 1.0
        )
        state = np.zeros(events[-1])
        state[:d] = np.convolve(going_on, steps)[:d]
        before = float(at)
    return p_stop, e_events + float(state @ counts)


def maxsprt_poisson_critical_value(expected_events: float, alpha: float) -> float:
    """Critical value of the continuous MaxSPRT log likelihood ratio, from the first event on.

    expected_events: under the null hypothesis at the end of surveillance.
    References: Kulldorff M et al. Seq Anal 2011;30:58-78, table 1.

    >>> round(maxsprt_poisson_critical_value(2, 0.05), 6)
    3.046977
    """
    window = -math.log(0.5)  # any p0 will do: one patient followed until the expected events have come
    design = FollowUpDesign("maxsprt", 0.5, 1, alpha, window, "maximum")
    return _critical_value(design, expected_events)


def _critical_value(design: FollowUpDesign, follow_up: float) -> float:
    low, high = 0.0, 100.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        events, u = limits(design, middle, follow_up)
        low, high = (middle, high) if stopping(events, u, design.rate0)[0] > design.alpha else (low, middle)
    return high
