"""The limits that every design checks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from graftrial.stats.stopping.refusal import WrongDesign

MOST_DOSES, MOST_PATIENTS = 20, 500


def check_probability(name: str, value: float) -> None:
    """Raises WrongDesign GT-DSGN-001 outside 0 to 1."""
    if not 0 < value < 1:
        raise WrongDesign("GT-DSGN-001", name, expected="a number above 0 and below 1")


def check_whole(name: str, value: int, low: int, high: int) -> None:
    """Raises WrongDesign GT-DSGN-001 outside low to high."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise WrongDesign("GT-DSGN-001", name, expected=f"a whole number from {low} to {high}")


def check_rising(name: str, values: Sequence[float], n: int) -> None:
    """Raises WrongDesign GT-DSGN-001 unless there are n probabilities that rise."""
    rising = all(low < high for low, high in pairwise(values))
    if len(values) != n or not rising or not all(0 < each < 1 for each in values):
        raise WrongDesign("GT-DSGN-001", name, expected=f"{n} rising numbers above 0 and below 1")


def check_scenario(name: str, values: Sequence[float], n: int) -> None:
    """Raises WrongDesign GT-DSGN-001 unless there are n probabilities; they need not rise."""
    if len(values) != n or not all(0 <= each <= 1 for each in values):
        raise WrongDesign("GT-DSGN-001", name, expected=f"{n} numbers from 0 to 1, one for every dose")
