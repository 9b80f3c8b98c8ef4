"""Shares and rates of events, resolution, and time to an event."""

from __future__ import annotations

from graftrial.analyse.endpoint_changes import shares
from graftrial.analyse.endpoint_rows import DAYS_PER_YEAR, Case, Row, missing_words, noted, number
from graftrial.analyse.results import Result
from graftrial.stats.outcomes import Estimate, NotEstimable, no_estimate
from graftrial.stats.rates import garwood, rate_mid_p
from graftrial.stats.survival.aalen_johansen import CumulativeIncidence, estimate_aalen_johansen
from graftrial.stats.survival.kaplan_meier import (
    SurvivalCurve,
    estimate_kaplan_meier,
    median_survival,
    restricted_mean,
)
from graftrial.study.variables import STATES

ENOUGH_FOR_A_CURVE = 10  # amr_trial_reporting section 4: below, time lines instead of a curve


def proportions(case: Case) -> list[Result]:
    """Patients with at least one event, or in whom the state was reached."""
    if case.endpoint.variable in STATES:
        return _resolved(case)
    limit, results, verdicts = case.endpoint.until_day or 0, [], []
    for row in case.rows:
        verdict, why = reached(case, row)
        verdicts.append(verdict)
        answer = None if verdict is None else "yes" if verdict else "no"
        results.append(case.patient(row, answer, "", reason=why, method=_counted(row)))
    found = shares(case, verdicts, f"with {case.endpoint.words}", is_cautious=True)
    short = sum(1 for row in case.rows if row["follow_up_day"] is None or row["follow_up_day"] < limit)
    note = [f"{short} of {len(case.rows)} were followed for less than {limit} days"] if short else []
    return [*results, *(noted(each, note) if each.key.endswith(".estimate") else each for each in found)]


def reached(case: Case, row: Row) -> tuple[bool | None, str]:
    """Whether a patient had the event or reached the state, None where it is not known, and why."""
    if case.endpoint.variable in STATES:
        return _has_resolved(row)
    limit = case.endpoint.until_day or 0
    if row["status"] == "missing":
        return None, row["reason"]
    if row["status"] == "censored" and (row["day"] or 0) < limit:
        return None, f"followed to day {row['day']} only"
    return row["status"] == "event", row["reason"]


def _counted(row: Row) -> str:
    n = row["n_events"] or 0
    parts = [f"{n} event{'s' if n > 1 else ''}"] if n else []
    if row["status"] == "event" and row["day"] is not None:
        parts.append(f"first on day {row['day']}")
    return ", ".join(parts)


def _resolved(case: Case) -> list[Result]:
    results, verdicts = [], []
    for row in case.rows:
        verdict, why = reached(case, row)
        verdicts.append(verdict)
        answer = None if verdict is None else "resolved" if verdict else "not resolved"
        results.append(case.patient(row, answer, "", reason=why))
    return results + shares(case, verdicts, "resolved")


def _has_resolved(row: Row) -> tuple[bool | None, str]:
    if row["status"] == "worst":
        return False, row["reason"]
    if row["status"] != "observed":
        return None, row["reason"]
    return (
        (row["value"] == 0, row["reason"])
        if row["baseline"] == 1
        else (None, "AMR was not established at baseline")
    )


def rates(case: Case) -> list[Result]:
    """Events per 100 patient-years of follow-up with exact limits."""
    known = [row for row in case.rows if row["status"] != "missing" and row["follow_up_day"] is not None]
    results = [
        case.patient(
            row,
            row["n_events"] if row["status"] != "missing" else None,
            "events",
            method=f"{row['follow_up_day']} days",
        )
        for row in case.rows
    ]
    years = sum(row["follow_up_day"] for row in known) / DAYS_PER_YEAR
    events, unit = sum(row["n_events"] for row in known), "per 100 patient-years"
    if len(known) < len(case.rows):
        why = (
            f"of {len(case.rows) - len(known)} of {len(case.rows)} patients events or follow-up are not known"
        )
        found: Estimate = no_estimate("exact (Garwood)", why, n=len(known))
    elif years <= 0:
        found = no_estimate("exact (Garwood)", "there is no follow-up time", n=len(known))
    else:
        found = (rate_mid_p if case.endpoint.interval == "mid_p" else garwood)(events, years / 100)
        found = Estimate(
            found.method, found.value, found.lower, found.upper, 0.95, found.sided, len(known), found.notes
        )
    label = f"{case.endpoint.words} per 100 patient-years"
    results.append(
        noted(
            case.estimate("estimate", label, found, unit),
            [f"{events} events in {years:.3g} patient-years", *missing_words(case)],
        )
    )
    return results


