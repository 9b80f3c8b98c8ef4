"""The rows behind each serum, and how its results are named."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from graftrial.derive import Derived

SERUM = ("subject_id", "date", "day")
Keys = Mapping[tuple[str, object], tuple[str, ...]]


def keys_of_sera(derived: Derived) -> Keys:
    """Keys of the rows of each serum, by subject and date."""
    rows = derived.frame("antibodies")
    grouped = rows.group_by(*SERUM, maintain_order=True).agg(pl.col("key").unique().sort())
    return {(str(subject), when): tuple(keys) for subject, when, _, keys in grouped.iter_rows()}


def keys_of_antigens(derived: Derived) -> Mapping[tuple[str, object, object], tuple[str, ...]]:
    """Keys of the rows of each antigen in a serum, by subject, date and specificity."""
    rows = derived.frame("antibodies").filter(pl.col("specificity").is_not_null())
    grouped = rows.group_by("subject_id", "date", "specificity").agg(pl.col("key").unique().sort())
    return {(subject, when, name): tuple(keys) for subject, when, name, keys in grouped.iter_rows()}


def when_of(serum: Mapping[str, object]) -> object:
    """How a result key names the time of a serum: its day, else its date as recorded."""
    return serum["day"] if serum["day"] is not None else serum["date"] or "undated"
