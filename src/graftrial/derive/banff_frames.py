"""The kinds of frame that a library user may hand over, and the way back to the same kind."""

from __future__ import annotations

from typing import TypeVar, cast

import narwhals as nw
import polars as pl

Frame = TypeVar("Frame")


def opened(frame: object) -> pl.DataFrame | pl.LazyFrame:
    """The frame as Polars: lazy where it was lazy. Raises: TypeError for what is no frame."""
    if isinstance(frame, pl.DataFrame | pl.LazyFrame):
        return frame
    known = nw.from_native(frame)  # type: ignore[call-overload]
    if isinstance(known, nw.LazyFrame):
        return cast("pl.DataFrame", known.collect("polars").to_native())
    return cast("pl.DataFrame", known.to_polars())


def in_kind(result: pl.DataFrame | pl.LazyFrame, like: Frame) -> Frame:
    """The result as the same kind of frame as `like`."""
    return cast("Frame", result)
