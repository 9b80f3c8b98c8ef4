"""Two independent groups: exact rank and permutation tests, ties included, and the shift between them.

Every function takes the group of interest, then the one it is compared with. Missing values are left out and noted.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

import numpy as np

from graftrial.stats.distributions import Vector
from graftrial.stats.outcomes import (
    Estimate,
    NotEstimable,
    Number,
    PValue,
    Sided,
    check_confidence,
    known,
    no_estimate,
    no_test,
)
from graftrial.stats.ranks import TIE, smallest_tail, subset_sums, tail_of, tied_ranks_doubled

ALL_SPLITS = 22  # patients up to which every split is tried
DRAWS = 99_999
EMPTY = "one of the groups is empty"
SAME = "all values are identical"
Values = Sequence[float | None]


def mann_whitney(group: Values, other: Values, sided: Sided = "two-sided") -> PValue:
    """Exact rank-sum test, conditional on the ties; two-sided by distance from the mean.

    Returns: a PValue; statistic is U, the pairs in which the group of interest is higher, ties one half.
    References: Mann HB, Whitney DR. Ann Math Stat 1947;18:50-60; Lehmann EL. Nonparametrics, 1975, section 1.4.
    """
    method = "exact Mann-Whitney, conditional on ties"
    first, second, notes = _both(group, other)
    if not first or not second:
        return no_test(method, EMPTY, sided, len(first) + len(second))
    doubled = tied_ranks_doubled(np.array(first + second))
    n = len(doubled)
    if (doubled == doubled[0]).all():
        return no_test(method, SAME, sided, n)
    masses = subset_sums(doubled, len(first))
    observed = int(doubled[: len(first)].sum())
    u = observed / 2 - len(first) * (len(first) + 1) / 2
    p, smallest = tail_of(masses, observed, sided), smallest_tail(masses, sided)
    return PValue(method, p, sided, smallest, u, n, notes)


def permutation_of_means(group: Values, other: Values, sided: Sided = "two-sided", seed: int = 1) -> PValue:
    """Permutation test of the difference of means: every split up to 22 patients, else 99,999 seeded draws.

    Returns: a PValue; statistic is the difference of means. Drawn p values carry their standard error as a note.
    References: Pitman EJG. Suppl J R Stat Soc 1937;4:119-130.
    """
    method = "permutation of the difference of means"
    first, second, notes = _both(group, other)
    if not first or not second:
        return no_test(method, EMPTY, sided, len(first) + len(second))
    pooled = np.array(first + second)
    if np.ptp(pooled) <= TIE * max(1.0, float(np.abs(pooled).max())):
        return no_test(method, SAME, sided, len(pooled))
    centred = pooled - pooled.mean()
    slack = TIE * float(np.abs(centred).sum())
    observed = float(centred[: len(first)].sum())
    difference = float(np.mean(first) - np.mean(second))
    if len(pooled) <= ALL_SPLITS:
        sums = _all_sums(centred, len(first))
        p = float(_far(sums, observed, slack, sided).mean())
        ends = (float(sums.min()), float(sums.max()))
        smallest = min(float(_far(sums, end, slack, sided).mean()) for end in ends)
        return PValue(f"{method}, exact", p, sided, smallest, difference, len(pooled), notes)
    draw = np.random.default_rng(seed)
    sums = np.array([float(draw.permutation(centred)[: len(first)].sum()) for _ in range(DRAWS)])
    p = (1 + int(_far(sums, observed, slack, sided).sum())) / (1 + DRAWS)
    error = (p * (1 - p) / DRAWS) ** 0.5
    said = f"{DRAWS} random splits, seed {seed}, Monte Carlo standard error {error:.1g}"
    return PValue(
        f"{method}, Monte Carlo", p, sided, 1 / (1 + DRAWS), difference, len(pooled), (*notes, said)
    )


def shift_hodges_lehmann(group: Values, other: Values, confidence: float = 0.95) -> Estimate:
    """Median of all differences between a patient of the group and one of the other, with exact rank-sum limits.

    Returns: an Estimate; limits not estimable where the sizes allow no interval of that confidence.
    References: Hodges JL, Lehmann EL. Ann Math Stat 1963;34:598-611.
    """
    method = "Hodges-Lehmann shift, exact rank-sum limits"
    check_confidence(confidence)
    first, second, notes = _both(group, other)
    n = len(first) + len(second)
    if not first or not second:
        return no_estimate(method, EMPTY, confidence, n, notes)
    pairs = np.sort(np.subtract.outer(np.array(first), np.array(second)).ravel())
    masses = subset_sums(np.arange(1, n + 1), len(first))[len(first) * (len(first) + 1) // 2 :]
    place = int(np.searchsorted(np.cumsum(masses), (1 - confidence) / 2 * (1 + 1e-9), side="right"))
    widest = 1 - 2 / comb(n, len(first))
    lower: Number
    upper: Number
    lower = upper = NotEstimable(
        f"{len(first)} and {len(second)} values allow no interval above {widest:.4g} confidence"
    )
    if place:
        lower, upper = float(pairs[place - 1]), float(pairs[-place])
    return Estimate(method, float(np.median(pairs)), lower, upper, confidence, "two-sided", n, notes)


def _both(group: Values, other: Values) -> tuple[list[float], list[float], tuple[str, ...]]:
    first, said = known(group)
    second, also = known(other)
    notes = (*(f"group: {note}" for note in said), *(f"comparison: {note}" for note in also))
    return first, second, notes


def _all_sums(values: Vector, size: int) -> Vector:
    """Sums of every subset of the size."""
    by_size: list[Vector] = [np.zeros(1)] + [np.zeros(0) for _ in range(size)]
    for value in values:
        for taken in range(size, 0, -1):
            by_size[taken] = np.concatenate([by_size[taken], by_size[taken - 1] + value])
    return by_size[size]


def _far(sums: Vector, observed: float, slack: float, sided: Sided) -> Vector:
    if sided == "greater":
        return np.asarray(sums >= observed - slack, dtype=np.float64)
    if sided == "less":
        return np.asarray(sums <= observed + slack, dtype=np.float64)
    return np.asarray(np.abs(sums) >= abs(observed) - slack, dtype=np.float64)
