"""The middle of a small group with its extremes: what a cohort of a handful of patients can carry."""

from __future__ import annotations

import polars as pl

from graftrial.analyse.endpoint_rows import number
from graftrial.analyse.results import Result
from graftrial.stats.summaries import summarise


def median_of(
    key: str,
    values: pl.Series,
    label: str,
    group: str,
    unit: str,
    denominator: int,
    sources: tuple[str, ...],
    missing: str,
    rules: tuple[str, ...] = (),
) -> Result:
    """Median with the lowest and the highest value as `lower` and `upper`; how many had none is `not_assessable`.

    missing: why there is no median where nobody has a value.
    """
    found = summarise(values.to_list())
    return Result(
        key=key,
        value=number(found.median),
        label=label,
        group=group,
        unit=unit,
        n=found.n,
        denominator=denominator,
        not_assessable=denominator - found.n,
        lower=number(found.lowest),
        upper=number(found.highest),
        method="median; lower and upper are the lowest and the highest value",
        warnings=() if found.n else (missing,),
        rules=rules,
        sources=sources,
    )
