"""One slope per patient, before against after, and the two-stage summary of the slopes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graftrial.stats.distributions import t_quantile, t_two_sided
from graftrial.stats.longitudinal.measurements import Measurements
from graftrial.stats.outcomes import (
    Estimate,
    NotEstimable,
    Number,
    PValue,
    check_confidence,
    known,
    no_estimate,
    no_test,
)

METHOD = "least squares of one patient, t limits"
DIFFERENCE = "difference of two least-squares slopes, Welch t limits"
TWO_STAGE = "mean of individual slopes, t limits"
WEIGHTED = "mean of individual slopes weighted by 1 / se2, t limits"
FLAT = 1e-10


@dataclass(frozen=True, slots=True)
class Slope:
    """The line of one patient.

    label: the caller's name. estimate: value per unit of time; limits not estimable without residual spread.
    se: its standard error. n_points: times with a value. first, last: values at the ends; span: time between them.
    """

    label: str
    estimate: Estimate
    se: Number
    n_points: int
    first: Number
    last: Number
    span: float


def estimate_slopes(
    data: Measurements, confidence: float = 0.95, min_points: int = 3, min_span: float = 0.0
) -> tuple[Slope, ...]:
    """Least-squares slope of every patient, in the order of their labels.

    min_points: fewer are not estimable, at least 3. min_span: least time between first and last value.
    A patient none of whose rows is usable is not in the data and so not here.
    """
    check_confidence(confidence)
    if min_points < 3:
        raise ValueError("a slope with a standard error needs at least 3 points")
    return tuple(
        _slope(data, number, label, confidence, min_points, min_span)
        for number, label in enumerate(data.labels)
    )


def slope_difference(before: Slope, after: Slope) -> Estimate:
    """Slope after minus slope before of one patient, with Welch-Satterthwaite degrees of freedom.

    Returns: an Estimate, not estimable with the reason of whichever slope is not. References: Welch BL.
    Biometrika 1947;34:28-35.
    """
    confidence, n = after.estimate.confidence, before.n_points + after.n_points
    for when, slope in (("before", before), ("after", after)):
        if isinstance(slope.estimate.value, NotEstimable):
            return no_estimate(DIFFERENCE, f"{when}: {slope.estimate.value.reason}", confidence, n)
    value = _number(after.estimate.value) - _number(before.estimate.value)
    squares = [_number(slope.se) ** 2 for slope in (before, after)]
    freedom = [slope.n_points - 2 for slope in (before, after)]
    lower: Number
    upper: Number
    lower = upper = NotEstimable("neither line has a residual spread")
    if sum(squares) > 0:
        df = sum(squares) ** 2 / sum(square**2 / free for square, free in zip(squares, freedom, strict=True))
        half = t_quantile((1 + confidence) / 2, df) * sum(squares) ** 0.5
        lower, upper = value - half, value + half
    return Estimate(DIFFERENCE, value, lower, upper, confidence, "two-sided", n)


def two_stage_mean(slopes: Sequence[Slope], confidence: float = 0.95) -> Estimate:
    """Unweighted mean of the estimable slopes: each patient counts once."""
    values, notes = _estimable(slopes)
    return _mean(TWO_STAGE, values, [1.0] * len(values), notes, confidence)[0]


def two_stage_test(slopes: Sequence[Slope]) -> PValue:
    """Student's test that the mean of the estimable slopes is 0."""
    values, notes = _estimable(slopes)
    return _mean(TWO_STAGE, values, [1.0] * len(values), notes, 0.95)[1]


def two_stage_weighted(slopes: Sequence[Slope], confidence: float = 0.95) -> Estimate:
    """Mean weighted by the precision of each slope, as sensitivity; spread between patients by the same weights.

    References: Hartung J, Knapp G. Stat Med 2001;20:1771-1782, with the weights of a common slope.
    """
    usable = [each for each in slopes if isinstance(each.se, float) and each.se > 0]
    values, notes = _estimable(usable)
    left = len(slopes) - len(usable)
    said = (f"{left} patients without a slope or a standard error left out",) if left else notes
    weights = [1 / _number(each.se) ** 2 for each in usable]
    return _mean(WEIGHTED, values, weights, said, confidence)[0]


