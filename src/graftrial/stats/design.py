"""The one interface of every design: what to do on these data, what it does in truth, the table of the protocol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar, runtime_checkable

Action = Literal[
    "escalate",
    "stay",
    "de-escalate",
    "stop no dose is safe",
    "stop dose found",
    "stop futile",
    "stop efficacious",
    "stop too many events",
    "go on",
    "wait",
]
ENDS: frozenset[str] = frozenset(
    {"stop no dose is safe", "stop dose found", "stop futile", "stop efficacious", "stop too many events"}
)


@dataclass(frozen=True, slots=True)
class Decision:
    """One step of a design. Doses are numbered from 1; a design without doses has none.

    dose: for the next patients, or the dose found; None where there is none.
    admissible_doses: not eliminated and not above the first untried dose.
    undecided_because: what each number of events among the pending would lead to; empty unless action is wait.
    wait: a pending patient can change the action; whether anybody is treated until then is said by the protocol.
    closed_from: lowest eliminated dose; to be given back with the next data, because a closed dose stays closed.
    """

    action: Action
    dose: int | None
    reason: str
    admissible_doses: tuple[int, ...] = ()
    undecided_because: tuple[str, ...] = ()
    closed_from: int | None = None

    @property
    def is_end(self) -> bool:
        """Whether nobody else is treated under the design."""
        return self.action in ENDS


Data = TypeVar("Data", contravariant=True)
Line = TypeVar("Line", covariant=True)
Scenario = TypeVar("Scenario", contravariant=True)
Told = TypeVar("Told", covariant=True)


@runtime_checkable
class Design(Protocol[Data, Line, Scenario, Told]):
    """Dose finding, two stages, stopping for safety, over patients or over follow-up: all are used alike.

    Data: what has happened so far. Line: one line of the table. Scenario: the truth at which the design is judged.
    Told: what it does there. Each design says in its own `decide` which data it takes.
    """

    @property
    def id(self) -> str:
        """Short name, as on the command line."""

    @property
    def title(self) -> str:
        """The method in words."""

    @property
    def reference(self) -> str:
        """Where the method is published."""

    def decide(self, data: Data) -> Decision:
        """What to do now.

        Raises: WrongDesign for data that are not of the design.
        """

    def table(self) -> tuple[Line, ...]:
        """The decisions as the protocol prints them."""

    def operating_characteristics(self, scenarios: Sequence[Scenario]) -> tuple[Told, ...]:
        """What the design does in each scenario; exact unless it says otherwise."""

    def cite(self) -> str:
        """Publication of the method, and the line that builds this very design."""
