"""One interface for every dose-finding design: what to do next, the table, what it does in truth, what comes after."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from graftrial.stats.design import Action, Decision
from graftrial.stats.designs.characteristics import DoseCharacteristics
from graftrial.stats.designs.override import Override
from graftrial.stats.designs.patients import TrialData
from graftrial.stats.designs.pending import decide_with_pending
from graftrial.stats.designs.refused import MOST_DOSES, MOST_PATIENTS, check_probability, check_whole
from graftrial.stats.designs.states import DOSE_FOUND, NO_DOSE_IS_SAFE, UNKNOWN, States
from graftrial.stats.stopping.refusal import WrongDesign
from graftrial.stats.stopping.tails import Ints


@dataclass(frozen=True, slots=True)
class TableRow:
    """After n patients at a dose: counts of patients with DLT that move on; None is never.

    n: patients at this dose. Elimination takes this dose and all above it.
    """

    n: int
    escalate_if_at_most: int | None
    deescalate_if_at_least: int | None
    eliminate_if_at_least: int | None


@dataclass(frozen=True)
class DoseDesign(ABC):
    """What all dose-finding designs are fixed by. Hashable; every field is checked.

    target: probability of DLT aimed at. n_doses, cohort_size, max_n: numbers of patients. start_dose: level, from 1.
    stop_at_n: the dose is found once that many have been treated at the dose that would be next; None: never early.
    Raises: WrongDesign GT-DSGN-001.
    """

    target: float
    n_doses: int
    cohort_size: int = 3
    max_n: int = 30
    start_dose: int = 1
    stop_at_n: int | None = None

    id: ClassVar[str]
    title: ClassVar[str]
    reference: ClassVar[str]
    exact_up_to: ClassVar[int] = MOST_PATIENTS

    def __post_init__(self) -> None:
        check_probability("target", self.target)
        check_whole("n_doses", self.n_doses, 1, MOST_DOSES)
        check_whole("cohort_size", self.cohort_size, 1, MOST_PATIENTS)
        check_whole("max_n", self.max_n, self.cohort_size, MOST_PATIENTS)
        check_whole("start_dose", self.start_dose, 1, self.n_doses)
        if self.stop_at_n is not None:
            check_whole("stop_at_n", self.stop_at_n, 1, MOST_PATIENTS)

    @abstractmethod
    def proposed(self, states: States) -> Ints:
        """(S,) level of the next cohort, NO_DOSE_IS_SAFE or DOSE_FOUND; the trial's size is not looked at."""

    @abstractmethod
    def selected(self, states: States) -> Ints:
        """(S,) level recommended at the end; 0 where no dose is safe."""

    @abstractmethod
    def closed_from(self, states: States) -> Ints:
        """(S,) lowest eliminated level, K + 1 where there is none; what was closed before stays closed."""

    @abstractmethod
    def table(self) -> tuple[TableRow, ...]:
        """The decision at every number of patients of one dose, for the protocol."""

    @property
    def table_is_for(self) -> str:
        """What the rows of the table are about."""
        return "patients treated at the current dose"

    def next_doses(self, states: States) -> Ints:
        """(S,) as `proposed`, with the end of the trial where all patients or enough at one dose have been treated."""
        following = self.proposed(states)
        ends = states.n.sum(axis=1) + self.cohort_size > self.max_n
        if self.stop_at_n is not None:
            column = np.clip(following - 1, 0, self.n_doses - 1)
            enough = np.take_along_axis(states.n, column[:, None], axis=1)[:, 0] >= self.stop_at_n
            ends = ends | (enough & (following > 0))
        found: Ints = np.where(ends & (following > 0), DOSE_FOUND, following)
        return found

    def decide(self, data: TrialData) -> Decision:
        """What to do now.

        Pending patients are bounded: where every outcome of theirs leads to one action, that action; otherwise wait.
        Raises: WrongDesign GT-DSGN-001 for a level that is not of the design, GT-DSGN-006 for patients beyond max_n.
        """
        return decide_with_pending(self, data)

    def decide_known(self, data: TrialData) -> Decision:
        """The decision once nobody at the dose is pending."""
        states = self.states_of(data)
        if not data.at_dose:
            start = data.next_dose or self.start_dose
            return self._decision("stay", start, "nobody has been observed at a dose yet", states)
        following = int(self.next_doses(states)[0])
        at = int(states.at[0])
        if following == NO_DOSE_IS_SAFE:
            return self._decision("stop no dose is safe", None, "the lowest dose is eliminated", states)
        if following == DOSE_FOUND:
            best = int(self.selected(states)[0])
            if best == 0:
                return self._decision("stop no dose is safe", None, "no dose can be recommended", states)
            return self._decision("stop dose found", best, "no further cohort is planned", states)
        action: Action = "escalate" if following > at else "de-escalate" if following < at else "stay"
        return self._decision(action, following, self.why(states, following), states)

    def why(self, states: States, following: int) -> str:
        """The reason in words, without values of a patient."""
        at = int(states.at[0])
        n, y = int(states.n[0, at - 1]), int(states.y[0, at - 1])
        return f"{y} of {n} at dose {at} had a DLT; the next dose is {following}"

    def states_of(self, data: TrialData) -> States:
        """The counts of a trial in which nobody is pending."""
        if len(data.at_dose) > self.max_n:
            raise WrongDesign("GT-DSGN-006", "patients", n=self.max_n)
        n, y = np.zeros((2, 1, self.n_doses), dtype=np.int64)
        for each in data.at_dose:
            if not 1 <= each.dose <= self.n_doses:
                raise WrongDesign("GT-DSGN-001", "dose", expected=f"a level from 1 to {self.n_doses}")
            n[0, each.dose - 1] += 1
            y[0, each.dose - 1] += bool(each.dlt)
        last = data.at_dose[-self.cohort_size :]
        at = data.next_dose or (last[-1].dose if last else self.start_dose)
        in_last = sum(bool(each.dlt) for each in last if each.dose == at)
        if not data.is_ordered and y[0, at - 1] > 0 and n[0, at - 1] > self.cohort_size:
            in_last = UNKNOWN
        return States(
            n,
            y,
            np.array([at]),
            np.array([in_last]),
            np.array([min(data.closed_from or self.n_doses + 1, self.n_doses + 1)]),
        )

    def operating_characteristics(
        self,
        scenarios: Sequence[Sequence[float]],
        method: Literal["exact", "simulate"] = "exact",
        seed: int | None = None,
        trials: int = 10_000,
        jobs: int = 1,
    ) -> tuple[DoseCharacteristics, ...]:
        """What the design does where the true DLT probabilities of the doses are those of each scenario.

        method: exact merges equal states of all paths; simulate needs a seed and gives the Monte Carlo error.
        jobs: processes; the numbers do not depend on it.
        Raises: WrongDesign GT-DSGN-001, GT-DSGN-003.
        """
        from graftrial.stats.designs.simulate import simulated
        from graftrial.stats.designs.walk import exact_characteristics

        if method == "exact":
            return exact_characteristics(self, scenarios)
        if seed is None:
            raise WrongDesign(
                "GT-DSGN-001", "seed", expected="a whole number, so that the trials can be repeated"
            )
        return simulated(self, scenarios, seed, trials, jobs)

    def paths(
        self, data: TrialData, next_cohorts: int = 2, p: Sequence[float] | None = None
    ) -> tuple[NextPath, ...]:
        """What each outcome of the next cohorts would lead to.

        p: true DLT probabilities; without them each dose has its own posterior under a uniform prior.
        """
        from graftrial.stats.designs.next_paths import paths_of

        return paths_of(self, data, next_cohorts, p)

    def cite(self) -> str:
        """Publication of the method, and the line that builds this very design."""
        return f"{self.reference}\n{self!r}"

    def override(
        self, said: Decision, action: Action, dose: int | None, reason: str, signed_by: str
    ) -> Override:
        """Records a departure. The next decision starts from what was done: give it as `next_dose` of the data."""
        return Override(said, action, dose, reason, signed_by)

    def _decision(self, action: Action, dose: int | None, reason: str, states: States) -> Decision:
        closed = min(int(self.closed_from(states)[0]), int(states.closed[0]))
        if action == "stop no dose is safe":
            return Decision(action, dose, reason, (), (), 1)
        reachable = max(int(states.highest_tried[0]) + 1, self.start_dose)
        admissible = tuple(range(1, min(closed - 1, reachable, self.n_doses) + 1))
        return Decision(action, dose, reason, admissible, (), closed if closed <= self.n_doses else None)


@dataclass(frozen=True, slots=True)
class NextPath:
    """Cohorts as (dose, patients, patients with DLT), the probability of just that, the decision after them."""

    cohorts: tuple[tuple[int, int, int], ...]
    probability: float
    decision: Decision
