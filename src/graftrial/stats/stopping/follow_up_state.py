"""Where a running trial stands against a boundary over total follow-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from graftrial.stats.design import Action, Decision
from graftrial.stats.stopping.follow_up import FollowUpBoundary
from graftrial.stats.stopping.refusal import WrongDesign


@dataclass(frozen=True, slots=True)
class FollowUpSoFar:
    """total: follow-up of all patients until now; at_events: what it was when each event came, in their order.

    The unit is that of the design's window. A patient's follow-up ends with the event or the window.
    Raises: WrongDesign GT-STOP-003.
    """

    total: float
    at_events: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        path = (0.0, *self.at_events, self.total)
        if any(later < earlier for earlier, later in pairwise(path)):
            raise WrongDesign("GT-STOP-003", "follow_up", expected="totals from 0 on that do not fall")


class EventLook(NamedTuple):
    """The events-th event came at this total follow-up, and stops up to that one."""

    events: int
    follow_up: float
    stops_up_to: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpDecision(Decision):
    """Stop if an event came early enough, else go on.

    decisive: the first event that stops. next_stop: number of the earliest event that could still stop, and the total
    follow-up up to which it would; None where none can.
    """

    decisive: EventLook | None
    events: int
    follow_up: float
    next_stop: tuple[int, float] | None


def decided(boundary: FollowUpBoundary, data: FollowUpSoFar) -> FollowUpDecision:
    """By the first event that came within its limit; between events nothing can stop, as follow-up only grows."""
    limits = dict(zip(boundary.stop_if_events, boundary.while_total_follow_up_at_most, strict=True))
    decisive = _first(limits, data.at_events)
    possible = ((d, at) for d, at in limits.items() if d > len(data.at_events) and at >= data.total)
    action: Action = "go on" if decisive is None else "stop too many events"
    reason = "no event came within its limit"
    if decisive is not None:
        reason = f"event {decisive.events} came within its limit of total follow-up"
    return FollowUpDecision(
        action=action,
        dose=None,
        reason=reason,
        decisive=decisive,
        events=len(data.at_events),
        follow_up=data.total,
        next_stop=None if decisive else next(possible, None),
    )


def _first(limits: dict[int, float], at_events: Sequence[float]) -> EventLook | None:
    for number, at in enumerate(at_events, 1):
        if number in limits and at <= limits[number]:
            return EventLook(number, at, limits[number])
    return None
