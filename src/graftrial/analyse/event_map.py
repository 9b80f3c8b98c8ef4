"""The worst grade of every patient in every system organ class: what the map of events is drawn from."""

from __future__ import annotations

import polars as pl

from graftrial.analyse.event_terms import EMERGENT_RULE
from graftrial.analyse.results import Result, slugs
from graftrial.derive import Derived

WORST = "5"


def event_map(derived: Derived) -> list[Result]:
    """`ae.map.<class>.<subject>`: worst grade of the treatment-emergent events; bounds where one was not graded."""
    events = derived.frame("adverse_events").filter(
        pl.col("is_in_safety_set") & pl.col("is_treatment_emergent").fill_null(True)
    )
    if events.is_empty():
        return []
    classes = slugs(events["soc"])
    grouped = events.group_by("soc", "subject_id", maintain_order=True).agg(
        worst=pl.col("grade").max(),
        n=pl.len(),
        n_open=pl.col("grade").is_null().sum(),
        is_serious=pl.col("is_serious").any(ignore_nulls=True),
        key=pl.col("key"),
    )
    results = []
    for row in grouped.iter_rows(named=True):
        is_decided = row["worst"] is not None and (not row["n_open"] or str(row["worst"]) == WORST)
        results.append(
            Result(
                key=f"ae.map.{classes[row['soc']]}.{row['subject_id']}",
                value=row["worst"],
                label=f"{row['soc']}: {row['subject_id']}",
                group="ae.map",
                unit="grade",
                n=row["n"],
                not_assessable=row["n_open"],
                lower=None if is_decided else row["worst"] or 1,
                upper=None if is_decided else int(WORST),
                method="worst grade of the treatment-emergent events"
                + ("; one is serious" if row["is_serious"] else ""),
                warnings=() if is_decided else (f"{row['n_open']} of {row['n']} events not graded",),
                rules=(EMERGENT_RULE,),
                sources=tuple(row["key"]),
            )
        )
    return results
