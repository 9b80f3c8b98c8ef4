"""What describes the values of a group: how many, mean, standard deviation, median, lowest, highest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum, sqrt

from graftrial.stats.outcomes import NotEstimable, Number, known


@dataclass(frozen=True, slots=True)
class Summary:
    """Statistics of one group in the unit of its values.

    n: values there are; n_missing: units without one. sd: with n - 1.
    """

    n: int
    n_missing: int
    mean: Number
    sd: Number
    median: Number
    lowest: Number
    highest: Number


def summarise(values: Iterable[float | None]) -> Summary:
    """Describes the values; those that are missing are counted and left out.

    The median of an even number is the middle of the two in the middle.
    """
    given = list(values)
    kept = sorted(known(given)[0])
    n, n_missing = len(kept), len(given) - len(kept)
    if not n:
        none = NotEstimable("nobody has a value")
        return Summary(0, n_missing, none, none, none, none, none)
    mean, middle = fsum(kept) / n, n // 2
    median = kept[middle] if n % 2 else (kept[middle - 1] + kept[middle]) / 2
    sd: Number = NotEstimable("one value has no standard deviation")
    if n > 1:
        sd = sqrt(fsum((each - mean) ** 2 for each in kept) / (n - 1))
    return Summary(n, n_missing, mean, sd, median, kept[0], kept[-1])
