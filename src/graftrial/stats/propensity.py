"""Propensity scores of small groups, greedy matching within a caliper, and the balance before and after.

The logistic regression carries Firth's penalty, so that its coefficients stay finite where a covariate separates the
groups. Matching balances what was measured; nothing here can balance what was not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graftrial.stats.distributions import Vector
from graftrial.stats.outcomes import NotEstimable, Number

FEWEST = 5  # per group, and per covariate in the smaller group
STEPS, HALVINGS, SMALL = 200, 40, 1e-10
LONGEST_STEP = 5.0  # standard deviations of a covariate: keeps the first steps inside the range of exp
METHOD = "logistic regression with Firth's penalty"


@dataclass(frozen=True, slots=True)
class Scores:
    """A fitted propensity model.

    logits: of the treated, then of the controls. intercept, coefficients: per unit of each covariate, on the logit.
    """

    method: str
    intercept: float
    coefficients: tuple[float, ...]
    treated: tuple[float, ...]
    controls: tuple[float, ...]

    @property
    def spread(self) -> float:
        """Standard deviation of the logit: root of the mean of the variances of both groups."""
        return _pooled(np.array(self.treated), np.array(self.controls))


@dataclass(frozen=True, slots=True)
class Matching:
    """Matched controls of each treated patient, as places in the lists given; empty: nobody within the caliper.

    width: the caliper on the logit.
    """

    controls: tuple[tuple[int, ...], ...]
    width: float

    @property
    def n_matched(self) -> int:
        """Treated patients with at least one control."""
        return sum(1 for each in self.controls if each)


def propensity_scores(
    treated: Sequence[Sequence[float]], controls: Sequence[Sequence[float]], names: Sequence[str]
) -> Scores | NotEstimable:
    """Logit of the probability to be treated, by Firth's logistic regression.

    treated, controls: one row a patient, one finite number a covariate. names: of the covariates, for the reasons.
    Returns: Scores, or why there are none: groups below 5, more than one covariate for each 5 patients of the smaller
        group, a covariate without spread, covariates that determine each other.
    References: Firth D. Biometrika 1993;80:27-38. Heinze G, Schemper M. Stat Med 2002;21:2409-2419.
    """
    few = min(len(treated), len(controls))
    if few < FEWEST:
        return NotEstimable(
            f"there are {len(treated)} treated and {len(controls)} controls with every covariate, and a score "
            f"needs at least {FEWEST} of each"
        )
    if len(names) > few // FEWEST:
        return NotEstimable(
            f"{len(names)} covariates are more than one for each {FEWEST} of the {few} patients of the smaller group"
        )
    x = np.array([*treated, *controls], dtype=np.float64).reshape(-1, len(names))
    if not np.isfinite(x).all():
        raise ValueError("a covariate is missing: leave such patients out before")
    spread = x.std(axis=0)
    for name, each in zip(names, spread, strict=True):
        if each == 0:
            return NotEstimable(f"all patients have the same {name}")
    design = np.column_stack([np.ones(len(x)), (x - x.mean(axis=0)) / spread])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return NotEstimable("the covariates determine each other")
    found = firth(design, np.repeat([1.0, 0.0], [len(treated), len(controls)]))
    if isinstance(found, NotEstimable):
        return found
    slopes, logits = found[1:] / spread, design @ found
    intercept = float(found[0] - slopes @ x.mean(axis=0))
    n = len(treated)
    return Scores(METHOD, intercept, tuple(slopes.tolist()), tuple(logits[:n]), tuple(logits[n:]))


def firth(design: Vector, outcome: Vector) -> Vector | NotEstimable:
    """Coefficients that maximise the likelihood times the root of the determinant of the information.

    design: (n, p) with its column of ones. outcome: 0 or 1. For one binary covariate the answer is the log odds ratio
    with one half added to every cell.
    References: Firth D. Biometrika 1993;80:27-38.
    """
    beta = np.zeros(design.shape[1])
    value = _penalised(design, outcome, beta)
    for _ in range(STEPS):
        step = _step(design, outcome, beta)
        step *= min(1.0, LONGEST_STEP / max(float(np.abs(step).max()), SMALL))
        if float(np.abs(step).max()) < SMALL:
            return beta
        for _ in range(HALVINGS):
            tried = _penalised(design, outcome, beta + step)
            if tried >= value - SMALL:
                break
            step = step / 2
        beta, value = beta + step, tried
    return NotEstimable("the propensity model did not converge")


def match_greedily(
    treated: Sequence[float],
    controls: Sequence[float],
    width: float,
    ratio: int = 1,
    with_replacement: bool = False,
) -> Matching:
    """Nearest control within the caliper for each treated patient, highest logit first, round by round.

    treated, controls: logits; where logits or distances tie, the earlier in the list goes first. width: the largest
    distance allowed, on the logit. ratio: rounds, each of which gives every treated patient at most one more control.
    References: Austin PC. Multivariate Behav Res 2011;46:399-424.
    """
    chosen: list[list[int]] = [[] for _ in treated]
    taken: set[int] = set()
    order = sorted(range(len(treated)), key=lambda place: (-treated[place], place))
    for turn in range(ratio):
        for place in order:
            if len(chosen[place]) < turn:
                continue
            free = [each for each in range(len(controls)) if each not in taken and each not in chosen[place]]
            near = [each for each in free if abs(controls[each] - treated[place]) <= width]
            if near:
                best = min(near, key=lambda each: (abs(controls[each] - treated[place]), each))
                chosen[place].append(best)
                taken |= set() if with_replacement else {best}
    return Matching(tuple(tuple(each) for each in chosen), width)


def standardised_difference(treated: Sequence[float], controls: Sequence[float], spread: Number) -> Number:
    """Difference of the means, treated minus controls, in units of `spread`.

    spread: of the unmatched groups, before and after matching, so that both can be compared.
    References: Austin PC. Stat Med 2009;28:3083-3107.
    """
    if not treated or not controls:
        return NotEstimable("nobody is matched")
    if isinstance(spread, NotEstimable):
        return spread
    difference = float(np.mean(treated)) - float(np.mean(controls))
    if spread == 0:
        same = abs(difference) <= SMALL
        return 0.0 if same else NotEstimable("neither group has any spread")
    return difference / spread


def pooled_spread(treated: Sequence[float], controls: Sequence[float], is_binary: bool = False) -> Number:
    """Root of the mean of both variances; of a binary covariate by p(1 - p)."""
    if min(len(treated), len(controls)) < 2:
        return NotEstimable("a group has fewer than 2 patients")
    return _pooled(np.array(treated), np.array(controls), 0 if is_binary else 1)


def _pooled(first: Vector, second: Vector, lost: int = 1) -> float:
    return float(np.sqrt((first.var(ddof=lost) + second.var(ddof=lost)) / 2))


def _chances(design: Vector, beta: Vector) -> tuple[Vector, Vector]:
    """Fitted probabilities, and the root-weighted design whose cross product is the information."""
    chance = 1 / (1 + np.exp(-np.clip(design @ beta, -500, 500)))
    return chance, design * np.sqrt(chance * (1 - chance))[:, None]


def _penalised(design: Vector, outcome: Vector, beta: Vector) -> float:
    eta = design @ beta
    likelihood = float(outcome @ eta - np.logaddexp(0, eta).sum())
    _, root = _chances(design, beta)
    sign, log_determinant = np.linalg.slogdet(root.T @ root)
    return likelihood + float(log_determinant) / 2 if sign > 0 else -np.inf


def _step(design: Vector, outcome: Vector, beta: Vector) -> Vector:
    chance, root = _chances(design, beta)
    inverse = np.linalg.pinv(root.T @ root)
    leverage = np.einsum("ij,jk,ik->i", root, inverse, root)
    score = design.T @ (outcome - chance + leverage * (0.5 - chance))
    return np.asarray(inverse @ score)
