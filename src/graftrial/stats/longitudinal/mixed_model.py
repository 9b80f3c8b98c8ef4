"""Mixed models of a slope: fixed effects with Kenward-Roger or Satterthwaite tests, and contrasts of them.

Large-sample z tests of the same model are far too sure with few patients; they are not offered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from graftrial.stats.distributions import Vector, t_quantile, t_two_sided
from graftrial.stats.longitudinal.kenward_roger import (
    Adjusted,
    adjust,
    df_kenward_roger,
    df_satterthwaite,
)
from graftrial.stats.longitudinal.measurements import Measurements
from graftrial.stats.longitudinal.reml import Blocks, Maximum, blocks, maximise, weighted
from graftrial.stats.outcomes import Estimate, NotEstimable, Number, PValue, check_confidence

Freedom = Literal["kenward_roger", "satterthwaite"]
NAMES = {"kenward_roger": "Kenward-Roger", "satterthwaite": "Satterthwaite (lmerTest convention)"}
FEWEST_PATIENTS = 3


@dataclass(frozen=True, slots=True)
class MixedModel:
    """A fitted model with random intercept and slope.

    terms, coefficients: fixed effects, slopes per unit of time. variance_intercept, variance_slope, covariance,
    variance_residual: squared units. is_singular: a variance is 0 or the correlation is 1 or -1: a valid maximum,
    but the random effects are not to be interpreted. knot: of a two-slope model, else None.
    """

    name: str
    terms: tuple[str, ...]
    coefficients: tuple[float, ...]
    variance_intercept: float
    variance_slope: float
    covariance: float
    variance_residual: float
    log_likelihood: float
    is_singular: bool
    n_patients: int
    n_values: int
    knot: float | None
    notes: tuple[str, ...]
    blocks: Blocks
    theta: Vector
    adjusted: Adjusted


@dataclass(frozen=True, slots=True)
class Contrast:
    """One linear combination of the fixed effects with its small-sample t test.

    se: standard error, adjusted by Kenward and Roger where they give the degrees of freedom. df: may be a fraction.
    """

    name: str
    estimate: Estimate
    se: Number
    df: Number
    p: PValue


def fit_total_slope(data: Measurements) -> MixedModel | NotEstimable:
    """Value linear in time, random intercept and slope; with two arms also arm and year:arm.

    Terms: intercept, year, and arm, year:arm. References: Vonesh E et al. Stat Med 2019;38:4218-4239.
    """
    return _fit("total slope", {"year": data.years}, "year", data, None)


def fit_two_slope(data: Measurements, knot: float) -> MixedModel | NotEstimable:
    """Value with one slope up to the knot and another after it, random intercept and chronic slope.

    knot: in the unit of time, declared before. Terms: intercept, acute, chronic, and with two arms arm, acute:arm,
    chronic:arm. All slopes are per unit of time. References: as `fit_total_slope`.
    """
    columns = {"acute": np.minimum(data.years, knot), "chronic": np.maximum(data.years - knot, 0.0)}
    return _fit("two-slope", columns, "chronic", data, knot)


def fit_chronic_slope(data: Measurements, knot: float) -> MixedModel | NotEstimable:
    """Value level up to the knot and linear after it, random intercept and slope; terms intercept, chronic."""
    return _fit("chronic slope", {"chronic": np.maximum(data.years - knot, 0.0)}, "chronic", data, knot)


def contrast(
    model: MixedModel,
    weights: Mapping[str, float],
    name: str,
    freedom: Freedom = "kenward_roger",
    confidence: float = 0.95,
) -> Contrast:
    """Estimate, limits, degrees of freedom and p of a weighted sum of terms.

    weights: term to weight; terms that are not named count 0. Raises: KeyError for a term that the model has not.
    """
    check_confidence(confidence)
    if unknown := set(weights) - set(model.terms):
        raise KeyError(f"no term {', '.join(sorted(unknown))}; there are {', '.join(model.terms)}")
    line = np.array([float(weights.get(term, 0.0)) for term in model.terms])
    value = float(line @ np.array(model.coefficients))
    if freedom == "kenward_roger":
        covariance, df = model.adjusted.adjusted, df_kenward_roger(model.adjusted, line)
    else:
        covariance = model.adjusted.plain
        df = df_satterthwaite(model.blocks, model.theta, model.variance_residual, line)
    method = f"mixed model ({model.name}), REML, {NAMES[freedom]}"
    se = float(np.sqrt(line @ covariance @ line))
    return _tested(method, name, value, se, df, confidence, model)


def total_slope(
    model: MixedModel,
    horizon: float,
    arm: int = 0,
    freedom: Freedom = "kenward_roger",
    confidence: float = 0.95,
) -> Contrast:
    """Mean slope from 0 to the horizon: of a two-slope model (acute k + chronic (T - k)) / T, else the slope itself.

    horizon: in the unit of time, beyond the knot. arm: 0, or 1 of a two-arm model.
    Raises: ValueError for a horizon inside the acute phase.
    """
    return contrast(
        model, _total_weights(model, horizon, (1.0, float(arm))), "total slope", freedom, confidence
    )


def total_slope_difference(
    model: MixedModel, horizon: float, freedom: Freedom = "kenward_roger", confidence: float = 0.95
) -> Contrast:
    """Total slope of arm 1 minus that of arm 0; parameters as in `total_slope`."""
    weights = _total_weights(model, horizon, (0.0, 1.0))
    return contrast(model, weights, "difference of total slopes", freedom, confidence)


def _total_weights(model: MixedModel, horizon: float, shares: tuple[float, float]) -> dict[str, float]:
    parts = {"year": 1.0}
    if model.knot is not None:
        if horizon <= model.knot:
            raise ValueError("the horizon is not beyond the knot")
        parts = {"acute": model.knot / horizon, "chronic": 1 - model.knot / horizon}
    plain, by_arm = shares
    weights = {term: plain * part for term, part in parts.items() if plain}
    return weights | {f"{term}:arm": by_arm * part for term, part in parts.items() if by_arm}


def _tested(
    method: str, name: str, value: float, se: float, df: float | None, confidence: float, model: MixedModel
) -> Contrast:
    n, notes = model.n_patients, model.notes
    if df is None or not np.isfinite(df) or not se > 0:
        why = NotEstimable("the degrees of freedom do not exist for this contrast")
        estimate = Estimate(method, value, why, why, confidence, "two-sided", n, notes)
        return Contrast(name, estimate, se, why, PValue(method, why, "two-sided", why, why, n, notes))
    half = t_quantile((1 + confidence) / 2, df) * se
    estimate = Estimate(method, value, value - half, value + half, confidence, "two-sided", n, notes)
    p = t_two_sided(value / se, df)
    return Contrast(name, estimate, se, float(df), PValue(method, p, "two-sided", 0.0, value / se, n, notes))


def _fit(
    name: str, columns: dict[str, Vector], slope: str, data: Measurements, knot: float | None
) -> MixedModel | NotEstimable:
    design = {"intercept": np.ones(data.n), **columns}
    if len(data.arms):
        design |= {
            "arm": data.arms,
            **{f"{term}:arm": column * data.arms for term, column in columns.items()},
        }
    wide = np.column_stack(list(design.values())) if data.n else np.zeros((0, len(design)))
    if why := _refusal(wide, data):
        return NotEstimable(why)
    start = np.asarray(np.linalg.lstsq(wide, data.values, rcond=None)[0], dtype=np.float64)
    of = blocks(data.patients, wide, columns[slope], data.values - wide @ start)
    best = maximise(of)
    if best.sigma2 <= 1e-12 * max(1.0, float(np.var(data.values))):
        return NotEstimable("every patient lies exactly on a line: there is no residual variance")
    if not best.has_converged:
        return NotEstimable("the likelihood has no maximum that could be found from any start")
    return _model(name, tuple(design), start, of, best, data, knot)


def _model(
    name: str,
    terms: tuple[str, ...],
    start: Vector,
    of: Blocks,
    best: Maximum,
    data: Measurements,
    knot: float | None,
) -> MixedModel:
    relative = np.array([[best.theta[0], 0.0], best.theta[1:]])
    spread = best.sigma2 * (relative @ relative.T)
    coefficients = start + weighted(of, best.theta[None])[1][0]
    notes = data.notes
    if best.is_singular:
        notes = (
            *notes,
            "singular fit: a variance of the random effects is 0, or their correlation is 1 or -1",
        )
    return MixedModel(
        name, terms, tuple(coefficients.tolist()), float(spread[0, 0]), float(spread[1, 1]), float(spread[1, 0]),
        best.sigma2, -best.deviance / 2, best.is_singular, len(data.labels), data.n, knot, notes,
        of, best.theta, adjust(of, best.theta, best.sigma2),
    )  # fmt: skip


def _refusal(design: Vector, data: Measurements) -> str:
    patients = len(data.labels)
    if patients < FEWEST_PATIENTS:
        return f"a mixed model needs at least {FEWEST_PATIENTS} patients with values, there {_are(patients)}"
    if len(data.arms) and min(len(set(data.patients[data.arms == arm].tolist())) for arm in (0, 1)) < 2:
        return "each arm needs at least 2 patients with values"
    if data.n <= 2 * patients:
        return (
            f"{data.n} values of {patients} patients do not determine a random intercept and slope for each"
        )
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return "the times of the values do not determine every slope of the model"
    if np.ptp(data.values) <= 1e-10 * max(1.0, float(np.abs(data.values).max())):
        return "all values are identical: the slope is 0 and there is no variance to test it by"
    return ""


def _are(count: int) -> str:
    return "is 1" if count == 1 else f"are {count}"
