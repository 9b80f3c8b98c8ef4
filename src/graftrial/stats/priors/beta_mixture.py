"""A mixture of beta distributions as the prior of a probability: posterior, tails and prediction in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaln, expit, gammaln, xlog1py, xlogy

Numbers: TypeAlias = NDArray[np.float64]
WEIGHTS_TOGETHER = 1e-6
LOGIT_STEP, LOGIT_END = 0.01, 40.0  # the trapezoid on the logit scale; its error falls with exp(-2π·π/step)


class Component(NamedTuple):
    """One beta distribution and its weight."""

    weight: float
    a: float
    b: float


@dataclass(frozen=True, slots=True)
class BetaMixture:
    """Components (weight, a, b): weights above 0 that sum to 1, and parameters above 0.

    Raises: ValueError for anything else.
    """

    components: tuple[Component, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "components", tuple(Component(*each) for each in self.components))
        positive = all(0 < part < inf for each in self.components for part in each)
        if not self.components or not positive:
            raise ValueError("a beta mixture needs weights, a and b above 0")
        if abs(sum(each.weight for each in self.components) - 1) > WEIGHTS_TOGETHER:
            raise ValueError("the weights of a beta mixture sum to 1")

    @classmethod
    def of(cls, *components: tuple[float, float, float]) -> BetaMixture:
        """From (weight, a, b) of each component."""
        return cls(tuple(Component(*each) for each in components))

    @classmethod
    def beta(cls, a: float, b: float) -> BetaMixture:
        """One beta distribution; it weighs as much as a + b patients."""
        return cls.of((1.0, a, b))

    @property
    def mean(self) -> float:
        """Mean of the probability."""
        return float(sum(each.weight * each.a / (each.a + each.b) for each in self.components))

    @property
    def sd(self) -> float:
        """Standard deviation of the probability."""
        second = sum(
            each.weight * each.a * (each.a + 1) / ((each.a + each.b) * (each.a + each.b + 1))
            for each in self.components
        )
        return float(max(second - self.mean**2, 0.0) ** 0.5)

    def probability_above(self, limit: float) -> float:
        """P(p > limit)."""
        return float(sum(each.weight * betainc(each.b, each.a, 1 - limit) for each in self.components))

    def probability_up_to(self, limit: float) -> float:
        """P(p <= limit)."""
        return float(sum(each.weight * betainc(each.a, each.b, limit) for each in self.components))

    def quantile(self, probability: float) -> float:
        """The value below which this share of the distribution lies, by root finding on the exact function."""
        from scipy.optimize import brentq  # imported where used: it is slow to start

        return float(
            brentq(lambda p: self.probability_up_to(p) - probability, 0.0, 1.0, xtol=1e-14, rtol=1e-13)
        )

    def density(self, p: Numbers) -> Numbers:
        """Density at each p strictly between 0 and 1."""
        logs = [_log_density(each, p, 1 - p) for each in self.components]
        return np.asarray(
            sum(each.weight * np.exp(log) for each, log in zip(self.components, logs, strict=True))
        )

    def given(self, n: int, events: int) -> BetaMixture:
        """The posterior after that many events among n patients.

        References: Schmidli H et al. Biometrics 2014;70:1023-1032 (weights by marginal likelihood).

        >>> BetaMixture.beta(1, 1).given(3, 1).components
        (Component(weight=1.0, a=2, b=3),)
        """
        weights = posterior_weights(self, np.array(n), np.array(events)).ravel()
        return BetaMixture.of(
            *(
                (float(weight), each.a + events, each.b + n - events)
                for weight, each in zip(weights, self.components, strict=True)
                if weight > 0
            )
        )

    def predictive(self, n: int) -> Numbers:
        """P(x events among the next n patients), x from 0 to n."""
        x = np.arange(n + 1)
        choose = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
        return np.asarray(
            sum(
                each.weight * np.exp(choose + betaln(each.a + x, each.b + n - x) - betaln(each.a, each.b))
                for each in self.components
            )
        )

    def ess_moment(self) -> float:
        """Number of patients that a single beta prior of the same mean and variance is worth."""
        return self.mean * (1 - self.mean) / self.sd**2 - 1

    def ess_elir(self) -> float | None:
        """Expected local-information-ratio sample size; None where a component has a or b below 1.

        References: Neuenschwander B et al. Biometrics 2020;76:578-587.
        """
        if any(min(each.a, each.b) < 1 for each in self.components):
            return None
        logit = np.arange(-LOGIT_END, LOGIT_END + LOGIT_STEP / 2, LOGIT_STEP)
        p, q = expit(logit), expit(-logit)
        density, slope, bend = np.zeros_like(p), np.zeros_like(p), np.zeros_like(p)
        for each in self.components:
            part = each.weight * np.exp(_log_density(each, p, q))
            first = (each.a - 1) / p - (each.b - 1) / q
            density += part
            slope += part * first
            bend += part * (first**2 - (each.a - 1) / p**2 - (each.b - 1) / q**2)
        known = density > 0
        information = (slope[known] / density[known]) ** 2 - bend[known] / density[known]
        weights = density[known] * (p[known] * q[known]) ** 2
        return float(np.sum(information * weights) * LOGIT_STEP)

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Equal-tailed credible interval."""
        tail = (1 - confidence) / 2
        return self.quantile(tail), self.quantile(1 - tail)

    def surprise(self, events: int, n: int) -> float:
        """Prior-data conflict: predictive probability of a result that is at least as improbable as the one seen."""
        chances = self.predictive(n)
        return float(chances[chances <= chances[events] * (1 + 1e-9)].sum())


def posterior_weights(prior: BetaMixture, n: NDArray[np.int64], x: NDArray[np.int64]) -> Numbers:
    """Weights of the components after x events among n patients; the first axis is the component."""
    logs = np.stack(
        [
            np.log(each.weight) + betaln(each.a + x, each.b + n - x) - betaln(each.a, each.b)
            for each in prior.components
        ]
    )
    raw = np.exp(logs - logs.max(axis=0))
    return np.asarray(raw / raw.sum(axis=0))


def robust(prior: BetaMixture, weight: float) -> BetaMixture:
    """The prior with this weight on Beta(1, 1), so that history can be outvoted.

    References: Schmidli H et al. Biometrics 2014;70:1023-1032.
    """
    kept = ((each.weight * (1 - weight), each.a, each.b) for each in prior.components)
    return BetaMixture.of(*kept, (weight, 1.0, 1.0))


def gauss_legendre_panels(edges: tuple[float, ...], nodes: int) -> tuple[Numbers, Numbers]:
    """Nodes and weights of composite Gauss–Legendre quadrature over adjoining panels."""
    x, w = np.polynomial.legendre.leggauss(nodes)
    places = [(low + high) / 2 + (high - low) / 2 * x for low, high in pairwise(edges)]
    weights = [(high - low) / 2 * w for low, high in pairwise(edges)]
    return np.concatenate(places), np.concatenate(weights)


def _log_density(component: Component, p: Numbers, q: Numbers) -> Numbers:
    """Log density; q = 1 - p is given apart, so that it keeps its digits next to p = 1."""
    near_one = xlog1py(component.b - 1, -p)
    log_q = np.where(p < 0.5, near_one, xlogy(component.b - 1, q))
    return np.asarray(xlogy(component.a - 1, p) + log_q - betaln(component.a, component.b))
