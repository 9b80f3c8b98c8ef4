"""Ranks with ties, and the exact distributions of sums of ranks.

Differences of decimals that are equal on paper differ in their last bits; values within 1e-10 of each other are ties.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from graftrial.stats.distributions import Vector

TIE = 1e-10


def tied_ranks_doubled(values: Vector) -> NDArray[np.int64]:
    """Twice the average rank of each value, so that ranks of ties are whole numbers too."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    steps = np.diff(ordered) > TIE * np.maximum(1.0, np.abs(ordered[1:]))
    group = np.concatenate([[0], np.cumsum(steps)])
    last = np.cumsum(np.bincount(group))
    first = np.concatenate([[0], last[:-1]])
    doubled = np.empty(len(values), dtype=np.int64)
    doubled[order] = (first + last + 1)[group]
    return doubled


def signed_sums(weights: NDArray[np.int64]) -> Vector:
    """Probability of each sum 0, 1, … when every weight counts or not with probability one half."""
    masses = np.ones(1)
    for weight in weights:
        grown = np.zeros(len(masses) + int(weight))
        grown[: len(masses)] = masses / 2
        grown[int(weight) :] += masses / 2
        masses = grown
    return masses


def subset_sums(weights: NDArray[np.int64], size: int) -> Vector:
    """Probability of each sum 0, 1, … of `size` weights drawn without replacement."""
    ways = np.zeros((size + 1, int(weights.sum()) + 1))
    ways[0, 0] = 1.0
    for seen, weight in enumerate(weights):
        for taken in range(min(seen + 1, size), 0, -1):
            ways[taken, int(weight) :] += ways[taken - 1, : ways.shape[1] - int(weight)]
    return np.asarray(ways[size] / ways[size].sum(), dtype=np.float64)


def tail_of(masses: Vector, observed: int, sided: str) -> float:
    """Probability of a sum at least as far out: from the mean of the distribution if two-sided."""
    sums = np.arange(len(masses))
    if sided == "greater":
        return float(min(1.0, masses[observed:].sum()))
    if sided == "less":
        return float(min(1.0, masses[: observed + 1].sum()))
    mean = float((masses * sums).sum())
    far = np.abs(sums - mean) >= abs(observed - mean) - 1e-6
    return float(min(1.0, masses[far].sum()))


def smallest_tail(masses: Vector, sided: str) -> float:
    """The smallest such probability that any data with these ranks can give."""
    possible = np.flatnonzero(masses)
    return min(tail_of(masses, int(end), sided) for end in (possible[0], possible[-1]))
