"""What has happened so far in a trial of responses."""

from __future__ import annotations

from dataclasses import dataclass

from graftrial.stats.stopping.refusal import WrongDesign


@dataclass(frozen=True, slots=True)
class Responses:
    """x responses among n patients who can be judged; without_toxicity of them, where the design looks at it.

    Raises: WrongDesign GT-DSGN-001.
    """

    x: int
    n: int
    without_toxicity: int | None = None

    def __post_init__(self) -> None:
        for name, value in (("responses", self.x), ("without_toxicity", self.without_toxicity or 0)):
            if not 0 <= value <= self.n:
                raise WrongDesign("GT-DSGN-001", name, expected="from 0 to the number of patients")

    def among(self, planned: int) -> Responses:
        """Itself.

        Raises: WrongDesign GT-DSGN-006 where more than the planned patients are counted: the design does not apply.
        """
        if self.n > planned:
            raise WrongDesign("GT-DSGN-006", "patients", n=planned)
        return self
