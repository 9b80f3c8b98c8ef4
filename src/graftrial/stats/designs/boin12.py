"""BOIN12: the best trade of efficacy against toxicity, by a printed table of rank-based desirability scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import ClassVar

import numpy as np

from graftrial.stats.design import Action, Decision
from graftrial.stats.designs.boin import Boin
from graftrial.stats.designs.characteristics import DoseCharacteristics
from graftrial.stats.designs.isotonic import selected_by_isotonic
from graftrial.stats.designs.override import Override
from graftrial.stats.designs.patients import TrialData
from graftrial.stats.designs.refused import MOST_DOSES, MOST_PATIENTS, check_probability, check_whole
from graftrial.stats.priors.beta_mixture import BetaMixture
from graftrial.stats.stopping.refusal import WrongDesign
from graftrial.stats.stopping.tails import beta_lower, beta_upper

UNIFORM = BetaMixture.beta(1.0, 1.0)
TOGETHER = 10  # decimals within which desirabilities are tied
MOST_PENDING = 6
Counts = tuple[tuple[int, int, int], ...]  # of each dose: patients, with DLT, with efficacy


@dataclass(frozen=True, slots=True)
class Desirability:
    """Of one outcome at a dose: patients, with DLT, with efficacy; whether it is admissible, and its score if so."""

    n: int
    toxicity: int
    efficacy: int
    admissible: bool
    rds: float | None


@dataclass(frozen=True)
class Boin12:
    """target: highest acceptable DLT probability; efficacy: lowest acceptable response probability.

    utility_neither, utility_both: of no response without DLT and of a response with DLT, on a scale on which a response
    without DLT is 100 and a DLT without response 0. toxicity_cut, efficacy_cut: posterior probabilities beyond which a
    dose is not admissible. ranked_up_to: patients of a dose up to which outcomes are ranked; scores depend on it.
    n_star: from that many patients on, a rate above lambda_e keeps from escalating. The documentation of escalation
    0.2.3 has it with 6; the publication was not read for it, so it applies only where it is given.
    Raises: WrongDesign GT-DSGN-001.
    References: Lin R, Zhou Y, Yan F, Li D, Yuan Y. JCO Precis Oncol 2020;4:1393-1402, table 3.
    """

    target: float
    efficacy: float
    n_doses: int
    cohort_size: int = 3
    max_n: int = 36
    start_dose: int = 1
    utility_neither: float = 40.0
    utility_both: float = 60.0
    toxicity_cut: float = 0.95
    efficacy_cut: float = 0.90
    ranked_up_to: int = 9
    n_star: int | None = None

    id: ClassVar[str] = "boin12"
    title: ClassVar[str] = "BOIN12"
    reference: ClassVar[str] = "Lin R, Zhou Y, Yan F, Li D, Yuan Y. BOIN12. JCO Precis Oncol 2020;4:1393-1402"

    def __post_init__(self) -> None:
        for name in ("target", "efficacy", "toxicity_cut", "efficacy_cut"):
            check_probability(name, getattr(self, name))
        check_whole("n_doses", self.n_doses, 1, MOST_DOSES)
        check_whole("cohort_size", self.cohort_size, 1, MOST_PATIENTS)
        check_whole("max_n", self.max_n, self.cohort_size, MOST_PATIENTS)
        check_whole("start_dose", self.start_dose, 1, self.n_doses)
        check_whole("ranked_up_to", self.ranked_up_to, self.cohort_size, 60)
        if self.n_star is not None:
            check_whole("n_star", self.n_star, 1, MOST_PATIENTS)
        for name in ("utility_neither", "utility_both"):
            if not 0 <= getattr(self, name) <= 100:
                raise WrongDesign("GT-DSGN-001", name, expected="a number from 0 to 100")

    @property
    def toxicity_rule(self) -> Boin:
        """The bounds on toxicity."""
        return Boin(self.target, self.n_doses, self.cohort_size, self.max_n)

    @property
    def benchmark(self) -> float:
        """Utility that is desirable: halfway between that of the acceptable limits and 100."""
        tox, eff = self.target, self.efficacy
        least = (
            100 * (1 - tox) * eff
            + self.utility_neither * (1 - tox) * (1 - eff)
            + self.utility_both * tox * eff
        )
        return least + (100 - least) / 2

    def is_admissible(self, n: int, toxicity: int, efficacy: int) -> bool:
        """Neither too toxic nor too little effective, by posteriors under uniform priors."""
        size = np.array([n])
        too_toxic = float(beta_upper(UNIFORM, size, np.array([toxicity]), self.target)[0])
        too_weak = float(beta_lower(UNIFORM, size, np.array([efficacy]), self.efficacy)[0])
        return too_toxic < self.toxicity_cut and too_weak < self.efficacy_cut

    def desirability(self, n: int, toxicity: int, efficacy: int) -> float:
        """P(utility above the benchmark), from marginal counts as the printed table."""
        x = (self.utility_both * efficacy + self.utility_neither * (n - toxicity)) / 100
        posterior = BetaMixture.beta(1 + x, 1 + max(n - x, 0.0))
        nothing = np.array([0])
        return float(beta_upper(posterior, nothing, nothing, self.benchmark / 100)[0])

    def table(self) -> tuple[Desirability, ...]:
        """The rank-based desirability score of every outcome; tied outcomes share the mean rank."""
        return _table(self)

    def score(self, n: int, toxicity: int, efficacy: int) -> float:
        """Rank among the outcomes of the table, or the place that a larger group takes between them."""
        table, ordered = _scores(self)
        if (n, toxicity, efficacy) in table:
            return table[n, toxicity, efficacy]
        value = round(self.desirability(n, toxicity, efficacy), TOGETHER)
        below, up_to = np.searchsorted(ordered, value, "left"), np.searchsorted(ordered, value, "right")
        return float(below + up_to + 1) / 2

    def decide(self, data: TrialData) -> Decision:
        """What to do now; wait where an unknown DLT or response of a pending patient can change it."""
        open_ = [each for each in data.at_dose if each.dlt is None or each.efficacy is None]
        if len(open_) > MOST_PENDING:
            raise WrongDesign("GT-DSGN-001", "pending", expected=f"at most {MOST_PENDING} pending patients")
        blanks = [(k, name) for k, each in enumerate(data.at_dose) for name in ("dlt", "efficacy")
                  if getattr(each, name) is None]  # fmt: skip
        found = {}
        for outcome in product((False, True), repeat=len(blanks)):
            rows: list[list[object]] = [[each.dose, each.dlt, each.efficacy] for each in data.at_dose]
            for (k, name), value in zip(blanks, outcome, strict=True):
                rows[k][1 if name == "dlt" else 2] = value
            found[outcome] = self._of(rows, data)
        first = next(iter(found.values()))
        if len({(each.action, each.dose) for each in found.values()}) == 1:
            return first
        told = sorted(
            {f"{each.action}{'' if each.dose is None else f' (dose {each.dose})'}" for each in found.values()}
        )
        return Decision(
            "wait", None, "a pending patient can change the action", (), tuple(told), data.closed_from
        )

    def operating_characteristics(
        self,
        scenarios: Sequence[tuple[Sequence[float], Sequence[float]]],
        method: str = "simulate",
        seed: int | None = None,
        trials: int = 2000,
    ) -> tuple[DoseCharacteristics, ...]:
        """Simulated, for pairs of DLT and response probabilities, which are independent in a patient.

        Raises: WrongDesign GT-DSGN-003 for method exact: two outcomes a patient make too many paths.
        """
        from graftrial.stats.designs.boin12_trials import simulated_boin12

        if method != "simulate":
            raise WrongDesign("GT-DSGN-003", "method", design=self.title, n=0)
        return simulated_boin12(self, scenarios, seed, trials)

    def cite(self) -> str:
        """Publication of the method, and the line that builds this very design."""
        return f"{self.reference}\n{self!r}"

    def override(
        self, said: Decision, action: Action, dose: int | None, reason: str, signed_by: str
    ) -> Override:
        """Records a departure."""
        return Override(said, action, dose, reason, signed_by)

    def next_of(self, counts: Counts, at: int, closed: int) -> tuple[int, str, tuple[int, ...]]:
        """Level of the next cohort (0 none), why, and the levels that are open; closed: lowest closed for toxicity."""
        closed = min(closed, self._too_toxic_from(counts))
        highest = max((level for level, each in enumerate(counts, 1) if each[0]), default=0)
        top = min(closed - 1, highest + 1, self.n_doses)
        admissible = tuple(level for level in range(1, top + 1) if self.is_admissible(*counts[level - 1]))
        n, toxicity, _ = counts[at - 1]
        letter = self.toxicity_rule.letter(n, toxicity) if n else "S"
        near = [at - 1, at, at + 1]
        if letter == "D" or at >= closed:
            near = list(range(1, at))[-1:] or [at]
        elif self.n_star is not None and n >= self.n_star and letter != "E":
            near = [at - 1, at]
        choices = [level for level in near if level in admissible]
        if not choices:
            return 0, "no dose nearby is admissible", admissible
        best = max(choices, key=lambda level: (self.score(*counts[level - 1]), -level))
        return best, "highest desirability score among " + ", ".join(map(str, choices)), admissible

    def optimal(self, counts: Counts, closed: int) -> int:
        """Level with the highest mean utility among admissible doses up to the one closest to the target; 0 none."""
        closed = min(closed, self._too_toxic_from(counts))
        n, toxicity = (np.array([[each[part] for each in counts]]) for part in (0, 1))
        is_open = (np.arange(1, self.n_doses + 1) < closed)[None]
        most = int(selected_by_isotonic(n, toxicity, is_open, self.target)[0])
        tried = [k for k in range(1, most + 1) if counts[k - 1][0] and self.is_admissible(*counts[k - 1])]
        return max(tried, key=lambda level: (self._mean_utility(*counts[level - 1]), -level), default=0)

    def _mean_utility(self, n: int, toxicity: int, efficacy: int) -> float:
        return (1 + (self.utility_both * efficacy + self.utility_neither * (n - toxicity)) / 100) / (n + 2)

    def _too_toxic_from(self, counts: Counts) -> int:
        for level, (n, toxicity, _) in enumerate(counts, 1):
            if (
                n
                and float(beta_upper(UNIFORM, np.array([n]), np.array([toxicity]), self.target)[0])
                >= self.toxicity_cut
            ):
                return level
        return self.n_doses + 1

    def _of(self, rows: list[list[object]], data: TrialData) -> Decision:
        counts = tuple(
            (sum(r[0] == k for r in rows), sum(r[0] == k and r[1] is True for r in rows),
             sum(r[0] == k and r[2] is True for r in rows))
            for k in range(1, self.n_doses + 1)
        )  # fmt: skip
        if not rows:
            return Decision(
                "stay", data.next_dose or self.start_dose, "nobody has been observed at a dose yet"
            )
        at = data.next_dose or int(str(rows[-1][0]))
        closed = data.closed_from or self.n_doses + 1
        told = min(closed, self._too_toxic_from(counts))
        following, why, admissible = self.next_of(counts, at, closed)
        keeps = told if told <= self.n_doses else None
        if following == 0:
            nothing: Action = "stop no dose is safe" if told == 1 else "stop futile"
            return Decision(nothing, None, why, (), (), keeps)
        if len(rows) + self.cohort_size > self.max_n:
            best = self.optimal(counts, closed)
            if best == 0:
                return Decision("stop no dose is safe", None, "no dose can be recommended", (), (), keeps)
            return Decision("stop dose found", best, "no further cohort is planned", admissible, (), keeps)
        action: Action = "escalate" if following > at else "de-escalate" if following < at else "stay"
        return Decision(action, following, why, admissible, (), keeps)


@cache
def _table(design: Boin12) -> tuple[Desirability, ...]:
    sizes = (0, *range(design.cohort_size, design.ranked_up_to + 1, design.cohort_size))
    outcomes = [(n, t, e) for n in sizes for t in range(n + 1) for e in range(n + 1)]
    kept = [each for each in outcomes if design.is_admissible(*each)]
    value = np.round([design.desirability(*each) for each in kept], TOGETHER)
    ordered = np.sort(value)
    ranks = (np.searchsorted(ordered, value, "left") + np.searchsorted(ordered, value, "right") + 1) / 2
    rank_of = dict(zip(kept, (float(each) for each in ranks), strict=True))
    return tuple(Desirability(*each, each in rank_of, rank_of.get(each)) for each in outcomes)


@cache
def _scores(design: Boin12) -> tuple[dict[tuple[int, int, int], float], tuple[float, ...]]:
    rows = [each for each in _table(design) if each.rds is not None]
    scores = {(each.n, each.toxicity, each.efficacy): float(each.rds or 0) for each in rows}
    values = sorted(round(design.desirability(*key), TOGETHER) for key in scores)
    return scores, tuple(values)
