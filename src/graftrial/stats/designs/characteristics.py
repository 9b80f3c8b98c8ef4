"""What a dose-finding design does at given true probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from graftrial.stats.stopping.tails import Floats, Ints

FEW = 6  # patients at the chosen dose, below which it has hardly been tried


@dataclass(frozen=True, slots=True)
class DoseCharacteristics:
    """At the DLT probabilities p of the doses.

    p_select: of each dose; p_select_none: no dose. e_n_per_dose, e_dlt_per_dose, e_n, e_dlt: expected patients, events.
    p_overdose: P(more than half of the patients are treated above the target).
    p_few_at_chosen: P(a dose is chosen at which fewer than FEW were treated).
    method: exact, or simulated with its trials, seed and the largest Monte Carlo standard error of a probability.
    """

    p: tuple[float, ...]
    p_select: tuple[float, ...]
    p_select_none: float
    e_n_per_dose: tuple[float, ...]
    e_dlt_per_dose: tuple[float, ...]
    e_n: float
    e_dlt: float
    p_overdose: float
    p_few_at_chosen: float
    method: str = "exact"
    trials: int | None = None
    seed: int | None = None
    standard_error: float | None = None


def characteristics_of(
    p: Sequence[float],
    target: float,
    n: Ints,
    y: Ints | None,
    chosen: Ints,
    weight: Floats,
    trials: int | None = None,
    seed: int | None = None,
) -> DoseCharacteristics:
    """From (E, K) patients of every end, the dose chosen there (0 none) and its probability.

    y: events of every end; None where they are expected from the patients.
    """
    doses = n.shape[1]
    select = [float(weight[chosen == level].sum()) for level in range(doses + 1)]
    e_n = weight @ n
    e_dlt = e_n * np.asarray(p) if y is None else weight @ y
    above = n[:, np.asarray(p) > target].sum(axis=1)
    at_chosen = np.take_along_axis(n, np.maximum(chosen - 1, 0)[:, None], axis=1)[:, 0]
    overdose = float(weight[2 * above > n.sum(axis=1)].sum())
    few = float(weight[(chosen > 0) & (at_chosen < FEW)].sum())
    error = None
    if trials is not None:
        error = max(sqrt(max(each * (1 - each), 0.25 / trials) / trials) for each in (*select, overdose, few))
    return DoseCharacteristics(
        tuple(float(each) for each in p),
        tuple(select[1:]),
        select[0],
        tuple(float(each) for each in e_n),
        tuple(float(each) for each in e_dlt),
        float(e_n.sum()),
        float(e_dlt.sum()),
        overdose,
        few,
        "exact" if trials is None else "simulated",
        trials,
        seed,
        error,
    )
