"""What a small count says, whatever the rule: exact interval, tails, posterior, the next patient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graftrial.stats.binomial import interval_clopper_pearson
from graftrial.stats.priors.beta_mixture import BetaMixture
from graftrial.stats.stopping.refusal import WrongDesign
from graftrial.stats.stopping.tails import beta_upper, binomial_upper


@dataclass(frozen=True, slots=True)
class SmallCount:
    """Statements about `events` of `n` against the limit p0; none of them decides."""

    n: int
    events: int
    p0: float
    lower: float
    upper: float
    tail: float
    p_above_uniform: float
    p_above_one_patient: float
    p_next_event: float


def small_count(n: int, events: int, p0: float) -> SmallCount:
    """The statements.

    lower, upper: Clopper-Pearson 95 %. tail: P(X >= events | n, p0). p_above_uniform: P(p > p0) under Beta(1, 1);
    p_above_one_patient: under Beta(p0, 1 - p0). p_next_event: of the next patient, under Beta(1, 1).

    >>> round(small_count(3, 1, 0.2).p_above_uniform, 4)
    0.8192
    """
    if n < 1 or not 0 <= events <= n or not 0 < p0 < 1:
        raise WrongDesign("GT-STOP-003", "events", expected="0 to n, with n from 1 on and p0 between 0 and 1")
    at, x = np.array(n), np.array(events)
    lower, upper = interval_clopper_pearson(events, n)
    return SmallCount(
        n, events, p0, lower, upper,
        tail=float(binomial_upper(at, x, p0)),
        p_above_uniform=float(beta_upper(BetaMixture.beta(1, 1), at, x, p0)),
        p_above_one_patient=float(beta_upper(BetaMixture.beta(p0, 1 - p0), at, x, p0)),
        p_next_event=(events + 1) / (n + 2),
    )  # fmt: skip
