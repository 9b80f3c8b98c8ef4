"""Everything that happened to a subject on one axis: courses, infusions, biopsies, events, milestones."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

COLUMNS = {
    "subject_id": pl.String(),
    "lane": pl.String(),
    "label": pl.String(),
    "detail": pl.String(),
    "shown": pl.String(),
    "day_low": pl.Int32(),
    "day_high": pl.Int32(),
    "date_low": pl.Date(),
    "date_high": pl.Date(),
    "is_ongoing": pl.Boolean(),
    "is_serious": pl.Boolean(),
    "grade": pl.Int32(),
    "table": pl.String(),
    "key": pl.String(),
}
LANES = ("standard therapy", "other therapy", "cells", "biopsy", "adverse event", "milestone")
MILESTONES = {
    "screened": "screened",
    "screen_failure": "screen failure",
    "enrolled": "enrolled",
    "standard_therapy_completed": "standard therapy completed",
    "product_failure": "product failure",
    "completed": "completed follow-up",
    "withdrawn": "withdrawn",
    "lost_to_follow_up": "lost to follow-up",
    "graft_loss": "graft lost",
    "dialysis": "dialysis",
    "retransplanted": "retransplanted",
    "death": "death",
    "last_contact": "last contact",
}


def derive_timeline(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row an item. `axis` says on which axis the subject's picture is drawn: day, date or none."""
    parts = [
        _treatments(frames["treatments"]),
        _infusions(frames["infusions"], frames["biopsies"]),
        _biopsies(frames["biopsies"]),
        _adverse_events(frames["adverse_events"]),
        _milestones(frames["disposition"]),
    ]
    rows = pl.concat(
        [part.select(pl.col(name).cast(kind) for name, kind in COLUMNS.items()) for part in parts]
    )
    has_days, has_dates = pl.col("day_low").is_not_null().any(), pl.col("date_low").is_not_null().any()
    axis = (
        pl.when(has_days.over("subject_id"))
        .then(pl.lit("day"))
        .when(has_dates.over("subject_id"))
        .then(pl.lit("date"))
        .otherwise(pl.lit("none"))
    )
    dated = (
        pl.when(axis == "day")
        .then(pl.col("day_low").is_not_null())
        .otherwise(pl.col("date_low").is_not_null())
    )
    order = pl.col("lane").replace_strict(
        {name: rank for rank, name in enumerate(LANES)}, return_dtype=pl.Int32
    )
    return (
        rows.with_columns(axis=axis, is_dated=dated, _order=order)
        .sort("subject_id", "_order", "day_low", "date_low", "label", "key", nulls_last=True)
        .drop("_order")
    )


def _treatments(rows: pl.DataFrame) -> pl.DataFrame:
    standard = (pl.col("purpose") == "standard_therapy").fill_null(False)
    sessions = pl.when(pl.col("sessions").is_not_null()).then(pl.format("× {}", "sessions"))
    dose = pl.when(pl.col("dose").is_not_null()).then(
        pl.concat_str([_plain(pl.col("dose")), pl.col("dose_unit")], separator=" ", ignore_nulls=True)
    )
    return rows.select(
        "subject_id",
        lane=pl.when(standard).then(pl.lit("standard therapy")).otherwise(pl.lit("other therapy")),
        label=pl.col("treatment"),
        detail=pl.concat_str([sessions, dose, pl.col("route")], separator=", ", ignore_nulls=True),
        day_low=pl.col("start_day_low"),
        day_high=pl.coalesce("end_day_high", "start_day_high"),
        date_low=pl.col("start_earliest"),
        date_high=pl.coalesce("end_latest", "start_latest"),
        is_ongoing=pl.col("end_text").is_null() & (pl.col("purpose") == "maintenance").fill_null(False),
        is_serious=pl.lit(None),
        grade=pl.lit(None),
        table=pl.lit("treatments"),
        key=pl.col("key"),
        shown=pl.lit(None),
    )


