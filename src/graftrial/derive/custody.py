"""Custody of each product: hand-overs in the order of their times, gaps between them, hours from thaw to infusion.

The order of the rows in the file says nothing. Hand-overs of one minute, or of one day without a time, have no known
order, and then nothing is said about gaps.
"""

from __future__ import annotations

import polars as pl

from graftrial.intake.clock import HIGH, LOW, MINUTES_PER_HOUR, with_minutes

OPEN = "not assessable"
THAWED, STARTED = ("thawed", "thaw"), ("infusion started", "start of infusion")


def derive_custody(custody: pl.DataFrame) -> pl.DataFrame:
    """One row a product: hand-overs in order of time, and the gaps between them.

    A gap: who hands over is not who received before.
    Returns: product_id, n_events, n_gaps (null where a name or the order is not known), custody (`complete`, `n gaps`,
        not assessable), custody_reason, lowest and highest temperature in degrees Celsius.
    """
    rows = with_minutes(custody, "start", "product_id").sort(
        "product_id", LOW, HIGH, "event", "from", "to", nulls_last=True
    )
    rows = rows.with_columns(
        received=_plain("to").shift().over("product_id"),
        handed=_plain("from"),
        place=pl.int_range(pl.len()).over("product_id"),
        before=pl.col(HIGH).cum_max().shift().over("product_id"),
    )
    later = pl.col("place") > 0
    gap = (pl.col("handed") != pl.col("received")).filter(later)
    tied = ~(pl.col(LOW) > pl.col("before")).fill_null(False) & later
    summary = rows.group_by("product_id").agg(
        n_events=pl.len().cast(pl.Int32),
        n_tied=tied.sum().cast(pl.Int32),
        is_named=gap.is_not_null().all(),
        n_gaps=gap.sum().cast(pl.Int32),
        lowest_temperature=pl.col("temperature").min(),
        highest_temperature=pl.col("temperature").max(),
    )
    return _in_words(summary).drop("n_tied", "is_named").sort("product_id")


def _plain(column: str) -> pl.Expr:
    return pl.col(column).str.strip_chars().str.to_lowercase()


def _in_words(summary: pl.DataFrame) -> pl.DataFrame:
    tied, named = pl.col("n_tied"), pl.col("is_named")
    reason = (
        pl.when(tied > 0)
        .then(pl.lit("the times recorded do not tell the order of the hand-overs"))
        .when(~named)
        .then(pl.lit("who handed over or who received is not recorded"))
    )
    gaps = pl.when(reason.is_null()).then("n_gaps")
    words = (
        pl.when(reason.is_not_null())
        .then(pl.lit(OPEN))
        .when(gaps == 0)
        .then(pl.lit("complete"))
        .when(gaps == 1)
        .then(pl.lit("1 gap"))
        .otherwise(pl.format("{} gaps", gaps))
    )
    return summary.with_columns(n_gaps=gaps, custody=words, custody_reason=reason)


def derive_thaw_to_infusion(custody: pl.DataFrame, infusions: pl.DataFrame) -> pl.DataFrame:
    """Hours from the last thaw to the start of the infusion of each product, exact or as bounds.

    custody, infusions: the typed tables. The start is that of the infusion and that of the custody log; where the two
        exclude one another there is no answer.
    Returns: product_id, hours_thaw_to_infusion (where exact), hours_low, hours_high, thaw_reason (why no bounds).
    """
    found = _thaws_and_starts(custody, infusions)
    low = ((pl.col("start_low") - pl.col("thaw_high")) / MINUTES_PER_HOUR).clip(lower_bound=0.0)
    high = (pl.col("start_high") - pl.col("thaw_low")) / MINUTES_PER_HOUR
    reason = (
        pl.when(pl.col("has_thaw").is_null())
        .then(pl.lit("no thaw is recorded"))
        .when(pl.col("has_start").is_null())
        .then(pl.lit("no start of the infusion is recorded"))
        .when(pl.col("start_low") > pl.col("start_high"))
        .then(pl.lit("infusions and custody state different starts of the infusion"))
        .when(high.is_null() | low.is_null())
        .then(pl.lit("thaw or infusion carries no date"))
        .when(high < 0)
        .then(pl.lit("the infusion began before the thaw"))
    )
    rows = found.with_columns(hours_low=low, hours_high=high, thaw_reason=reason)
    known = pl.col("thaw_reason").is_null()
    rows = rows.with_columns(pl.when(known).then(each).alias(each) for each in ("hours_low", "hours_high"))
    exact = pl.when(pl.col("hours_low") == pl.col("hours_high")).then("hours_low")
    return rows.select(
        "product_id", hours_thaw_to_infusion=exact, hours_low="hours_low", hours_high="hours_high",
        thaw_reason="thaw_reason",
    ).sort("product_id")  # fmt: skip


def _thaws_and_starts(custody: pl.DataFrame, infusions: pl.DataFrame) -> pl.DataFrame:
    """Bounds of thaw and start, in minutes; the offsets from UTC of both tables are compared together."""
    named = _plain("event").str.replace_all("_", " ")
    moment = ["product_id", *(each for each in custody.columns if each.startswith("start_"))]
    logged = custody.select(*moment, event=named)
    given = infusions.filter(pl.col("product_id").is_not_null() & pl.col("start_earliest").is_not_null())
    started = given.select(*(each for each in moment if each in given.columns), event=pl.lit("infused"))
    rows = with_minutes(pl.concat([logged, started], how="diagonal"), "start", "product_id")
    thaws = _bounded(rows.filter(pl.col("event").is_in(THAWED)), "thaw", is_last=True)
    in_log = _bounded(rows.filter(pl.col("event").is_in(STARTED)), "log")
    in_table = _bounded(rows.filter(pl.col("event") == "infused"), "table")
    everyone = rows.select("product_id").unique()
    for part in (thaws, in_log, in_table):
        everyone = everyone.join(part, on="product_id", how="left")
    return everyone.with_columns(
        start_low=pl.max_horizontal("log_low", "table_low"),
        start_high=pl.min_horizontal("log_high", "table_high"),
        has_start=pl.coalesce("has_log", "has_table"),
    )


def _bounded(rows: pl.DataFrame, name: str, is_last: bool = False) -> pl.DataFrame:
    """The latest or earliest of several moments, as bounds; null while one of them is not known."""
    chosen = pl.Expr.max if is_last else pl.Expr.min
    return rows.group_by("product_id").agg(
        *(
            pl.when(pl.col(bound).is_not_null().all()).then(chosen(pl.col(bound))).alias(f"{name}_{end}")
            for end, bound in (("low", LOW), ("high", HIGH))
        ),
        pl.lit(True).alias(f"has_{name}"),
    )
