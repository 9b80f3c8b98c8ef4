"""The interval of the annual safety report, and which serious events belong to it.

The year counts from the development birth date; the data lock is its last day. An event belongs to the interval in
which the sponsor became aware of it, or, where no awareness is recorded, in which it began.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from graftrial.dates import anniversary, days_after, read_moment
from graftrial.derive.reporting_clocks import data_cut_bounds, maybe_serious, with_moments
from graftrial.study.model import Study

INTERVAL, EARLIER, LATER = "interval", "earlier", "after the data lock"


@dataclass(frozen=True, slots=True)
class Interval:
    """The year under report.

    first, lock: its first and last day. is_locked: whether the data cut has reached the last day.
    """

    first: date
    lock: date
    is_locked: bool


def interval_of(study: Study) -> Interval | None:
    """The interval of the annual report; None without a development birth date or without a data cut.

    Without a declared data lock: the last full year before the data cut, or the first year while it is not over.
    """
    given = study.safety.reporting
    cut = data_cut_bounds(study)[1]
    if given.development_birth_date is None or cut is None:
        return None
    birth = _whole_day(given.development_birth_date)
    if given.data_lock is not None:
        lock = _whole_day(given.data_lock)
        return Interval(max(birth, _year_before(lock)), lock, cut >= lock)
    years = 1
    while days_after(anniversary(birth, years + 1), -1) <= cut:
        years += 1
    lock = days_after(anniversary(birth, years), -1)
    return Interval(anniversary(birth, years - 1), lock, cut >= lock)


def _whole_day(text: str) -> date:
    day = read_moment(text).earliest
    if day is None:
        raise TypeError("the study file takes whole days only")
    return day


def _year_before(lock: date) -> date:
    """The first day of the year that ends on the lock."""
    return anniversary(days_after(lock, 1), -1)


def derive_annual_events(
    study: Study, zero: pl.DataFrame, events: pl.DataFrame, cases: pl.DataFrame
) -> pl.DataFrame:
    """Every event that is, or may be, serious, with its place in the annual report.

    cases: the reporting cases, for the relation as it is handled.
    Returns: subject_id, ae_id, key, soc, pt, grade, is_serious, is_reaction (unjudged counts as related), is_fatal,
    basis (aware or onset), known_low, known_high, period and is_by_lock (null where a partial day leaves it open).
    """
    rows = with_moments(maybe_serious(events), zero, ("aware_date", "start"))
    interval = interval_of(study)
    by_aware = pl.col("aware_low").is_not_null()
    relation = cases.select("key", is_reaction="is_handled_as_related")
    rows = rows.join(relation, on="key", how="left", maintain_order="left")
    rows = rows.with_columns(
        basis=pl.when(by_aware).then(pl.lit("aware")).otherwise(pl.lit("onset")),
        known_low=pl.coalesce("aware_low", "start_low"),
        known_high=pl.coalesce("aware_high", "start_high"),
    )
    by_lock = pl.lit(None, dtype=pl.Boolean)
    if interval is not None:
        by_lock = pl.when(pl.col("known_high") <= interval.lock).then(True)
        by_lock = by_lock.when(pl.col("known_low") > interval.lock).then(False)
    rows = rows.with_columns(period=_period(interval), is_by_lock=by_lock)
    kept = (
        "subject_id",
        "ae_id",
        "key",
        "soc",
        "pt",
        "grade",
        "is_serious",
        "is_reaction",
        "is_fatal",
        "seriousness",
    )
    return rows.select(*kept, "basis", "known_low", "known_high", "period", "is_by_lock").sort(
        "subject_id", "ae_id"
    )


def _period(interval: Interval | None) -> pl.Expr:
    if interval is None:
        return pl.lit(None, dtype=pl.String)
    low, high = pl.col("known_low"), pl.col("known_high")
    return (
        pl.when(low > interval.lock)
        .then(pl.lit(LATER))
        .when(high < interval.first)
        .then(pl.lit(EARLIER))
        .when((low >= interval.first) & (high <= interval.lock))
        .then(pl.lit(INTERVAL))
    )
