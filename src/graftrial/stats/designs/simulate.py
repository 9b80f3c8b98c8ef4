"""Simulated operating characteristics, seeded, with their Monte Carlo error; processes through joblib."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from graftrial.stats.designs.characteristics import DoseCharacteristics, characteristics_of
from graftrial.stats.designs.refused import check_scenario, check_whole
from graftrial.stats.designs.states import NO_DOSE_IS_SAFE, States
from graftrial.stats.stopping.tails import Ints

if TYPE_CHECKING:
    from graftrial.stats.designs.dose_design import DoseDesign

CHUNK, MOST_TRIALS = 1000, 10_000_000
Ends = tuple[Ints, Ints, Ints]


def simulated(
    design: DoseDesign, scenarios: Sequence[Sequence[float]], seed: int, trials: int, jobs: int
) -> tuple[DoseCharacteristics, ...]:
    """Trials in chunks of CHUNK with seeds spawned from the one: the same numbers for any number of processes.

    jobs: of joblib. More machines: `with joblib.parallel_config(backend="dask")` around the call, and jobs=-1.
    """
    check_whole("trials", trials, 1, MOST_TRIALS)
    check_whole("seed", seed, 0, 2**63)
    for each in scenarios:
        check_scenario("scenario", each, design.n_doses)
    sizes = [CHUNK] * (trials // CHUNK) + ([trials % CHUNK] if trials % CHUNK else [])
    seeds = np.random.SeedSequence(seed).spawn(len(sizes))
    found = []
    for p in scenarios:
        tasks = [(design, tuple(p), size, chunk) for size, chunk in zip(sizes, seeds, strict=True)]
        if jobs == 1:
            parts = [_ends(*task) for task in tasks]
        else:
            from joblib import Parallel, delayed

            parts = Parallel(n_jobs=jobs)(delayed(_ends)(*task) for task in tasks)
        n, y, chosen = (np.concatenate(part) for part in zip(*parts, strict=True))
        weight = np.full(trials, 1 / trials)
        found.append(characteristics_of(p, design.target, n, y, chosen, weight, trials, seed))
    return tuple(found)


def _ends(design: DoseDesign, p: tuple[float, ...], trials: int, seed: np.random.SeedSequence) -> Ends:
    """Patients, events and the chosen dose of each simulated trial; a design may bring its own, for staggered entry."""
    own = getattr(design, "simulated_ends", None)
    if own is not None:
        ends: Ends = own(p, trials, np.random.default_rng(seed))
        return ends
    draw = np.random.default_rng(seed)
    n, y = np.zeros((2, trials, design.n_doses), dtype=np.int64)
    at = np.full(trials, design.start_dose)
    chosen = np.zeros(trials, dtype=np.int64)
    going = np.arange(trials)
    rate = np.asarray(p)
    while len(going):
        here = at[going]
        events = draw.binomial(design.cohort_size, rate[here - 1])
        n[going, here - 1] += design.cohort_size
        y[going, here - 1] += events
        states = States(n[going], y[going], here, events, np.full(len(going), design.n_doses + 1))
        following = design.next_doses(states)
        over = following <= 0
        best = design.selected(states)
        chosen[going[over]] = np.where(following[over] == NO_DOSE_IS_SAFE, 0, best[over])
        at[going] = following
        going = going[~over]
    return n, y, chosen
