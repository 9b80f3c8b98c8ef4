"""TITE-CRM: the continual reassessment method while the windows of some patients are open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from graftrial.stats.design import Action, Decision
from graftrial.stats.designs.crm import Crm
from graftrial.stats.designs.crm_model import (
    fit,
    mass_below,
    moments,
    nodes,
    panel_nodes,
    patient_log_likelihood,
)
from graftrial.stats.designs.patients import Patient, TrialData
from graftrial.stats.designs.states import Array
from graftrial.stats.stopping.refusal import WrongDesign
from graftrial.stats.stopping.tails import Floats, Ints

TRIALS_AT_ONCE = 250


@dataclass(frozen=True)
class TiteCrm(Crm):
    """A patient without DLT counts by the share of the window that was observed; one with DLT counts in full.

    window: of a DLT, in days. accrual_interval: mean days between patients, only for simulation.
    Coherence: no escalation right after a DLT of the last cohort. Operating characteristics are simulated: entries are
    exponential, the day of a DLT is uniform in the window, each cohort is assigned when its first patient comes.
    References: Cheung YK, Chappell R. Biometrics 2000;56:1177-1182.
    """

    window: float = 0.0
    accrual_interval: float | None = None

    id: ClassVar[str] = "tite-crm"
    title: ClassVar[str] = "TITE-CRM"
    reference: ClassVar[str] = "Cheung YK, Chappell R. Biometrics 2000;56:1177-1182"
    exact_up_to: ClassVar[int] = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.window > 0:
            raise WrongDesign("GT-DSGN-001", "window", expected="days above 0")
        if self.accrual_interval is not None and not self.accrual_interval > 0:
            raise WrongDesign("GT-DSGN-001", "accrual_interval", expected="days above 0")

    def decide(self, data: TrialData) -> Decision:
        """Pending patients weigh by their days; nobody has to be waited for.

        Raises: WrongDesign GT-DSGN-001 where the days of a pending patient are not given.
        """
        patients = data.at_dose
        if not patients:
            return super().decide_known(data)
        shares = [self.weight(each) for each in patients]
        settled = data.with_pending_as([False] * sum(each.dlt is None for each in patients))
        states = self.states_of(settled)
        column = np.array([[each.dose - 1 for each in patients]])
        has_dlt = np.array([[bool(each.dlt) for each in patients]])
        if self._is_lowest_unsafe(column, has_dlt, np.array([shares]))[0] or data.closed_from == 1:
            return self._decision("stop no dose is safe", None, "the lowest dose is eliminated", states)
        fitted = fit(self.curve, self.target, [each.dose for each in patients], list(has_dlt[0]), shares)
        assert fitted is not None
        highest = int(states.highest_tried[0])
        if len(patients) + self.cohort_size > self.max_n:
            if any(each.dlt is None for each in patients):
                told = ("the dose is found when all windows are over",)
                return Decision("wait", None, "everybody has been treated", (), told, data.closed_from)
            best = min(fitted.mtd, highest)
            return self._decision("stop dose found", best, "no further cohort is planned", states)
        at = int(states.at[0])
        following = min(fitted.mtd, highest + 1, int(states.closed[0]) - 1)
        if self.is_coherent and int(states.last_dlt[0]) != 0:
            following = min(following, at)
        action: Action = "escalate" if following > at else "de-escalate" if following < at else "stay"
        return self._decision(action, following, f"weighted estimate {fitted.beta:.4f} of beta", states)

    def weight(self, patient: Patient) -> float:
        """Share of the window observed; 1 with a DLT or once the window is over."""
        if patient.dlt is not None:
            return 1.0
        if patient.days_observed is None:
            raise WrongDesign("GT-DSGN-001", "days_observed", expected="given for every pending patient")
        return min(patient.days_observed / self.window, 1.0)

    def simulated_ends(
        self, p: tuple[float, ...], trials: int, draw: np.random.Generator
    ) -> tuple[Ints, Ints, Ints]:
        """Patients, events and the chosen dose of simulated trials with staggered entry."""
        if self.accrual_interval is None:
            raise WrongDesign("GT-DSGN-001", "accrual_interval", expected="given for a simulation")
        parts = [
            self._some(np.asarray(p), min(TRIALS_AT_ONCE, trials - start), draw)
            for start in range(0, trials, TRIALS_AT_ONCE)
        ]
        n, y, chosen = (np.concatenate(each) for each in zip(*parts, strict=True))
        return n, y, chosen

    def _some(self, p: Floats, trials: int, draw: np.random.Generator) -> tuple[Ints, Ints, Ints]:
        assert self.accrual_interval is not None
        planned = self.max_n // self.cohort_size * self.cohort_size
        entry = draw.exponential(self.accrual_interval, (trials, planned)).cumsum(axis=1)
        chance, day = draw.random((trials, planned)), draw.random((trials, planned)) * self.window
        column = np.zeros((trials, planned), dtype=np.int64)
        is_treated = np.zeros((trials, planned), dtype=bool)
        at, going = np.full(trials, self.start_dose), np.ones(trials, dtype=bool)
        size, highest = self.cohort_size, np.zeros(trials, dtype=np.int64)
        for start in range(0, planned, size):
            if start:
                now = entry[:, start, None]
                has = chance < p[column]
                known = (has & (entry + day <= now))[:, :start]
                shares = np.where(known, 1.0, np.clip((now - entry[:, :start]) / self.window, 0, 1))
                best, unsafe = self._best(column[:, :start], known, shares)
                following = np.minimum(best, highest + 1)
                if self.is_coherent:
                    just = known[:, start - size : start].any(axis=1)
                    following = np.where(just, np.minimum(following, at), following)
                going &= ~unsafe
                at = np.where(going, following, at)
            column[:, start : start + size] = (at - 1)[:, None]
            is_treated[:, start : start + size] = going[:, None]
            highest = np.where(going, np.maximum(highest, at), highest)
        has = (chance < p[column]) & is_treated
        best, unsafe = self._best(column, has, is_treated.astype(np.float64))
        levels = np.arange(self.n_doses)
        at_level = (column[:, :, None] == levels) & is_treated[:, :, None]
        chosen = np.where(going & ~unsafe, np.minimum(best, highest), 0)
        return at_level.sum(axis=1), (at_level & has[:, :, None]).sum(axis=1), chosen

    def _best(self, column: Array, dlt: Array, weight: Array) -> tuple[Ints, Ints]:
        beta = nodes(self.curve, column.shape[1])
        likelihood = patient_log_likelihood(self.curve, beta, column, dlt, weight)
        mean, _ = moments(self.curve, beta, likelihood)
        best = np.abs(self.curve.p(mean) - self.target).argmin(axis=1) + 1
        return best, self._is_lowest_unsafe(column, dlt, weight)

    def _is_lowest_unsafe(self, column: Array, dlt: Array, weight: Array) -> Ints:
        if self.stop_cut is None:
            return np.zeros(len(column), dtype=bool)
        panel = panel_nodes(self.curve, self.curve.beta_where(1, self.target), column.shape[1])
        likelihood = patient_log_likelihood(self.curve, panel[0], column, dlt, weight)
        return np.asarray(mass_below(self.curve, panel, likelihood) > self.stop_cut)
