"""Simulated trials of BOIN12, seeded, with their Monte Carlo error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from graftrial.stats.designs.characteristics import DoseCharacteristics, characteristics_of
from graftrial.stats.designs.refused import check_scenario, check_whole
from graftrial.stats.stopping.refusal import WrongDesign

if TYPE_CHECKING:
    from graftrial.stats.designs.boin12 import Boin12, Counts


def simulated_boin12(
    design: Boin12,
    scenarios: Sequence[tuple[Sequence[float], Sequence[float]]],
    seed: int | None,
    trials: int,
) -> tuple[DoseCharacteristics, ...]:
    """One trial after the other; decisions of equal counts are remembered."""
    if seed is None:
        raise WrongDesign(
            "GT-DSGN-001", "seed", expected="a whole number, so that the trials can be repeated"
        )
    check_whole("trials", trials, 1, 10_000_000)
    known: dict[tuple[Counts, int], int] = {}
    found = []
    for toxicity, efficacy in scenarios:
        check_scenario("scenario", toxicity, design.n_doses)
        check_scenario("scenario", efficacy, design.n_doses)
        draw = np.random.default_rng(seed)
        ends = [_trial(design, toxicity, efficacy, draw, known) for _ in range(trials)]
        n, y = (np.array([[dose[part] for dose in counts] for counts, _ in ends]) for part in (0, 1))
        chosen = np.array([best for _, best in ends])
        weight = np.full(trials, 1 / trials)
        found.append(characteristics_of(toxicity, design.target, n, y, chosen, weight, trials, seed))
    return tuple(found)


def _trial(
    design: Boin12,
    toxicity: Sequence[float],
    efficacy: Sequence[float],
    draw: np.random.Generator,
    known: dict[tuple[Counts, int], int],
) -> tuple[Counts, int]:
    counts: Counts = ((0, 0, 0),) * design.n_doses
    at, all_open = design.start_dose, design.n_doses + 1
    size = design.cohort_size
    for _ in range(design.max_n // size):
        n, tox, eff = counts[at - 1]
        new = (
            n + size,
            tox + int(draw.binomial(size, toxicity[at - 1])),
            eff + int(draw.binomial(size, efficacy[at - 1])),
        )
        counts = (*counts[: at - 1], new, *counts[at:])
        if (counts, at) not in known:
            known[counts, at] = design.next_of(counts, at, all_open)[0]
        at = known[counts, at]
        if at == 0:
            return counts, 0
    return counts, design.optimal(counts, all_open)
