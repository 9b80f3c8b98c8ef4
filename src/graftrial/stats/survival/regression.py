"""What a regression of times gives back, and the Newton steps that Cox and Fine-Gray share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from graftrial.stats.distributions import Vector, normal_quantile, normal_two_sided
from graftrial.stats.outcomes import Estimate, NotEstimable, PValue, check_confidence
from graftrial.stats.survival.follow_up import FollowUp, follow_up

Terms = Mapping[str, Sequence[float]]
BEYOND = 10.0  # standard deviations of the linear predictor: no finite maximum is there
ITERATIONS = 60


@dataclass(frozen=True, slots=True)
class Effect:
    """One covariate: coefficient (log hazard ratio per unit) with limits, standard error, Wald p; all large-sample."""

    term: str
    coefficient: Estimate
    hazard_ratio: Estimate
    se: float
    p: PValue


@dataclass(frozen=True, slots=True)
class Regression:
    """A fitted regression. overall: likelihood-ratio test of all terms where the method has a likelihood."""

    method: str
    effects: tuple[Effect, ...]
    overall: PValue | None
    n: int
    n_events: int
    notes: tuple[str, ...]


def prepare(
    times: Sequence[float | None], causes: Sequence[int], terms: Terms
) -> tuple[FollowUp, Vector] | NotEstimable:
    """Cleaned follow-up with the covariates of those kept, centred; or why there is no regression.

    Raises: ValueError for a covariate of another length or with a missing value: leave such patients out before.
    """
    follow = follow_up(times, causes)
    for name, column in terms.items():
        if len(column) != len(times) or not np.isfinite(np.asarray(column, dtype=np.float64)).all():
            raise ValueError(f"one number per patient for {name}")
    if isinstance(follow, NotEstimable):
        return follow
    covariates = np.column_stack([np.asarray(column, dtype=np.float64) for column in terms.values()])
    covariates = covariates[follow.kept]
    for name, spread in zip(terms, np.ptp(covariates, axis=0), strict=True):
        if spread == 0:
            return NotEstimable(f"all patients have the same {name}")
    centred = covariates - covariates.mean(axis=0)
    if np.linalg.matrix_rank(centred) < centred.shape[1]:
        return NotEstimable("the covariates determine one another")
    return follow, centred


def newton(
    score: Callable[[Vector], tuple[float, Vector, Vector]], covariates: Vector
) -> tuple[Vector, float, Vector] | NotEstimable:
    """Coefficients, log-likelihood and information at the maximum of a concave log-likelihood.

    score: log-likelihood, gradient and information at given coefficients.
    """
    at = np.zeros(covariates.shape[1])
    value, slope, information = score(at)
    for _ in range(ITERATIONS):
        step = np.linalg.lstsq(information, slope, rcond=None)[0]
        for _ in range(30):
            found = score(at + step)
            if found[0] >= value - 1e-12 * abs(value):
                break
            step = step / 2
        at = at + step
        value, slope, information = found
        if float(np.std(covariates @ at)) > BEYOND:
            return NotEstimable("the likelihood is monotone: a coefficient grows without bound")
        if float(np.abs(step).max()) < 1e-11 * max(1.0, float(np.abs(at).max())):
            return at, value, information
    return NotEstimable("the likelihood has no maximum that could be found")


def effects_of(
    method: str, terms: Terms, coefficients: Vector, covariance: Vector, confidence: float, follow: FollowUp
) -> tuple[Effect, ...]:
    """Wald statements about each coefficient."""
    z = normal_quantile((1 + check_confidence(confidence)) / 2)
    made = []
    for term, value, variance in zip(terms, coefficients.tolist(), np.diag(covariance).tolist(), strict=True):
        se = variance**0.5
        low, high = value - z * se, value + z * se
        coefficient = Estimate(method, value, low, high, confidence, "two-sided", follow.n, follow.notes)
        ratio, ratio_low, ratio_high = (float(np.exp(each)) for each in (value, low, high))
        hazard = Estimate(
            method, ratio, ratio_low, ratio_high, confidence, "two-sided", follow.n, follow.notes
        )
        p = PValue(method, normal_two_sided(value / se), "two-sided", 0.0, value / se, follow.n, follow.notes)
        made.append(Effect(term, coefficient, hazard, se, p))
    return tuple(made)
