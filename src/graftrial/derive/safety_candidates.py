"""What could be the monitored event: rows that count, or of which nobody can say yet whether they count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from graftrial.derive.subjects import GRAFT_LOST
from graftrial.study.safety import SafetyEvent

RELATED = ("possible", "probable", "definite", "related")
KNOWN_BY = (  # the first that is recorded says since when a row has been known
    ("entered_date_earliest", "entry date"),
    ("aware_date_earliest", "awareness date"),
)
EVENT_DATE, NO_DATE = "event date", "no date recorded"
TMA_PRESENT = "present"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row.

    counts: whether it is the event as declared; None while the fields in `missing` are not known.
    day_low, day_high: study days; earliest, latest: calendar days. known_on: since when the trial knew of it.
    """

    subject_id: str
    counts: bool | None
    missing: str
    day_low: int | None
    day_high: int | None
    earliest: date | None
    latest: date | None
    known_on: date | None
    known_by: str
    key: str
    when: str  # the field that says when it happened


def candidates(event: SafetyEvent, frames: Mapping[str, pl.DataFrame]) -> Iterator[Candidate]:
    """Every row that is the event, or may be it, whenever it happened."""
    if event.source == "adverse_events":
        rows = _judged(frames["adverse_events"], _conditions(event, frames["adverse_events"].columns))
        yield from (_of_adverse_event(row) for row in rows.iter_rows(named=True))
    elif event.source == "biopsies":
        is_tma = {"biopsies.tma": pl.col("tma") == TMA_PRESENT}
        rows = _judged(frames["biopsies"], is_tma)
        yield from (_dated(row, "biopsies.date") for row in rows.iter_rows(named=True))
    else:
        names = GRAFT_LOST if event.milestone == "graft_loss" else ("death",)
        reached = frames["disposition"].filter(pl.col("milestone").is_in(list(names)))
        rows = _judged(reached, {})
        yield from (_dated(row, "disposition.date") for row in rows.iter_rows(named=True))
        if event.milestone == "death":
            yield from _fatal(frames["adverse_events"], reached["subject_id"])


def _fatal(events: pl.DataFrame, told: pl.Series) -> Iterator[Candidate]:
    """Deaths of which only an adverse event tells."""
    is_fatal = (pl.col("outcome") == "fatal") | (pl.col("grade") == 5) | pl.col("serious_death")
    alone = events.filter(is_fatal.fill_null(False), ~pl.col("subject_id").is_in(told.implode()))
    yield from (_of_adverse_event(row) for row in _judged(alone, {}).iter_rows(named=True))


def _conditions(event: SafetyEvent, columns: list[str]) -> dict[str, pl.Expr]:
    """What has to hold, by the field that says so; unknown stays unknown."""
    conditions: dict[str, pl.Expr] = {}
    if event.serious is not None:
        conditions["adverse_events.serious"] = pl.col("is_serious") == event.serious
    if event.grade_at_least is not None:
        conditions["adverse_events.grade"] = pl.col("grade") >= event.grade_at_least
    if event.is_infusion_reaction is not None:
        conditions["adverse_events.infusion_reaction"] = (
            _column("is_infusion_reaction", columns, pl.Boolean()) == event.is_infusion_reaction
        )
    if event.terms:
        conditions["adverse_events.term"] = _named(("term", "meddra_pt", "ctcae_term"), event.terms)
    if event.soc:
        conditions["adverse_events.meddra_soc"] = _one_of(pl.col("meddra_soc"), event.soc)
    if event.related == "either":
        conditions["adverse_events.related_cells_investigator"] = pl.col("is_related_cells")
    elif event.related != "any":
        name = f"related_cells_{event.related}"
        conditions[f"adverse_events.{name}"] = _column(name, columns, pl.String()).is_in(list(RELATED))
    return conditions


def _column(name: str, columns: list[str], kind: pl.DataType) -> pl.Expr:
    return pl.col(name) if name in columns else pl.lit(None, dtype=kind)


def _named(columns: tuple[str, ...], words: tuple[str, ...]) -> pl.Expr:
    """One name that fits is enough, and a term is always recorded: a name that is not there is no unknown."""
    return pl.any_horizontal(*(_one_of(pl.col(each), words).fill_null(False) for each in columns))


def _one_of(text: pl.Expr, words: tuple[str, ...]) -> pl.Expr:
    return text.str.strip_chars().str.to_lowercase().is_in([each.strip().lower() for each in words])


def _judged(frame: pl.DataFrame, conditions: Mapping[str, pl.Expr]) -> pl.DataFrame:
    """The rows that are not proven otherwise, with `_counts` and the fields that are missing."""
    counts = pl.all_horizontal(*conditions.values()) if conditions else pl.lit(True)
    open_fields = [pl.when(each.is_null()).then(pl.lit(name)) for name, each in conditions.items()]
    missing = pl.concat_str(open_fields, separator=", ", ignore_nulls=True) if open_fields else pl.lit("")
    judged = frame.with_columns(_counts=counts, _missing=missing)
    return judged.filter(pl.col("_counts").fill_null(True))


def _of_adverse_event(row: Mapping[str, Any]) -> Candidate:
    known_on, known_by = next(
        ((row[column], words) for column, words in KNOWN_BY if row.get(column) is not None),
        (row["start_earliest"], EVENT_DATE if row["start_earliest"] is not None else NO_DATE),
    )
    return Candidate(
        row["subject_id"], row["_counts"], "" if row["_counts"] else row["_missing"],
        row["onset_day_low"], row["onset_day_high"], row["start_earliest"], row["start_latest"],
        known_on, known_by, row["key"], "adverse_events.start",
    )  # fmt: skip


def _dated(row: Mapping[str, Any], when: str) -> Candidate:
    earliest = row["date_earliest"]
    return Candidate(
        row["subject_id"], row["_counts"], "" if row["_counts"] else row["_missing"],
        row["day_low"], row["day_high"], earliest, row["date_latest"],
        earliest, EVENT_DATE if earliest is not None else NO_DATE, row["key"], when,
    )  # fmt: skip
