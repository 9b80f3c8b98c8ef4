"""The exact single-stage design."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from graftrial.stats.design import Decision
from graftrial.stats.designs.responses import Responses
from graftrial.stats.designs.two_stage import LARGEST, SLACK, TwoStageCharacteristics, check_errors
from graftrial.stats.designs.two_stage_tails import more_than
from graftrial.stats.stopping.refusal import WrongDesign


@dataclass(frozen=True)
class SingleStage:
    """Reject the treatment if responses among n are at most r.

    References: A'Hern RP. Stat Med 2001;20:859-866.
    """

    r: int
    n: int

    id: ClassVar[str] = "single"
    title: ClassVar[str] = "Exact single-stage design"
    reference: ClassVar[str] = (
        "A'Hern RP. Sample size tables for exact single-stage phase II designs. Stat Med 2001;20:859-866"
    )

    def __post_init__(self) -> None:
        if not 0 <= self.r <= self.n <= 2000 or self.n < 1:
            raise WrongDesign("GT-DSGN-001", "r", expected="from 0 to n")

    def decide(self, data: Responses) -> Decision:
        """After these responses.

        Raises: WrongDesign GT-DSGN-006.
        """
        x, n = data.among(self.n).x, data.n
        if x > self.r:
            return Decision("stop efficacious", None, f"more than {self.r} responses")
        if x + self.n - n <= self.r:
            return Decision("stop futile", None, f"at most {self.r} responses among {self.n}")
        return Decision("go on", None, "not decided before the last patient")

    def operating_characteristics(self, scenarios: Sequence[float]) -> tuple[TwoStageCharacteristics, ...]:
        """Exact; there is no early stop."""
        return tuple(
            TwoStageCharacteristics(p, float(more_than(self.n, p)[self.r]), 0.0, float(self.n))
            for p in scenarios
        )

    def table(self) -> tuple[tuple[int, int], ...]:
        """Patients and the responses at or below which the treatment is given up."""
        return ((self.n, self.r),)

    def cite(self) -> str:
        """Publication of the method, and the line that builds this very design."""
        return f"{self.reference}\n{self!r}"


def single_stage(
    p0: float, p1: float, alpha: float, beta: float, how_many: int = 5
) -> tuple[SingleStage, ...]:
    """The smallest designs that keep both errors, rising in n; size is not monotone in n, so gaps occur.

    Raises: WrongDesign GT-DSGN-001; GT-DSGN-007 where none is found.
    """
    check_errors(p0, p1, alpha, beta)
    found: list[SingleStage] = []
    for n in range(1, LARGEST + 1):
        fits = (more_than(n, p0) <= alpha + SLACK) & (more_than(n, p1) >= 1 - beta - SLACK)
        if fits.any():
            found.append(SingleStage(int(np.argmax(fits)), n))
            if len(found) == how_many:
                break
    if not found:
        raise WrongDesign("GT-DSGN-007", "n", n=LARGEST)
    return tuple(found)
