"""Random numbers that are the same on every machine: one stream per study, subject and table.

Only uniform numbers come from numpy (PCG64, a fixed stream); every other distribution is their quantile.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import TypeVar

from numpy.random import PCG64, Generator, SeedSequence

Item = TypeVar("Item")

POOL = 256  # uniform numbers fetched at once
SMALLEST = 2.0**-53
STANDARD_NORMAL = NormalDist()


class Draws:
    """A stream of random numbers, named by whole numbers: seed, subject, table."""

    def __init__(self, *name: int) -> None:
        self._generator = Generator(PCG64(SeedSequence(name)))
        self._pool: list[float] = []

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        """A number from `low` up to `high`."""
        if not self._pool:
            self._pool = self._generator.random(POOL).tolist()
        return low + (high - low) * self._pool.pop()

    def chance(self, probability: float) -> bool:
        """Whether something of that probability happens."""
        return self.uniform() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self.uniform() * (high - low + 1))

    def normal(self, mean: float = 0.0, sd: float = 1.0) -> float:
        """A normal number, cut at four standard deviations."""
        quantile = STANDARD_NORMAL.inv_cdf(max(self.uniform(), SMALLEST))
        return mean + sd * min(4.0, max(-4.0, quantile))

    def lognormal(self, median: float, sd_log: float) -> float:
        """A lognormal number."""
        return median * math.exp(self.normal(0.0, sd_log))

    def pick(self, items: Sequence[Item], weights: Sequence[float] = ()) -> Item:
        """One of the items, by weight where weights are given."""
        if not weights:
            return items[self.between(0, len(items) - 1)]
        point = self.uniform(0.0, sum(weights))
        for item, weight in zip(items, weights, strict=True):
            point -= weight
            if point < 0:
                return item
        return items[-1]

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """The items in random order."""
        keyed = [(self.uniform(), place) for place in range(len(items))]
        return [items[place] for _, place in sorted(keyed)]
