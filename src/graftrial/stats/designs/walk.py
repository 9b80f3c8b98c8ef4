"""Exact operating characteristics: all paths of a dose-finding trial, with equal states merged after every cohort."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from graftrial.stats.designs.characteristics import DoseCharacteristics, characteristics_of
from graftrial.stats.designs.refused import check_scenario
from graftrial.stats.designs.states import NO_DOSE_IS_SAFE, States
from graftrial.stats.distributions import binomial_masses
from graftrial.stats.stopping.refusal import WrongDesign
from graftrial.stats.stopping.tails import Floats, Ints

if TYPE_CHECKING:
    from graftrial.stats.designs.dose_design import DoseDesign

MOST_STATES = 400_000


def exact_characteristics(
    design: DoseDesign, scenarios: Sequence[Sequence[float]]
) -> tuple[DoseCharacteristics, ...]:
    """Every scenario in one walk.

    Raises: WrongDesign GT-DSGN-003 where the paths are too many to be walked.
    """
    for each in scenarios:
        check_scenario("scenario", each, design.n_doses)
    if not scenarios:
        return ()
    if design.max_n > design.exact_up_to:
        raise WrongDesign("GT-DSGN-003", "method", design=design.title, n=design.exact_up_to)
    n, _, chosen, weight = ends_of_all_paths(design, scenarios)
    return tuple(
        characteristics_of(p, design.target, n, None, chosen, weight[:, column])
        for column, p in enumerate(scenarios)
    )


def ends_of_all_paths(
    design: DoseDesign, scenarios: Sequence[Sequence[float]]
) -> tuple[Ints, Ints, Ints, Floats]:
    """(E, K) patients, (E, K) events, (E,) chosen dose and (E, R) probability of every way a trial can end."""
    doses, size, runs = design.n_doses, design.cohort_size, len(scenarios)
    masses = np.array([[binomial_masses(size, p) for p in each] for each in scenarios])  # (R, K, size + 1)
    n, y = np.zeros((2, 1, doses), dtype=np.int64)
    at = np.array([design.start_dose])
    weight: Floats = np.ones((1, runs))
    ended: list[tuple[Ints, Ints, Ints, Floats]] = []
    while len(at):
        n, y, at, last, weight = _after_a_cohort(n, y, at, weight, masses, size)
        states = States(n, y, at, last, np.full(len(at), doses + 1))
        following = design.next_doses(states)
        over = following <= 0
        if over.any():
            ending = States(n[over], y[over], at[over], last[over], states.closed[over])
            chosen = np.where(following[over] == NO_DOSE_IS_SAFE, 0, design.selected(ending))
            ended.append((n[over], y[over], chosen, weight[over]))
        n, y, at, weight = _merged(n[~over], y[~over], following[~over], weight[~over])
        if len(at) > MOST_STATES:
            raise WrongDesign("GT-DSGN-003", "method", design=design.title, n=int(n[0].sum()))
    parts = [np.concatenate(part) for part in zip(*ended, strict=True)]
    return parts[0], parts[1], parts[2], parts[3]


def _after_a_cohort(
    n: Ints, y: Ints, at: Ints, weight: Floats, masses: Floats, size: int
) -> tuple[Ints, Ints, Ints, Ints, Floats]:
    outcomes = np.arange(size + 1)
    rows = np.repeat(np.arange(len(at)), size + 1)
    last = np.tile(outcomes, len(at))
    columns = at[rows] - 1
    n, y, lines = n[rows], y[rows], np.arange(len(rows))
    n[lines, columns] += size
    y[lines, columns] += last
    chance = masses[:, columns, last].T
    return n, y, at[rows], last, weight[rows] * chance


def _merged(n: Ints, y: Ints, at: Ints, weight: Floats) -> tuple[Ints, Ints, Ints, Floats]:
    """Equal states in one row, their probabilities added."""
    if not len(at):
        return n, y, at, weight
    small = np.ascontiguousarray(np.concatenate([n, y, at[:, None]], axis=1).astype(np.int16))
    keys = small.view(np.dtype((np.void, small.dtype.itemsize * small.shape[1])))[:, 0]
    _, first, group = np.unique(keys, return_index=True, return_inverse=True)
    summed = np.zeros((len(first), weight.shape[1]))
    for column in range(weight.shape[1]):
        summed[:, column] = np.bincount(group, weights=weight[:, column], minlength=len(first))
    return n[first], y[first], at[first], summed
