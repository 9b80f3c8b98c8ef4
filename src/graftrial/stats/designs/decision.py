"""What a design answers, and the record of a board that did something else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from graftrial.stats.stopping.refusal import WrongDesign

Action = Literal[
    "escalate",
    "stay",
    "de-escalate",
    "stop no dose is safe",
    "stop dose found",
    "stop futile",
    "stop efficacious",
    "go on",
    "wait",
]
ENDS: frozenset[str] = frozenset(
    {"stop no dose is safe", "stop dose found", "stop futile", "stop efficacious"}
)


@dataclass(frozen=True, slots=True)
class Decision:
    """One step of a design. Doses are numbered from 1.

    dose: for the next patients, or the dose found; None where there is none.
    admissible_doses: not eliminated and not above the first untried dose.
    undecided_because: what each number of events among the pending would lead to; empty unless action is wait.
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


@dataclass(frozen=True, slots=True)
class Override:
    """What the design said, what was done instead, why, and who signed. It changes no later decision by itself."""

    said: Decision
    action: Action
    dose: int | None
    reason: str
    signed_by: str

    def __post_init__(self) -> None:
        for name in ("reason", "signed_by"):
            if not getattr(self, name).strip():
                raise WrongDesign("GT-DSGN-001", name, expected="words; a departure is recorded with both")
