"""What each outcome of the next cohorts would lead to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from graftrial.stats.design import Decision
from graftrial.stats.designs.patients import Patient, TrialData
from graftrial.stats.designs.refused import check_scenario, check_whole
from graftrial.stats.distributions import binomial_masses
from graftrial.stats.stopping.tails import beta_binomial_pmf

if TYPE_CHECKING:
    from graftrial.stats.designs.dose_design import DoseDesign, NextPath

MOST_COHORTS = 4


def paths_of(
    design: DoseDesign, data: TrialData, next_cohorts: int, p: Sequence[float] | None
) -> tuple[NextPath, ...]:
    """Every outcome of the next cohorts, cohorts after an end left out; the probabilities sum to 1.

    Raises: WrongDesign GT-DSGN-001 for more than MOST_COHORTS cohorts.
    """
    from graftrial.stats.designs.dose_design import NextPath

    check_whole("next_cohorts", next_cohorts, 1, MOST_COHORTS)
    if p is not None:
        check_scenario("p", p, design.n_doses)
    found: list[NextPath] = []

    def follow(
        now: TrialData, told: Decision, cohorts: tuple[tuple[int, int, int], ...], chance: float
    ) -> None:
        if told.is_end or told.dose is None or len(cohorts) == next_cohorts:
            found.append(NextPath(cohorts, chance, told))
            return
        dose = told.dose
        for events, mass in enumerate(_masses(design, now, dose, p)):
            later = _with_cohort(now, told, dose, design.cohort_size, events)
            step = (dose, design.cohort_size, events)
            follow(later, design.decide(later), (*cohorts, step), chance * float(mass))

    follow(data, design.decide(data), (), 1.0)
    return tuple(found)


def _masses(design: DoseDesign, data: TrialData, dose: int, p: Sequence[float] | None) -> Sequence[float]:
    size = design.cohort_size
    if p is not None:
        return [float(each) for each in binomial_masses(size, p[dose - 1])]
    here = [each for each in data.at_dose if each.dose == dose and each.dlt is not None]
    y = sum(bool(each.dlt) for each in here)
    i = np.arange(size + 1)
    a, b = np.full(size + 1, 1.0 + y), np.full(size + 1, 1.0 + len(here) - y)
    return [float(each) for each in beta_binomial_pmf(i, np.full(size + 1, size), a, b)]


def _with_cohort(data: TrialData, told: Decision, dose: int, size: int, events: int) -> TrialData:
    cohort = tuple(Patient(dose, number < events) for number in range(size))
    return replace(
        data,
        patients=data.patients + cohort,
        next_dose=None,
        closed_from=told.closed_from,
        is_ordered=True,
    )
