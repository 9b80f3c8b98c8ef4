"""Expedited reporting in numbers: which serious events are SUSARs, when each report is due, what is overdue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from graftrial.analyse.results import Result
from graftrial.derive import Derived
from graftrial.derive.deadlines import OPEN, OVERDUE
from graftrial.study.model import Study

SUSAR_RULE = "adverse_events.susar@ich_e2a"
NO_REGIME = "no regime in [safety.reporting] of the study file: no deadline is shown"


def susars(study: Study, derived: Derived) -> list[Result]:
    """`susar.<subject>.<event>` and its deadlines; counts over all serious events."""
    cases = derived.frame("reporting_cases")
    clocks = derived.frame("deadlines")
    results = [_verdict(case) for case in cases.iter_rows(named=True)]
    for clock in clocks.iter_rows(named=True):
        results += _deadline(clock)
    if cases.is_empty():
        return results
    return [*results, *_counts(cases), *_states(study, clocks)]


def _verdict(case: Mapping[str, Any]) -> Result:
    words = {True: "yes", False: "no"}
    return Result(
        key=f"susar.{case['subject_id']}.{case['ae_id']}",
        value=words.get(case["susar"]),
        label="suspected unexpected serious adverse reaction",
        group="susar.verdict",
        not_assessable=int(case["susar"] is None),
        method="serious, related by the investigator or the sponsor (unjudged counts as related), unexpected",
        warnings=_warnings(case["reason"]),
        rules=(SUSAR_RULE,),
        sources=(case["key"],),
    )


def _warnings(reason: str) -> tuple[str, ...]:
    return (reason,) if reason else ()


def _deadline(clock: Mapping[str, Any]) -> list[Result]:
    stem = f"susar.{clock['subject_id']}.{clock['ae_id']}.{clock['clock']}"
    reasons = [clock["reason"]]
    if clock["is_provisional"]:
        reasons.append("whether it is a SUSAR is not assessable: the deadline holds if it is one")
    low, high = clock["due_low"], clock["due_high"]
    days = clock["days_left_low"], clock["days_left_high"]
    is_exact = low is not None and low == high
    due = [*reasons] if is_exact else [*reasons, _between(low, high)]
    same = days[0] is not None and days[0] == days[1]

    def result(
        name: str, value: str | int | None, unit: str, said: list[str], bounded: bool = False
    ) -> Result:
        return Result(
            key=f"{stem}.{name}",
            value=value,
            label=clock["title"],
            group=f"susar.{name}",
            unit=unit,
            not_assessable=int(value is None),
            lower=days[0] if bounded and not same else None,
            upper=days[1] if bounded and not same else None,
            method=clock["citation"],
            warnings=tuple(each for each in said if each),
            rules=(SUSAR_RULE,),
            sources=(clock["key"],),
        )

    return [
        result("due_date", low.isoformat() if is_exact else None, "", due),
        result("days_left", days[0] if same else None, "d", reasons, bounded=True),
        result("state", clock["state"], "", reasons),
    ]


def _between(low: object, high: object) -> str:
    if low is None and high is None:
        return "the day from which the clock runs is not reported"
    return f"due between {low or 'an unknown day'} and {high or 'an unknown day'}"


def _counts(cases: pl.DataFrame) -> list[Result]:
    yes = cases.filter(pl.col("susar"))
    unknown = cases.filter(pl.col("susar").is_null())
    no_default = cases.filter("is_related_by_default")
    rows = (
        ("cases", "SUSARs", yes, unknown.height),
        ("related_by_default", "causality not judged", no_default, 0),
    )
    return [
        _counted(
            name,
            label,
            found,
            cases.height,
            not_known,
            unit="events",
            method="events that are, or may be, serious",
            warning=f"events not assessable: {label}",
        )
        for name, label, found, not_known in rows
    ]


def _counted(
    name: str,
    label: str,
    found: pl.DataFrame,
    of: int,
    n_open: int,
    *,
    unit: str,
    method: str,
    warning: str,
) -> Result:
    """How many were found of so many; those that are open leave bounds, and of none found no count."""
    n = found.height
    return Result(
        key=f"susar_count.{name}",
        value=n if n or not n_open else None,
        label=label,
        group="susar_count",
        unit=unit,
        n=n,
        denominator=of,
        not_assessable=n_open,
        lower=n if n_open else None,
        upper=n + n_open if n_open else None,
        method=method,
        warnings=(f"{n_open} {warning}",) if n_open else (),
        rules=(SUSAR_RULE,),
        sources=tuple(found["key"]),
    )


def _states(study: Study, clocks: pl.DataFrame) -> list[Result]:
    """Deadlines by where they stand; those of events of which it is open whether they are SUSARs count apart."""
    if not study.safety.reporting.regime:
        return [_without_regime(name) for name in ("open", "overdue")]
    certain = clocks.filter(~pl.col("is_provisional"))
    open_cases = clocks.height - certain.height
    results = []
    for name, state in (("open", OPEN), ("overdue", OVERDUE)):
        found = certain.filter(pl.col("state") == state)
        undecided = certain.filter(pl.col("state").is_null()).height + open_cases
        results.append(
            _counted(
                name,
                f"deadlines {state} at the data cut",
                found,
                clocks.height,
                undecided,
                unit="deadlines",
                method="no day of a report recorded, against the data cut",
                warning="deadlines not assessable",
            )
        )
    return results


def _without_regime(name: str) -> Result:
    return Result(
        key=f"susar_count.{name}",
        value=None,
        label=f"deadlines {name} at the data cut",
        group="susar_count",
        unit="deadlines",
        not_assessable=None,
        warnings=(NO_REGIME,),
        rules=(SUSAR_RULE,),
    )
