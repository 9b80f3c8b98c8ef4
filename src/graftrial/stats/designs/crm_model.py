"""The one-parameter models of the CRM: skeletons, posterior by fixed quadrature, maximum likelihood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from graftrial.stats.designs.refused import check_probability, check_rising, check_whole
from graftrial.stats.designs.states import Array, Flags
from graftrial.stats.distributions import root
from graftrial.stats.stopping.refusal import WrongDesign
from graftrial.stats.stopping.tails import Floats

Model = Literal["empiric", "logistic"]
MODELS: tuple[Model, ...] = ("empiric", "logistic")
INTERCEPT = 3.0  # of the logistic model
STEPS = ((60, 0.1), (200, 0.06), (500, 0.04))  # up to that many patients: step of the trapezoid in beta
REACH = 8.0  # of the trapezoid, in prior standard deviations
PANELS, NODES = (
    ((60, 12), (200, 24), (500, 36)),
    12,
)  # of the Gauss-Legendre sums on either side of a limit of beta
MLE_REACH = 12.0  # of beta, far beyond any data of a trial
Z90 = 1.6448536269514722


def skeleton(
    half_width: float, target: float, nu: int, n_doses: int, model: Model = "empiric"
) -> tuple[float, ...]:
    """Initial guesses whose indifference intervals have that half-width around the target; dose nu has the target.

    Raises: WrongDesign GT-DSGN-001.
    References: Lee SM, Cheung YK. Clin Trials 2009;6:227-238, section 2.

    >>> [round(each, 6) for each in skeleton(0.05, 0.25, 3, 5)]
    [0.083973, 0.156741, 0.25, 0.3545, 0.460343]
    """
    check_probability("target", target)
    check_whole("n_doses", n_doses, 1, 20)
    check_whole("nu", nu, 1, n_doses)
    if model not in MODELS or not 0 < half_width < min(target, 1 - target):
        raise WrongDesign(
            "GT-DSGN-001", "half_width", expected="above 0 and within the target; model of the two"
        )
    low, high = _scale(target - half_width, model), _scale(target + half_width, model)
    dose = {nu: _scale(target, model)}
    for level in range(nu, n_doses):
        dose[level + 1] = high * dose[level] / low
    for level in range(nu, 1, -1):
        dose[level - 1] = low * dose[level] / high
    return tuple(_probability(dose[level], model) for level in range(1, n_doses + 1))


@dataclass(frozen=True)
class CrmModel:
    """Skeleton, model and the variance of the normal prior of beta, which has mean 0.

    empiric: p = s^exp(beta). logistic: logit p = 3 + exp(beta) d with d = logit(s) - 3.
    Raises: WrongDesign GT-DSGN-001.
    """

    skeleton: tuple[float, ...]
    model: Model = "empiric"
    prior_variance: float = 1.34

    def __post_init__(self) -> None:
        check_rising("skeleton", self.skeleton, len(self.skeleton))
        if self.model not in MODELS:
            raise WrongDesign("GT-DSGN-001", "model", expected="empiric or logistic")
        if not self.prior_variance > 0:
            raise WrongDesign("GT-DSGN-001", "prior_variance", expected="a number above 0")
        if self.model == "logistic" and self.skeleton[-1] >= _probability(0.0, "logistic"):
            raise WrongDesign("GT-DSGN-001", "skeleton", expected="below expit(3) for the logistic model")

    def log_p(self, beta: Floats) -> tuple[Floats, Floats]:
        """(K, Q) log probability of a DLT and of none, at every dose and beta."""
        scaled = (
            np.array([_scale(each, self.model) for each in self.skeleton])[:, None] * np.exp(beta)[None, :]
        )
        if self.model == "empiric":
            with np.errstate(divide="ignore"):
                return scaled, np.log(-np.expm1(scaled))
        x = INTERCEPT + scaled
        return -np.logaddexp(0, -x), -np.logaddexp(0, x)

    def p(self, beta: Floats) -> Floats:
        """(…, K) DLT probability of every dose at beta."""
        scaled = np.exp(np.asarray(beta, dtype=np.float64))[..., None] * np.array(
            [_scale(each, self.model) for each in self.skeleton]
        )
        p: Floats = np.exp(scaled) if self.model == "empiric" else 1 / (1 + np.exp(-INTERCEPT - scaled))
        return p

    def beta_where(self, dose: int, target: float) -> float:
        """The beta at which that dose has the target; below it the dose is more toxic."""
        ratio = _scale(target, self.model) / _scale(self.skeleton[dose - 1], self.model)
        if ratio <= 0:
            raise WrongDesign("GT-DSGN-001", "target", expected="below expit(3) for the logistic model")
        return float(np.log(ratio))

    def log_prior(self, beta: Floats) -> Floats:
        """Log density of beta but for a constant."""
        return np.asarray(-(beta**2) / (2 * self.prior_variance))


@dataclass(frozen=True, slots=True)
class CrmFit:
    """beta: posterior mean or maximum; variance: posterior (None by maximum likelihood). p: at beta, plugged in.

    lower, upper: p at beta -+ 1.645 posterior sd, 90 % limits. mtd: level closest to the target, first among equals.
    """

    beta: float
    variance: float | None
    p: tuple[float, ...]
    lower: tuple[float, ...] | None
    upper: tuple[float, ...] | None
    mtd: int
    method: str


def fit(
    model: CrmModel,
    target: float,
    level: Sequence[int],
    dlt: Sequence[bool],
    weight: Sequence[float] | None = None,
    method: Literal["bayes", "mle"] = "bayes",
) -> CrmFit | None:
    """Fit to one row a patient.

    weight: share of the window observed, 1 for a patient with DLT; all 1 without it.
    Returns: None where maximum likelihood is not estimable because both outcomes are not present.
    References: O'Quigley J et al. Biometrics 1990;46:33-48; Cheung YK, Chappell R. Biometrics 2000;56:1177-1182.
    """
    shares = np.ones(len(level)) if weight is None else np.asarray(weight, dtype=np.float64)
    column = np.asarray(level, dtype=np.int64) - 1
    has_dlt = np.asarray(dlt, dtype=bool)

    def log_likelihood(beta: Floats) -> Floats:
        alone: Floats = patient_log_likelihood(model, beta, column[None], has_dlt[None], shares[None])[0]
        return alone

    if method == "mle":
        return _by_maximum(model, target, log_likelihood, has_dlt)
    beta = nodes(model, len(level))
    mean, variance = moments(model, beta, log_likelihood(beta)[None])
    sd = float(np.sqrt(variance[0]))
    p = model.p(mean)[0]
    lower, upper = (model.p(mean + shift)[0] for shift in (Z90 * sd, -Z90 * sd))
    return CrmFit(
        float(mean[0]), sd**2, _tuple(p), _tuple(lower), _tuple(upper), _closest(p, target), "bayes"
    )


def patient_log_likelihood(model: CrmModel, beta: Floats, column: Array, dlt: Array, weight: Array) -> Floats:
    """(T, Q) of T trials with (T, N) patients; a weight of 0 leaves a patient without DLT out."""
    with_dlt, without = model.log_p(beta)
    total = np.zeros((column.shape[0], len(beta)))
    for patient in range(column.shape[1]):
        at, share, has = column[:, patient], weight[:, patient, None], dlt[:, patient, None]
        none = np.where(
            share >= 1, without[at], np.log1p(-np.minimum(share, 1 - 1e-16) * np.exp(with_dlt[at]))
        )
        total += np.where(has, with_dlt[at] + np.log(np.where(has, share, 1.0)), none)
    return total


@cache
def nodes(model: CrmModel, patients: int) -> Floats:
    """Equally spaced values of beta. The integrand is smooth: the trapezoid errs by exp(-2 pi^2 sd^2 / step^2)."""
    sd = float(np.sqrt(model.prior_variance))
    step = min(next(each for most, each in STEPS if patients <= most), sd / 8)
    return np.arange(-REACH * sd, REACH * sd + step / 2, step)


def moments(model: CrmModel, beta: Floats, log_likelihood: Floats) -> tuple[Floats, Floats]:
    """(S,) posterior mean and variance of beta from (S, Q) log likelihoods at the nodes beta."""
    log_density = log_likelihood + model.log_prior(beta)
    density = np.exp(log_density - log_density.max(axis=1, keepdims=True))
    mass = density.sum(axis=1)
    mean = density @ beta / mass
    variance: Floats = density @ beta**2 / mass - mean**2
    return mean, variance


@cache
def panel_nodes(model: CrmModel, limit: float, patients: int) -> tuple[Floats, Floats, int]:
    """Gauss-Legendre values and weights of beta below and above the limit; the number of those below."""
    reach = REACH * float(np.sqrt(model.prior_variance))
    x, w = np.polynomial.legendre.leggauss(NODES)
    panels = next(each for most, each in PANELS if patients <= most)
    values, weights = [], []
    for low, high in ((min(-reach, limit - 1), limit), (limit, max(reach, limit + 1))):
        edges = np.linspace(low, high, panels + 1)
        half = (edges[1:] - edges[:-1]) / 2
        values.append(((edges[1:] + edges[:-1]) / 2)[:, None] + half[:, None] * x)
        weights.append(half[:, None] * w)
    both, mass = (np.concatenate([part.ravel() for part in parts]) for parts in (values, weights))
    return both, mass, panels * NODES


def mass_below(model: CrmModel, panel: tuple[Floats, Floats, int], log_likelihood: Floats) -> Floats:
    """(S,) posterior probability that beta is below a limit, from (S, Q) log likelihoods at its `panel_nodes`."""
    beta, weight, below = panel
    log_density = log_likelihood + model.log_prior(beta)
    density = np.exp(log_density - log_density.max(axis=1, keepdims=True)) * weight
    share: Floats = density[:, :below].sum(axis=1) / density.sum(axis=1)
    return share


def _by_maximum(model: CrmModel, target: float, log_likelihood: object, has_dlt: Flags) -> CrmFit | None:
    if has_dlt.all() or not has_dlt.any():
        return None
    assert callable(log_likelihood)
    grid = np.linspace(-MLE_REACH, MLE_REACH, 2401)
    with np.errstate(divide="ignore"):
        values = np.nan_to_num(log_likelihood(grid), nan=-np.inf, neginf=-1e300)
    best = int(values.argmax())
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    step = 1e-5

    def slope(beta: float) -> float:
        around = log_likelihood(np.array([beta - step, beta + step]))
        return float(around[1] - around[0])

    beta = root(slope, float(low), float(high))
    p = model.p(np.array([beta]))[0]
    return CrmFit(beta, None, _tuple(p), None, None, _closest(p, target), "mle")


def _closest(p: Floats, target: float) -> int:
    return int(np.abs(p - target).argmin()) + 1


def _tuple(values: Floats) -> tuple[float, ...]:
    return tuple(float(each) for each in values)


def _scale(p: float, model: Model) -> float:
    """The dose of the model: log p, or logit p - 3."""
    return float(np.log(p)) if model == "empiric" else float(np.log(p / (1 - p))) - INTERCEPT


def _probability(scaled: float, model: Model) -> float:
    return float(np.exp(scaled)) if model == "empiric" else float(1 / (1 + np.exp(-INTERCEPT - scaled)))
