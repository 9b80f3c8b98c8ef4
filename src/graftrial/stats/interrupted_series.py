"""One patient measured before and after: overlap, mean difference and start-point randomisation (N-of-1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from graftrial.stats.distributions import Vector
from graftrial.stats.outcomes import NotEstimable, Number, PValue, Sided, known, no_test

METHOD = "start-point randomisation of the mean difference"
SLACK = 1e-10
Direction = Literal["increase", "decrease"]


@dataclass(frozen=True, slots=True)
class InterruptedSeries:
    """Summary of one interrupted series.

    nap: share of pairs in which the later value is better, ties one half. mean_difference: after minus before.
    autocorrelation: of neighbouring residuals from the phase means; p values assume nothing about it.
    start_points: admissible first positions of the second phase, counted from 1; differences: the statistic at each.
    """

    nap: Number
    mean_difference: Number
    autocorrelation: Number
    start_points: tuple[int, ...]
    differences: tuple[float, ...]
    one_sided: PValue
    two_sided: PValue
    n_before: int
    n_after: int
    notes: tuple[str, ...]


def summarise_interrupted_series(
    before: Sequence[float | None], after: Sequence[float | None], direction: Direction, min_phase: int = 3
) -> InterruptedSeries:
    """What changed in one patient, the values of both phases being in the order of time.

    direction: the declared improvement. min_phase: least points per phase that an admissible start point leaves.
    Returns: the summary; each number that the series does not give carries its reason.
    Not for: a start of treatment that answered to the values themselves (regression to the mean).
    References: Parker RI, Vannest K. Behav Ther 2009;40:357-367; Edgington ES. Randomization Tests, 1980.
    """
    first, said = known(before)
    second, also = known(after)
    notes = (*(f"before: {note}" for note in said), *(f"after: {note}" for note in also))
    sign = 1.0 if direction == "increase" else -1.0
    sided: Sided = "greater" if direction == "increase" else "less"
    if not first or not second:
        why = NotEstimable("there is no value before" if not first else "there is no value after")
        tests = no_test(METHOD, why.reason, sided), no_test(METHOD, why.reason)
        return InterruptedSeries(why, why, why, (), (), *tests, len(first), len(second), notes)
    series = np.array(first + second)
    pairs = sign * np.subtract.outer(np.array(second), np.array(first))
    nap = float(((pairs > SLACK) + 0.5 * (np.abs(pairs) <= SLACK)).mean())
    starts = tuple(range(min_phase + 1, len(series) - min_phase + 2))
    differences = tuple(_difference(series, start) for start in starts)
    tests = _tests(differences, starts, len(first) + 1, sign, sided, len(series), min_phase)
    return InterruptedSeries(
        nap, _difference(series, len(first) + 1), _autocorrelation(first, second), starts, differences,
        *tests, len(first), len(second), notes,
    )  # fmt: skip


def _difference(series: Vector, start: int) -> float:
    return float(series[start - 1 :].mean() - series[: start - 1].mean())


def _tests(
    differences: tuple[float, ...],
    starts: tuple[int, ...],
    start: int,
    sign: float,
    sided: Sided,
    n: int,
    min_phase: int,
) -> tuple[PValue, PValue]:
    if start not in starts:
        why = f"a phase has fewer than {min_phase} values"
        return no_test(METHOD, why, sided, n), no_test(METHOD, why, n=n)
    if len(starts) == 1:
        why = (
            f"only one start leaves {min_phase} values in each phase, and there is nothing to compare it with"
        )
        return no_test(METHOD, why, sided, n), no_test(METHOD, why, n=n)
    if max(differences) - min(differences) <= SLACK:
        return no_test(METHOD, "all values are identical", sided, n), no_test(
            METHOD, "all values are identical", n=n
        )
    observed = differences[starts.index(start)]
    as_good = sum(sign * each >= sign * observed - SLACK for each in differences)
    as_far = sum(abs(each) >= abs(observed) - SLACK for each in differences)
    least, notes = 1 / len(starts), (f"{len(starts)} admissible start points",)
    return (
        PValue(METHOD, as_good / len(starts), sided, least, observed, n, notes),
        PValue(METHOD, as_far / len(starts), "two-sided", least, observed, n, notes),
    )


def _autocorrelation(first: list[float], second: list[float]) -> Number:
    residuals = np.concatenate([np.array(phase) - np.mean(phase) for phase in (first, second)])
    spread = float((residuals**2).sum())
    if spread <= SLACK:
        return NotEstimable("the values do not vary within the phases")
    return float((residuals[1:] * residuals[:-1]).sum() / spread)
