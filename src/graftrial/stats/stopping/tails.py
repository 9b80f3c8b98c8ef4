"""Tails of the binomial, beta and beta-binomial distributions, to full relative precision in the small tail."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graftrial.stats.priors.beta_mixture import BetaMixture, posterior_weights

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.int64]


def binomial_upper(n: Ints, x: Ints, p: float) -> Floats:
    """P(X >= x) of n patients with event probability p."""
    from scipy.special import betainc

    some = np.maximum(x, 1)
    tail: Floats = np.where(x <= 0, 1.0, betainc(some, np.maximum(n - some + 1, 1), p))
    return tail


def beta_lower(prior: BetaMixture, n: Ints, x: Ints, p: float) -> Floats:
    """P(event probability <= p) after x events among n patients."""
    return _posterior_mean_of(prior, n, x, lambda a, b: _betainc(a, b, p))


def beta_upper(prior: BetaMixture, n: Ints, x: Ints, p: float) -> Floats:
    """P(event probability > p) after x events among n patients."""
    return _posterior_mean_of(prior, n, x, lambda a, b: _betainc(b, a, 1 - p))


def _betainc(a: Floats, b: Floats, p: float) -> Floats:
    from scipy.special import betainc

    area: Floats = betainc(a, b, p)
    return area


def _posterior_mean_of(
    prior: BetaMixture, n: Ints, x: Ints, of: Callable[[Floats, Floats], Floats]
) -> Floats:
    parts = np.stack([of(a + x, b + n - x) for _, a, b in prior.components])
    if len(prior.components) == 1:
        alone: Floats = parts[0]
        return alone
    mixed: Floats = (posterior_weights(prior, n, x) * parts).sum(axis=0)
    return mixed


def beta_binomial_pmf(i: Ints, m: Ints, a: Floats, b: Floats) -> Floats:
    """P(i events among m further patients) where the event probability is Beta(a, b)."""
    from scipy.special import betaln, gammaln

    ways = gammaln(m + 1.0) - gammaln(i + 1.0) - gammaln(m - i + 1.0)
    pmf: Floats = np.exp(ways + betaln(a + i, b + m - i) - betaln(a, b))
    return pmf


def as_ratio(p: float) -> tuple[int, int]:
    """The decimal that was written, as numerator and denominator: 0.1 is 1/10, not the nearest double.

    >>> as_ratio(0.1)
    (1, 10)
    """
    written = Fraction(repr(float(p)))
    return written.numerator, written.denominator
