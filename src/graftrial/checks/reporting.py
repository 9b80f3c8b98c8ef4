"""Milestones against rows, and published aggregates against rows: what is said twice is said alike."""

# every check takes the same two arguments, needed or not
# ruff: noqa: ARG001

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from graftrial.checks.adverse_events import ANY_CRITERION, IS_DEATH
from graftrial.checks.located import found
from graftrial.checks.moments import alongside, milestone, placed, proven_before
from graftrial.findings import Finding
from graftrial.intake.table import ROW, Tables
from graftrial.study.model import Study
from graftrial.units import analyte_name

EXCLUDE_EACH_OTHER = (
    ("completed", "withdrawn"),
    ("completed", "lost_to_follow_up"),
    ("infused", "screen_failure"),
)
AFTER_GRAFT_LOSS = ("dialysis", "retransplanted")  # either explains why a kidney is still measured


def check_milestones_exclude_each_other(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-DP-001: nobody both completes the study and leaves it."""
    rows = tables.frame("disposition")
    for first, second in EXCLUDE_EACH_OTHER:
        others = rows.filter(pl.col("milestone") == second).select("subject_id")
        wrong = rows.filter(pl.col("milestone") == first).join(others, on="subject_id", how="semi")
        words = wrong.select(ROW, "subject_id", first=pl.lit(first), second=pl.lit(second))
        yield from found("GT-DP-001", tables["disposition"], words, "milestone")


def check_milestone_without_infusion(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-DP-002: who reached the milestone infused has an infusion."""
    reached = tables.frame("disposition").filter(pl.col("milestone") == "infused")
    rows = reached.join(tables.frame("infusions"), on="subject_id", how="anti")
    yield from found("GT-DP-002", tables["disposition"], rows.select(ROW, "subject_id"), "milestone")


def check_infusion_without_milestone(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-DP-003: who has an infusion reached the milestone infused, where the study keeps milestones."""
    if tables.frame("disposition").is_empty():
        return
    reached = tables.frame("disposition").filter(pl.col("milestone") == "infused")
    rows = (
        tables.frame("infusions")
        .join(reached, on="subject_id", how="anti")
        .filter(pl.col("subject_id").is_not_null())
    )
    first = rows.group_by("subject_id").agg(pl.col(ROW).min()).sort("subject_id")
    yield from found("GT-DP-003", tables["infusions"], first, "subject_id")


def check_kidney_measured_after_graft_loss(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-DP-004: a kidney measured after the loss of the graft; one finding a person and table."""
    explained = tables.frame("disposition").filter(pl.col("milestone").is_in(AFTER_GRAFT_LOSS))
    losses = milestone(study, tables, "graft_loss").join(explained, on="subject_id", how="anti")
    creatinine = tables.frame("labs").filter(analyte_name(pl.col("analyte")) == "creatinine").select(ROW)
    measured = {
        "labs": placed(study, tables, "labs", "date").join(creatinine, on=ROW, how="semi"),
        "biopsies": placed(study, tables, "biopsies", "date"),
    }
    for name, moments in measured.items():
        later = alongside(moments, losses, "other").filter(proven_before("other_", ""))
        words = later.group_by("subject_id").agg(
            pl.col(ROW).min(), n=pl.len(), lost=pl.col("other_text").first()
        )
        yield from found("GT-DP-004", tables[name], words.sort("subject_id"), "date")


def check_aggregate_smaller_than_rows(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-RP-001: a reported count is not smaller than the rows that it counts."""
    rows = counted_twice(tables).filter(pl.col("events") < pl.col("counted"))
    yield from found("GT-RP-001", tables["reported"], rows, "events")


def check_aggregate_larger_than_rows(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-RP-002: where more is reported than there are rows, the rows cover a part."""
    rows = counted_twice(tables).filter(pl.col("events") > pl.col("counted"))
    yield from found("GT-RP-002", tables["reported"], rows, "events")


def check_aggregate_more_than_all(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-RP-003: of n persons no more than n are reported; numbers of events may be larger."""
    of_events = pl.col("statement").is_in(COUNTS_OF_EVENTS)
    rows = tables.frame("reported").filter((pl.col("events") > pl.col("n")) & ~of_events)
    yield from found("GT-RP-003", tables["reported"], rows.select(ROW, "statement", "events", "n"), "events")


def counted_twice(tables: Tables) -> pl.DataFrame:
    """Statements whose count the rows give as well: source_row, statement, events, counted."""
    counts = counts_of_rows(tables)
    counted = pl.col("statement").replace_strict(counts, default=None, return_dtype=pl.Int64)
    rows = tables.frame("reported").with_columns(counted=counted)
    return rows.filter(pl.col("events").is_not_null() & pl.col("counted").is_not_null()).select(
        ROW, "statement", "events", "counted"
    )


COUNTS_OF_EVENTS = ("adverse_events", "serious_adverse_events", "ae.any.events", "ae.serious.events")


def counts_of_rows(tables: Tables) -> dict[str, int]:
    """What the rows count, by the id under which a statement may report it: plain words, or a result key."""
    milestones = tables.frame("disposition").select("subject_id", "milestone").unique()
    reached = dict(milestones.group_by("milestone").agg(pl.len()).iter_rows())
    infusions = tables.frame("infusions").select("subject_id")
    infused = milestones.filter(pl.col("milestone") == "infused").select("subject_id")
    treated = pl.concat([infusions, infused]).drop_nulls().n_unique()
    events = tables.frame("adverse_events")
    serious = events.filter(pl.col("serious").fill_null(False) | ANY_CRITERION)
    fatal = events.filter(IS_DEATH)
    counts = {f"disposition.{name}": int(n) for name, n in reached.items()}
    return counts | {
        "disposition.infused": treated,
        "treated": treated,
        "infused": treated,
        "enrolled": reached.get("enrolled", 0),
        "grafts_lost": reached.get("graft_loss", 0),
        "deaths": reached.get("death", 0),
        "subjects.n": tables.frame("subjects").height,
        "patients_with_adverse_events": _persons(events),
        "ae.any.subjects": _persons(events),
        "adverse_events": events.height,
        "ae.any.events": events.height,
        "patients_with_serious_adverse_events": _persons(serious),
        "ae.serious.subjects": _persons(serious),
        "serious_adverse_events": serious.height,
        "ae.serious.events": serious.height,
        "ae.fatal.subjects": _persons(fatal),
    }


def _persons(rows: pl.DataFrame) -> int:
    return rows["subject_id"].drop_nulls().n_unique()
