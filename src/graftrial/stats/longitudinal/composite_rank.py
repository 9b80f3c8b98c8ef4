"""Loss of the graft as the worst outcome: patients ranked by loss first, then by change, compared exactly.

A sensitivity analysis beside the slopes without imputation, which losses leave early and so distort.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graftrial.stats.outcomes import PValue, Sided
from graftrial.stats.paired import sign_test
from graftrial.stats.ranks import tied_ranks_doubled
from graftrial.stats.two_sample import mann_whitney


@dataclass(frozen=True, slots=True)
class CompositeRanks:
    """Rank of each patient, 1 worst; None for a patient with neither loss nor change.

    ranks: in the given order, averages at ties. n_lost, n_without: losses, patients left out.
    """

    ranks: tuple[float | None, ...]
    n_lost: int
    n_without: int


def composite_ranks(loss_time: Sequence[float | None], change: Sequence[float | None]) -> CompositeRanks:
    """Ranks with the earliest loss worst, losses by time, then all others by their change.

    loss_time: time to loss, None where the graft was not lost in the window. change: of the outcome, higher better;
    not looked at after a loss.
    References: Lachin JM. Control Clin Trials 1999;20:408-422.

    >>> composite_ranks([None, 0.5, 0.2, None], [3.0, None, 4.0, -2.0]).ranks
    (4.0, 2.0, 1.0, 3.0)
    """
    scores = composite_scores(loss_time, change)
    present = [score for score in scores if score is not None]
    doubled = iter(tied_ranks_doubled(np.array(present, dtype=np.float64)).tolist() if present else [])
    ranks = tuple(None if score is None else next(doubled) / 2 for score in scores)
    lost = sum(time is not None for time in loss_time)
    return CompositeRanks(ranks, lost, sum(score is None for score in scores))


def composite_scores(loss_time: Sequence[float | None], change: Sequence[float | None]) -> list[float | None]:
    """Whole numbers in the order of the ranks: losses by time below every change; equal outcomes are equal."""
    if len(loss_time) != len(change):
        raise ValueError("one loss time and one change per patient")
    keys = [
        (0, time) if time is not None else (1, moved) if moved is not None else None
        for time, moved in zip(loss_time, change, strict=True)
    ]
    places = {key: float(place) for place, key in enumerate(sorted({key for key in keys if key is not None}))}
    return [None if key is None else places[key] for key in keys]


def compare_composite(
    loss_time: Sequence[float | None],
    change: Sequence[float | None],
    in_group: Sequence[bool],
    sided: Sided = "two-sided",
) -> PValue:
    """Exact permutation test of the composite ranks of the group against the others, ties included."""
    scores = composite_scores(loss_time, change)
    first = [score for score, inside in zip(scores, in_group, strict=True) if inside]
    second = [score for score, inside in zip(scores, in_group, strict=True) if not inside]
    found = mann_whitney(first, second, sided)
    method = "composite rank (earliest loss worst), exact permutation"
    return PValue(method, found.p, sided, found.smallest_p, found.statistic, found.n, found.notes)


def sign_of_composite(
    loss_time: Sequence[float | None], change: Sequence[float | None], sided: Sided = "two-sided"
) -> PValue:
    """Exact sign test of one arm: a loss counts as worse, else the sign of the change; no change counts neither."""
    outcomes = [-1.0 if time is not None else moved for time, moved in zip(loss_time, change, strict=True)]
    found = sign_test(outcomes, sided)
    method = "composite sign (loss is worse), exact"
    return PValue(method, found.p, sided, found.smallest_p, found.statistic, found.n, found.notes)
