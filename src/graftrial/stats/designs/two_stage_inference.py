"""What a finished two-stage trial says about the response probability, with the early stop respected."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np

from graftrial.stats.designs.two_stage import Simon
from graftrial.stats.designs.two_stage_tails import masses
from graftrial.stats.distributions import root
from graftrial.stats.stopping.refusal import WrongDesign
from graftrial.stats.stopping.tails import Floats


@dataclass(frozen=True, slots=True)
class TwoStageEstimate:
    """x responses; stage 1 or 2. umvue: unbiased estimate. p_value: P(outcome at least as high | p0).

    lower, upper: one-sided exact limits, each at `confidence`. upper_koyama_chen: as in published software, which
    leaves the observed outcome out and so is one count low; None where it is not defined.
    """

    x: int
    n: int
    stage: int
    umvue: float
    p_value: float
    lower: float
    upper: float
    upper_koyama_chen: float | None
    confidence: float


def inference(design: Simon, x: int, p0: float, confidence: float = 0.95) -> TwoStageEstimate:
    """Estimate, p-value and limits after a trial that was run as planned.

    x: responses in all; at most r1 of them is a trial that stopped after stage one.
    Not for: patients beyond n or a look that was not planned; see `Simon.conditional_power`.
    References: Jung SH, Kim KM. Stat Med 2004;23:881-896 (UMVUE); Koyama T, Chen H. Stat Med 2008;27:3145-3154.
    """
    if not 0 <= x <= design.n:
        raise WrongDesign("GT-DSGN-001", "responses", expected=f"from 0 to {design.n}")
    stage = 1 if x <= design.r1 else 2
    alpha = 1 - confidence
    lower = 0.0 if x == 0 else root(lambda p: at_least(design, x, p) - alpha, 0.0, 1.0)
    upper = 1.0 if x == design.n else root(lambda p: at_most(design, x, p) - alpha, 0.0, 1.0)
    peer = None if x == 0 else root(lambda p: at_least(design, x, p) - (1 - alpha), 0.0, 1.0)
    return TwoStageEstimate(
        x, design.n1 if stage == 1 else design.n, stage, umvue(design, x), at_least(design, x, p0), lower, upper,
        peer, confidence,
    )  # fmt: skip


def umvue(design: Simon, x: int) -> float:
    """Uniformly minimum variance unbiased estimate of the response probability."""
    r1, n1, n2 = design.r1, design.n1, design.n - design.n1
    if x <= r1:
        return x / n1
    among = range(max(r1 + 1, x - n2), min(x, n1) + 1)
    with_first = sum(comb(n1 - 1, i - 1) * comb(n2, x - i) for i in among if i > 0)
    return with_first / sum(comb(n1, i) * comb(n2, x - i) for i in among)


def at_least(design: Simon, x: int, p: float) -> float:
    """P(outcome at least as high as x), outcomes ordered by stage and then count."""
    first = masses_of(design.n1, p)
    if x <= design.r1:
        return float(first[x:].sum())
    later = masses_of(design.n - design.n1, p)
    tail = np.append(np.cumsum(later[::-1])[::-1], 0.0)
    return float(
        sum(first[i] * tail[min(max(x - i, 0), len(tail) - 1)] for i in range(design.r1 + 1, design.n1 + 1))
    )


def at_most(design: Simon, x: int, p: float) -> float:
    """P(outcome at most as high as x), summed from its own side."""
    first = masses_of(design.n1, p)
    if x <= design.r1:
        return float(first[: x + 1].sum())
    below = np.cumsum(masses_of(design.n - design.n1, p))
    stage_two = sum(
        first[i] * below[min(x - i, len(below) - 1)] for i in range(design.r1 + 1, min(design.n1, x) + 1)
    )
    return float(first[: design.r1 + 1].sum() + stage_two)


def masses_of(n: int, p: float) -> Floats:
    """Not kept: a root asks once for each p."""
    return masses.__wrapped__(n, p)
