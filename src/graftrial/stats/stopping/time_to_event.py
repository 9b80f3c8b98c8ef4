"""Rules over total follow-up: stop at the d-th event if it comes at a total follow-up of at most u_d."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from graftrial.stats.stopping.refusal import WrongDesign
from graftrial.stats.stopping.tails import Floats

if TYPE_CHECKING:
    from graftrial.stats.stopping.follow_up import FollowUpBoundary, FollowUpCharacteristics
    from graftrial.stats.stopping.follow_up_state import FollowUpDecision, FollowUpSoFar

Information = Literal["maximum", "expected"]
HALVINGS = 60


@dataclass(frozen=True, slots=True)
class FollowUpDesign:
    """A rule for a Poisson count over total follow-up (sum of the time to event or end of window).

    rule: key of `FOLLOW_UP_RULES`. p0: acceptable probability of an event within the window. n_max: patients.
    window: length of each patient's window. calibrated_to: total follow-up at which P(stop | p0) is alpha:
    the maximum n_max * window, or the one expected under p0. delta, p1, prior_shape, prior_rate: as the rule needs.
    """

    rule: str
    p0: float
    n_max: int
    alpha: float
    window: float
    calibrated_to: Information
    delta: float | None = None
    p1: float | None = None
    prior_shape: float | None = None
    prior_rate: float | None = None

    def __post_init__(self) -> None:
        if self.rule not in FOLLOW_UP_RULES:
            known = ", ".join(FOLLOW_UP_RULES)
            raise WrongDesign(
                "GT-STOP-001", "rule", rule=self.rule, known=known, suggestion="choose one of the ids."
            )
        needed = NEEDED.get(self.rule, ())
        for name in ("delta", "p1", "prior_shape", "prior_rate"):
            if (getattr(self, name) is None) == (name in needed):
                code = "GT-STOP-002" if name in needed else "GT-STOP-005"
                raise WrongDesign(code, name, rule=self.rule, takes=", ".join(needed) or "nothing more")
        positive = self.window > 0 and self.n_max >= 1 and 0 < self.p0 < 1 and 0 < self.alpha < 1
        if not positive or self.calibrated_to not in ("maximum", "expected"):
            raise WrongDesign(
                "GT-STOP-003", "p0", expected="p0 and alpha between 0 and 1, a window and patients above 0"
            )
        if (self.p1 is not None and not self.p0 < self.p1 < 1) or not 0 <= (self.delta or 0) <= 0.5:
            raise WrongDesign(
                "GT-STOP-003", "p1", expected="a number above p0 and below 1, and delta from 0 to 0.5"
            )

    @property
    def id(self) -> str:
        """Of the rule."""
        return self.rule

    @property
    def title(self) -> str:
        """The rule in words."""
        return f"{TITLES[self.rule]} boundary over total follow-up"

    @property
    def reference(self) -> str:
        """Where rules over total follow-up are published."""
        return "Martens MJ, Lian Q, Geller NL, Leifer ES, Logan BR. Clin Trials 2024 (rules over total follow-up)"

    @property
    def boundary(self) -> FollowUpBoundary:
        """Events that stop, with the total follow-up up to which they do; computed once."""
        from graftrial.stats.stopping.follow_up import (
            follow_up_boundary,  # here, because boundaries take designs
        )

        return follow_up_boundary(self)

    def decide(self, data: FollowUpSoFar) -> FollowUpDecision:
        """Whether one of the events so far came within its limit."""
        from graftrial.stats.stopping.follow_up_state import decided

        return decided(self.boundary, data)

    def table(self) -> tuple[tuple[int, float], ...]:
        """Number of an event, and the total follow-up up to which it stops."""
        found = self.boundary
        return tuple(zip(found.stop_if_events, found.while_total_follow_up_at_most, strict=True))

    def operating_characteristics(self, scenarios: Sequence[float]) -> tuple[FollowUpCharacteristics, ...]:
        """Exact, at every event probability within the window, above 0 and below 1.

        Raises: WrongDesign GT-STOP-003.
        """
        from graftrial.stats.stopping.follow_up import follow_up_characteristics

        return follow_up_characteristics(self.boundary, scenarios)

    def cite(self) -> str:
        """Publication of the rules, and the line that builds this very design."""
        return f"{self.reference}\n{self!r}"

    @property
    def rate0(self) -> float:
        """Events per unit of follow-up under p0."""
        return rate_of(self.p0, self.window)

    @property
    def maximum(self) -> float:
        """Total follow-up if no patient has the event."""
        return self.n_max * self.window

    @property
    def expected(self) -> float:
        """Total follow-up expected under p0, where follow-up ends with the event."""
        return self.n_max * self.p0 / self.rate0

    @property
    def calibration_follow_up(self) -> float:
        """Total follow-up that `calibrated_to` names."""
        return self.maximum if self.calibrated_to == "maximum" else self.expected


def rate_of(p: float, window: float) -> float:
    """Constant rate at which the event comes within the window with probability p."""
    return -math.log1p(-p) / window


def limits(design: FollowUpDesign, constant: float, follow_up: float) -> tuple[tuple[int, ...], Floats]:
    """Numbers of events that can stop with the total follow-up up to which they do, cut at `follow_up`."""
    most = 2 * design.n_max + 20
    while True:
        d = np.arange(1, most + 1, dtype=np.float64)
        u = FOLLOW_UP_RULES[design.rule](design, constant, d)
        if u[-1] >= follow_up:
            break
        most *= 2
    first = int(np.argmax(u > 0))
    last = int(np.argmax(u >= follow_up))
    kept = np.minimum(u[first : last + 1], follow_up)
    return tuple(range(first + 1, last + 2)), kept


def _pocock(design: FollowUpDesign, c: float, d: Floats) -> Floats:
    root = (-c + np.sqrt(c * c + 4 * d)) / 2
    u: Floats = root**2 / design.rate0
    return u


def _obrien_fleming(design: FollowUpDesign, c: float, d: Floats) -> Floats:
    u: Floats = (d - c * math.sqrt(design.rate0 * design.calibration_follow_up)) / design.rate0
    return u


def _wang_tsiatis(design: FollowUpDesign, c: float, d: Floats) -> Floats:
    assert design.delta is not None
    if design.delta == 0:
        return _obrien_fleming(design, c, d)
    factor = c * math.sqrt(design.rate0) * design.calibration_follow_up ** (0.5 - design.delta)
    low, high = np.zeros_like(d), d / design.rate0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        is_below = design.rate0 * middle + factor * middle**design.delta < d
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    return low


def _sprt(design: FollowUpDesign, c: float, d: Floats) -> Floats:
    assert design.p1 is not None
    rate1 = rate_of(design.p1, design.window)
    u: Floats = (d * math.log(rate1 / design.rate0) - c) / (rate1 - design.rate0)
    return u


def _maxsprt(design: FollowUpDesign, c: float, d: Floats) -> Floats:
    from scipy.special import lambertw

    u: Floats = -d * lambertw(-np.exp(-1 - c / d)).real / design.rate0
    return u


def _gamma_poisson(design: FollowUpDesign, c: float, d: Floats) -> Floats:
    from scipy.special import gammainccinv

    assert design.prior_shape is not None
    assert design.prior_rate is not None
    u: Floats = gammainccinv(design.prior_shape + d, c) / design.rate0 - design.prior_rate
    return u


FOLLOW_UP_RULES: dict[str, Callable[[FollowUpDesign, float, Floats], Floats]] = {
    "pocock": _pocock,
    "obrien_fleming": _obrien_fleming,
    "wang_tsiatis": _wang_tsiatis,
    "sprt": _sprt,
    "maxsprt": _maxsprt,
    "gamma_poisson": _gamma_poisson,
}
TITLES = {
    "pocock": "Pocock",
    "obrien_fleming": "O'Brien-Fleming",
    "wang_tsiatis": "Wang-Tsiatis",
    "sprt": "SPRT",
    "maxsprt": "MaxSPRT",
    "gamma_poisson": "Gamma-Poisson",
}
NEEDED = {"wang_tsiatis": ("delta",), "sprt": ("p1",), "gamma_poisson": ("prior_shape", "prior_rate")}
