"""The answered rows of a file, written aside and then swapped in; CSV and Parquet need not fit in memory."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from graftrial.errors import InputUnreadable, OutputUnwritable
from graftrial.exports.csv_cells import harmless

TEXTS = (pl.String, pl.Categorical, pl.Enum)
# What a spreadsheet holds as a number: no leading zero (that is an identifier), and no more digits than it keeps.
NUMBER = r"^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?$"
WHOLE_NUMBER = r"^-?(?:0|[1-9]\d{0,14})$"
DAY = r"^\d{4}-\d{2}-\d{2}$"


def write_rows(answered: pl.LazyFrame, out: Path, source: str) -> None:
    """Writes the rows as the ending of `out` says; what was there before stays until all is written.

    Raises: OutputUnwritable GT-OUT-001, InputUnreadable GT-ROWS-003 where a row of the source cannot be read.
    """
    part = out.with_name(f"{out.name}.part")
    try:
        part.touch()
        if out.suffix.lower() == ".parquet":
            answered.sink_parquet(part)
        elif out.suffix.lower() == ".csv":
            safe_for_spreadsheets(answered).sink_csv(part, line_terminator="\n")
        else:
            _write_workbook(answered.collect(engine="streaming"), part)
        part.replace(out)
    except OSError as error:
        raise OutputUnwritable.of("GT-OUT-001", out.name, reason=error.strerror or "no") from None
    except pl.exceptions.PolarsError:
        raise InputUnreadable.of("GT-ROWS-003", source) from None
    finally:
        part.unlink(missing_ok=True)


def safe_for_spreadsheets(answered: pl.LazyFrame) -> pl.LazyFrame:
    """The same rows with no cell and no header that a spreadsheet would run."""
    schema = answered.collect_schema()
    names = pl.select(harmless(pl.lit(pl.Series(schema.names(), dtype=pl.String)))).to_series()
    shown = [
        harmless(pl.col(name).cast(pl.String)) if kind in TEXTS else pl.col(name)
        for name, kind in schema.items()
    ]
    return answered.select(each.alias(safe) for each, safe in zip(shown, names, strict=True))


def _write_workbook(whole: pl.DataFrame, part: Path) -> None:
    typed = whole.with_columns(
        _as_in_a_workbook(each) for each in whole.get_columns() if each.dtype == pl.String
    )
    safe = safe_for_spreadsheets(typed.lazy()).collect()
    safe.write_excel(part, autofilter=False, dtype_formats={pl.Date: "yyyy-mm-dd"}, float_precision=10)


def _as_in_a_workbook(texts: pl.Series) -> pl.Series:
    """A column of texts that are all numbers or all dates, as numbers or dates; any other column as it is."""
    different = texts.unique().drop_nulls()
    if different.is_empty():
        return texts
    if different.str.contains(WHOLE_NUMBER).all():
        return texts.cast(pl.Int64)
    if different.str.contains(NUMBER).all():
        return texts.cast(pl.Float64)
    if (
        different.str.contains(DAY).all()
        and (days := texts.str.to_date("%Y-%m-%d", strict=False)).null_count() == texts.null_count()
    ):
        return days
    return texts
