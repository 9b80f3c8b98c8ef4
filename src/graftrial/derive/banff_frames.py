"""The kinds of frame that a library user may hand over, and the way back to the same kind."""

from __future__ import annotations

from importlib import import_module
from typing import TypeVar, cast

import polars as pl

from graftrial.errors import Problem, UsageError

Frame = TypeVar("Frame")
OF_MANY_MACHINES = {
    "pyspark": "classify_spark",
    "pyspark[connect]": "classify_spark",
    "dask": "classify_dask",
}


def opened(frame: object) -> pl.DataFrame | pl.LazyFrame:
    """The frame as Polars, lazy where it was a lazy Polars frame.

    Raises: UsageError for what is no frame (GT-BANFF-003), and for frames of Spark and Dask (GT-BANFF-004): they have
    functions of their own, which do not fetch a registry into the memory of one machine.
    """
    if isinstance(frame, pl.DataFrame | pl.LazyFrame):
        return frame
    import narwhals as nw  # here, because a study of tables never needs it

    known = nw.from_native(frame, pass_through=True)
    if isinstance(known, nw.DataFrame):
        return known.to_polars()
    if isinstance(known, nw.LazyFrame):
        if known.implementation.value in OF_MANY_MACHINES:
            function = OF_MANY_MACHINES[known.implementation.value]
            raise UsageError.of("GT-BANFF-004", "frame", kind=type(frame).__name__, function=function)
        return cast("pl.DataFrame", known.collect(backend="polars").to_native())
    kind = type(frame).__name__
    raise UsageError(
        Problem(
            "GT-BANFF-003",
            f"{kind} is no frame",
            "frame",
            "",
            "give Polars, pandas, PyArrow or a DuckDB relation",
        )
    )


def in_kind(result: pl.DataFrame | pl.LazyFrame, like: Frame) -> Frame:
    """The result as the same kind of frame as `like`."""
    if isinstance(like, pl.DataFrame | pl.LazyFrame):
        return cast("Frame", result)
    assert isinstance(result, pl.DataFrame)
    import narwhals as nw

    kind = nw.from_native(like, pass_through=True)
    implementation: object = kind.implementation if isinstance(kind, nw.DataFrame | nw.LazyFrame) else None
    if implementation is nw.Implementation.PANDAS:
        return cast("Frame", result.to_pandas())
    if implementation is nw.Implementation.DUCKDB:
        return cast("Frame", import_module("duckdb").from_arrow(result.to_arrow()))
    return cast("Frame", result.to_arrow())
