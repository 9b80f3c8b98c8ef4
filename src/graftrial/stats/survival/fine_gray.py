"""Regression of the probability of one cause in the presence of others (subdistribution hazards)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graftrial.stats.distributions import Vector
from graftrial.stats.outcomes import NotEstimable
from graftrial.stats.survival.follow_up import FollowUp, counts
from graftrial.stats.survival.regression import Regression, Terms, effects_of, newton, prepare

METHOD = "Fine-Gray, Breslow ties, robust variance (large-sample)"
EVENTS_PER_COEFFICIENT = 10.0


def fit_fine_gray(
    times: Sequence[float | None],
    causes: Sequence[int],
    cause: int,
    terms: Terms,
    confidence: float = 0.95,
    events_per_coefficient: float = EVENTS_PER_COEFFICIENT,
) -> Regression | NotEstimable:
    """Log subdistribution hazard ratios of `cause` with Wald limits.

    causes: 0 censored, 1, 2 … what happened. terms: name to one number per patient.
    Returns: the regression; refused with fewer events per coefficient than declared, for nothing is learnt from it.
    References: Fine JP, Gray RJ. J Am Stat Assoc 1999;94:496-509.
    """
    prepared = prepare(times, causes, terms)
    if isinstance(prepared, NotEstimable):
        return prepared
    follow, covariates = prepared
    n_events, p = int((follow.causes == cause).sum()), covariates.shape[1]
    if n_events < max(1.0, events_per_coefficient * p):
        return NotEstimable(
            f"{n_events} events for {p} coefficients, at least {events_per_coefficient:g} each needed"
        )
    at = _weights(follow, cause)

    def score(coefficients: Vector) -> tuple[float, Vector, Vector]:
        return _likelihood(at, covariates, coefficients)

    found = newton(score, covariates)
    if isinstance(found, NotEstimable):
        return found
    coefficients, _, information = found
    inverse = np.linalg.inv(information)
    scores = _robust_scores(follow, at, covariates, coefficients)
    covariance = np.asarray(inverse @ (scores.T @ scores) @ inverse, dtype=np.float64)
    effects = effects_of(METHOD, terms, coefficients, covariance, confidence, follow)
    return Regression(METHOD, effects, None, follow.n, n_events, follow.notes)


@dataclass(frozen=True, slots=True)
class _Weighted:
    """Event times of the cause, who has it when (patients by times), and the weight of each patient at each time."""

    times: Vector
    happened: Vector
    weights: Vector


def _weights(follow: FollowUp, cause: int) -> _Weighted:
    """1 while at risk; after a competing event the probability not to be censored since; 0 otherwise."""
    times = np.unique(follow.times[follow.causes == cause])
    own = (follow.causes == cause)[:, None]
    happened = (own & (follow.times[:, None] == times[None])).astype(np.float64)
    at_risk = follow.times[:, None] >= times[None]
    competing = ((follow.causes > 0) & (follow.causes != cause))[:, None] & ~at_risk
    free = _uncensored_before(follow, times)[None] / _uncensored_before(follow, follow.times)[:, None]
    return _Weighted(times, happened, np.where(at_risk, 1.0, np.where(competing, free, 0.0)))


def _uncensored_before(follow: FollowUp, asked: Vector) -> Vector:
    """Kaplan-Meier probability of not yet being censored, just before each time."""
    at = counts(follow)
    which = np.searchsorted(at.times, follow.times)
    censored = np.bincount(which, weights=follow.causes == 0, minlength=len(at.times))
    curve = np.concatenate([[1.0], np.cumprod(1 - censored / at.at_risk)])
    return np.asarray(curve[np.searchsorted(at.times, asked, side="left")], dtype=np.float64)


def _sums(at: _Weighted, covariates: Vector, coefficients: Vector) -> tuple[Vector, Vector, Vector]:
    risk = at.weights * np.exp(covariates @ coefficients)[:, None]
    return risk, risk.sum(axis=0), risk.T @ covariates


def _likelihood(at: _Weighted, covariates: Vector, coefficients: Vector) -> tuple[float, Vector, Vector]:
    risk, s0, s1 = _sums(at, covariates, coefficients)
    s2 = np.einsum("it,ij,ik->tjk", risk, covariates, covariates, optimize=True)
    deaths = at.happened.sum(axis=0)
    mean = s1 / s0[:, None]
    value = float((at.happened.sum(axis=1) * (covariates @ coefficients)).sum() - (deaths * np.log(s0)).sum())
    slope = (at.happened.T @ covariates).sum(axis=0) - deaths @ mean
    spread = s2 / s0[:, None, None] - mean[:, :, None] * mean[:, None, :]
    return value, slope, np.einsum("t,tjk->jk", deaths, spread)


def _robust_scores(follow: FollowUp, at: _Weighted, covariates: Vector, coefficients: Vector) -> Vector:
    """Score of each patient, with what the estimated censoring distribution adds (eta + psi of Fine and Gray)."""
    risk, s0, s1 = _sums(at, covariates, coefficients)
    mean = s1 / s0[:, None]
    residual = at.happened - risk * (at.happened.sum(axis=0) / s0)[None]
    shares = residual[:, :, None] * (covariates[:, None, :] - mean[None])
    eta = shares.sum(axis=1)
    all_times = counts(follow)
    which = np.searchsorted(all_times.times, follow.times)
    censored = np.bincount(which, weights=follow.causes == 0, minlength=len(all_times.times))
    psi = np.zeros_like(eta)
    for time, left, number in zip(all_times.times, all_times.at_risk, censored, strict=True):
        if not number:
            continue
        before = (follow.times < time)[:, None] & (at.times >= time)[None] & (at.happened == 0)
        q = -(shares * before[:, :, None]).sum(axis=(0, 1))
        martingale = ((follow.times == time) & (follow.causes == 0)) - (follow.times >= time) * number / left
        psi += martingale[:, None] * q[None] / left
    return np.asarray(eta + psi, dtype=np.float64)
