"""Where a running trial stands against its boundary while some windows are still open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from graftrial.stats.design import Action, Decision
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


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppingDecision(Decision):
    """The answer of all looks reached so far: stop if one stops, else wait if one is pending, else go on.

    decisive: the first look that stops, or the first that is pending; None where the trial goes on.
    """

    decisive: LookState | None
    looks: tuple[LookState, ...]
    n: int
    events: int
    pending: int


def decided(boundary: Boundary, outcomes: Sequence[bool | None]) -> StoppingDecision:
    """Where the trial stands, by bounds.

    outcomes: in order of infusion; True event in the window, False window over without it, None window still open.
    A look is reached when its n patients have been infused. What later patients did never changes an earlier look.

    >>> decided(Boundary((1, 2, 3), (2, 2, 3), 3), [True, None]).action
    'wait'
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
    action, reason, undecided = _told(decisive)
    return StoppingDecision(
        action=action,
        dose=None,
        reason=reason,
        undecided_because=undecided,
        decisive=decisive,
        looks=tuple(looks),
        n=len(outcomes),
        events=sum(each is True for each in outcomes),
        pending=sum(each is None for each in outcomes),
    )


def _told(decisive: LookState | None) -> tuple[Action, str, tuple[str, ...]]:
    if decisive is None:
        return "go on", "no look that was reached stops or could stop", ()
    at = f"{decisive.events} of the first {decisive.n} had the event; {decisive.stop_if_at_least} stop"
    if decisive.state == "stop":
        return "stop too many events", at, ()
    would = (
        f"{decisive.missing_events} of {decisive.pending} pending with the event would stop at {decisive.n}"
    )
    return "wait", at, (would,)
