"""What cell therapy adds to a design: products that fail, and days between patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from graftrial.stats.designs.refused import check_probability, check_whole
from graftrial.stats.priors.beta_mixture import BetaMixture
from graftrial.stats.stopping import OperatingCharacteristics, StoppingDecision, StoppingDesign
from graftrial.stats.stopping.refusal import WrongDesign


@dataclass(frozen=True, slots=True)
class FeasibilityRule:
    """Stop as not feasible once P(P(product reaches the dose) < limit) is at least the cut, under a beta prior.

    limit: lowest acceptable probability that a product can be given at its dose. max_n: patients for whom one is made.
    The same engine as the safety rules: the event is a product that failed, its acceptable probability 1 - limit.
    Raises: WrongDesign GT-DSGN-001; GT-STOP-009 where the rule would stop without a failed product.
    """

    limit: float
    cut: float
    max_n: int
    prior_feasible: float = 1.0
    prior_failed: float = 1.0

    id: ClassVar[str] = "feasibility"
    title: ClassVar[str] = "Feasibility of the product"

    def __post_init__(self) -> None:
        check_probability("limit", self.limit)
        check_probability("cut", self.cut)
        check_whole("max_n", self.max_n, 1, 5000)

    @property
    def rule(self) -> StoppingDesign:
        """The same design, of failed products."""
        prior = BetaMixture.beta(self.prior_failed, self.prior_feasible)
        return StoppingDesign("posterior", round(1 - self.limit, 12), self.max_n, prior=prior, cut=self.cut)

    @property
    def reference(self) -> str:
        """Where the engine is published."""
        return self.rule.reference

    def decide(self, data: Sequence[bool | None]) -> StoppingDecision:
        """In order of manufacture: True failed, False reached its dose, None still being made."""
        return self.rule.decide(data)

    def table(self) -> tuple[tuple[int, int], ...]:
        """Products, and the failed ones from which on it stops; n + 1 cannot stop."""
        return self.rule.table()

    def operating_characteristics(self, scenarios: Sequence[float]) -> tuple[OperatingCharacteristics, ...]:
        """Exact, at probabilities that a product fails."""
        return self.rule.operating_characteristics(scenarios)

    def cite(self) -> str:
        """Publication of the engine, and the line that builds this very design."""
        return f"{self.reference}\n{self!r}"


@dataclass(frozen=True, slots=True)
class Staggering:
    """Least days from the infusion of one patient to that of the next, within a cohort and to the next cohort.

    >>> Staggering(14, 28).next_allowed_date([date(2026, 1, 5)], cohort_size=3)
    datetime.date(2026, 1, 19)
    """

    days_within_cohort: int
    days_between_cohorts: int

    def __post_init__(self) -> None:
        check_whole("days_within_cohort", self.days_within_cohort, 0, 3650)
        check_whole("days_between_cohorts", self.days_between_cohorts, 0, 3650)

    def next_allowed_date(self, infusions: Sequence[date], cohort_size: int) -> date | None:
        """The earliest day of the next infusion; None before the first."""
        if not infusions:
            return None
        check_whole("cohort_size", cohort_size, 1, 500)
        opens = len(infusions) % cohort_size == 0
        return max(infusions) + timedelta(self.days_between_cohorts if opens else self.days_within_cohort)

    def conflicts(self, infusions: Sequence[date], cohort_size: int) -> tuple[int, ...]:
        """Numbers, from 1, of the patients who were infused before their earliest day.

        infusions: in the order in which patients were assigned.
        """
        found = []
        for number in range(1, len(infusions)):
            allowed = self.next_allowed_date(infusions[:number], cohort_size)
            if allowed is not None and infusions[number] < allowed:
                found.append(number + 1)
        return tuple(found)


def committed(manufacture_started: Sequence[bool], infused: Sequence[bool]) -> tuple[int, ...]:
    """Numbers, from 1, of the patients whose product is being made for their present dose: a decision passes them by.

    Raises: WrongDesign GT-DSGN-001 unless both are told for every patient.
    """
    if len(manufacture_started) != len(infused):
        raise WrongDesign("GT-DSGN-001", "infused", expected="an answer for every patient")
    pairs = zip(manufacture_started, infused, strict=True)
    return tuple(number for number, (started, given) in enumerate(pairs, 1) if started and not given)
