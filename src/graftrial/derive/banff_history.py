"""Earlier biopsies of the same graft as evidence: of AMR, and of donor-specific antibody.

A second graft starts without history. Only a strictly earlier day counts; the order of rows does not. A biopsy
without a date may be earlier than any other of its graft, so what it shows is possible evidence, never certain.
"""

from __future__ import annotations

import polars as pl

from graftrial.intake.banff_file import BanffColumns

ROW, GRAFT, DAY = "__row", "__graft", "__day"
SHOWN = ("amr", "dsa")  # what an earlier biopsy can show


def graft_and_day(frame: pl.DataFrame, columns: BanffColumns) -> pl.DataFrame | None:
    """Number of the graft and day of each biopsy; None where the frame does not name patients and dates.

    A graft is told from another of the same patient by its number, else by the date of transplantation.
    """
    patient, date = columns.source("patient_id"), columns.source("biopsy_date")
    if patient is None or date is None:
        return None
    graft = columns.source("graft_id") or columns.source("transplant_date")
    names = [patient] if graft is None else [patient, graft]
    grafts = frame.select(names).unique().with_row_index(GRAFT)
    numbered = frame.select(names).join(grafts, on=names, how="left", nulls_equal=True, maintain_order="left")
    known = frame.get_column(patient).is_not_null()
    day = _day(frame.get_column(date))
    return pl.DataFrame({GRAFT: numbered[GRAFT], DAY: day, "known": known}).select(
        pl.when("known").then(GRAFT).alias(GRAFT), DAY
    )


def _day(given: pl.Series) -> pl.Series:
    """Days; a text that is no whole ISO date is no day."""
    if given.dtype == pl.String:
        different = given.unique().drop_nulls()
        days = different.str.to_date("%Y-%m-%d", strict=False)
        return given.replace_strict(different, days, default=None, return_dtype=pl.Date)
    if given.dtype == pl.Date or isinstance(given.dtype, pl.Datetime):
        return given.cast(pl.Date)
    return pl.Series(given.name, [None], dtype=pl.Date).new_from_index(0, len(given))


def has_history(grafts: pl.DataFrame) -> bool:
    """Whether any graft has more than one biopsy."""
    numbers = grafts.get_column(GRAFT).drop_nulls()
    return numbers.n_unique() < len(numbers)


def earlier_evidence(grafts: pl.DataFrame, shown: pl.DataFrame) -> pl.DataFrame:
    """What biopsies of an earlier day show of the same graft: true, false, or null where it is possible.

    grafts: graft and day by row. shown: a column of truths for each of `SHOWN` by row.
    Returns: the columns of `SHOWN`, in the order of the rows.
    """
    rows = pl.concat([grafts, shown.select(SHOWN)], how="horizontal").with_row_index(ROW)
    several = rows.filter(pl.col(GRAFT).is_not_null() & (pl.len().over(GRAFT) > 1))
    certain = [pl.col(name).fill_null(False).alias(f"{name}_certain") for name in SHOWN]
    possible = [pl.col(name).fill_null(True).alias(f"{name}_possible") for name in SHOWN]
    marked = several.select(ROW, GRAFT, DAY, *certain, *possible)
    earlier = pl.concat([_of_dated(marked), _of_undated(marked)])
    everywhere = rows.select(ROW).join(earlier, on=ROW, how="left", maintain_order="left")
    return everywhere.select(
        pl.when(pl.col(f"{name}_certain").fill_null(False))
        .then(True)
        .when(~pl.col(f"{name}_possible").fill_null(False))
        .then(False)
        .alias(name)
        for name in SHOWN
    )


def _marks() -> list[str]:
    return [f"{name}_{how}" for how in ("certain", "possible") for name in SHOWN]


def _of_dated(marked: pl.DataFrame) -> pl.DataFrame:
    """Evidence of earlier days for biopsies with a date; what an undated one shows is possible."""
    dated, undated = marked.filter(pl.col(DAY).is_not_null()), marked.filter(pl.col(DAY).is_null())
    by_day = dated.group_by(GRAFT, DAY).agg(pl.col(_marks()).any()).sort(GRAFT, DAY)
    before = _on_days_before(by_day)
    found = dated.select(ROW, GRAFT, DAY).join(before, on=[GRAFT, DAY], how="left")
    if undated.is_empty():
        return found.select(ROW, *_marks())
    floating = undated.group_by(GRAFT).agg(
        pl.col(f"{name}_possible").any().alias(f"{name}_undated") for name in SHOWN
    )
    joined = found.join(floating, on=GRAFT, how="left")
    return joined.with_columns(
        (pl.col(f"{name}_possible") | pl.col(f"{name}_undated").fill_null(False)).alias(f"{name}_possible")
        for name in SHOWN
    ).select(ROW, *_marks())


def _on_days_before(by_day: pl.DataFrame) -> pl.DataFrame:
    """Whether a mark stands on an earlier day of the same graft. by_day: sorted by graft and day, a row for each.

    Marks are counted over all rows, and what was counted before the graft began is taken off: a window over every
    graft takes many times as long.
    """
    counted = by_day.with_columns(pl.col(name).cum_sum() - pl.col(name).cast(pl.UInt32) for name in _marks())
    begins = (pl.col(GRAFT) != pl.col(GRAFT).shift(1)).fill_null(True)
    return counted.with_columns(
        pl.col(name) > pl.when(begins).then(pl.col(name)).forward_fill() for name in _marks()
    )


def _of_undated(marked: pl.DataFrame) -> pl.DataFrame:
    """Evidence for biopsies without a date: any other of the graft may be earlier, none is for certain."""
    if not marked.get_column(DAY).null_count():
        return marked.clear().select(ROW, *_marks())
    others = [
        (pl.col(f"{name}_possible").sum().over(GRAFT) - pl.col(f"{name}_possible").cast(pl.UInt32) > 0).alias(
            f"{name}_possible"
        )
        for name in SHOWN
    ]
    none = [pl.lit(False).alias(f"{name}_certain") for name in SHOWN]
    return marked.with_columns(*others, *none).filter(pl.col(DAY).is_null()).select(ROW, *_marks())
