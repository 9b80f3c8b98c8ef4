"""What an estimator gives back: numbers with their method, or the reason why there is none. Never NaN."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from typing import Literal, TypeAlias

Sided: TypeAlias = Literal["two-sided", "upper", "lower", "greater", "less"]


@dataclass(frozen=True, slots=True)
class NotEstimable:
    """A quantity that the data do not determine, with the reason.

    reason: half a sentence that follows "not estimable, because".

    >>> str(NotEstimable("there is no patient"))
    'not estimable, because there is no patient'
    """

    reason: str

    def __str__(self) -> str:
        return f"not estimable, because {self.reason}"


Number: TypeAlias = float | NotEstimable


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its limits; each of the three may be not estimable by itself.

    confidence: coverage of the limits, 0 to 1. sided: two-sided, or upper or lower where one limit alone is meant.
    n: how many units (patients, pairs, observations) the value rests on. notes: what a reader must know.
    """

    method: str
    value: Number
    lower: Number
    upper: Number
    confidence: float
    sided: Sided
    n: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PValue:
    """The p value of one named test.

    smallest_p: the smallest p that this test can give with data of this size; no result below it exists.
    statistic: the test statistic in its own unit. n: the units the test rests on.
    """

    method: str
    p: Number
    sided: Sided
    smallest_p: Number
    statistic: Number
    n: int
    notes: tuple[str, ...] = ()

    def reaches(self, alpha: float) -> bool:
        """Whether p is at most alpha; never where the test cannot give such a p at all."""
        if not isinstance(self.p, float) or not isinstance(self.smallest_p, float):
            return False
        return self.smallest_p <= alpha and self.p <= alpha


def no_estimate(
    method: str, reason: str, confidence: float = 0.95, n: int = 0, notes: tuple[str, ...] = ()
) -> Estimate:
    """An estimate none of whose numbers exists, for one reason."""
    why = NotEstimable(reason)
    return Estimate(method, why, why, why, confidence, "two-sided", n, notes)


def no_test(method: str, reason: str, sided: Sided = "two-sided", n: int = 0) -> PValue:
    """A test that cannot be made, with the reason."""
    why = NotEstimable(reason)
    return PValue(method, why, sided, why, why, n)


def known(values: Iterable[float | None]) -> tuple[list[float], tuple[str, ...]]:
    """The finite numbers among the values, and a note on how many were not there."""
    given = list(values)
    kept = [float(value) for value in given if value is not None and isfinite(value)]
    left = len(given) - len(kept)
    return kept, (f"{left} missing {'value' if left == 1 else 'values'} left out",) if left else ()


def check_confidence(confidence: float) -> float:
    """The coverage itself.

    Raises: ValueError outside 0 to 1, a mistake of the caller and not of the data.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}, expected a number between 0 and 1")
    return confidence
