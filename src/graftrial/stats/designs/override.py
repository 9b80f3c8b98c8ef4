"""The record of a board that did something else than its design said."""

from __future__ import annotations

from dataclasses import dataclass

from graftrial.stats.design import Action, Decision
from graftrial.stats.stopping.refusal import WrongDesign


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
