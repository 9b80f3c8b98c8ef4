"""Slopes: of each patient, before against after the infusion, by a mixed model; and single-patient series."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from graftrial.analyse.endpoint_rows import (
    DAYS_PER_YEAR,
    Case,
    Row,
    contrast_rows,
    missing_words,
    noted,
    number,
)
from graftrial.analyse.results import Result
from graftrial.stats.interrupted_series import summarise_interrupted_series
from graftrial.stats.longitudinal.measurements import Measurements, measurements
from graftrial.stats.longitudinal.mixed_model import (
    Contrast,
    MixedModel,
    contrast,
    fit_total_slope,
    fit_two_slope,
    total_slope,
)
from graftrial.stats.longitudinal.slopes import (
    Slope,
    estimate_slopes,
    slope_difference,
    two_stage_mean,
    two_stage_test,
    two_stage_weighted,
)
from graftrial.stats.outcomes import NotEstimable, no_estimate
from graftrial.stats.paired import hodges_lehmann, signed_rank_pratt
from graftrial.study.model import Endpoint

NOBODY_AFTER = "nobody has a value after the infusion"


def slopes(case: Case) -> list[Result]:
    """Slope of each patient, their mean, and the mean weighted by precision as sensitivity."""
    unit, points = per_year(case.endpoint), points_of_those_seen_after(case)
    found = slopes_by_patient(case, points)
    results = [_patient(case, row, found.get(row["subject_id"]), unit) for row in case.rows]
    given = tuple(found.values())
    results.append(noted(case.estimate("estimate", "mean slope", two_stage_mean(given), unit), _notes(case)))
    results.append(
        case.estimate(
            "sensitivity.weighted", "mean slope, weighted by precision", two_stage_weighted(given), unit
        )
    )
    test = two_stage_test(given)
    results.append(case.test("p", "mean slope is 0", test, test.n))
    return results


def before_after(case: Case) -> list[Result]:
    """Slope after minus slope before of each patient, and the paired summary."""
    unit = per_year(case.endpoint)
    phases = [
        slopes_by_patient(case, [each for each in case.points if each["phase"] == phase])
        for phase in ("before", "after")
    ]
    results, differences = [], []
    for row in case.rows:
        subject = row["subject_id"]
        both = [phase.get(subject) for phase in phases]
        for name, slope in zip(("before", "after"), both, strict=True):
            results.append(_patient(case, row, slope, unit, name=name))
        first, second = both
        if first is None or second is None:
            why = row["reason"] or f"no value {'before' if first is None else 'after'} the infusion"
            results.append(case.patient(row, None, unit, reason=why))
            continue
        found = slope_difference(first, second)
        value = number(found.value)
        reason = found.value.reason if isinstance(found.value, NotEstimable) else ""
        results.append(
            case.patient(
                row,
                value,
                unit,
                reason=reason,
                lower=number(found.lower),
                upper=number(found.upper),
                method=found.method,
            )
        )
        differences += [value] if value is not None else []
    found = hodges_lehmann(differences)
    results.append(noted(case.estimate("estimate", "slope after minus before", found, unit), _notes(case)))
    results.append(case.test("p", "no difference", signed_rank_pratt(differences), len(differences)))
    return results


def mixed_model(case: Case) -> list[Result]:
    """Slope of each patient; total slope of the model, and acute and chronic slope where it has a knot."""
    unit, found = per_year(case.endpoint), slopes_by_patient(case, points_of_those_seen_after(case))
    results = [_patient(case, row, found.get(row["subject_id"]), unit) for row in case.rows]
    data, endpoint = _data(case.points), case.endpoint
    knot = (endpoint.knot_days or 0) / DAYS_PER_YEAR
    model = fit_two_slope(data, knot) if endpoint.model == "two_slope" else fit_total_slope(data)
    if len(data.labels) and not points_of_those_seen_after(case):
        model = NotEstimable(NOBODY_AFTER)
    if isinstance(model, NotEstimable):
        none = no_estimate(
            f"mixed model ({endpoint.model.replace('_', '-')}), REML", model.reason, n=len(data.labels)
        )
        return [*results, noted(case.estimate("estimate", "mean slope", none, unit), _notes(case))]
    for name, words, each in _contrasts(case, model):
        rows = contrast_rows(case, name, words, each, unit)
        results += [noted(rows[0], _notes(case)), *rows[1:]] if name == "estimate" else rows
    return results + _line(case, model)


def series(case: Case) -> list[Result]:
    """Each patient alone, before against after: mean difference, overlap, start-point randomisation."""
    results = []
    direction: Literal["increase", "decrease"] = (
        "increase" if case.endpoint.better == "higher" else "decrease"
    )
    for row in case.rows:
        own = [each for each in case.points if each["subject_id"] == row["subject_id"]]
        phases = [[each["value"] for each in own if each["phase"] == phase] for phase in ("before", "after")]
        found = summarise_interrupted_series(phases[0], phases[1], direction, case.endpoint.min_points)
        value, overlap = number(found.mean_difference), number(found.nap)
        why = found.mean_difference.reason if isinstance(found.mean_difference, NotEstimable) else ""
        size = f"mean of {found.n_after} values after minus mean of {found.n_before} before"
        results.append(case.patient(row, value, case.endpoint.unit, reason=row["reason"] or why, method=size))
        if overlap is not None:
            results.append(
                case.patient(
                    row,
                    overlap,
                    "",
                    name="overlap",
                    reason="",
                    method="share of pairs in which the later value is better",
                )
            )
        p, smallest = number(found.one_sided.p), number(found.one_sided.smallest_p)
        least = f"; smallest possible {smallest:.2g}" if smallest is not None else ""
        reason = "" if p is not None else str(found.one_sided.p)
        results.append(
            case.patient(
                row, p, "", name="p", reason=reason, method=f"{found.one_sided.method}, one-sided{least}"
            )
        )
    return results


def _contrasts(case: Case, model: MixedModel) -> list[tuple[str, str, Contrast]]:
    freedom = case.endpoint.freedom
    if model.knot is None:
        return [("estimate", "mean slope", contrast(model, {"year": 1.0}, "total slope", freedom))]
    horizon = _last(case) / DAYS_PER_YEAR
    parts = [
        (name, f"{name} slope", contrast(model, {name: 1.0}, name, freedom)) for name in ("acute", "chronic")
    ]
    if horizon <= model.knot:
        return parts
    return [
        ("estimate", f"total slope over {_last(case)} days", total_slope(model, horizon, freedom=freedom)),
        *parts,
    ]


def _line(case: Case, model: MixedModel) -> list[Result]:
    """Mean value of the model at the ends and the bend, for the line of the figure."""
    first, last = case.endpoint.window_days or (0, case.endpoint.until_day or 0)
    bends = {case.endpoint.knot_days} if case.endpoint.knot_days else set()
    results = []
    for day in sorted({first, last} | {each for each in bends if each is not None and first < each < last}):
        year = day / DAYS_PER_YEAR
        weights = {"intercept": 1.0, "year": year}
        if model.knot is not None:
            weights = {
                "intercept": 1.0,
                "acute": min(year, model.knot),
                "chronic": max(year - model.knot, 0.0),
            }
        value = sum(weights[term] * each for term, each in zip(model.terms, model.coefficients, strict=True))
        words = f"mean of the model on day {day}"
        results.append(
            case.row(("model_line", day), value, words, unit=case.endpoint.unit, method=model.name)
        )
    return results


def _last(case: Case) -> int:
    return case.endpoint.window_days[1] if case.endpoint.window_days else case.endpoint.until_day or 0


def points_of_those_seen_after(case: Case) -> list[Row]:
    """Points of patients with a value after day 0; all points where the window ends there.

    Without one, the slope of a patient is that before the infusion under the name of the other.
    """
    if _last(case) <= 0:
        return list(case.points)
    seen = {each["subject_id"] for each in case.points if each["phase"] == "after"}
    return [each for each in case.points if each["subject_id"] in seen]


def _data(points: Sequence[Row]) -> Measurements:
    return measurements(
        [each["subject_id"] for each in points],
        [each["day"] / DAYS_PER_YEAR for each in points],
        [each["value"] for each in points],
    )


def slopes_by_patient(case: Case, points: Sequence[Row]) -> dict[str, Slope]:
    """Least-squares slope of each patient who has one of these points."""
    found = estimate_slopes(
        _data(points),
        min_points=case.endpoint.min_points,
        min_span=case.endpoint.min_span_days / DAYS_PER_YEAR,
    )
    return {each.label: each for each in found}


def _patient(case: Case, row: Row, slope: Slope | None, unit: str, name: str = "patient") -> Result:
    label = (
        f"{case.endpoint.title}: {row['subject_id']}"
        if name == "patient"
        else f"slope {name}: {row['subject_id']}"
    )
    if slope is None:
        is_early = name == "patient" and any(each["subject_id"] == row["subject_id"] for each in case.points)
        why = row["reason"] or ("no value after the infusion" if is_early else "no value in the window")
        return case.patient(row, None, unit, reason=why, name=name, label=label)
    value = number(slope.estimate.value)
    why = slope.estimate.value.reason if isinstance(slope.estimate.value, NotEstimable) else ""
    if not why and isinstance(slope.estimate.lower, NotEstimable):
        why = f"no interval: {slope.estimate.lower.reason}"
    return case.patient(
        row,
        value,
        unit,
        reason=why,
        lower=number(slope.estimate.lower),
        upper=number(slope.estimate.upper),
        method=f"least squares of {slope.n_points} values",
        name=name,
        label=label,
    )


def per_year(endpoint: Endpoint) -> str:
    """Unit of a slope."""
    return f"{endpoint.unit} per year"


def _notes(case: Case) -> list[str]:
    """Who is missing, and who left early by losing the graft: slopes that end there are informative."""
    lost = [row for row in case.rows if row["event"] in ("graft_loss", "death")]
    notes = list(missing_words(case))
    if lost:
        notes.append(
            f"{len(lost)} of {len(case.rows)} lost the graft or died in the window: their values end there, which is "
            "informative; a composite rank stands beside where it is declared"
        )
    return notes
