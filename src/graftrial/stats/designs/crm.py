"""CRM: the continual reassessment method with declared safeguards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from graftrial.stats.design import Decision
from graftrial.stats.designs.crm_model import CrmModel, Model, mass_below, moments, nodes, panel_nodes
from graftrial.stats.designs.dose_design import DoseDesign, TableRow
from graftrial.stats.designs.patients import TrialData
from graftrial.stats.designs.refused import check_probability, check_rising
from graftrial.stats.designs.states import NO_DOSE_IS_SAFE, UNKNOWN, States
from graftrial.stats.stopping.refusal import WrongDesign
from graftrial.stats.stopping.tails import Floats, Ints

ROWS_AT_ONCE = 4000
EXACT_UP_TO = 30


@dataclass(frozen=True)
class Crm(DoseDesign):
    """The dose whose estimated DLT probability is closest to the target, never beyond the first untried dose.

    skeleton: guesses of the DLT probabilities; `crm_model.skeleton` makes one. model, prior_variance: as there.
    is_coherent: no escalation right after a cohort with a DLT. stop_cut: no dose is safe once
    P(DLT probability of the lowest dose > target) is above it; None: no such stop.
    The estimate is the DLT probability at the posterior mean of beta, not its own posterior mean.
    References: O'Quigley J, Pepe M, Fisher L. Biometrics 1990;46:33-48; Cheung YK. Biometrics 2005;61:237-240.
    """

    skeleton: tuple[float, ...] = ()
    model: Model = "empiric"
    prior_variance: float = 1.34
    is_coherent: bool = True
    stop_cut: float | None = None

    id: ClassVar[str] = "crm"
    title: ClassVar[str] = "CRM"
    reference: ClassVar[str] = (
        "O'Quigley J, Pepe M, Fisher L. Continual reassessment method. Biometrics 1990;46:33-48"
    )
    exact_up_to: ClassVar[int] = EXACT_UP_TO

    def __post_init__(self) -> None:
        super().__post_init__()
        check_rising("skeleton", self.skeleton, self.n_doses)
        _ = self.curve
        if self.stop_cut is not None:
            check_probability("stop_cut", self.stop_cut)
            self.curve.beta_where(1, self.target)

    @property
    def curve(self) -> CrmModel:
        """The model of the DLT probabilities."""
        return CrmModel(self.skeleton, self.model, self.prior_variance)

    def best(self, states: States) -> Ints:
        """(S,) level closest to the target, safeguards aside."""
        n, y, group = _distinct(states)
        beta = nodes(self.curve, int(n.sum(axis=1).max(initial=0)))
        with_dlt, without = self.curve.log_p(beta)
        found = np.empty(len(n), dtype=np.int64)
        for start in range(0, len(n), ROWS_AT_ONCE):
            part = slice(start, start + ROWS_AT_ONCE)
            mean, _ = moments(self.curve, beta, _log_likelihood(n[part], y[part], with_dlt, without))
            found[part] = np.abs(self.curve.p(mean) - self.target).argmin(axis=1) + 1
        return found[group]

    def is_lowest_unsafe(self, states: States) -> Ints:
        """(S,) whether the lowest dose stops the trial."""
        if self.stop_cut is None:
            return np.zeros(len(states.at), dtype=bool)
        n, y, group = _distinct(states)
        panel = panel_nodes(
            self.curve, self.curve.beta_where(1, self.target), int(n.sum(axis=1).max(initial=0))
        )
        with_dlt, without = self.curve.log_p(panel[0])
        found = np.empty(len(n), dtype=bool)
        for start in range(0, len(n), ROWS_AT_ONCE):
            part = slice(start, start + ROWS_AT_ONCE)
            likelihood = _log_likelihood(n[part], y[part], with_dlt, without)
            found[part] = mass_below(self.curve, panel, likelihood) > self.stop_cut
        return found[group]

    def proposed(self, states: States) -> Ints:
        """The best level within the safeguards."""
        ceiling = np.minimum(states.highest_tried + 1, np.maximum(states.closed - 1, 1))
        following = np.minimum(self.best(states), ceiling)
        if self.is_coherent:
            following = np.where(states.last_dlt != 0, np.minimum(following, states.at), following)
        safe: Ints = np.where(
            self.is_lowest_unsafe(states) | (states.closed == 1), NO_DOSE_IS_SAFE, following
        )
        return safe

    def selected(self, states: States) -> Ints:
        """The best level among those tried and open."""
        highest = np.minimum(states.highest_tried, states.closed - 1)
        return np.where(self.is_lowest_unsafe(states), 0, np.minimum(self.best(states), highest))

    def closed_from(self, states: States) -> Ints:
        """The lowest dose where it stops the trial; what was closed before."""
        return np.where(self.is_lowest_unsafe(states), 1, states.closed)

    def decide_known(self, data: TrialData) -> Decision:
        """Coherence needs to know who was last.

        Raises: WrongDesign GT-DSGN-005 where only counts are given and it would matter.
        """
        found = super().decide_known(data)
        if self.is_coherent and data.at_dose:
            states = self.states_of(data)
            if int(states.last_dlt[0]) == UNKNOWN and int(self.best(states)[0]) > int(states.at[0]):
                raise WrongDesign("GT-DSGN-005", "patients")
        return found

    def table(self) -> tuple[TableRow, ...]:
        """While everybody has been treated at the start dose; later the decision depends on all doses."""
        return tuple(self._row(n) for n in range(self.cohort_size, self.max_n + 1, self.cohort_size))

    @property
    def table_is_for(self) -> str:
        """What the rows of the table are about."""
        return f"patients treated so far, all of them at dose {self.start_dose}; coherence aside"

    def _row(self, n: int) -> TableRow:
        treated, events = np.zeros((2, n + 1, self.n_doses), dtype=np.int64)
        treated[:, self.start_dose - 1] = n
        events[:, self.start_dose - 1] = np.arange(n + 1)
        at = np.full(n + 1, self.start_dose)
        states = States(treated, events, at, np.zeros(n + 1, dtype=np.int64), at * 0 + self.n_doses + 1)
        following = self.proposed(states)
        up = np.flatnonzero(following > self.start_dose)
        down = np.flatnonzero(following < self.start_dose)
        out = np.flatnonzero(following == NO_DOSE_IS_SAFE)
        return TableRow(
            n,
            int(up.max()) if len(up) else None,
            int(down.min()) if len(down) else None,
            int(out.min()) if len(out) else None,
        )


def _log_likelihood(n: Ints, y: Ints, with_dlt: Floats, without: Floats) -> Floats:
    total: Floats = y.astype(np.float64) @ with_dlt
    total += (n - y).astype(np.float64) @ np.maximum(without, -1e300)
    return total


def _distinct(states: States) -> tuple[Ints, Ints, Ints]:
    """(D, K) distinct counts and (S,) which of them each state has: the estimate knows nothing else."""
    small = np.ascontiguousarray(np.concatenate([states.n, states.y], axis=1).astype(np.int16))
    keys = small.view(np.dtype((np.void, small.dtype.itemsize * small.shape[1])))[:, 0]
    _, first, group = np.unique(keys, return_index=True, return_inverse=True)
    return states.n[first], states.y[first], group
