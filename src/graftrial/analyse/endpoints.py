"""Every declared endpoint: what was declared as a sentence, the patients, the estimate or why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import polars as pl

from graftrial.analyse.endpoint_changes import changes, ranks, responders
from graftrial.analyse.endpoint_counts import curves, proportions, rates
from graftrial.analyse.endpoint_rows import Case, number
from graftrial.analyse.endpoint_slopes import before_after, mixed_model, series, slopes
from graftrial.analyse.endpoint_visits import visit_means
from graftrial.analyse.estimand import estimand
from graftrial.analyse.published import published
from graftrial.analyse.results import Result
from graftrial.derive import Derived
from graftrial.derive.endpoint_series import rules_of
from graftrial.intake.table import Tables
from graftrial.stats.binomial import proportion_clopper_pearson
from graftrial.study.model import Endpoint, Study

METHODS: dict[str, Callable[[Case], list[Result]]] = {
    **dict.fromkeys(("change_from_baseline", "percent_change", "log2_change", "paired_exact"), changes),
    "mixed_model_visits": visit_means,
    "composite_rank": ranks,
    "responder": responders,
    "slope_within_patient": slopes,
    "slope_before_after": before_after,
    "mixed_model_slope": mixed_model,
    "interrupted_series": series,
    "proportion": proportions,
    "rate": rates,
    "time_to_event": curves,
    "rmst": curves,
}
BOUNDS = "bounds: patients without rows all no, or all yes"
ENDINGS = (".estimate", ".upper")
IN_WORDS = "described in words; no computation declared"


def endpoints(study: Study, tables: Tables, derived: Derived) -> list[Result]:
    """Result rows `endpoint.<id>.…` of every endpoint of the study file, and `endpoint.comparisons`."""
    values, points = derived.frame("endpoint_values"), derived.frame("endpoint_points")
    results: list[Result] = []
    for endpoint in study.endpoints:
        stated = _reported(endpoint, tables)
        results += [*_covered(_endpoint(endpoint, study, values, points), stated), *stated]
        results += published(endpoint, study)
    return [*results, *_comparisons(study, results)]


def _endpoint(endpoint: Endpoint, study: Study, values: pl.DataFrame, points: pl.DataFrame) -> list[Result]:
    group = f"endpoint.{endpoint.id}"
    if endpoint.method is None:
        return [Result(f"{group}.declared", None, endpoint.title, group, warnings=(IN_WORDS,))]
    rows = values.filter(pl.col("endpoint") == endpoint.id)
    own = points.filter(pl.col("endpoint") == endpoint.id)
    case = Case(study, endpoint, rows.to_dicts(), own.to_dicts(), rules_of(endpoint, study))
    sentence = Result(f"{group}.estimand", estimand(endpoint, study), endpoint.title, group)
    if not rows.height:
        why = "not estimable, because nobody is in the analysis set"
        return [sentence, case.row(("estimate",), None, endpoint.title, n=0, denominator=0, warnings=(why,))]
    return [sentence, *METHODS[endpoint.method](case)]


def _reported(endpoint: Endpoint, tables: Tables) -> list[Result]:
    """What a source states of all patients; beside the rows and never added to them."""
    if endpoint.reported is None:
        return []
    group = f"endpoint.{endpoint.id}"
    found = tables.frame("reported").filter(pl.col("statement") == endpoint.reported)
    if found.is_empty():
        why = f"the table reported has no statement {endpoint.reported}"
        return [Result(f"{group}.reported", None, endpoint.title, group, warnings=(why,))]
    row = found.row(0, named=True)
    events, n = row["events"], row["n"]
    stated = Result(
        key=f"{group}.reported",
        value=events if events is not None else row["value"],
        label=row["label"] or endpoint.title,
        group=group,
        unit="subjects" if events is not None else "",
        n=events,
        denominator=n,
        method=f"as stated by {row['source']}",
        warnings=("stated by the source; no rows exist",),
        sources=(f"reported/{endpoint.reported}",),
    )
    return [stated] if events is None or not n else [stated, _stated_share(stated, events, n)]


def _stated_share(stated: Result, events: int, n: int) -> Result:
    share = proportion_clopper_pearson(events, n)
    return replace(
        stated,
        key=f"{stated.key}_share",
        value=number(share.value),
        label=f"share, as stated: {stated.label}",
        unit="",
        n=n,
        lower=number(share.lower),
        upper=number(share.upper),
        method=f"{stated.method}; exact (Clopper-Pearson); 95% interval",
    )


def _covered(results: list[Result], stated: list[Result]) -> list[Result]:
    """A share of those with rows is no estimate for all where the source names more patients: only bounds are."""
    total = next((each.denominator for each in stated if each.denominator), None)
    counts = next((each for each in results if each.key.endswith(".subjects")), None)
    if total is None or counts is None or (counts.denominator or 0) >= total:
        return results
    rows = counts.denominator or 0
    low = int(counts.lower if counts.lower is not None else counts.value or 0)
    high = int(counts.upper if counts.upper is not None else counts.value or 0) + total - rows
    why = f"rows cover {rows} of {total} patients: {low} to {high} of {total}"
    bounds = replace(
        counts,
        value=low if low == high else None,
        lower=low,
        upper=high,
        denominator=total,
        not_assessable=total - (counts.n or 0),
        warnings=(why,),
        method=BOUNDS,
    )
    return [
        bounds
        if each is counts
        else _withheld(each, why, total)
        if each.key.endswith((".estimate", ".upper"))
        else each
        for each in results
    ]


def _withheld(result: Result, why: str, total: int) -> Result:
    told = (f"not estimable, because {why}",)
    return replace(result, value=None, lower=None, upper=None, denominator=total, warnings=told)


def _comparisons(study: Study, results: list[Result]) -> list[Result]:
    """How many p values this report gives for endpoints; nothing is adjusted for their number."""
    if not study.endpoints:
        return []
    given = [
        each
        for each in results
        if ".p" in each.key and each.key.split(".")[2:3] != ["patient"] and _is_p(each)
    ]
    return [
        Result(
            "endpoint.comparisons",
            len(given),
            "comparisons made",
            "endpoint",
            unit="p values",
            method="p values given for endpoints; not adjusted for their number",
        )
    ]


def _is_p(result: Result) -> bool:
    parts = result.key.split(".")[2:]
    named = [each for each in parts if each == "p" or each.startswith("p_")]
    return bool(named) and isinstance(result.value, (int, float))
