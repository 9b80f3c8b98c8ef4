"""What derivation leaves behind: the analysis-ready tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from graftrial.intake.declaration import tables

NOT_REPORTED = "not reported"


@dataclass(frozen=True, slots=True)
class Derived:
    """Analysis-ready tables by name. Columns are added to the typed tables, never overwritten."""

    frames: Mapping[str, pl.DataFrame]

    def frame(self, name: str) -> pl.DataFrame:
        """One analysis-ready table."""
        return self.frames[name]


def row_key(table: str) -> pl.Expr:
    """Table and primary key of a row, as `sources` cites it: `labs/S01/2024-01-10/creatinine`."""
    key = tables()[table].key
    return pl.concat_str([pl.lit(table), *(pl.col(each).fill_null("") for each in key)], separator="/")
