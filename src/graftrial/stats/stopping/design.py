"""What fixes a stopping rule for a count of events: the rule, its probabilities, its looks, its parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import TYPE_CHECKING

from graftrial.stats.priors.beta_mixture import BetaMixture
from graftrial.stats.stopping.refusal import WrongDesign

if TYPE_CHECKING:
    from graftrial.stats.stopping.boundaries import Boundary
    from graftrial.stats.stopping.operating import OperatingCharacteristics
    from graftrial.stats.stopping.pending import StoppingDecision
    from graftrial.stats.stopping.rules import StoppingRule

LARGEST = 5000  # patients; the recursion takes the square of it
PARAMETERS = ("delta", "p1", "nu", "prior", "control", "margin", "cut", "predictive_cut", "table")
FIELDS = {"table": "imported"}  # where a parameter is kept under another name than users give it
RANGES: dict[str, tuple[float, float, bool]] = {  # low, high, whether the ends belong to it
    "p0": (0, 1, False),
    "alpha": (0, 1, False),
    "delta": (0, 0.5, True),
    "p1": (0, 1, False),
    "nu": (0, 1, True),
    "margin": (0, 1, True),
    "cut": (0, 1, False),
    "predictive_cut": (0, 1, False),
}


@dataclass(frozen=True, slots=True)
class StoppingDesign:
    """A rule "stop if x of the first n patients have had the event, x at least b(n)", before b is known.

    rule: id of `rules.RULES`. p0: acceptable event probability. n_max: patients planned.
    alpha: P(stop | p0) that a calibrated rule may not exceed; None for rules with a fixed cut.
    looks: numbers of patients at which the count is looked at; empty means after every patient.
    delta: 0 to 1/2, wang_tsiatis and power_family (in opposite directions). p1: unacceptable probability.
    nu: second cut of chen_chaloner. prior, control: beta mixtures. margin: tolerated excess over the control.
    cut, predictive_cut: fixed posterior and predictive probabilities.
    imported: of the rule table, pairs (n, stop if at least).
    Raises: WrongDesign with the code of the catalogue.
    """

    rule: str
    p0: float
    n_max: int
    alpha: float | None = None
    looks: tuple[int, ...] = ()
    delta: float | None = None
    p1: float | None = None
    nu: float | None = None
    prior: BetaMixture | None = None
    control: BetaMixture | None = None
    margin: float | None = None
    cut: float | None = None
    predictive_cut: float | None = None
    imported: tuple[tuple[int, int], ...] | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.n_max, int) or not 1 <= self.n_max <= LARGEST:
            raise WrongDesign("GT-STOP-003", "n_max", expected=f"a whole number from 1 to {LARGEST}")
        rule = self._rule
        self._check_presence(rule.id, rule.parameters, rule.is_calibrated)
        for name, (low, high, closed) in RANGES.items():
            value = getattr(self, name)
            inside = value is None or (low <= value <= high if closed else low < value < high)
            if not inside:
                limits = f"from {low} to {high}" if closed else f"above {low} and below {high}"
                raise WrongDesign("GT-STOP-003", name, expected=f"a number {limits}")
        if self.p1 is not None and self.p1 <= self.p0:
            raise WrongDesign("GT-STOP-003", "p1", expected="a number above p0")
        self._check_looks()

    def _check_presence(self, rule: str, needed: tuple[str, ...], is_calibrated: bool) -> None:
        wanted = {*needed, *(("alpha",) if is_calibrated else ())}
        for name in ("alpha", *PARAMETERS):
            given = getattr(self, FIELDS.get(name, name)) is not None
            if given and name not in wanted:
                takes = ", ".join(sorted(wanted)) or "nothing more than p0 and n_max"
                raise WrongDesign("GT-STOP-005", name, rule=rule, takes=takes)
            if not given and name in wanted:
                raise WrongDesign("GT-STOP-002", name, rule=rule)

    def _check_looks(self) -> None:
        looks = self.n_at_look
        rising = all(isinstance(each, int) for each in looks) and all(
            low < high for low, high in pairwise(looks)
        )
        if not looks or not rising or looks[0] < 1 or looks[-1] > self.n_max:
            raise WrongDesign("GT-STOP-004", "looks", n_max=self.n_max)
        if self.imported is not None and self.looks:
            raise WrongDesign("GT-STOP-005", "looks", rule="table", takes="the looks of the table itself")
        if self.imported is not None and any(least < 1 for _, least in self.imported):
            raise WrongDesign("GT-STOP-003", "table", expected="stop_if_at_least from 1 on")

    @property
    def n_at_look(self) -> tuple[int, ...]:
        """The looks, written out."""
        if self.imported is not None:
            return tuple(n for n, _ in self.imported)
        return self.looks or tuple(range(1, self.n_max + 1))

    @property
    def id(self) -> str:
        """Of the rule."""
        return self.rule

    @property
    def title(self) -> str:
        """The rule in words."""
        return self._rule.title

    @property
    def reference(self) -> str:
        """Where the rule is published."""
        return self._rule.citation

    @property
    def boundary(self) -> Boundary:
        """Looks with the numbers that stop, exact; computed once.

        Raises: WrongDesign GT-STOP-009.
        """
        from graftrial.stats.stopping.boundaries import boundary  # here, because boundaries take designs

        return boundary(self)

    def decide(self, data: Sequence[bool | None]) -> StoppingDecision:
        """Where the trial stands, by bounds.

        data: in order of infusion; True event in the window, False window over without it, None window still open.

        >>> StoppingDesign("pocock", 0.1, 20, 0.05).decide([True, None]).action
        'wait'
        """
        from graftrial.stats.stopping.pending import decided

        return decided(self.boundary, data)

    def table(self) -> tuple[tuple[int, int], ...]:
        """Looks, and the events from which on they stop; n + 1 cannot stop."""
        return tuple(zip(self.boundary.n_at_look, self.boundary.stop_if_at_least, strict=True))

    def operating_characteristics(self, scenarios: Sequence[float]) -> tuple[OperatingCharacteristics, ...]:
        """Exact, at every event probability.

        Raises: WrongDesign GT-STOP-003 for a probability outside 0 to 1.
        """
        from graftrial.stats.stopping.operating import operating_characteristics

        return operating_characteristics(self.boundary, scenarios)

    def cite(self) -> str:
        """Publication of the rule, and the line that builds this very design."""
        words = (f"{name}={_written(value)}" for name, value in self.given.items())
        return f"{self.reference}\nStoppingDesign({', '.join(words)})"

    @property
    def _rule(self) -> StoppingRule:
        from graftrial.stats.stopping.rules import rule_of  # here, because the rules take designs

        return rule_of(self.rule)

    @property
    def given(self) -> dict[str, object]:
        """Every parameter that is set, by name."""
        return {
            each.name: getattr(self, each.name)
            for each in fields(self)
            if getattr(self, each.name) is not None and getattr(self, each.name) != ()
        }


def _written(value: object) -> str:
    if isinstance(value, BetaMixture):
        return f"BetaMixture.of({', '.join(str(tuple(each)) for each in value.components)})"
    return repr(value)
