"""Events per exposure: exact limits of a rate, and the exact comparison of two rates. Units are the caller's."""

from __future__ import annotations

from math import isfinite

from graftrial.stats.distributions import (
    beta_quantile,
    binomial_at_least,
    binomial_at_most,
    binomial_masses,
    gamma_quantile,
    poisson_at_least,
    poisson_at_most,
    root,
)
from graftrial.stats.outcomes import (
    Estimate,
    NotEstimable,
    Number,
    PValue,
    check_confidence,
    no_estimate,
    no_test,
)

GARWOOD = "exact Poisson (Garwood)"
MID_P = "Poisson mid-p"
RATIO = "exact conditional, central"
RELATIVE_SLACK = 1e-7  # two probabilities that are equal on paper may differ in the last bits


def garwood(events: int, exposure: float, confidence: float = 0.95) -> Estimate:
    """Events per unit of exposure with exact central limits.

    exposure: person-time in the unit that the rate is wanted in (for events per 100 patient-years: years / 100).
    Returns: an Estimate; 0 events give the rate 0, the lower limit 0 and a two-sided upper limit above 0.
    Raises: ValueError for a negative number of events.
    Not for: patients with several dependent events.
    References: Garwood F. Biometrika 1936;28:437-442.

    >>> rate = garwood(0, 2.5 / 100)
    >>> rate.value, rate.lower, round(rate.upper, 1)
    (0.0, 0.0, 147.6)
    """
    if why := _no_exposure(events, exposure):
        return no_estimate(GARWOOD, why, confidence)
    tail = (1 - check_confidence(confidence)) / 2
    lower = gamma_quantile(events, tail) if events else 0.0
    upper = gamma_quantile(events + 1, 1 - tail)
    return Estimate(
        GARWOOD, events / exposure, lower / exposure, upper / exposure, confidence, "two-sided", events
    )


def garwood_upper(events: int, exposure: float, confidence: float = 0.95) -> Estimate:
    """Events per unit of exposure with the exact one-sided upper limit; parameters as in `garwood`."""
    if why := _no_exposure(events, exposure):
        return no_estimate(GARWOOD, why, confidence)
    upper = gamma_quantile(events + 1, check_confidence(confidence)) / exposure
    return Estimate(GARWOOD, events / exposure, 0.0, upper, confidence, "upper", events)


def rate_mid_p(events: int, exposure: float, confidence: float = 0.95) -> Estimate:
    """Events per unit of exposure with mid-p limits: shorter than `garwood`, and not guaranteed to cover.

    Parameters and errors as in `garwood`.
    References: Lancaster HO. J Am Stat Assoc 1961;56:223-234.
    """
    if why := _no_exposure(events, exposure):
        return no_estimate(MID_P, why, confidence)
    tail = (1 - check_confidence(confidence)) / 2
    highest = gamma_quantile(events + 1, 1 - tail)  # the Garwood limit is never shorter

    def above(mean: float) -> float:
        return (poisson_at_most(events, mean) + poisson_at_most(events - 1, mean)) / 2 - tail

    def below(mean: float) -> float:
        return (poisson_at_least(events, mean) + poisson_at_least(events + 1, mean)) / 2 - tail

    lower = root(below, 0.0, float(events)) if events else 0.0
    upper = root(above, float(events), highest)
    return Estimate(
        MID_P, events / exposure, lower / exposure, upper / exposure, confidence, "two-sided", events
    )


def rate_ratio(
    events: int, exposure: float, events_other: int, exposure_other: float, confidence: float = 0.95
) -> Estimate:
    """Rate of the first group by the rate of the other, with exact central limits given the total of events.

    Returns: an Estimate; value or a limit is not estimable where the other (or every) group has no event.
    References: Przyborowski J, Wilenski H. Biometrika 1940;31:313-323.
    """
    if why := _no_exposure(events, exposure) or _no_exposure(events_other, exposure_other):
        return no_estimate(RATIO, why, confidence)
    total = events + events_other
    if total == 0:
        return no_estimate(RATIO, "neither group has an event", confidence)
    tail = (1 - check_confidence(confidence)) / 2
    scale = exposure_other / exposure
    share_low = beta_quantile(events, events_other + 1, tail) if events else 0.0
    lower = scale * share_low / (1 - share_low)
    value: Number
    upper: Number
    value = upper = NotEstimable("the group it is compared with has no event")
    if events_other:
        value = scale * events / events_other
        share_high = beta_quantile(events + 1, events_other, 1 - tail)
        upper = scale * share_high / (1 - share_high)
    return Estimate(RATIO, value, lower, upper, confidence, "two-sided", total)


def compare_rates(events: int, exposure: float, events_other: int, exposure_other: float) -> PValue:
    """Exact test that two rates are equal, given the total of events: central, twice the smaller tail.

    References: as `rate_ratio`.
    """
    return _compared(events, exposure, events_other, exposure_other, RATIO, likelihood=False)


def compare_rates_by_likelihood(
    events: int, exposure: float, events_other: int, exposure_other: float
) -> PValue:
    """The same with the other two-sided definition: all splits that are not more probable than the observed one."""
    method = "exact conditional, minimum likelihood"
    return _compared(events, exposure, events_other, exposure_other, method, likelihood=True)


def _compared(
    events: int, exposure: float, events_other: int, exposure_other: float, method: str, likelihood: bool
) -> PValue:
    if why := _no_exposure(events, exposure) or _no_exposure(events_other, exposure_other):
        return no_test(method, why)
    total = events + events_other
    if total == 0:
        return no_test(method, "neither group has an event")
    share = exposure / (exposure + exposure_other)
    masses = binomial_masses(total, share)

    def p_of(k: int) -> float:
        if likelihood:
            return min(1.0, float(masses[masses <= masses[k] * (1 + RELATIVE_SLACK)].sum()))
        return min(1.0, 2 * min(binomial_at_most(k, total, share), binomial_at_least(k, total, share)))

    smallest = min(p_of(0), p_of(total))
    return PValue(method, p_of(events), "two-sided", smallest, float(events), total)


def _no_exposure(events: int, exposure: float) -> str:
    if events < 0:
        raise ValueError(f"no rate of {events} events")
    if not isfinite(exposure) or exposure <= 0:
        return "there is no time under observation"
    return ""
