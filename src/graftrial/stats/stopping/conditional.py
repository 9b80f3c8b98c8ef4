"""What the next patients could bring, from today's count: exact, under a fixed probability or a posterior."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import comb
from typing import Literal, TypeAlias

import numpy as np

from graftrial.stats.priors.beta_mixture import BetaMixture
from graftrial.stats.stopping.boundaries import Boundary
from graftrial.stats.stopping.refusal import WrongDesign
from graftrial.stats.stopping.tails import Floats, Ints

Certainty = Literal["no", "depends on their order", "yes"]
Chance: TypeAlias = Callable[
    [int, Ints], Floats
]  # of an event in the next patient, after that many more with so many


def crossing(
    boundary: Boundary,
    n: int,
    events: int,
    within: int,
    *,
    rate: float | None = None,
    prior: BetaMixture | None = None,
) -> float:
    """P(the boundary is crossed within the next patients), given that many events among the first n.

    within: further patients looked at, no more than are planned. Give one of: rate, a fixed event probability;
    prior, from which the posterior after today's data is formed (its steps are then beta-binomial).
    A count that stops at n today already is answered with 1.
    Raises: WrongDesign GT-STOP-003.

    >>> crossing(Boundary((1, 2, 3), (2, 2, 3), 3), 1, 1, 1, rate=0.25)
    0.25
    """
    _check(boundary, n, events, within)
    if (rate is None) == (prior is None):
        raise WrongDesign("GT-STOP-003", "rate", expected="either a rate or a prior")
    if rate is not None and not 0 <= rate <= 1:
        raise WrongDesign("GT-STOP-003", "rate", expected="a number from 0 to 1")
    if _stops(boundary, n, events):
        return 1.0
    if rate is not None:
        return _crossing(boundary, n, events, within, lambda _, x: np.full(x.shape, rate))
    assert prior is not None
    return sum(
        weight * _crossing(boundary, n, events, within, _predictive(a, b))
        for weight, a, b in prior.given(n, events).components
    )


@dataclass(frozen=True, slots=True)
class NextPatients:
    """What `events` further events among the next `patients` would mean.

    stops: yes or no whatever their order, or it depends on it. share_of_orders: orders that stop, 0 to 1; all orders
    are equally probable whatever the event probability is. first_stop_n: earliest look at which it could stop.
    """

    patients: int
    events: int
    n: int
    total_events: int
    stops: Certainty
    share_of_orders: float
    first_stop_n: int | None


def next_patients(boundary: Boundary, n: int, events: int, more: int) -> tuple[NextPatients, ...]:
    """For every number of events among the next `more` patients, 0 to `more`: whether the boundary is reached.

    >>> [each.stops for each in next_patients(Boundary((1, 2, 3), (2, 2, 3), 3), 1, 1, 2)]
    ['no', 'depends on their order', 'yes']
    """
    _check(boundary, n, events, more)
    return tuple(_outlook(boundary, n, events, more, k) for k in range(more + 1))


def _outlook(boundary: Boundary, n: int, events: int, more: int, further: int) -> NextPatients:
    is_over = _stops(boundary, n, events)
    goes_on, first = {0: 0 if is_over else 1}, n if is_over else None
    for step in range(1, more + 1):
        reached: dict[int, int] = {}
        for had, ways in goes_on.items():
            for new in (had, had + 1):
                if new <= further and further - new <= more - step:
                    reached[new] = reached.get(new, 0) + ways
        stopping = {had for had in reached if _stops(boundary, n + step, events + had)}
        first = n + step if stopping and first is None else first
        goes_on = {had: ways for had, ways in reached.items() if had not in stopping}
    orders = comb(more, further)
    left = sum(goes_on.values())
    stops: Certainty = "yes" if left == 0 else "no" if left == orders else "depends on their order"
    return NextPatients(more, further, n + more, events + further, stops, 1 - left / orders, first)


def _stops(boundary: Boundary, n: int, events: int) -> bool:
    least = boundary.at(n)
    return least is not None and events >= least


def _check(boundary: Boundary, n: int, events: int, within: int) -> None:
    if not 0 <= events <= n <= boundary.n_max:
        raise WrongDesign("GT-STOP-003", "events", expected=f"0 to n, with n from 0 to {boundary.n_max}")
    if not 0 <= within <= boundary.n_max - n:
        raise WrongDesign("GT-STOP-003", "within", expected=f"a whole number from 0 to {boundary.n_max - n}")


def _predictive(a: float, b: float) -> Chance:
    """Beta-binomial steps from the posterior Beta(a, b)."""

    def chance(step: int, further: Ints) -> Floats:
        following: Floats = (a + further) / (a + b + step)
        return following

    return chance


def _crossing(boundary: Boundary, n: int, events: int, within: int, chance: Chance) -> float:
    further = np.arange(within + 1)
    state = np.zeros(within + 1)
    state[0] = 1.0
    crossed = 0.0
    for step in range(within):
        p = chance(step, further)
        new = state * (1 - p)
        new[1:] += state[:-1] * p[:-1]
        least = boundary.at(n + step + 1)
        if least is not None:
            crosses = events + further >= least
            crossed += float(new[crosses].sum())
            new[crosses] = 0.0
        state = new
    return crossed
