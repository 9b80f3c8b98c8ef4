"""BOIN: the Bayesian optimal interval design."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log
from typing import ClassVar

from graftrial.stats.designs.refused import check_probability
from graftrial.stats.designs.table_design import TableDesign
from graftrial.stats.stopping.refusal import WrongDesign


@dataclass(frozen=True)
class Boin(TableDesign):
    """Escalate at or below lambda_e, de-escalate at or above lambda_d, both of y/n at the current dose.

    subtherapeutic, overly_toxic: phi1 and phi2; 0.6 and 1.4 times the target unless they are said.
    extra_safe: the lowest dose is eliminated `offset` earlier.
    References: Liu S, Yuan Y. Appl Stat 2015;64:507-523, sections 3.1 to 3.3.

    >>> design = Boin(0.3, 5)
    >>> round(design.lambda_e, 7), round(design.lambda_d, 7)
    (0.2364907, 0.3585195)
    """

    subtherapeutic: float | None = None
    overly_toxic: float | None = None
    extra_safe: bool = False
    offset: float = 0.05

    id: ClassVar[str] = "boin"
    title: ClassVar[str] = "BOIN"
    reference: ClassVar[str] = "Liu S, Yuan Y. Bayesian optimal interval designs. Appl Stat 2015;64:507-523"

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, value in (("subtherapeutic", self.phi1), ("overly_toxic", self.phi2)):
            check_probability(name, value)
        if not self.phi1 < self.target < self.phi2:
            raise WrongDesign(
                "GT-DSGN-001", "subtherapeutic", expected="below the target, overly_toxic above it"
            )
        if not 0 <= self.offset < self.elimination_cut:
            raise WrongDesign("GT-DSGN-001", "offset", expected="from 0 to below elimination_cut")

    @property
    def phi1(self) -> float:
        """Highest probability that is clearly too low."""
        return 0.6 * self.target if self.subtherapeutic is None else self.subtherapeutic

    @property
    def phi2(self) -> float:
        """Lowest probability that is clearly too high."""
        return 1.4 * self.target if self.overly_toxic is None else self.overly_toxic

    @property
    def lambda_e(self) -> float:
        """Bound of escalation."""
        low, phi = self.phi1, self.target
        return log((1 - low) / (1 - phi)) / log(phi * (1 - low) / (low * (1 - phi)))

    @property
    def lambda_d(self) -> float:
        """Bound of de-escalation."""
        high, phi = self.phi2, self.target
        return log((1 - phi) / (1 - high)) / log(high * (1 - phi) / (phi * (1 - high)))

    def letter(self, n: int, y: int) -> str:
        """E, S or D."""
        if y <= floor(self.lambda_e * n):
            return "E"
        return "D" if y >= ceil(self.lambda_d * n) else "S"

    def is_unsafe(self, n: int, y: int, level: int) -> bool:
        """Stricter at the lowest dose where the design is extra safe."""
        cut = self.elimination_cut - (self.offset if self.extra_safe and level == 1 else 0.0)
        return n >= self.eliminates_from_n and self.tail(n, y) > cut
