"""Lee and Liu's rule: stop once the final answer "more frequent than p0" has become probable."""

from __future__ import annotations

import numpy as np

from graftrial.stats.priors.beta_mixture import posterior_weights
from graftrial.stats.stopping.design import StoppingDesign
from graftrial.stats.stopping.tails import Floats, Ints, beta_binomial_pmf, beta_upper


def statistic_predictive(design: StoppingDesign, n: Ints, x: Ints) -> Floats:
    """P(P(p > p0 | all N patients) > cut), given x events among n; N is n_max, even where the last look is earlier.

    References: Lee JJ, Liu DD. Clin Trials 2008;5:93-106.
    """
    assert design.prior is not None
    assert design.cut is not None
    total = np.arange(design.n_max + 1)
    is_too_many = beta_upper(design.prior, np.array(design.n_max), total, design.p0) > design.cut
    least = int(np.argmax(is_too_many)) if is_too_many.any() else design.n_max + 1
    further = design.n_max - n
    weights = posterior_weights(design.prior, n, x)
    chance = np.zeros(weights.shape[1:])
    for events in range(design.n_max + 1):
        counts = (events <= further) & (x + events >= least)
        i = np.minimum(events, further)
        for weight, (_, a, b) in zip(weights, design.prior.components, strict=True):
            chance += counts * weight * beta_binomial_pmf(i, further, a + x, b + n - x)
    return chance


def threshold_predictive(design: StoppingDesign) -> float:
    """The predictive probability at which the trial stops."""
    assert design.predictive_cut is not None
    return design.predictive_cut