def change_from_baseline(
    baseline: Sequence[float | None], later: Sequence[float | None]
) -> tuple[list[float], str]:
    """Later minus baseline of the patients who have both, and why the others have none, "" where all have.

    For `paired`: a plain paired analysis of one visit.
    """
    pairs = [
        (before, after) for before, after in zip(baseline, later, strict=True) if None not in (before, after)
    ]
    changes, _ = known(
        [after - before for before, after in pairs if before is not None and after is not None]
    )
    left = len(baseline) - len(changes)
    return changes, f"{left} without both values" if left else ""


def _slope(
    data: Measurements, number: int, label: str, confidence: float, min_points: int, min_span: float
) -> Slope:
    own = data.patients == number
    years, values = data.years[own], data.values[own]
    n, span = len(years), float(years[-1] - years[0])
    ends = float(values[0]), float(values[-1])
    why = ""
    if n < min_points:
        why = f"{n} {'point' if n == 1 else 'points'}, at least {min_points} needed"
    elif span < min_span or span <= 0:
        why = f"the values span {span:.3g}, at least {min_span:g} needed"
    if why:
        return Slope(label, no_estimate(METHOD, why, confidence, n), NotEstimable(why), n, *ends, span)
    centred = years - years.mean()
    value = float(centred @ values / (centred @ centred))
    residuals = values - values.mean() - value * centred
    se = float(np.sqrt(residuals @ residuals / (n - 2) / (centred @ centred)))
    if float(np.abs(residuals).max()) <= FLAT * max(1.0, float(np.abs(values).max())):
        same = np.ptp(values) <= FLAT * max(1.0, float(np.abs(values).max()))
        none = NotEstimable("all values are identical" if same else "the values lie exactly on a line")
        value = 0.0 if same else value
        estimate = Estimate(METHOD, value, none, none, confidence, "two-sided", n)
        return Slope(label, estimate, 0.0, n, *ends, span)
    half = t_quantile((1 + confidence) / 2, n - 2) * se
    estimate = Estimate(METHOD, value, value - half, value + half, confidence, "two-sided", n)
    return Slope(label, estimate, se, n, *ends, span)


def _estimable(slopes: Sequence[Slope]) -> tuple[list[float], tuple[str, ...]]:
    values = [_number(each.estimate.value) for each in slopes if isinstance(each.estimate.value, float)]
    left = len(slopes) - len(values)
    return values, (f"{left} patients without an estimable slope left out",) if left else ()


def _mean(
    method: str, values: Sequence[float], weights: Sequence[float], notes: tuple[str, ...], confidence: float
) -> tuple[Estimate, PValue]:
    check_confidence(confidence)
    n = len(values)
    if not n:
        why = "no patient has an estimable slope"
        return no_estimate(method, why, confidence, notes=notes), no_test(method, why)
    shares = np.array(weights) / sum(weights)
    mean = float(shares @ np.array(values))
    none = NotEstimable("one slope has no spread" if n == 1 else "all slopes are identical")
    if n == 1 or np.ptp(np.array(values)) <= FLAT * max(1.0, abs(mean)):
        estimate = Estimate(method, mean, none, none, confidence, "two-sided", n, notes)
        return estimate, no_test(method, none.reason, n=n)
    se = float(np.sqrt(shares @ (np.array(values) - mean) ** 2 / (n - 1)))
    half = t_quantile((1 + confidence) / 2, n - 1) * se
    estimate = Estimate(method, mean, mean - half, mean + half, confidence, "two-sided", n, notes)
    return estimate, PValue(method, t_two_sided(mean / se, n - 1), "two-sided", 0.0, mean / se, n, notes)


def _number(value: Number) -> float:
    assert isinstance(value, float)
    return value
