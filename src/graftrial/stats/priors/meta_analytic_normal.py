"""The meta-analytic-predictive prior of a normal quantity: given tau everything is normal, one integral remains.

References: Neuenschwander B et al. Clin Trials 2010;7:5-18.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import ndtr

from graftrial.stats.priors.beta_mixture import Numbers, gauss_legendre_panels
from graftrial.stats.priors.meta_analytic import REACH, TAU_EDGES

NODES_PER_PANEL = 16


@dataclass(frozen=True, slots=True, eq=False)
class NormalPrior:
    """The law of a new study's mean, as a mixture of normal laws over tau.

    mean, sd: of the new study. mu_mean, mu_sd: of the overall mean. tau_mean, tau_sd: of the spread between studies.
    """

    mean: float
    sd: float
    mu_mean: float
    mu_sd: float
    tau_mean: float
    tau_sd: float
    weights: Numbers
    means: Numbers
    sds: Numbers

    def probability_up_to(self, value: float) -> float:
        """P(new mean <= value)."""
        return float(np.sum(self.weights * ndtr((value - self.means) / self.sds)))

    def quantile(self, probability: float) -> float:
        """The value below which this share of the law lies."""
        reach = REACH * float(self.sds.max())
        low, high = float(self.means.min()) - reach, float(self.means.max()) + reach
        from scipy.optimize import brentq  # imported where used: it is slow to start

        return float(brentq(lambda each: self.probability_up_to(each) - probability, low, high, xtol=1e-12))


def meta_analytic_prior_normal(
    means: Sequence[float], standard_errors: Sequence[float], mu_mean: float, mu_sd: float, tau_scale: float
) -> NormalPrior:
    """The law of a new study's mean, from studies with means and their standard errors.

    mu_mean, mu_sd: normal law of the overall mean. tau_scale: scale of the half-normal law of the spread.
    """
    y, variance = np.asarray(means, float), np.asarray(standard_errors, float) ** 2
    tau, width = gauss_legendre_panels(tuple(tau_scale * each for each in TAU_EDGES), NODES_PER_PANEL)
    precision = 1 / (variance + tau[:, None] ** 2)
    total = precision.sum(axis=1) + 1 / mu_sd**2
    centre = ((precision * y).sum(axis=1) + mu_mean / mu_sd**2) / total
    log_weight = (
        0.5 * np.log(precision).sum(axis=1)
        - 0.5 * (precision * y**2).sum(axis=1)
        - 0.5 * np.log(total)
        + 0.5 * total * centre**2
        - 0.5 * (tau / tau_scale) ** 2
    )
    weights = width * np.exp(log_weight - log_weight.max())
    weights /= weights.sum()
    centre_mean, centre_sd = _mixed(weights, centre, 1 / total)
    spread_mean, spread_sd = _mixed(weights, tau, np.zeros_like(tau))
    _, sd = _mixed(weights, centre, 1 / total + tau**2)
    sds = np.sqrt(1 / total + tau**2)
    return NormalPrior(centre_mean, sd, centre_mean, centre_sd, spread_mean, spread_sd, weights, centre, sds)


def _mixed(weights: Numbers, means: Numbers, variances: Numbers) -> tuple[float, float]:
    """Mean and standard deviation of a mixture."""
    mean = float(np.sum(weights * means))
    return mean, sqrt(float(np.sum(weights * (variances + (means - mean) ** 2))))
