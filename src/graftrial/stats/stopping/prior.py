"""A prior for an event probability: a beta distribution or a mixture of them, with its exact posterior."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graftrial.stats.stopping.refusal import WrongDesign

WEIGHTS_TOGETHER = 1e-6


@dataclass(frozen=True, slots=True)
class BetaMixture:
    """Components (weight, a, b); the weights are above 0 and sum to 1."""

    components: tuple[tuple[float, float, float], ...]

    def __post_init__(self) -> None:
        together = sum(weight for weight, _, _ in self.components)
        positive = all(0 < part < math.inf for each in self.components for part in each)
        if not self.components or not positive or abs(together - 1) > WEIGHTS_TOGETHER:
            raise WrongDesign(
                "GT-STOP-003", "prior", expected="weights above 0 that sum to 1, and a and b above 0"
            )

    @classmethod
    def beta(cls, a: float, b: float) -> BetaMixture:
        """One beta distribution; it weighs as much as a + b patients."""
        return cls(((1.0, a, b),))

    @property
    def mean(self) -> float:
        """Mean event probability."""
        return sum(weight * a / (a + b) for weight, a, b in self.components)

    def given(self, n: int, events: int) -> BetaMixture:
        """The posterior after that many events among n patients.

        References: Schmidli H et al. Biometrics 2014;70:1023-1032 (weights by marginal likelihood).

        >>> BetaMixture.beta(1, 1).given(3, 1).components
        ((1.0, 2, 3),)
        """
        weights = posterior_weights(self, np.array(n), np.array(events)).ravel()
        return BetaMixture(
            tuple(
                (float(weight), a + events, b + n - events)
                for weight, (_, a, b) in zip(weights, self.components, strict=True)
                if weight > 0
            )
        )


def posterior_weights(prior: BetaMixture, n: NDArray[np.int64], x: NDArray[np.int64]) -> NDArray[np.float64]:
    """Weights of the components after x events among n patients; the first axis is the component."""
    from scipy.special import betaln  # imported where used: scipy is slow to start

    logs = np.stack(
        [math.log(weight) + betaln(a + x, b + n - x) - betaln(a, b) for weight, a, b in prior.components]
    )
    raw = np.exp(logs - logs.max(axis=0))
    weights: NDArray[np.float64] = raw / raw.sum(axis=0)
    return weights