def curves(case: Case) -> list[Result]:
    """Time of each patient; Kaplan-Meier, or Aalen-Johansen where an event competes; or the restricted mean."""
    words, limit = case.endpoint.words, case.endpoint.until_day or 0
    results = [_time(case, row) for row in case.rows]
    known = [row for row in case.rows if row["status"] != "missing"]
    times = [float(row["day"]) for row in known]
    causes = [{"event": 1, "competing": 2}.get(row["status"], 0) for row in known]
    undated = sum(1 for row in case.missing if row["event"])
    certain, open_ = causes.count(1) + undated, len(case.missing) - undated
    competed = f"; {causes.count(2)} with a competing event" if case.endpoint.competing else ""
    counted = case.row(
        ("subjects",),
        None if open_ else certain,
        f"with {words}",
        unit="subjects",
        n=len(known) + undated,
        denominator=len(case.rows),
        not_assessable=open_,
        lower=certain,
        upper=certain + open_,
        warnings=missing_words(case),
        method=f"up to day {limit}{competed}; bounds: the missing all no, or all yes",
    )
    results.append(counted)
    curve: SurvivalCurve | CumulativeIncidence | NotEstimable
    if case.endpoint.competing:
        curve = estimate_aalen_johansen(times, causes, 1)
        label = f"probability of {words} by day {limit}, {' and '.join(_spoken(case))} competing"
    else:
        curve = estimate_kaplan_meier(times, causes)
        label = f"probability of no {words} by day {limit}"
    if isinstance(curve, NotEstimable):
        return [*results, case.estimate("estimate", label, no_estimate("time to event", curve.reason), "")]
    return results + _of_curve(case, curve, label, limit)


def _of_curve(case: Case, curve: SurvivalCurve | CumulativeIncidence, label: str, limit: int) -> list[Result]:
    notes = list(missing_words(case))
    if not any(curve.events):
        notes.insert(
            0, "no event: everybody was censored" if isinstance(curve, SurvivalCurve) else "no such event"
        )
    if case.endpoint.method == "rmst" and isinstance(curve, SurvivalCurve):
        mean = restricted_mean(curve, float(limit))
        words = f"mean time without {case.endpoint.words} in the first {limit} days"
        return [noted(case.estimate("estimate", words, mean, "days"), notes), *_steps(case, curve)]
    results = [noted(case.estimate("estimate", label, curve.at(float(limit)), ""), notes)]
    if isinstance(curve, SurvivalCurve):
        results.append(case.estimate("median", "median time", median_survival(curve), "days"))
    return results + _steps(case, curve)


def _steps(case: Case, curve: SurvivalCurve | CumulativeIncidence) -> list[Result]:
    """The curve, one row a time: n is the number at risk."""
    values = curve.survival if isinstance(curve, SurvivalCurve) else curve.incidence
    return [
        case.row(
            ("curve", f"{time:g}"),
            value,
            f"day {time:g}",
            n=at_risk,
            denominator=curve.n,
            lower=number(lower),
            upper=number(upper),
            method=curve.method,
        )
        for time, value, at_risk, lower, upper in zip(
            curve.times, values, curve.at_risk, curve.lower, curve.upper, strict=True
        )
    ]


def _time(case: Case, row: Row) -> Result:
    what = {
        "event": case.endpoint.words,
        "competing": "competing event",
        "censored": "no event up to this day",
    }
    value = row["day"] if row["status"] != "missing" else None
    return case.patient(row, value, "days", method=what.get(row["status"], ""))


def _spoken(case: Case) -> list[str]:
    return [each.replace("_", " ") for each in case.endpoint.competing]
