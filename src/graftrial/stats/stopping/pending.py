"""Where a running trial stands against its boundary while some windows are still open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from graftrial.stats.stopping.boundaries import Boundary

State = Literal["continue", "pending", "stop"]


@dataclass(frozen=True, slots=True)
class LookState:
    """One look: the first n patients in order of infusion, their known events, those pending, what stops."""

    n: int
    events: int
    pending: int
    stop_if_at_least: int

    @property
    def state(self) -> State:
        """Stop whatever the pending bring; pending where they could reach the boundary; otherwise continue."""
        if self.events >= self.stop_if_at_least:
            return "stop"
        return "pending" if self.events + self.pending >= self.stop_if_at_least else "continue"

    @property
    def missing_events(self) -> int:
        """How many of the pending would have to have the event for the boundary to be reached; 0 once it is."""
        return max(0, self.stop_if_at_least - self.events)


@dataclass(frozen=True, slots=True)
class BoundaryState:
    """The answer of all looks reached so far: stop if one stops, else pending if one is pending, else continue.

    decisive: the first look that stops, or the first that is pending; None where the trial continues.
    """

    state: State
    decisive: LookState | None
    looks: tuple[LookState, ...]
    n: int
    events: int
    pending: int


def state_of(boundary: Boundary, outcomes: Sequence[bool | None]) -> BoundaryState:
    """Where the trial stands, by bounds.

    outcomes: in order of infusion; True event in the window, False window over without it, None window still open.
    A look is reached when its n patients have been infused. What later patients did never changes an earlier look.

    >>> state_of(Boundary((1, 2, 3), (2, 2, 3), 3), [True, None]).state
    'pending'
    """
    looks = []
    for n, least in zip(boundary.n_at_look, boundary.stop_if_at_least, strict=True):
        if n > len(outcomes):
            break
        first = outcomes[:n]
        looks.append(
            LookState(n, sum(each is True for each in first), sum(each is None for each in first), least)
        )
    ranked: tuple[State, ...] = ("stop", "pending")
    decisive = next((each for state in ranked for each in looks if each.state == state), None)
    return BoundaryState(
        decisive.state if decisive else "continue",
        decisive,
        tuple(looks),
        len(outcomes),
        sum(each is True for each in outcomes),
        sum(each is None for each in outcomes),
    )
