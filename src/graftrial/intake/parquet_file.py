"""One table from a Parquet file: its typed columns become text, so that every source is typed in one way."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from polars import selectors

from graftrial.errors import InputUnreadable
from graftrial.intake.csv_file import LARGEST_CELL
from graftrial.intake.raw import Sheet
from graftrial.intake.table import ROW


def read_parquet(path: Path, file: str) -> Sheet:
    """The cells of a Parquet file: dates in ISO form, numbers in the shortest text that gives them back.

    Raises: GT-FILE-004, -007, -012.
    """
    if not path.stat().st_size:
        raise InputUnreadable.of("GT-FILE-004", file)
    try:
        frame = pl.read_parquet(path, hive_partitioning=False, glob=False)
    except (pl.exceptions.PolarsError, OSError):
        raise InputUnreadable.of(
            "GT-FILE-012", file, detail="it is damaged, or it is not a Parquet file"
        ) from None
    odd = frame.select(selectors.nested() | selectors.binary() | selectors.object()).columns
    if odd:
        detail = f"column {odd[0]} holds lists or binary data, not one text, number or date a cell"
        raise InputUnreadable.of("GT-FILE-012", f"{file} column {odd[0]}", detail=detail)
    texts = frame.select(as_text(name, dtype) for name, dtype in frame.schema.items())
    for name in texts.columns:
        longest = texts[name].str.len_chars().max()
        if isinstance(longest, int) and longest > LARGEST_CELL:
            row = int(texts[name].str.len_chars().arg_max() or 0) + 2
            raise InputUnreadable.of("GT-FILE-007", f"{file} row {row}, column {name}")
    cells = texts.rename({name: str(place) for place, name in enumerate(texts.columns)})
    rows = pl.int_range(2, pl.len() + 2, dtype=pl.Int32).alias(ROW)
    return Sheet(file, tuple(frame.columns), cells.with_columns(rows))


def as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """A column as text. A whole number that was stored as 7.0 is written 7."""
    column = pl.col(name)
    if dtype.is_float():
        return column.cast(pl.String).str.replace(r"\.0$", "")
    if isinstance(dtype, pl.Datetime):
        return column.dt.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(dtype, pl.Date):
        return column.dt.strftime("%Y-%m-%d")
    return column.cast(pl.String)
