"""Numbers of biopsies that a file of any size gives twice, found at bounded memory.

Two hashes of 64 bits stand for the number (within a patient, where patients are named). A file of more rows than fit is
asked several times, each time for another share of the hashes, so that the rows of one number are always together.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from graftrial.intake.banff_file import BanffColumns

ROWS_AT_ONCE = 8_000_000  # 24 bytes each, and once more while they are sorted


@dataclass(frozen=True, slots=True)
class Repeats:
    """How many rows have a number that another row has too, and the first such pair; rows counted from 0."""

    column: str
    n_rows: int
    first: int
    second: int


def repeated_numbers(
    rows: pl.LazyFrame, columns: BanffColumns, n_rows: int, at_once: int = ROWS_AT_ONCE
) -> Repeats | None:
    """Numbers of biopsies given twice in the whole file; None where there is none, or no column for them.

    n_rows: rows of the file. at_once: rows that are held in memory at a time.
    """
    source = columns.source("biopsy_id")
    if source is None or n_rows < 2:
        return None
    patient = columns.source("patient_id")
    key = pl.struct(pl.col(name) for name in ([source] if patient is None else [patient, source]))
    hashed = (
        rows.select(key.hash(seed=1).alias("hash"), key.hash(seed=2).alias("other"), pl.col(source))
        .with_row_index("row")
        .filter(pl.col(source).is_not_null())
        .drop(source)
    )
    shares = -(-n_rows // at_once)
    found = [each for share in range(shares) if (each := _in_share(hashed, share, shares)) is not None]
    if not found:
        return None
    total = sum(n for n, _, _ in found)
    _, first, second = min(found, key=lambda each: each[1])
    return Repeats(source, total, first, second)


def _in_share(hashed: pl.LazyFrame, share: int, shares: int) -> tuple[int, int, int] | None:
    """Among the numbers of one share: rows that repeat, and the first pair of them."""
    own = hashed if shares == 1 else hashed.filter(pl.col("hash") % shares == share)
    by_hash = own.collect(engine="streaming").sort("hash", "row")
    same = (pl.col("hash") == pl.col("hash").shift(1)) & (pl.col("other") == pl.col("other").shift(1))
    after = by_hash.select(same.fill_null(False)).to_series()
    repeated = after | after.shift(-1).fill_null(False)
    n = int(repeated.sum())
    if not n:
        return None
    # the row that follows the first repeated one in the order of hashes holds the same number
    rows = by_hash.get_column("row")
    starts = (repeated & ~after).arg_true()
    at = int(starts[int(rows.gather(starts).arg_min() or 0)])
    return n, int(rows[at]), int(rows[at + 1])
