"""A boundary for too few responses: stop as futile if x is at most r(n)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graftrial.stats.stopping.boundaries import SIZE_SLACK, ranked
from graftrial.stats.stopping.recursion import reached, stops
from graftrial.stats.stopping.refusal import WrongDesign
from graftrial.stats.stopping.tails import Floats, Ints, binomial_upper


@dataclass(frozen=True, slots=True)
class FutilityBoundary:
    """Stop as futile if at most that many of the first n responded; -1 cannot stop. Above it at the end: effective."""

    n_at_look: tuple[int, ...]
    stop_if_at_most: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FutilityCharacteristics:
    """At response probability p: P(not stopped, the last look included), P(stopped before it), expected patients."""

    p: float
    p_effective: float
    p_stop_before_last_look: float
    e_n: float


def futility_boundary(
    p_poor: float, p_good: float, n_at_look: Sequence[int], size: float, delta: float = 0.5
) -> FutilityBoundary:
    """The least stopping boundary of the power family with P(effective | p_poor) <= size.

    Stop if P(X <= x | n, p_good) <= Phi(Phi^-1(a) / (n/N)^delta), with a the smallest attained value that keeps it.
    Raises: WrongDesign GT-STOP-003; GT-STOP-004 for looks that do not rise.
    References: Ivanova A, Qaqish BF, Schell MJ. Biometrics 2005;61:540-545, mirrored.

    >>> futility_boundary(0.1, 0.4, (6, 12, 18), 0.1).stop_if_at_most
    (-1, 0, 3)
    """
    from scipy.special import ndtri

    if not 0 < p_poor < p_good < 1 or not 0 < size < 1 or not 0 <= delta <= 0.5:
        raise WrongDesign(
            "GT-STOP-003", "p_poor", expected="0 < p_poor < p_good < 1, 0 < size < 1, 0 <= delta <= 1/2"
        )
    looks = _rising(n_at_look)
    n, y = np.array(looks)[:, None], np.arange(looks[-1] + 1)[None, :]  # y: patients without response
    tail = binomial_upper(n, np.minimum(y, n), 1 - p_good)
    ranks, values = ranked(np.where(y > n, np.inf, -ndtri(tail) * (n / looks[-1]) ** delta))
    for rank in range(len(values) - 1, -1, -1):
        least = (ranks < rank).sum(axis=1)[None, :]
        stopping = stops(reached(looks, least, np.array([1 - p_poor])), least).sum()
        if 1 - stopping <= size + SIZE_SLACK:
            return FutilityBoundary(
                looks, tuple(int(at - few) for at, few in zip(looks, least[0], strict=True))
            )
    raise WrongDesign("GT-STOP-003", "size", expected="a size that stopping can reach")  # pragma: no cover


def futility_characteristics(
    boundary: FutilityBoundary, rates: Sequence[float]
) -> tuple[FutilityCharacteristics, ...]:
    """Exact probabilities of a futility boundary at every response probability."""
    p: Floats = np.array(rates, dtype=np.float64)
    looks = np.array(boundary.n_at_look)
    least: Ints = np.tile(looks - np.array(boundary.stop_if_at_most), (len(p), 1))
    stopping = stops(reached(boundary.n_at_look, least, 1 - p), least)
    e_n = looks @ stopping + looks[-1] * (1 - stopping.sum(axis=0))
    rows = zip(p, 1 - stopping.sum(axis=0), stopping[:-1].sum(axis=0), e_n, strict=True)
    return tuple(FutilityCharacteristics(*(float(each) for each in row)) for row in rows)


def _rising(n_at_look: Sequence[int]) -> tuple[int, ...]:
    looks = tuple(int(each) for each in n_at_look)
    if not looks or looks[0] < 1 or sorted(set(looks)) != list(looks):
        raise WrongDesign("GT-STOP-004", "looks", n_max=looks[-1] if looks else 0)
    return looks
