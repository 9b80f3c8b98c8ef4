"""Thall and Simon's rule against a control that is itself uncertain."""

from __future__ import annotations

import numpy as np

from graftrial.stats.priors.beta_mixture import BetaMixture
from graftrial.stats.stopping.design import StoppingDesign
from graftrial.stats.stopping.tails import Floats, Ints, beta_upper

STEP, DEPTH = 0.05, 40.0  # of the double exponential quadrature; halving the step moves nothing above 1e-11
OUTSIDE = 1e-18  # of the control on either side of what is integrated


def statistic_posterior_vs_control(design: StoppingDesign, n: Ints, x: Ints) -> Floats:
    """P(p > p_control + margin | x, n), by quadrature over the control.

    References: Thall PF, Simon R. Biometrics 1994;50:337-349.
    """
    assert design.prior is not None
    assert design.control is not None
    assert design.margin is not None
    control, weight = _nodes(design.control, design.margin)
    chance = np.zeros(np.broadcast_shapes(n.shape, x.shape))
    for p, w in zip(control + design.margin, weight, strict=True):
        chance += w * beta_upper(design.prior, n, x, float(min(p, 1.0)))
    return chance


def threshold_posterior_vs_control(design: StoppingDesign) -> float:
    """The posterior probability at which the trial stops."""
    assert design.cut is not None
    return design.cut


def _nodes(control: BetaMixture, margin: float) -> tuple[Floats, Floats]:
    """Control probabilities with their weights, component by component; both ends may be singular."""
    parts = [_nodes_of(weight, a, b, margin) for weight, a, b in control.components]
    return np.concatenate([p for p, _ in parts]), np.concatenate([w for _, w in parts])


def _nodes_of(weight: float, a: float, b: float, margin: float) -> tuple[Floats, Floats]:
    from scipy.special import betainc, betainccinv, betaincinv, betaln, expit

    low = 0.0 if a < 1 else float(betaincinv(a, b, OUTSIDE))  # a singular end is left to the nodes
    high = min(1.0 if b < 1 else float(betainccinv(a, b, OUTSIDE)), 1 - margin)
    if low >= high:
        return np.empty(0), np.empty(0)
    t = np.arange(-_reach(a), _reach(b) + STEP / 2, STEP)
    steep = np.pi * np.sinh(t)
    part, rest = expit(steep), expit(-steep)
    p, q = low + (high - low) * part, (1 - high) + (high - low) * rest
    jacobian = (high - low) * np.pi * np.cosh(t) * part * rest * STEP
    density = np.exp((a - 1) * np.log(p) + (b - 1) * np.log(q) - betaln(a, b)) * jacobian
    mass = float(
        betainc(a, b, high) - betainc(a, b, low)
    )  # known better than the density of a heavy component
    return p, weight * mass * density / density.sum()


def _reach(exponent: float) -> float:
    """How far out the nodes go so that exp(-DEPTH) of an end that is singular to that exponent is left out."""
    return float(np.arcsinh(DEPTH / (np.pi * min(1.0, exponent))))
