"""How far the statement about an event probability rests on history: the posterior at each weight of that part."""

from __future__ import annotations

from dataclasses import dataclass

from graftrial.analyse.results import Result
from graftrial.stats.priors.beta_mixture import BetaMixture, robust

GROUP = "safety.prior_weight"
STEPS = 20
METHOD = "posterior under weight x history (MAP) + (1 - weight) x Beta(1, 1), exact"


@dataclass(frozen=True, slots=True)
class AtWeight:
    """weight: of the history, 0 to 1. above: P(p > p0); mean: posterior mean with its 95% credible interval."""

    weight: float
    above: Result
    mean: Result


def prior_weight(
    key: str, n: int, events: int, p0: float, history: BetaMixture, robust_weight: float
) -> tuple[AtWeight, ...]:
    """The posterior after `events` of n, from no history to history alone.

    key: slug of the rule. robust_weight: weight of Beta(1, 1) that the study file declares; it is among the rows.
    """
    weights = {*(step / STEPS for step in range(STEPS + 1)), round(1 - robust_weight, 10)}
    return tuple(_at(key, n, events, p0, history, weight) for weight in sorted(weights))


def _at(key: str, n: int, events: int, p0: float, history: BetaMixture, weight: float) -> AtWeight:
    after = _mixed(history, weight).given(n, events)
    low, high = after.interval()
    percent = f"{100 * weight:g}"
    stem = f"{GROUP}.{key}.{percent.replace('.', '_')}"
    told = f"weight of the history {percent}%"
    above = Result(
        f"{stem}.p_above_limit", after.probability_above(p0), f"{told}: P(p > {p0:g})", GROUP,
        n=events, denominator=n, method=METHOD,
    )  # fmt: skip
    mean = Result(
        f"{stem}.mean", after.mean, f"{told}: posterior mean", GROUP, n=events, denominator=n,
        lower=low, upper=high, method=f"{METHOD}; 95% credible interval, equal tails",
    )  # fmt: skip
    return AtWeight(weight, above, mean)


def _mixed(history: BetaMixture, weight: float) -> BetaMixture:
    if weight >= 1:
        return history
    return BetaMixture.beta(1, 1) if weight <= 0 else robust(history, 1 - weight)
