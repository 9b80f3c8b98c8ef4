"""The middle of a small group with its extremes: what a cohort of a handful of patients can carry."""

from __future__ import annotations

import polars as pl

from graftrial.analyse.results import Result


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
    known = [float(each) for each in values.drop_nulls().sort()]
    middle = len(known) // 2
    median = None
    if known:
        median = known[middle] if len(known) % 2 else (known[middle - 1] + known[middle]) / 2
    return Result(
        key=key,
        value=median,
        label=label,
        group=group,
        unit=unit,
        n=len(known),
        denominator=denominator,
        not_assessable=denominator - len(known),
        lower=known[0] if known else None,
        upper=known[-1] if known else None,
        method="median; lower and upper are the lowest and the highest value",
        warnings=() if known else (missing,),
        rules=rules,
        sources=sources,
    )
