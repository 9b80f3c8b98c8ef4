"""How many of the infused had each outcome of the kidney: the sums of the single answers."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from graftrial.analyse.kidney_outcomes import OUTCOMES, Outcome
from graftrial.analyse.results import Result
from graftrial.derive import Derived
from graftrial.stats.binomial import interval_clopper_pearson


def kidney_together(derived: Derived) -> list[Result]:
    """`kidney_cohort.<outcome>.subjects` and `.proportion`, the proportion of those who could be judged."""
    frame = derived.frame("kidney_outcomes")
    infused = derived.frame("subjects").filter("is_infused")
    if frame.is_empty() or infused.is_empty():
        return []
    rows = infused.select("subject_id", "key").join(frame, on="subject_id", how="left", maintain_order="left")
    results: list[Result] = []
    for outcome in OUTCOMES:
        if rows[outcome.column].drop_nulls().len():
            results += _counted(outcome, rows)
    return results


def _counted(outcome: Outcome, rows: pl.DataFrame) -> list[Result]:
    yes = rows.filter(pl.col(outcome.column))
    n_open = rows[outcome.column].null_count()
    judged = rows.height - n_open
    lower, upper = interval_clopper_pearson(yes.height, judged)
    count = Result(
        key=f"kidney_cohort.{outcome.key}.subjects",
        value=yes.height,
        label=outcome.words,
        group="kidney_cohort",
        unit="subjects",
        n=yes.height,
        denominator=rows.height,
        not_assessable=n_open,
        lower=yes.height if n_open else None,
        upper=yes.height + n_open if n_open else None,
        method="infused subjects",
        rules=(outcome.rule,),
        sources=tuple(yes["key"]),
    )
    proportion = replace(
        count,
        key=f"kidney_cohort.{outcome.key}.proportion",
        value=yes.height / judged,
        unit="",
        denominator=judged,
        lower=lower,
        upper=upper,
        method="infused subjects who could be judged, Clopper-Pearson 95% interval",
    )
    return [count, proportion]
