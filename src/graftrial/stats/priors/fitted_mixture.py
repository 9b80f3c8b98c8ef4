"""A beta mixture in place of a meta-analytic prior, so that rules can use it in closed form; deterministic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, digamma, expit, log_expit, logit, polygamma

from graftrial.stats.priors.beta_mixture import BetaMixture, Numbers
from graftrial.stats.priors.meta_analytic import MetaAnalyticPrior

GRID = 321  # points of the law on the logit scale
ITERATIONS, CHANGE = 3000, 1e-9
MOST_COMPONENTS = 3
GOOD_ENOUGH = 0.002  # worst error of the distribution function at which no further component is added


@dataclass(frozen=True, slots=True)
class FittedMixture:
    """The mixture, and the largest difference of its distribution function from that of the prior it stands for."""

    mixture: BetaMixture
    worst_cdf_error: float


def fit_beta_mixture(prior: MetaAnalyticPrior) -> FittedMixture:
    """One to three beta components, fitted by expectation-maximisation on the quadrature grid.

    Returns: the fewest components whose distribution function is within 0.002 everywhere, else the best of three.
    """
    edges, masses = _law(prior)
    best: FittedMixture | None = None
    for count in range(1, MOST_COMPONENTS + 1):
        mixture = _fit((edges[1:] + edges[:-1]) / 2, masses, count)
        ours = np.array([mixture.probability_up_to(float(p)) for p in expit(edges)])
        theirs = np.concatenate([[0.0], np.cumsum(masses)])
        fitted = FittedMixture(mixture, float(np.max(np.abs(ours - theirs))))
        if best is None or fitted.worst_cdf_error < best.worst_cdf_error:
            best = fitted
        if fitted.worst_cdf_error <= GOOD_ENOUGH:
            break
    assert best is not None
    return best


def _law(prior: MetaAnalyticPrior) -> tuple[Numbers, Numbers]:
    """Edges on the logit scale and the probability between them."""
    low, high = (float(logit(prior.quantile(tail))) for tail in (1e-6, 1 - 1e-6))
    edges = np.linspace(low, high, GRID)
    masses = np.diff([prior.probability_up_to(float(p)) for p in expit(edges)])
    return edges, masses / masses.sum()


def _fit(places: Numbers, masses: Numbers, count: int) -> BetaMixture:
    logs = log_expit(places), log_expit(-places)
    weights, a, b = _start(expit(places), masses, count)
    former = -np.inf
    for _ in range(ITERATIONS):
        parts = np.array(
            [weight * np.exp(_log_beta(logs, x, y)) for weight, x, y in zip(weights, a, b, strict=True)]
        )
        total = parts.sum(axis=0)
        level = float(np.sum(masses * np.log(total)))
        shares = masses * parts / total
        weights = shares.sum(axis=1)
        for place in range(count):
            means = [float(np.sum(shares[place] * log) / weights[place]) for log in logs]
            a[place], b[place] = _beta_of(means[0], means[1], a[place], b[place])
        if level - former < CHANGE:
            break
        former = level
    weights /= weights.sum()
    order = np.argsort(-weights)
    return BetaMixture.of(*((float(weights[k]), float(a[k]), float(b[k])) for k in order))


def _log_beta(logs: tuple[Numbers, Numbers], a: float, b: float) -> Numbers:
    return np.asarray((a - 1) * logs[0] + (b - 1) * logs[1] - betaln(a, b))


def _start(p: Numbers, masses: Numbers, count: int) -> tuple[Numbers, Numbers, Numbers]:
    """Beta distributions by moments of the lower, middle and upper part of the law."""
    place = np.minimum((np.cumsum(masses) * count).astype(int), count - 1)
    a, b = np.empty(count), np.empty(count)
    for part in range(count):
        share = masses * (place == part)
        share = share / share.sum()
        mean = float(np.sum(share * p))
        variance = max(float(np.sum(share * (p - mean) ** 2)) * (1 if count == 1 else 4), 1e-8)
        size = max(mean * (1 - mean) / variance - 1, 0.5)
        a[part], b[part] = mean * size, (1 - mean) * size
    return np.full(count, 1 / count), a, b


def _beta_of(log_p: float, log_q: float, a: float, b: float) -> tuple[float, float]:
    """The beta distribution with these means of log p and log(1 - p), by a few Newton steps on log a and log b.

    A step that is not yet the root is enough: the next iteration goes on from it.
    """
    for _ in range(4):
        miss = np.array([digamma(a) - digamma(a + b) - log_p, digamma(b) - digamma(a + b) - log_q])
        common = polygamma(1, a + b)
        slope = np.array(
            [[(polygamma(1, a) - common) * a, -common * b], [-common * a, (polygamma(1, b) - common) * b]]
        )
        step = np.clip(np.linalg.solve(slope, miss), -1.0, 1.0)
        a, b = float(a * np.exp(-step[0])), float(b * np.exp(-step[1]))
        if np.max(np.abs(step)) < 1e-12:
            break
    return a, b