def _infusions(rows: pl.DataFrame, biopsies: pl.DataFrame) -> pl.DataFrame:
    bounds = biopsies.group_by("subject_id").agg(
        after=pl.col("date_earliest").filter(pl.col("period") == "before").max(),
        before=pl.col("date_latest").filter(pl.col("period") == "after").min(),
    )
    undated = pl.col("start_text").is_null() & pl.col("after").is_not_null() & pl.col("before").is_not_null()
    detail = (
        pl.when(pl.col("given_cells_per_kg").is_not_null())
        .then(pl.format("{} viable cells/kg", _plain(pl.col("given_cells_per_kg").round_sig_figs(3))))
        .otherwise(pl.lit("dose not reported"))
    )
    between = pl.concat_str(
        [detail, pl.lit("date not reported: between the biopsies before and after")], separator="; "
    )
    return rows.join(bounds, on="subject_id", how="left", maintain_order="left").select(
        "subject_id",
        lane=pl.lit("cells"),
        label=pl.lit("cell infusion"),
        detail=pl.when(undated).then(between).otherwise(detail),
        day_low=pl.col("start_day_low"),
        day_high=pl.col("start_day_high"),
        date_low=pl.when(undated).then(pl.col("after")).otherwise(pl.col("start_earliest")),
        date_high=pl.when(undated).then(pl.col("before")).otherwise(pl.col("start_latest")),
        is_ongoing=pl.lit(False),
        is_serious=pl.lit(None),
        grade=pl.lit(None),
        table=pl.lit("infusions"),
        key=pl.col("key"),
        shown=pl.lit(None),
    )


def _biopsies(rows: pl.DataFrame) -> pl.DataFrame:
    low, high = pl.col("mvi_low"), pl.col("mvi_high")
    sum_of_both = (
        pl.when(low == high)
        .then(pl.format("g + ptc {}", low))
        .otherwise(pl.format("g + ptc {} to {}", low, high))
    )
    is_unread = pl.col("g").is_null() & pl.col("ptc").is_null()
    # a sentence that only says what would decide is left to the table
    settled = pl.when(~pl.col("banff_diagnosis").str.starts_with("not assessable")).then("banff_diagnosis")
    recorded = pl.format("{} (pathologist)", pl.col("pathologist_diagnosis").str.replace_all("_", " "))
    category = pl.coalesce(settled, recorded, pl.lit("category not assessable"))
    return _point(rows, "biopsies").select(
        *COLUMNS.keys() - {"lane", "label", "detail", "shown"},
        shown=pl.concat_str(
            [category, pl.when(is_unread).then(pl.lit("g + ptc not reported")).otherwise(sum_of_both)],
            separator="; ",
        ),
        lane=pl.lit("biopsy"),
        label=pl.format("biopsy {}", "biopsy_id"),
        detail=pl.coalesce("diagnosis_words", "pathologist_diagnosis", pl.lit("diagnosis not reported")),
    )


def _adverse_events(rows: pl.DataFrame) -> pl.DataFrame:
    grade = (
        pl.when(pl.col("grade").is_not_null())
        .then(pl.format("grade {}", "grade"))
        .otherwise(pl.lit("not graded"))
    )
    not_reported = pl.when(pl.col("is_serious").is_null()).then(pl.lit("seriousness not reported"))
    serious = pl.when(pl.col("is_serious")).then(pl.lit("serious")).otherwise(not_reported)
    return rows.select(
        "subject_id",
        "is_serious",
        "grade",
        "key",
        lane=pl.lit("adverse event"),
        label=pl.col("pt"),
        detail=pl.concat_str([grade, serious, pl.col("outcome")], separator=", ", ignore_nulls=True),
        day_low=pl.col("onset_day_low"),
        day_high=pl.coalesce("end_day_high", "onset_day_high"),
        date_low=pl.col("start_earliest"),
        date_high=pl.coalesce("end_latest", "start_latest"),
        is_ongoing=pl.col("ongoing").fill_null(False),
        table=pl.lit("adverse_events"),
        shown=pl.concat_str(
            [
                pl.when(pl.col("grade").is_not_null()).then(grade),
                pl.when(pl.col("is_serious")).then(pl.lit("serious")),
            ],
            separator=", ",
            ignore_nulls=True,
        ),
    )


def _milestones(rows: pl.DataFrame) -> pl.DataFrame:
    shown = rows.filter(pl.col("milestone") != "infused")
    return _point(shown, "disposition").select(
        *COLUMNS.keys() - {"lane", "label", "detail", "shown"},
        shown=pl.lit(None),
        lane=pl.lit("milestone"),
        label=pl.col("milestone").replace_strict(
            MILESTONES, default=pl.col("milestone"), return_dtype=pl.String
        ),
        detail=pl.col("reason").fill_null(""),
    )


def _point(rows: pl.DataFrame, table: str) -> pl.DataFrame:
    return rows.with_columns(
        date_low=pl.col("date_earliest"),
        date_high=pl.col("date_latest"),
        is_ongoing=pl.lit(False),
        is_serious=pl.lit(None),
        grade=pl.lit(None),
        table=pl.lit(table),
    )


def _plain(number: pl.Expr) -> pl.Expr:
    """A number as people write it: 3000000 rather than 3e6, 100 rather than 100.0."""
    whole = (number == number.floor()) & (number.abs() < 1e15)
    return (
        pl.when(whole)
        .then(number.cast(pl.Int64, strict=False).cast(pl.String))
        .otherwise(number.cast(pl.String))
    )
