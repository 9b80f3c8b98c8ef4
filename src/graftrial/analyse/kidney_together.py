"""How many of the infused had each outcome of the kidney: the sums of the single answers."""

from __future__ import annotations

from typing import Any

import polars as pl

from graftrial.analyse.kidney_outcomes import OUTCOMES
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
        yes = rows.filter(pl.col(outcome.column))
        n_open = rows.filter(pl.col(outcome.column).is_null()).height
        judged = rows.height - n_open
        if not judged:
            continue
        lower, upper = interval_clopper_pearson(yes.height, judged)
        stem, sources = f"kidney_cohort.{outcome.key}", tuple(yes["key"])
        shared: dict[str, Any] = {
            "label": outcome.words,
            "group": "kidney_cohort",
            "n": yes.height,
            "rules": (outcome.rule,),
        }
        results += [
            Result(
                key=f"{stem}.subjects",
                value=yes.height,
                unit="subjects",
                denominator=rows.height,
                not_assessable=n_open,
                lower=yes.height if n_open else None,
                upper=yes.height + n_open if n_open else None,
                method="infused subjects",
                sources=sources,
                **shared,
            ),
            Result(
                key=f"{stem}.proportion",
                value=yes.height / judged,
                denominator=judged,
                not_assessable=n_open,
                lower=lower,
                upper=upper,
                method="infused subjects who could be judged, Clopper-Pearson 95% interval",
                sources=sources,
                **shared,
            ),
        ]
    return results
