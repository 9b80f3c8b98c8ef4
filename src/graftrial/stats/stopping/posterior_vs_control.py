"""Thall and Simon's rule against a control that is itself uncertain."""

from __future__ import annotations

import numpy as np

from graftrial.stats.stopping.design import StoppingDesign
from graftrial.stats.stopping.prior import BetaMixture
from graftrial.stats.stopping.tails import Floats, Ints, beta_upper

STEP, REACH = 0.025, 4.0  # of the double exponential quadrature; halving the step moves nothing above 1e-13


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
    """Control probabilities from 0 to 1 - margin with their weights; both ends may be singular."""
    from scipy.special import betaln, expit

    t = np.arange(-REACH, REACH + STEP / 2, STEP)
    steep = np.pi * np.sinh(t)
    part, rest = expit(steep), expit(-steep)
    p, q = (1 - margin) * part, margin + (1 - margin) * rest
    jacobian = (1 - margin) * np.pi * np.cosh(t) * part * rest * STEP
    density = sum(
        weight * np.exp((a - 1) * np.log(p) + (b - 1) * np.log(q) - betaln(a, b))
        for weight, a, b in control.components
    )
    weights = np.asarray(density * jacobian, dtype=np.float64)
    keep = weights > 0
    return p[keep], weights[keep]
