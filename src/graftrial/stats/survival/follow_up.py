"""Times with what ended them, cleaned once and counted at the distinct times, for every estimator of this room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graftrial.stats.distributions import Vector
from graftrial.stats.outcomes import NotEstimable

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Patients with a usable time.

    times: from the origin, in the caller's unit, at least 0. causes: 0 censored, 1, 2 … what happened.
    kept: which of the given patients these are. notes: how many were left out and why.
    """

    times: Vector
    causes: NDArray[np.int64]
    kept: Flags
    notes: tuple[str, ...]

    @property
    def n(self) -> int:
        return len(self.times)


@dataclass(frozen=True, slots=True)
class Counts:
    """Per distinct time: at risk just before it, events of any cause at it. Censored at a tie are still at risk."""

    times: Vector
    at_risk: Vector
    events: Vector


def follow_up(times: Sequence[float | None], causes: Sequence[int]) -> FollowUp | NotEstimable:
    """Cleaned follow-up; missing and negative times are left out and noted, time 0 is kept and counted at risk.

    Raises: ValueError where the two differ in length or a cause is negative.
    """
    if len(times) != len(causes) or any(cause < 0 for cause in causes):
        raise ValueError("one cause per time, 0 for censored")
    given = np.array([np.nan if time is None else time for time in times], dtype=np.float64)
    kept = np.isfinite(given) & (given >= 0)
    notes = []
    if missing := int((~np.isfinite(given)).sum()):
        notes.append(f"{missing} without a time left out")
    if negative := int((given < 0).sum()):
        notes.append(f"{negative} with a negative time left out")
    if not kept.any():
        return NotEstimable("; ".join(["there is no patient with a time", *notes]))
    return FollowUp(given[kept], np.asarray(causes, dtype=np.int64)[kept], kept, tuple(notes))


def counts(follow: FollowUp) -> Counts:
    """At risk and events of any cause at the distinct times."""
    times, which = np.unique(follow.times, return_inverse=True)
    ended = np.bincount(which, minlength=len(times))
    at_risk = follow.n - np.concatenate([[0], np.cumsum(ended)[:-1]])
    events = np.bincount(which, weights=follow.causes > 0, minlength=len(times)).astype(np.float64)
    return Counts(times, at_risk.astype(np.float64), events)


def events_of(follow: FollowUp, cause: int, times: Vector) -> Vector:
    """Events of one cause at each of the distinct times."""
    which = np.searchsorted(times, follow.times)
    return np.bincount(which, weights=follow.causes == cause, minlength=len(times)).astype(np.float64)


def survival_after(at: Counts) -> Vector:
    """Kaplan-Meier probability just after each distinct time."""
    return np.asarray(np.cumprod(1 - at.events / at.at_risk), dtype=np.float64)


def greenwood_terms(at: Counts) -> Vector:
    """d / (n (n - d)) at each distinct time; 0 where all at risk had the event, for nothing can follow."""
    rest = at.at_risk - at.events
    terms = np.zeros(len(rest), dtype=np.float64)
    return np.divide(at.events, at.at_risk * rest, out=terms, where=rest > 0)


def step_at(times: Vector, values: Vector, time: float, before: float) -> float:
    """Value of a right-continuous step function; `before` ahead of its first step."""
    step = int(np.searchsorted(times, time, side="right")) - 1
    return before if step < 0 else float(values[step])
