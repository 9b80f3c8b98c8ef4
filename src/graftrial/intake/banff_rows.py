"""Rows of a file of biopsies that cannot be read or contradict themselves, one kind of fault at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from graftrial.intake.banff_cells import TEXT_TYPES, VALUES, read_cells, typed_cells
from graftrial.intake.banff_file import BanffColumns, MappedColumn

ARTERIAL = ("v", "cv")
OF_SCARRED_CORTEX = ("i_ifta", "t_ifta")
DATES = ("biopsy_date", "transplant_date", "prior_amr_date")


@dataclass(frozen=True, slots=True)
class Wrong:
    """Rows of a part, counted from 0, that have one finding.

    mapped, values: for refused cells, how their column is read and what they hold.
    """

    code: str
    column: str
    rows: pl.Series
    mapped: MappedColumn | None = None
    values: pl.Series | None = None


def wrong_in_rows(part: pl.DataFrame, columns: BanffColumns) -> Iterator[Wrong]:
    """Every kind of fault in some rows of a file; a kind that no row has is not there."""
    for mapped in columns.read.values():
        if mapped.kind in VALUES:
            yield from _refused(part, mapped)
    yield from _contradictions(part, columns)
    yield from _of_electron_microscopy(part, columns)
    yield from _of_dates(part, columns)


def _refused(part: pl.DataFrame, mapped: MappedColumn) -> Iterator[Wrong]:
    source = mapped.source
    refused = read_cells(mapped, part.schema[source]).refused
    cells = part.select(pl.col(source), pl.int_range(pl.len()).alias("__row")).filter(refused)
    if cells.height:
        yield Wrong("GT-BF-001", source, cells["__row"], mapped, cells[source])


def _contradictions(part: pl.DataFrame, columns: BanffColumns) -> Iterator[Wrong]:
    """Rows whose scores contradict each other."""
    cells = typed_cells(part, columns)
    given = set(cells.columns)
    method = pl.col("c4d_method") if "c4d_method" in given else pl.lit(None)
    scarred = [pl.col(name) > 0 for name in OF_SCARRED_CORTEX if name in given]
    arterial = [pl.col(name).is_not_null() for name in ARTERIAL if name in given]
    unscarred = (pl.col("ci") == 0) & (pl.col("ct") == 0)
    conditions = {
        "GT-BF-005": (pl.col("c4d") == 1) & method.is_null(),
        "GT-BF-009": pl.any_horizontal(scarred) & unscarred if scarred else None,
        "GT-BF-010": (pl.col("ti") < pl.col("i")) & (pl.col("ci") == 0),
        "GT-BF-011": pl.any_horizontal(arterial) & (pl.col("n_arteries") == 0) if arterial else None,
        "GT-BF-016": (pl.col("t") == 3) & (pl.col("i") < 2),
    }
    for code, condition in conditions.items():
        if condition is not None and set(condition.meta.root_names()) <= given:
            yield from _at_rows(code, cells, condition)


def _of_electron_microscopy(part: pl.DataFrame, columns: BanffColumns) -> Iterator[Wrong]:
    """What only electron microscopy shows, in a biopsy that had none."""
    if columns.source("electron_microscopy") is None:
        return
    cells = typed_cells(part, columns)
    seen = [pl.col(name) for name in ("ptcml", "cg1a") if cells.schema.get(name) == pl.Boolean]
    cg = columns.source("cg")
    if cg is not None and part.schema[cg] in TEXT_TYPES:
        cells = cells.with_columns(
            part.get_column(cg).cast(pl.String).str.contains(r"(?i)1a\s*$").alias("__1a")
        )
        seen.append(pl.col("__1a"))
    if seen:
        yield from _at_rows("GT-BF-019", cells, pl.any_horizontal(seen) & ~pl.col("electron_microscopy"))


def _of_dates(part: pl.DataFrame, columns: BanffColumns) -> Iterator[Wrong]:
    """Dates that cannot be read, or that cannot follow each other."""
    dates: dict[str, pl.Expr] = {}
    for name in DATES:
        source = columns.source(name)
        if source is None:
            continue
        given = pl.col(source)
        if part.schema[source] in TEXT_TYPES:
            text = given.cast(pl.String).str.strip_chars()
            dates[name] = text.str.to_date("%Y-%m-%d", strict=False)
            yield from _at_rows(
                "GT-BF-013", part, dates[name].is_null() & (text.fill_null("") != ""), column=source
            )
        elif part.schema[source].is_temporal():
            dates[name] = given.cast(pl.Date)
    if {"biopsy_date", "transplant_date"} <= set(dates):
        yield from _at_rows("GT-BF-012", part, dates["biopsy_date"] < dates["transplant_date"])
    if {"biopsy_date", "prior_amr_date"} <= set(dates):
        yield from _at_rows("GT-BF-017", part, dates["prior_amr_date"] >= dates["biopsy_date"])


def _at_rows(code: str, cells: pl.DataFrame, condition: pl.Expr, column: str = "") -> Iterator[Wrong]:
    rows = cells.select(pl.arg_where(condition)).to_series()
    if len(rows):
        yield Wrong(code, column, rows)
