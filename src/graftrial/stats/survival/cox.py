"""Proportional hazards with Efron's ties; a monotone likelihood is said and not printed as a huge number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graftrial.stats.distributions import Vector, chi_square_tail
from graftrial.stats.outcomes import NotEstimable, PValue
from graftrial.stats.survival.follow_up import FollowUp
from graftrial.stats.survival.regression import Regression, Terms, effects_of, newton, prepare

METHOD = "Cox, Efron ties (large-sample)"


def fit_cox(
    times: Sequence[float | None], events: Sequence[int], terms: Terms, confidence: float = 0.95
) -> Regression | NotEstimable:
    """Log hazard ratios with Wald limits and the likelihood-ratio test of all terms.

    times: from the origin. events: 1 event, 0 censored. terms: name to one number per patient.
    Returns: the regression; not estimable without events, or where a term separates events from all others at risk.
    References: Cox DR. J R Stat Soc B 1972;34:187-220; Efron B. J Am Stat Assoc 1977;72:557-565;
    monotone likelihood: Heinze G, Schemper M. Biometrics 2001;57:114-119.
    """
    prepared = prepare(times, events, terms)
    if isinstance(prepared, NotEstimable):
        return prepared
    follow, covariates = prepared
    n_events = int((follow.causes > 0).sum())
    if why := _refusal(follow, covariates, terms):
        return NotEstimable(why)

    def score(at: Vector) -> tuple[float, Vector, Vector]:
        return _partial_likelihood(follow, covariates, at)

    found = newton(score, covariates)
    if isinstance(found, NotEstimable):
        return found
    coefficients, value, information = found
    none = score(np.zeros(len(coefficients)))[0]
    ratio = max(0.0, 2 * (value - none))
    overall = PValue(
        f"likelihood ratio, {METHOD}",
        chi_square_tail(ratio, len(coefficients)),
        "two-sided",
        0.0,
        ratio,
        follow.n,
    )
    covariance = np.asarray(np.linalg.inv(information), dtype=np.float64)
    effects = effects_of(METHOD, terms, coefficients, covariance, confidence, follow)
    return Regression(METHOD, effects, overall, follow.n, n_events, follow.notes)


def _partial_likelihood(follow: FollowUp, covariates: Vector, at: Vector) -> tuple[float, Vector, Vector]:
    linear = covariates @ at
    risk = np.exp(linear)
    p = len(at)
    value, slope, information = 0.0, np.zeros(p), np.zeros((p, p))
    # sums over those at risk, from the last time to the first
    order = np.argsort(-follow.times, kind="stable")
    wide = np.column_stack([np.ones(follow.n), covariates])
    products = np.cumsum((risk[:, None, None] * wide[:, :, None] * wide[:, None, :])[order], axis=0)
    ordered = follow.times[order]
    for time in np.unique(follow.times[follow.causes > 0]):
        dying = (follow.times == time) & (follow.causes > 0)
        d = int(dying.sum())
        at_risk = products[np.searchsorted(-ordered, -time, side="right") - 1]
        own = np.einsum("i,ij,ik->jk", risk[dying], wide[dying], wide[dying])
        value += float(linear[dying].sum())
        slope += covariates[dying].sum(axis=0)
        for earlier in range(d):
            left = at_risk - earlier / d * own
            mean = left[0, 1:] / left[0, 0]
            value -= float(np.log(left[0, 0]))
            slope -= mean
            information += left[1:, 1:] / left[0, 0] - np.outer(mean, mean)
    return value, slope, information


def _refusal(follow: FollowUp, covariates: Vector, terms: Terms) -> str:
    if not (follow.causes > 0).any():
        return "all are censored: there is no event"
    for name, column in zip(terms, covariates.T, strict=True):
        if _is_monotone(follow, column):
            return f"the likelihood is monotone: at every event {name} is at its extreme among those at risk"
    return ""


def _is_monotone(follow: FollowUp, column: Vector) -> bool:
    """Whether at every event the patients with it have the highest, or at every one the lowest, value at risk."""
    highest = lowest = True
    for time in np.unique(follow.times[follow.causes > 0]):
        at_risk = column[follow.times >= time]
        dying = column[(follow.times == time) & (follow.causes > 0)]
        highest = highest and bool((dying == at_risk.max()).all())
        lowest = lowest and bool((dying == at_risk.min()).all())
    return highest or lowest
