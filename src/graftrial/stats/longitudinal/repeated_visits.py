"""A mixed model for repeated measures: a mean at every visit, any covariance between visits, Kenward-Roger tests.

No random effects: the covariance of the visits is unstructured and estimated by REML from every value that there is,
so that a patient with one missing visit still counts. Right where values are missing at random.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graftrial.stats.distributions import Vector, t_quantile, t_two_sided
from graftrial.stats.longitudinal.kenward_roger import Adjusted, combine, df_kenward_roger
from graftrial.stats.longitudinal.mixed_model import Contrast
from graftrial.stats.outcomes import Estimate, NotEstimable, PValue, check_confidence

PATIENTS_PER_VISIT = 3  # small_sample_statistics section 4: more patients than 3 x visits
FEWEST_TOGETHER = 3  # patients seen at both of two visits: below, their covariance is not determined
METHOD = "mixed model for repeated measures (unstructured covariance), REML, Kenward-Roger"
STEPS, HALVINGS, SMALL = 200, 40, 1e-10


@dataclass(frozen=True, slots=True)
class VisitModel:
    """A fitted model.

    visits, means: of every visit, in the unit of the values. covariance: between visits, (v, v).
    n_patients: with at least one value. n_values: all together. n_at: patients with a value, by visit.
    """

    visits: tuple[str, ...]
    means: tuple[float, ...]
    covariance: Vector
    log_likelihood: float
    n_patients: int
    n_values: int
    n_at: tuple[int, ...]
    adjusted: Adjusted


@dataclass(frozen=True, slots=True)
class _Pattern:
    """Patients with values at the same visits: their number, sum and sum of products."""

    seen: NDArray[np.int64]
    n: int
    total: Vector
    products: Vector


def fit_visits(values: Sequence[Sequence[float | None]], visits: Sequence[str]) -> VisitModel | NotEstimable:
    """Mean at each visit by restricted maximum likelihood.

    values: a row a patient, a value or None a visit. visits: their names.
    Returns: the model, or why there is none: no more than 3 patients for each visit, two visits that hardly anybody
        has both, no spread, no maximum.
    References: Kenward MG, Roger JH. Biometrics 1997;53:983-997. Mallinckrodt CH et al. Drug Inf J 2008;42:303-319.
    """
    table = np.array([[np.nan if each is None else each for each in row] for row in values], dtype=np.float64)
    table = table.reshape(-1, len(visits))
    table = table[np.isfinite(table).any(axis=1)]
    if why := _refusal(table, visits):
        return NotEstimable(why)
    center = np.nanmean(table, axis=0)
    patterns = _patterns(table - center)
    covariance = np.diag(np.nanvar(table, axis=0, ddof=1))
    found = _maximise(patterns, covariance)
    if isinstance(found, NotEstimable):
        return found
    covariance, value = found
    adjusted, beta = _information(patterns, covariance)
    seen = np.isfinite(table)
    n_values, width = int(seen.sum()), len(visits)
    log_likelihood = -(value + (n_values - width) * np.log(2 * np.pi)) / 2
    return VisitModel(
        tuple(visits), tuple((center + beta).tolist()), covariance, float(log_likelihood), len(table), n_values,
        tuple(seen.sum(axis=0).tolist()), adjusted,
    )  # fmt: skip


def visit_contrast(
    model: VisitModel, weights: Sequence[float], name: str, confidence: float = 0.95
) -> Contrast:
    """Estimate, limits, Kenward-Roger degrees of freedom and p of a weighted sum of the visit means."""
    check_confidence(confidence)
    line, n = np.array(weights, dtype=np.float64), model.n_patients
    value, se = float(line @ np.array(model.means)), float(np.sqrt(line @ model.adjusted.adjusted @ line))
    df = df_kenward_roger(model.adjusted, line)
    if df is None or not se > 0:
        why = NotEstimable("the degrees of freedom do not exist for this contrast")
        estimate = Estimate(METHOD, value, why, why, confidence, "two-sided", n)
        return Contrast(name, estimate, se, why, PValue(METHOD, why, "two-sided", why, why, n))
    half = t_quantile((1 + confidence) / 2, df) * se
    estimate = Estimate(METHOD, value, value - half, value + half, confidence, "two-sided", n)
    p = PValue(METHOD, t_two_sided(value / se, df), "two-sided", 0.0, value / se, n)
    return Contrast(name, estimate, se, df, p)


def _refusal(table: Vector, visits: Sequence[str]) -> str:
    n, least = len(table), PATIENTS_PER_VISIT * len(visits)
    if n <= least:
        counted = f"{len(visits)} visit{'s' if len(visits) > 1 else ''}"
        there = f"there {'is' if n == 1 else 'are'} {n}"
        return f"an unstructured model of {counted} needs more than {least} patients with values, {there}"
    seen = np.isfinite(table)
    together = seen.T.astype(int) @ seen.astype(int)
    if together.min() < FEWEST_TOGETHER:
        first, second = divmod(int(together.argmin()), len(visits))
        who = f"{together.min()} patient{'' if together.min() == 1 else 's'}"
        where = visits[first] if first == second else f"both {visits[first]} and {visits[second]}"
        return f"only {who} have a value at {where}, fewer than {FEWEST_TOGETHER}"
    spread = np.nanstd(table, axis=0)
    for name, each in zip(visits, spread, strict=True):
        if each <= SMALL * max(1.0, float(np.nanmax(np.abs(table)))):
            return f"all values at {name} are identical: there is no variance to test them by"
    return ""


def _patterns(table: Vector) -> list[_Pattern]:
    seen = np.isfinite(table)
    found = []
    for pattern in np.unique(seen, axis=0):
        rows = table[(seen == pattern).all(axis=1)][:, pattern]
        found.append(
            _Pattern(np.flatnonzero(pattern).astype(np.int64), len(rows), rows.sum(axis=0), rows.T @ rows)
        )
    return found


def _fit(patterns: Sequence[_Pattern], covariance: Vector) -> tuple[Vector, Vector, float]:
    """Inverse of X'V^-1 X, the means, and -2 log REML without its constant."""
    width = len(covariance)
    gram, right, log_det = np.zeros((width, width)), np.zeros(width), 0.0
    inverses = []
    for each in patterns:
        place = np.ix_(each.seen, each.seen)
        inverse = np.linalg.inv(covariance[place])
        inverses.append(inverse)
        gram[place] += each.n * inverse
        right[each.seen] += inverse @ each.total
        log_det += each.n * float(np.linalg.slogdet(covariance[place])[1])
    plain = np.asarray(np.linalg.inv(gram), dtype=np.float64)
    beta = plain @ right
    squares = sum(
        float((inverse * _residuals(each, beta)).sum())
        for each, inverse in zip(patterns, inverses, strict=True)
    )
    return plain, beta, log_det + float(np.linalg.slogdet(gram)[1]) + squares


