"""3+3, exact."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from graftrial.stats.design import Decision
from graftrial.stats.designs.dose_design import DoseDesign, TableRow
from graftrial.stats.designs.patients import Patient, TrialData
from graftrial.stats.designs.states import DOSE_FOUND, NO_DOSE_IS_SAFE, States
from graftrial.stats.stopping.refusal import WrongDesign
from graftrial.stats.stopping.tails import Ints

COHORT = 3


@dataclass(frozen=True)
class ThreePlusThree(DoseDesign):
    """0 of 3 up; 1 of 3 three more; 1 of 6 up; otherwise the dose below is the one. No de-escalation, no re-entry.

    target: only to judge it beside other designs; the rule itself has none. max_n is six a dose.
    Not for: variants that want six patients at the dose found.
    References: Storer BE. Biometrics 1989;45:925-937, design A with groups of three.
    """

    max_n: int = 0

    id: ClassVar[str] = "3+3"
    title: ClassVar[str] = "3+3"
    reference: ClassVar[str] = (
        "Storer BE. Design and analysis of phase I clinical trials. Biometrics 1989;45:925-937"
    )

    def __post_init__(self) -> None:
        if self.max_n in (0, None):
            object.__setattr__(self, "max_n", 2 * COHORT * self.n_doses)
        super().__post_init__()
        if (self.cohort_size, self.max_n) != (
            COHORT,
            2 * COHORT * self.n_doses,
        ) or self.stop_at_n is not None:
            raise WrongDesign(
                "GT-DSGN-002", "cohort_size", design="3+3", takes="cohorts of 3, at most 6 at a dose"
            )

    def proposed(self, states: States) -> Ints:
        """The rule at three and at six patients."""
        n, y = _here(states)
        up = ((n == COHORT) & (y == 0)) | ((n == 2 * COHORT) & (y <= 1))
        again = (n == COHORT) & (y == 1)
        lowest_fails = ~up & ~again & (states.at == 1)
        following = np.where(up, states.at + 1, np.where(again, states.at, DOSE_FOUND))
        following = np.where(following > self.n_doses, DOSE_FOUND, following)
        found: Ints = np.where(lowest_fails | (states.closed == 1), NO_DOSE_IS_SAFE, following)
        return found

    def next_doses(self, states: States) -> Ints:
        """The rule ends itself."""
        return self.proposed(states)

    def selected(self, states: States) -> Ints:
        """The last dose that was passed."""
        n, y = _here(states)
        passed = ((n == COHORT) & (y == 0)) | ((n == 2 * COHORT) & (y <= 1))
        return np.where(passed, states.at, states.at - 1)

    def closed_from(self, states: States) -> Ints:
        """A dose that was not passed."""
        n, y = _here(states)
        fails = (y >= 2) & (n > 0)
        lowest: Ints = np.minimum(np.where(fails, states.at, self.n_doses + 1), states.closed)
        return lowest

    def decide_known(self, data: TrialData) -> Decision:
        """Within a group of three the outcomes that are still to come are bounded like pending ones."""
        states = self.states_of(data)
        n, y = (int(each[0]) for each in _here(states))
        if n > 2 * COHORT or (n > COHORT and y == 0 and n < 2 * COHORT):
            raise WrongDesign("GT-DSGN-001", "patients", expected="groups of three, at most six at a dose")
        missing = -n % COHORT
        if n == 0 or missing == 0:
            return super().decide_known(data)
        told = []
        for events in range(missing + 1):
            more = tuple(Patient(int(states.at[0]), number < events) for number in range(missing))
            told.append(super().decide_known(replace(data, patients=data.patients + more)))
        if len({(each.action, each.dose) for each in told}) == 1:
            return told[0]
        return self._decision(
            "stay", int(states.at[0]), f"{missing} more patients complete the group", states
        )

    def table(self) -> tuple[TableRow, ...]:
        """At three and at six patients; a dose that is not passed is closed."""
        return (TableRow(COHORT, 0, 2, 2), TableRow(2 * COHORT, 1, 2, 2))


def _here(states: States) -> tuple[Ints, Ints]:
    rows = np.arange(len(states.at))
    return states.n[rows, states.at - 1], states.y[rows, states.at - 1]
