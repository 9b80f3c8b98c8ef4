"""Comparison of survival curves: log-rank for any number of groups, and its exact permutation for two small ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graftrial.stats.distributions import Vector, chi_square_tail
from graftrial.stats.outcomes import NotEstimable, PValue, no_test
from graftrial.stats.survival.follow_up import FollowUp, counts, follow_up
from graftrial.stats.two_sample import ALL_SPLITS, all_sums

METHOD = "log-rank, hypergeometric variance (large-sample)"
EXACT = "log-rank, exact permutation"
MOST = min(20, ALL_SPLITS)  # patients up to which every split is tried


def log_rank(times: Sequence[float | None], events: Sequence[int], groups: Sequence[str | int]) -> PValue:
    """Test that the groups have one survival curve; statistic is chi-square with (groups - 1) degrees of freedom.

    events: 1 event, 0 censored. Returns: a PValue, not estimable with one group or without an event.
    References: Mantel N. Cancer Chemother Rep 1966;50:163-170.
    """
    found = _prepared(times, events, groups)
    if isinstance(found, NotEstimable):
        return no_test(METHOD, found.reason)
    follow, member = found
    at = counts(follow)
    which = np.searchsorted(at.times, follow.times)
    k = member.shape[1]
    ended = np.zeros((len(at.times), k))
    np.add.at(ended, which, member)
    at_risk = member.sum(axis=0) - np.cumsum(ended, axis=0) + ended
    share = at_risk / at.at_risk[:, None]
    excess = member[follow.causes > 0].sum(axis=0) - (share * at.events[:, None]).sum(axis=0)
    rest = np.maximum(at.at_risk - 1, 1)
    size = at.events * (at.at_risk - at.events) / rest
    variance = np.diag(size @ share) - np.einsum("t,ti,tj->ij", size, share, share)
    if np.trace(variance) <= 0:
        return no_test(METHOD, "at no event are patients of two groups at risk", n=follow.n)
    statistic = float(excess @ np.linalg.pinv(variance, hermitian=True) @ excess)
    p = chi_square_tail(statistic, k - 1)
    return PValue(METHOD, p, "two-sided", 0.0, statistic, follow.n, follow.notes)


def log_rank_exact(
    times: Sequence[float | None], events: Sequence[int], groups: Sequence[str | int]
) -> PValue:
    """Exact test of two groups of up to 20 patients together: every split of the log-rank scores.

    Returns: a PValue; statistic is events observed minus expected in the second group, in the order of the names.
    Not for: groups that are censored for different reasons, for it permutes times and censorings together.
    References: Peto R, Peto J. J R Stat Soc A 1972;135:185-207.
    """
    found = _prepared(times, events, groups)
    if isinstance(found, NotEstimable):
        return no_test(EXACT, found.reason)
    follow, member = found
    if member.shape[1] != 2:
        return no_test(EXACT, f"it compares two groups, there are {member.shape[1]}", n=follow.n)
    if follow.n > MOST:
        return no_test(EXACT, f"every split is tried only up to {MOST} patients", n=follow.n)
    scores = _scores(follow)
    size = int(member[:, 1].sum())
    observed = float(scores @ member[:, 1])
    sums = all_sums(scores, size)
    slack = 1e-9

    def p_of(value: float) -> float:
        return float((np.abs(sums) >= abs(value) - slack).mean())

    smallest = min(p_of(float(sums.min())), p_of(float(sums.max())))
    return PValue(EXACT, p_of(observed), "two-sided", smallest, observed, follow.n, follow.notes)


def _scores(follow: FollowUp) -> Vector:
    """Event minus cumulated hazard: they sum to 0, and over a group to observed minus expected."""
    at = counts(follow)
    hazard = np.cumsum(at.events / at.at_risk)
    return np.asarray((follow.causes > 0) - hazard[np.searchsorted(at.times, follow.times)], dtype=np.float64)


def _prepared(
    times: Sequence[float | None], events: Sequence[int], groups: Sequence[str | int]
) -> tuple[FollowUp, Vector] | NotEstimable:
    if len(groups) != len(times):
        raise ValueError("one group per time")
    follow = follow_up(times, events)
    if isinstance(follow, NotEstimable):
        return follow
    names = [str(group) for group, kept in zip(groups, follow.kept, strict=True) if kept]
    known = sorted(set(names))
    if len(known) < 2:
        return NotEstimable("all patients with a time are in one group")
    if not (follow.causes > 0).any():
        return NotEstimable("all are censored: there is no event")
    return follow, np.array([[name == group for group in known] for name in names], dtype=np.float64)
