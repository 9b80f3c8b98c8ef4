"""From a design to its boundary: the smallest attained constant whose size stays within alpha."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from graftrial.stats.stopping.design import StoppingDesign
from graftrial.stats.stopping.recursion import reached, stops
from graftrial.stats.stopping.refusal import WrongDesign
from graftrial.stats.stopping.rules import rule_of
from graftrial.stats.stopping.tails import Floats, Ints

CONVENTION = "stop if events among the first n patients are at least stop_if_at_least; n + 1 means it cannot stop there"
SAME = 1e-10  # relative: statistics that agree to ten significant digits are the same number
SIZE_SLACK = 1e-12  # rounding of a size that equals alpha
AT_ONCE = 11  # candidates of one round of the search


@dataclass(frozen=True, slots=True)
class Boundary:
    """Stop if the first n patients have at least that many events. n + 1 means that stopping is impossible at n.

    n_max: patients planned; the last look may come earlier.
    constant: what the statistic of the rule has to reach; None where it never stops or the boundary was imported.
    Never compare constants between programs, only boundaries.
    """

    n_at_look: tuple[int, ...]
    stop_if_at_least: tuple[int, ...]
    n_max: int
    constant: float | None = None

    def __post_init__(self) -> None:
        looks, least = self.n_at_look, self.stop_if_at_least
        rising = all(low < high for low, high in pairwise((0, *looks)))
        if not looks or len(looks) != len(least) or not rising or looks[-1] > self.n_max:
            raise WrongDesign("GT-STOP-004", "looks", n_max=self.n_max)
        if not all(1 <= events <= n + 1 for n, events in zip(looks, least, strict=True)):
            raise WrongDesign("GT-STOP-003", "stop_if_at_least", expected="numbers from 1 to n + 1")

    @property
    def can_stop(self) -> bool:
        """Whether any look can stop."""
        return any(least <= n for n, least in zip(self.n_at_look, self.stop_if_at_least, strict=True))

    def at(self, n: int) -> int | None:
        """Events that stop at n patients; None where n is no look."""
        return dict(zip(self.n_at_look, self.stop_if_at_least, strict=True)).get(n)


@lru_cache(maxsize=256)
def boundary(design: StoppingDesign) -> Boundary:
    """The boundary of a design, exact.

    A calibrated rule takes the smallest constant attained by its statistic at a look with P(stop | p0) <= alpha;
    where even the largest attained value exceeds alpha the rule never stops (`can_stop` is false).

    >>> boundary(StoppingDesign("pocock", 0.1, 5, 0.05)).stop_if_at_least
    (2, 2, 2, 3, 3)
    """
    rule = rule_of(design.rule)
    looks = design.n_at_look
    n = np.array(looks)[:, None]
    x = np.arange(looks[-1] + 1)[None, :]
    statistic = np.where(x > n, np.inf, rule.statistic(design, n, np.minimum(x, n)))
    if rule.threshold is not None:
        fixed = rule.threshold(design)
        least = (statistic < fixed - SAME * abs(fixed)).sum(axis=1)
        return _boundary(design, least, None if design.imported else fixed)
    ranks, values = ranked(statistic)
    chosen = _smallest_within(design, ranks, len(values)) if len(values) else None
    if chosen is None:
        return _boundary(design, n[:, 0] + 1, None)
    return _boundary(design, (ranks < chosen).sum(axis=1), float(values[chosen]))


def _boundary(design: StoppingDesign, least: Ints, constant: float | None) -> Boundary:
    looks = design.n_at_look
    capped = tuple(min(int(events), n + 1) for events, n in zip(least, looks, strict=True))
    if min(capped) < 1:
        raise WrongDesign("GT-STOP-009", "cut", n=looks[capped.index(0)])
    return Boundary(looks, capped, design.n_max, constant)


def ranked(statistic: Floats) -> tuple[Ints, Floats]:
    """Ranks of the attained values; values that agree to ten digits share one, unattainable counts are above all."""
    values = np.unique(statistic[np.isfinite(statistic)])
    new = np.ones(len(values), dtype=bool)
    new[1:] = np.diff(values) > SAME * np.maximum(np.abs(values[1:]), np.abs(values[:-1]))
    rank_of_value = np.append(np.cumsum(new) - 1, 0)  # the last stands for what no look attains
    ranks = rank_of_value[np.clip(np.searchsorted(values, statistic), 0, max(len(values) - 1, 0))]
    ranks = np.where(statistic == np.inf, len(values), np.where(statistic == -np.inf, -1, ranks))
    return ranks, values[new]


def _smallest_within(design: StoppingDesign, ranks: Ints, count: int) -> int | None:
    """The lowest rank whose size is within alpha; the size falls with the rank."""
    assert design.alpha is not None
    looks = design.n_at_look
    low, high = -1, count  # size above alpha at `low`, within alpha at `high` (or nowhere)
    while high - low > 1:
        tried = np.unique(np.linspace(low + 1, high - 1, AT_ONCE).astype(np.int64))
        least = (ranks[:, None, :] < tried[None, :, None]).sum(axis=2).T
        size = stops(reached(looks, least, np.full(len(tried), design.p0)), least).sum(axis=0)
        within = np.flatnonzero(size <= design.alpha + SIZE_SLACK)
        if len(within):
            high = int(tried[within[0]])
            low = int(tried[within[0] - 1]) if within[0] else low
        else:
            low = int(tried[-1])
    return high if high < count else None
