"""Posterior and predictive monitoring of a response: Lee and Liu, posterior bounds, Thall and Simon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from graftrial.stats.design import Decision
from graftrial.stats.designs.responses import Responses
from graftrial.stats.distributions import binomial_masses
from graftrial.stats.priors.beta_mixture import BetaMixture
from graftrial.stats.stopping.design import StoppingDesign
from graftrial.stats.stopping.posterior_vs_control import statistic_posterior_vs_control
from graftrial.stats.stopping.refusal import WrongDesign
from graftrial.stats.stopping.tails import beta_binomial_pmf, beta_lower, beta_upper


@dataclass(frozen=True, slots=True)
class MonitoringCharacteristics:
    """At response probability p; efficacy is looked at before futility of the same look. Gray: neither at the last."""

    p: float
    expected_n: float
    p_stop_early: float
    p_early_efficacy: float
    p_early_futility: float
    p_efficacy: float
    p_futility: float
    p_gray: float


@dataclass(frozen=True)
class ResponseBounds:
    """Looks with futile if at most (-1 cannot) and efficacious if at least (n + 1 cannot)."""

    n_at_look: tuple[int, ...]
    futile_if_at_most: tuple[int, ...]
    efficacious_if_at_least: tuple[int, ...]
    reference: str = "Thall PF, Simon R. Biometrics 1994;50:337-349"

    id: ClassVar[str] = "bounds"
    title: ClassVar[str] = "Bounds of a response"

    def __post_init__(self) -> None:
        same = len(self.n_at_look) == len(self.futile_if_at_most) == len(self.efficacious_if_at_least)
        if not same or list(self.n_at_look) != sorted(set(self.n_at_look)) or not self.n_at_look:
            raise WrongDesign("GT-DSGN-001", "n_at_look", expected="rising looks with two numbers each")

    def decide(self, data: Responses) -> Decision:
        """At a look: efficacy first, then futility; between looks go on.

        Raises: WrongDesign GT-DSGN-006.
        """
        x, n = data.among(self.n_at_look[-1]).x, data.n
        for look, futile, effective in self.table():
            if n == look and x >= effective:
                return Decision("stop efficacious", None, f"at least {effective} responses among {look}")
            if n == look and x <= futile:
                return Decision("stop futile", None, f"at most {futile} responses among {look}")
        return Decision("go on", None, "between the bounds" if n in self.n_at_look else "not a look")

    def table(self) -> tuple[tuple[int, int, int], ...]:
        """Patients, futile if at most, efficacious if at least."""
        return tuple(zip(self.n_at_look, self.futile_if_at_most, self.efficacious_if_at_least, strict=True))

    def operating_characteristics(self, scenarios: Sequence[float]) -> tuple[MonitoringCharacteristics, ...]:
        """Exact, at every response probability."""
        return tuple(self._at(p) for p in scenarios)

    def cite(self) -> str:
        """Publication of the method, and the line that builds this very design."""
        return f"{self.reference}\n{self!r}"

    def _at(self, p: float) -> MonitoringCharacteristics:
        state, before = np.ones(1), 0
        early, expected, ended = {"yes": 0.0, "no": 0.0}, 0.0, {"yes": 0.0, "no": 0.0}
        for look, futile, effective in self.table():
            state = np.convolve(state, binomial_masses(look - before, p))
            before = look
            x = np.arange(len(state))
            yes = float(state[x >= effective].sum())
            no = float(state[(x <= futile) & (x < effective)].sum())
            ended = {"yes": ended["yes"] + yes, "no": ended["no"] + no}
            if look != self.n_at_look[-1]:
                early = dict(ended)
                expected += look * (yes + no)
                state = np.where((x >= effective) | (x <= futile), 0.0, state)
        going = 1 - early["yes"] - early["no"]
        return MonitoringCharacteristics(
            p, expected + before * going, 1 - going, early["yes"], early["no"], ended["yes"], ended["no"],
            1 - ended["yes"] - ended["no"],
        )  # fmt: skip


def predictive_probability(x: int, n: int, n_max: int, p0: float, theta: float, prior: BetaMixture) -> float:
    """P(the trial ends with P(p > p0) > theta at n_max), given x responses among n.

    References: Lee JJ, Liu DD. Clin Trials 2008;5:93-106.

    >>> round(predictive_probability(16, 23, 40, 0.6, 0.9, BetaMixture.beta(0.6, 0.4)), 4)
    0.5656
    """
    if not 0 <= x <= n <= n_max:
        raise WrongDesign("GT-DSGN-001", "responses", expected="from 0 to n, and n up to n_max")
    left = n_max - n
    i = np.arange(left + 1)
    wins = beta_upper(prior, np.full(left + 1, n_max), x + i, p0) > theta
    chance = np.zeros(left + 1)
    weights = [w * np.exp(_log_evidence(a, b, x, n)) for w, a, b in prior.components]
    for weight, (_, a, b) in zip(weights, prior.components, strict=True):
        shape = np.full(left + 1, a + x), np.full(left + 1, b + n - x)
        chance += weight / sum(weights) * beta_binomial_pmf(i, np.full(left + 1, left), *shape)
    return float(min(chance[wins].sum(), 1.0))


def _log_evidence(a: float, b: float, x: int, n: int) -> float:
    from scipy.special import betaln

    return float(betaln(a + x, b + n - x) - betaln(a, b))


def posterior_probability(x: int, n: int, p0: float, prior: BetaMixture) -> float:
    """P(p > p0) after x responses among n."""
    return float(beta_upper(prior, np.array([n]), np.array([x]), p0)[0])


def posterior_bounds(
    n_at_look: Sequence[int], p0: float, p1: float, t_lower: float, t_upper: float, prior: BetaMixture
) -> ResponseBounds:
    """Futile if P(p < p0 | x) >= t_lower; efficacious if P(p > p1 | x) >= t_upper."""
    futile, effective = [], []
    for n in n_at_look:
        x, size = np.arange(n + 1), np.full(n + 1, n)
        futile.append(int((beta_lower(prior, size, x, p0) >= t_lower).sum()) - 1)
        effective.append(n + 1 - int((beta_upper(prior, size, x, p1) >= t_upper).sum()))
    return ResponseBounds(tuple(n_at_look), tuple(futile), tuple(effective))


def predictive_bounds(
    n_at_look: Sequence[int],
    n_max: int,
    p0: float,
    theta: float,
    phi_lower: float,
    phi_upper: float,
    prior: BetaMixture,
) -> ResponseBounds:
    """Futile if the predictive probability is at most phi_lower; efficacious if it is at least phi_upper."""
    futile, effective = [], []
    for n in n_at_look:
        chance = np.array([predictive_probability(x, n, n_max, p0, theta, prior) for x in range(n + 1)])
        futile.append(int((chance <= phi_lower).sum()) - 1)
        effective.append(n + 1 - int((chance >= phi_upper).sum()))
    cited = "Lee JJ, Liu DD. Clin Trials 2008;5:93-106"
    return ResponseBounds(tuple(n_at_look), tuple(futile), tuple(effective), cited)


def superiority_bounds(
    n_at_look: Sequence[int], prior: BetaMixture, control: BetaMixture, cut: float, margin: float = 0.0
) -> ResponseBounds:
    """Efficacious if P(p > p_control + margin | x) >= cut, the control uncertain; there is no futility bound.

    References: Thall PF, Simon R. Biometrics 1994;50:337-349.
    """
    effective = []
    for n in n_at_look:
        rule = StoppingDesign(
            "posterior_vs_control", 0.5, max(n, 1), prior=prior, control=control, margin=margin, cut=cut
        )
        chance = statistic_posterior_vs_control(rule, np.full(n + 1, n), np.arange(n + 1))
        effective.append(n + 1 - int((chance >= cut).sum()))
    return ResponseBounds(tuple(n_at_look), (-1,) * len(n_at_look), tuple(effective))


def probability_of_difference(treated: BetaMixture, control: BetaMixture, at_most: float) -> float:
    """P(treated - control <= at_most) of two independent beta mixtures."""
    higher, lower = (treated, control) if at_most >= 0 else (control, treated)
    rule = StoppingDesign(
        "posterior_vs_control", 0.5, 1, prior=higher, control=lower, margin=abs(at_most), cut=0.5
    )
    nothing = np.array([0])
    above = float(statistic_posterior_vs_control(rule, nothing, nothing)[0])
    return 1 - above if at_most >= 0 else above