def _residuals(of: _Pattern, beta: Vector) -> Vector:
    """Sum of products of the residuals of a pattern."""
    mean = beta[of.seen]
    cross = np.outer(of.total, mean)
    return np.asarray(of.products - cross - cross.T + of.n * np.outer(mean, mean))


def _directions(width: int) -> Vector:
    """Derivative of the covariance by each of its parameters, (k, v, v)."""
    rows, columns = np.tril_indices(width)
    found = np.zeros((len(rows), width, width))
    found[np.arange(len(rows)), rows, columns] = 1.0
    found[np.arange(len(rows)), columns, rows] = 1.0
    return found


def _information(patterns: Sequence[_Pattern], covariance: Vector) -> tuple[Adjusted, Vector]:
    """What Kenward and Roger ask for, which holds the expected information, and the means."""
    directions, width = _directions(len(covariance)), len(covariance)
    k = len(directions)
    slopes, squares = np.zeros((k, width, width)), np.zeros((k, k, width, width))
    traces = np.zeros((k, k))
    for each in patterns:
        place = np.ix_(each.seen, each.seen)
        inverse = np.linalg.inv(covariance[place])
        turned = inverse @ directions[:, each.seen[:, None], each.seen[None, :]]
        slopes[:, each.seen[:, None], each.seen[None, :]] -= each.n * (turned @ inverse)
        both = np.einsum("iab,jbc->ijac", turned, turned)
        squares[:, :, each.seen[:, None], each.seen[None, :]] += each.n * (both @ inverse)
        traces += each.n * np.einsum("ijaa->ij", both)
    plain, beta, _ = _fit(patterns, covariance)
    return combine(plain, slopes, squares, traces), beta


def _gradient(patterns: Sequence[_Pattern], covariance: Vector) -> Vector:
    """Derivative of -2 log REML by each parameter."""
    directions = _directions(len(covariance))
    plain, beta, _ = _fit(patterns, covariance)
    found = np.zeros(len(directions))
    for each in patterns:
        place = np.ix_(each.seen, each.seen)
        inverse = np.linalg.inv(covariance[place])
        weight = (
            each.n * (inverse - inverse @ plain[place] @ inverse) - inverse @ _residuals(each, beta) @ inverse
        )
        found += np.einsum("kab,ab->k", directions[:, each.seen[:, None], each.seen[None, :]], weight)
    return found


def _maximise(patterns: Sequence[_Pattern], start: Vector) -> tuple[Vector, float] | NotEstimable:
    """Fisher scoring with halved steps, kept positive definite."""
    directions, at = _directions(len(start)), start
    value = _fit(patterns, at)[2]
    for _ in range(STEPS):
        step = -_information(patterns, at)[0].weights @ _gradient(patterns, at) / 2
        move = np.einsum("k,kab->ab", step, directions)
        scale = np.sqrt(np.outer(np.diag(at), np.diag(at)))
        if float(np.abs(move / scale).max()) < SMALL:
            return at, value
        for _ in range(HALVINGS):
            tried = at + move
            if float(np.linalg.eigvalsh(tried / scale).min()) > SMALL:
                found = _fit(patterns, tried)[2]
                if found <= value + SMALL * max(1.0, abs(value)):
                    at, value = tried, found
                    break
            move = move / 2
        else:
            break
    return NotEstimable("the likelihood has no maximum inside the range of covariances that could be found")
