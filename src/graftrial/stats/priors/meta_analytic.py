"""The meta-analytic-predictive prior of a probability from earlier studies, by quadrature: no sampling, no seed.

Model: events r_i of n_i; logit p_i ~ N(mu, tau²); mu ~ N(0, mu_sd²); tau ~ half-normal(tau_scale). The prior is the law
of the probability p* of a new study. Everything that is integrated against a normal law of width tau is a convolution,
and is done on one grid of logits in the frequency domain, where the normal law is exp(-tau² w²/2) exactly.

References: Neuenschwander B et al. Clin Trials 2010;7:5-18; Schmidli H et al. Biometrics 2014;70:1023-1032.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log2, pi, sqrt

import numpy as np
from scipy.special import expit, gammaln, log_expit, logit, ndtr

from graftrial.stats.priors.beta_mixture import Numbers, gauss_legendre_panels

TAU_EDGES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0, 1.5, 2.0, 3.0, 4.5, 6.5)  # of tau_scale, denser near 0
NODES_PER_PANEL = 8
MU_SDS = 7.0  # mu is integrated over so many of its prior's standard deviations to either side
REACH = 8.0  # a normal law is nothing beyond so many of its standard deviations
STEPS_PER_SD = 5.0  # steps of the grid within the standard deviation of the sharpest likelihood
EDGE = 6.0  # logits at either end of the grid over which functions fade to nothing


@dataclass(frozen=True, slots=True, eq=False)
class MetaAnalyticPrior:
    """The law of p* for a new study.

    mean, sd: of p*. mu_mean, mu_sd: of the mean logit. tau_mean, tau_sd: of the spread between studies.
    Other fields are the posterior on its grid: weights[j, k] belong to tau[j] and mu[k].
    """

    events: tuple[int, ...]
    n: tuple[int, ...]
    mean: float
    sd: float
    mu_mean: float
    mu_sd: float
    tau_mean: float
    tau_sd: float
    tau: Numbers
    mu: Numbers
    weights: Numbers

    def probability_up_to(self, p: float) -> float:
        """P(p* <= p)."""
        if not 0 < p < 1:
            return float(p >= 1)
        return self.probability_up_to_logit(float(logit(p)))

    def probability_up_to_logit(self, place: float) -> float:
        """P(logit p* <= place).

        A normal law narrower than the grid is taken as wide as one step, and the difference, half the gap of the
        variances times the second derivative, is given back.
        """
        step = float(self.mu[1] - self.mu[0])
        width = np.maximum(self.tau, step)[:, None]
        gap = (width**2 - self.tau[:, None] ** 2) / (2 * width**2)
        u = (place - self.mu) / width
        return float(np.sum(self.weights * (ndtr(u) + gap * u * np.exp(-0.5 * u**2) / sqrt(2 * pi))))

    def probability_above(self, p: float) -> float:
        """P(p* > p)."""
        return 1 - self.probability_up_to(p)

    def quantile(self, probability: float) -> float:
        """The value below which this share of the law lies."""
        end = float(self.mu[-1]) + REACH * float(self.tau[-1])
        from scipy.optimize import brentq  # imported where used: it is slow to start

        found = brentq(lambda place: self.probability_up_to_logit(place) - probability, -end, end, xtol=1e-10)
        return float(expit(found))


def meta_analytic_prior(
    events: Sequence[int], n: Sequence[int], tau_scale: float = 1.0, mu_sd: float = 2.0
) -> MetaAnalyticPrior:
    """The law of a new study's probability, from studies with `events` among `n`.

    tau_scale: scale of the half-normal law of the spread between studies, on the logit scale.
    mu_sd: standard deviation of the normal law of the mean logit, around 0.
    Returns: accurate to about 1e-7 in mean and standard deviation.
    Raises: ValueError where a study has more events than patients, or none of both.
    """
    if (
        not n
        or len(events) != len(n)
        or any(not 0 <= r <= m or m < 1 for r, m in zip(events, n, strict=False))
    ):
        raise ValueError("each study needs events from 0 to its number of patients")
    tau, tau_weights = gauss_legendre_panels(tuple(tau_scale * each for each in TAU_EDGES), NODES_PER_PANEL)
    grid, step = _grid(max(n), mu_sd, tau_scale)
    smooth = _Smoother(grid, step)
    prior_mu = np.exp(-0.5 * (grid / mu_sd) ** 2)
    weights = np.exp(-0.5 * (tau / tau_scale) ** 2)[:, None] * tau_weights[:, None] * prior_mu
    for r, m in zip(events, n, strict=True):
        weights = weights * np.clip(smooth.over(_likelihood(r, m, grid), tau), 0.0, None)
    weights /= weights.sum()
    first = float(np.sum(weights * smooth.over(expit(grid), tau)))
    second = float(np.sum(weights * smooth.over(expit(grid) ** 2, tau)))
    inside = np.abs(grid) <= MU_SDS * mu_sd
    by_tau, by_mu = weights.sum(axis=1), weights.sum(axis=0)
    return MetaAnalyticPrior(
        tuple(events),
        tuple(n),
        first,
        sqrt(second - first**2),
        *_moments(grid, by_mu),
        *_moments(tau, by_tau),
        tau,
        grid[inside],
        weights[:, inside],
    )


class _Smoother:
    """Means of a function of the logit under a normal law around every point of the grid."""

    def __init__(self, grid: Numbers, step: float) -> None:
        self._frequencies = 2 * pi * np.fft.rfftfreq(grid.size, step)
        end = float(-grid[0])
        self._fade = ndtr(2 * (grid + end - EDGE / 2)) * ndtr(2 * (end - EDGE / 2 - grid))

    def over(self, values: Numbers, tau: Numbers) -> Numbers:
        """One row per tau: E f(mu + tau z) at every mu of the grid."""
        spectrum = np.fft.rfft(values * self._fade)
        damped = spectrum * np.exp(-0.5 * (tau[:, None] * self._frequencies) ** 2)
        return np.asarray(np.fft.irfft(damped, n=values.size))


def _grid(largest_n: int, mu_sd: float, tau_scale: float) -> tuple[Numbers, float]:
    """Logits, evenly spaced: wide enough for mu and tau together, fine enough for the sharpest likelihood."""
    end = MU_SDS * mu_sd + REACH * tau_scale * TAU_EDGES[-1] + EDGE
    finest = min(2 / sqrt(largest_n) / STEPS_PER_SD, 0.02)
    size = 2 ** ceil(log2(2 * end / finest))
    step = 2 * end / size
    return -end + step * np.arange(size), step


def _likelihood(events: int, n: int, grid: Numbers) -> Numbers:
    """Binomial probability of a study at every logit."""
    choose = gammaln(n + 1) - gammaln(events + 1) - gammaln(n - events + 1)
    return np.asarray(np.exp(choose + events * log_expit(grid) + (n - events) * log_expit(-grid)))


def _moments(places: Numbers, weights: Numbers) -> tuple[float, float]:
    mean = float(np.sum(places * weights))
    return mean, sqrt(max(float(np.sum((places - mean) ** 2 * weights)), 0.0))
