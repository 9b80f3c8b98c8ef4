"""Subjects and events by group, system organ class and term: the one way in which events are counted.

A subject counts once in a row, an event each time. Every group has every row: 0 is printed.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from graftrial.stats.outcomes import NotEstimable
from graftrial.stats.two_by_two import fisher_exact

EVERYBODY = "all"
LEVELS = ("any", "soc", "term")


def count_events(events: pl.DataFrame, groups: Mapping[str, int], by: str | None = None) -> pl.DataFrame:
    """Counts of any event, of each class and of each term.

    events: one row an event with `subject_id`, `soc`, `pt` and, where given, the column `by` of its group.
    groups: number of subjects at risk in each group; `EVERYBODY` alone without `by`.
    Returns: `level` (any, soc, term), `soc`, `pt`, `group`, `subjects`, `events`, `denominator`; sorted.
    """
    group = pl.lit(EVERYBODY) if by is None else pl.col(by)
    rows = events.with_columns(group=group).filter(pl.col("group").is_in(list(groups)))
    counted = pl.concat([_counted(rows, level) for level in LEVELS])
    everyone = pl.DataFrame(
        {"group": list(groups), "denominator": list(groups.values())},
        schema={"group": pl.String, "denominator": pl.Int64},
    )
    places = pl.concat([_place("any", None, None), counted.select("level", "soc", "pt")]).unique()
    whole = places.join(everyone, how="cross").join(
        counted, on=["level", "soc", "pt", "group"], how="left", nulls_equal=True
    )
    return whole.with_columns(pl.col("subjects", "events").fill_null(0)).sort(
        pl.col("soc").fill_null(""), pl.col("pt").fill_null(""), "group"
    )


def _place(level: str, soc: str | None, pt: str | None) -> pl.DataFrame:
    schema = dict.fromkeys(("level", "soc", "pt"), pl.String)
    return pl.DataFrame([(level, soc, pt)], schema=schema, orient="row")


def _counted(rows: pl.DataFrame, level: str) -> pl.DataFrame:
    nothing = pl.lit(None, dtype=pl.String)
    placed = rows.with_columns(
        level=pl.lit(level),
        soc=nothing if level == "any" else pl.col("soc"),
        pt=pl.col("pt") if level == "term" else nothing,
    )
    return placed.group_by("level", "soc", "pt", "group").agg(
        subjects=pl.col("subject_id").n_unique().cast(pl.Int64), events=pl.len().cast(pl.Int64)
    )


def compare_with(counts: pl.DataFrame, reference: str) -> pl.DataFrame:
    """Adds `p`: two-sided Fisher test of the subjects against the reference group, row by row.

    p is null in the reference group itself and where neither group has the event.
    """
    base = counts.filter(pl.col("group") == reference).select(
        "level", "soc", "pt", base="subjects", base_size="denominator"
    )
    paired = counts.join(base, on=["level", "soc", "pt"], how="left", nulls_equal=True, maintain_order="left")
    numbers = paired.select("group", "subjects", "denominator", "base", "base_size").iter_rows()
    p = [None if group == reference else _fisher(*four) for group, *four in numbers]
    return counts.with_columns(p=pl.Series(p, dtype=pl.Float64))


def _fisher(events: int, n: int, base: int | None, base_size: int | None) -> float | None:
    if base is None or base_size is None or events + base == 0:
        return None
    p = fisher_exact(events, n, base, base_size).p
    return None if isinstance(p, NotEstimable) else p
