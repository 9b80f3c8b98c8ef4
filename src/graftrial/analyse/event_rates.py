"""Exposure-adjusted rates and cumulative incidence: three questions, three labels, never one number for another.

Incidence proportion: who had one. Rate of events: how many in a patient-year. Rate of first events: how soon the first.
Cumulative incidence: how likely by a day, with graft loss and death as what may come first.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from graftrial.analyse.results import Result
from graftrial.dates import DAYS_PER_YEAR
from graftrial.derive import Derived
from graftrial.derive.event_times import DEFINITIONS, EVENT
from graftrial.stats.outcomes import Estimate, NotEstimable, Number
from graftrial.stats.rates import garwood, rate_mid_p
from graftrial.stats.survival.aalen_johansen import CumulativeIncidence, estimate_aalen_johansen
from graftrial.study.model import Study

EMERGENT_RULE = "adverse_events.treatment_emergent@ich_e9"
PER = 100
UNIT = "per 100 patient-years"
INTERVALS = {"": (garwood, "Garwood"), "_mid_p": (rate_mid_p, "mid-p")}
QUESTIONS = {
    "events": "events per patient-year, all events in all the time watched",
    "first": "first events per patient-year until the first event",
}


def event_rates(study: Study, derived: Derived) -> list[Result]:
    """Patient-years, rates and cumulative incidence of the definitions of `derive.event_times`."""
    exposure = derived.frame("event_exposure")
    events = derived.frame("adverse_events").filter(
        pl.col("is_in_safety_set") & pl.col("is_treatment_emergent").fill_null(True)
    )
    is_known = "adverse_events" in study.intake.complete or not events.is_empty()
    if exposure.is_empty() or not is_known:
        return []
    results = [_patient_years(exposure)]
    times = derived.frame("event_times")
    for name, (label, flag) in DEFINITIONS.items():
        own = events.with_columns(_flag=flag)
        first = times.filter(pl.col("definition") == name)
        results += _rates(name, label, own, exposure, first)
        results += _incidence(study, name, label, first)
    return results


def _patient_years(exposure: pl.DataFrame) -> Result:
    missing = exposure["exposure_days"].null_count()
    return Result(
        key="ae.exposure.patient_years",
        value=float(exposure["exposure_years"].sum()),
        label="patient-years watched after the first infusion",
        group="ae.rate",
        unit="patient-years",
        n=exposure.height - missing,
        denominator=exposure.height,
        not_assessable=missing,
        method="first infusion to death, else the last recorded day, at most to the end of the declared window",
        warnings=(f"{missing} subjects without a known time",) if missing else (),
    )


def _rates(
    name: str, label: str, events: pl.DataFrame, exposure: pl.DataFrame, first: pl.DataFrame
) -> list[Result]:
    timed = exposure.filter(pl.col("exposure_days").is_not_null())["subject_id"].implode()
    counted = events.filter(pl.col("_flag") & pl.col("subject_id").is_in(timed))
    unknown = events.filter(pl.col("_flag").is_null()).height
    years = float(exposure["exposure_years"].sum())
    dated = first.filter(pl.col("days").is_not_null())
    undated = first.height - dated.height
    first_years = float(dated["days"].sum()) / DAYS_PER_YEAR
    n_first = dated.filter(pl.col("cause") == EVENT).height
    cases = {
        "events": (counted.height, years, unknown, tuple(counted["key"])),
        "first": (n_first, first_years, undated + int(first["has_open_event"].sum()), ()),
    }
    return [
        _rate(f"ae.rate.{name}.{what}{suffix}", label, what, interval, *cases[what])
        for what in QUESTIONS
        for suffix, interval in INTERVALS.items()
    ]


def _rate(
    key: str, label: str, what: str, interval: tuple[Callable[[int, float], Estimate], str], events: int,
    years: float, unknown: int,
    sources: tuple[str, ...],
) -> Result:  # fmt: skip
    estimator, name = interval
    found: Estimate = estimator(events, years / PER)
    warnings = [*found.notes]
    if unknown:
        warnings.append(f"{unknown} not assessable and not counted: {label}")
    if isinstance(found.value, NotEstimable):
        warnings.append(found.value.reason)
    return Result(
        key=key,
        value=_number(found.value),
        label=label,
        group="ae.rate",
        unit=UNIT,
        n=events,
        not_assessable=unknown,
        lower=_number(found.lower),
        upper=_number(found.upper),
        method=f"{QUESTIONS[what]}; {years:.6g} patient-years; {name} 95% interval",
        warnings=tuple(warnings),
        rules=(EMERGENT_RULE,),
        sources=sources,
    )


def _incidence(study: Study, name: str, label: str, first: pl.DataFrame) -> list[Result]:
    """Aalen-Johansen at the planned visits after the infusion."""
    days = [each.day for each in study.schedule.visits if each.day > 0]
    rows = first.sort("subject_id")
    curve = estimate_aalen_johansen(rows["days"].to_list(), rows["cause"].to_list(), cause=EVENT)
    return [_incidence_at(name, label, curve, day, rows) for day in sorted(set(days))]


def _incidence_at(
    name: str, label: str, curve: CumulativeIncidence | NotEstimable, day: int, rows: pl.DataFrame
) -> Result:
    at_risk = rows.filter(pl.col("days") >= day).height
    open_events = int(rows["has_open_event"].sum())
    notes: list[str] = []
    if isinstance(curve, NotEstimable):
        found = Estimate("Aalen-Johansen", curve, curve, curve, 0.95, "two-sided", 0)
    else:
        found = curve.at(day)
    notes += found.notes
    if isinstance(found.value, NotEstimable):
        notes.append(found.value.reason)
    if open_events:
        notes.append(f"{open_events} subjects with an event that may or may not belong")
    return Result(
        key=f"ae.cumulative_incidence.{name}.{day}",
        value=_number(found.value),
        label=f"{label} by day {day}",
        group="ae.cumulative_incidence",
        n=at_risk,
        denominator=rows.height,
        not_assessable=rows["days"].null_count(),
        lower=_number(found.lower),
        upper=_number(found.upper),
        method=f"cumulative incidence with graft loss and death as competing events; {found.method}; "
        "n is at risk on that day",
        warnings=tuple(notes),
        rules=(EMERGENT_RULE,),
    )


def _number(given: Number) -> float | None:
    return None if isinstance(given, NotEstimable) else float(given)
