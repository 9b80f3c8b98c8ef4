"""Tails and quantiles of the standard distributions, and the root of a monotone function.

The one place that asks scipy.special; scipy.stats is left alone because its import takes longer than all that is
computed here.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


def normal_quantile(probability: float) -> float:
    """Quantile of the standard normal distribution."""
    from scipy.special import ndtri

    return float(ndtri(probability))


def normal_two_sided(z: float) -> float:
    """P(|Z| >= |z|) of the standard normal distribution."""
    from scipy.special import ndtr

    return float(2 * ndtr(-abs(z)))


def t_quantile(probability: float, df: float) -> float:
    """Quantile of Student's t; df may be a fraction."""
    from scipy.special import stdtrit

    return float(stdtrit(df, probability))


def t_two_sided(t: float, df: float) -> float:
    """P(|T| >= |t|) of Student's t; df may be a fraction."""
    from scipy.special import stdtr

    return float(2 * stdtr(df, -abs(t)))


def chi_square_tail(value: float, df: int) -> float:
    """P(X >= value) of the chi-square distribution."""
    from scipy.special import chdtrc

    return float(chdtrc(df, value))


def gamma_quantile(shape: float, probability: float) -> float:
    """Quantile of the gamma distribution with scale 1."""
    from scipy.special import gammaincinv

    return float(gammaincinv(shape, probability))


def beta_quantile(a: float, b: float, probability: float) -> float:
    """Quantile of the beta distribution."""
    from scipy.special import betaincinv

    return float(betaincinv(a, b, probability))


def binomial_at_most(k: int, n: int, p: float) -> float:
    """P(X <= k) of n draws with probability p."""
    from scipy.special import bdtr

    return 0.0 if k < 0 else 1.0 if k >= n else float(bdtr(k, n, p))


def binomial_at_least(k: int, n: int, p: float) -> float:
    """P(X >= k) of n draws with probability p, without subtracting from 1."""
    from scipy.special import bdtrc

    return 1.0 if k <= 0 else 0.0 if k > n else float(bdtrc(k - 1, n, p))


def binomial_masses(n: int, p: float) -> Vector:
    """P(X = 0), …, P(X = n)."""
    from scipy.special import gammaln, xlog1py, xlogy

    k = np.arange(n + 1)
    ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return np.asarray(np.exp(ways + xlogy(k, p) + xlog1py(n - k, -p)), dtype=np.float64)


def poisson_at_most(k: int, mean: float) -> float:
    """P(X <= k)."""
    from scipy.special import pdtr

    return 0.0 if k < 0 else float(pdtr(k, mean))


def poisson_at_least(k: int, mean: float) -> float:
    """P(X >= k), without subtracting from 1."""
    from scipy.special import pdtrc

    return 1.0 if k <= 0 else float(pdtrc(k - 1, mean))


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a monotone function changes its sign between low and high; the nearer end where it does not.

    By halving until neighbouring floats are reached: exact to the last bits, and indifferent to jumps.
    """
    at_low, at_high = function(low), function(high)
    if at_low == 0:
        return low
    if (at_low > 0) == (at_high > 0):
        return low if abs(at_low) < abs(at_high) else high
    for _ in range(200):
        middle = low + (high - low) / 2
        if middle in (low, high):
            break
        if (function(middle) > 0) == (at_low > 0):
            low = middle
        else:
            high = middle
    return low + (high - low) / 2
