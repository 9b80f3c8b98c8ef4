"""Dates out of order. Only what is proven for every day that a partial date can mean is a finding."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from graftrial.checks.located import found
from graftrial.checks.moments import (
    alongside,
    everything_dated,
    first_infusion,
    milestone,
    of_subject,
    placed,
    proven_before,
)
from graftrial.findings import Finding
from graftrial.intake.table import ROW, Tables
from graftrial.study.model import Study

SAFETY_TABLES = ("adverse_events", "infusions", "disposition", "subjects")  # rows that are never withheld
OVERLAP = ~(proven_before("", "other_") | proven_before("other_", ""))
AFTER_DEATH = {
    "labs": ("date",),
    "antibodies": ("date",),
    "biopsies": ("date",),
    "infusions": ("start",),
    "treatments": ("start",),
    "adverse_events": ("start", "end"),
}
STANDARD_THERAPY = "standard_therapy"
SHOWN_DAYS = 8


def check_end_before_start(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-DT-001: a course or an event does not end before it starts."""
    for name in ("treatments", "adverse_events"):
        ends = placed(study, tables, name, "end").drop("subject_id")
        starts = placed(study, tables, name, "start").select("subject_id", ROW, *_renamed("start"))
        wrong = ends.join(starts, on=ROW).filter(proven_before("", "start_"))
        yield from found("GT-DT-001", tables[name], _said(wrong, "start"), "end")


def check_anything_after_death(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-DT-002: nothing happens to a person after death."""
    deaths = milestone(study, tables, "death")
    for name, columns in AFTER_DEATH.items():
        for column in columns:
            rows = alongside(placed(study, tables, name, column), deaths, "other")
            yield from found(
                "GT-DT-002", tables[name], _said(rows.filter(proven_before("other_", ""))), column
            )


def check_birth_after_consent_or_transplant(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-DT-003: a person is born before consent and transplantation."""
    births = tables.frame("subjects").select("subject_id", "birth_year")
    for column in ("consent_date", "transplant_date"):
        rows = placed(study, tables, "subjects", column).join(births, on="subject_id")
        wrong = rows.filter(pl.col("high").dt.year() < pl.col("birth_year"))
        words = wrong.select(ROW, "subject_id", "text", "birth_year")
        yield from found("GT-DT-003", tables["subjects"], words, column)


def check_infusion_before_transplant(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-DT-004: the graft under study is there before the cells are given."""
    rows = alongside(
        placed(study, tables, "infusions", "start"), of_subject(study, tables, "transplant_date"), "other"
    )
    yield from found(
        "GT-DT-004", tables["infusions"], _said(rows.filter(proven_before("", "other_"))), "start"
    )


def check_infusion_before_consent(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-DT-005: nobody is infused before giving consent."""
    rows = alongside(
        placed(study, tables, "infusions", "start"), of_subject(study, tables, "consent_date"), "other"
    )
    yield from found(
        "GT-DT-005", tables["infusions"], _said(rows.filter(proven_before("", "other_"))), "start"
    )


def check_event_before_consent(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-DT-006: an adverse event of the trial begins after consent."""
    consents = of_subject(study, tables, "consent_date")
    rows = alongside(placed(study, tables, "adverse_events", "start"), consents, "other")
    yield from found(
        "GT-DT-006", tables["adverse_events"], _said(rows.filter(proven_before("", "other_"))), "start"
    )


def check_biopsy_before_transplant(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-DT-007: a graft is biopsied after its transplantation. Persons with several grafts are left out."""
    grafts = tables.frame("biopsies").group_by("subject_id").agg(n=pl.col("graft_id").drop_nulls().n_unique())
    rows = alongside(
        placed(study, tables, "biopsies", "date"), of_subject(study, tables, "transplant_date"), "other"
    )
    wrong = rows.join(grafts.filter(pl.col("n") <= 1), on="subject_id", how="semi").filter(
        proven_before("", "other_")
    )
    yield from found("GT-DT-007", tables["biopsies"], _said(wrong), "date")


def check_date_against_stated_day(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-DT-009, GT-DT-010: where a row gives both a date and a study day, they mean the same day."""
    day = pl.duration(days=pl.col("stated"))
    too_early = (pl.col("anchor_high") + day < pl.col("earliest")).fill_null(False)
    too_late = (pl.col("anchor_low") + day > pl.col("latest")).fill_null(False)
    for name, rows in everything_dated(study, tables).items():
        anchor = pl.coalesce(pl.col("anchor_low"), pl.col("anchor_high"))
        wrong = rows.filter(too_early | too_late).select(
            ROW, "subject_id", "column", "text", "stated", anchor=anchor
        )
        yield from found("GT-DT-010" if name in SAFETY_TABLES else "GT-DT-009", tables[name], wrong)


def check_infusion_before_end_of_standard_therapy(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-DT-011: cells before the end of standard therapy, where the protocol wants it complete first."""
    therapy = study.standard_therapy
    if not therapy.before_infusion or not (therapy.text or therapy.courses):
        return
    named = (
        pl.col("treatment").is_in([each.treatment for each in therapy.courses]) & pl.col("purpose").is_null()
    )
    courses = tables.frame("treatments").filter((pl.col("purpose") == STANDARD_THERAPY) | named)
    parts = [placed(study, tables, "treatments", each) for each in ("end", "start")]
    last = pl.concat(parts).join(courses, on=ROW, how="semi").sort("low", "day_low", ROW)
    rows = alongside(placed(study, tables, "infusions", "start"), last, "other").filter(
        proven_before("", "other_")
    )
    deviations = placed(study, tables, "deviations", "date").select("subject_id", *_renamed("other"))
    recorded = rows.select("subject_id", ROW, "low", "high", "day_low", "day_high").join(
        deviations, on="subject_id"
    )
    wrong = rows.join(recorded.filter(OVERLAP), on=ROW, how="anti").unique(
        ROW, keep="last", maintain_order=True
    )
    yield from found("GT-DT-011", tables["infusions"], _said(wrong), "start")


def check_outside_visit_windows(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-DT-012: measurements of a person that fall into no visit window, one finding a person and table."""
    if not study.schedule.visits:
        return
    baseline = study.definitions.baseline
    windows = [(each.earliest, each.latest) for each in study.schedule.visits]
    windows.append((baseline.earliest_day, baseline.latest_day))
    inside = pl.any_horizontal(
        ((pl.col("day_low") <= latest) & (pl.col("day_high") >= earliest)).fill_null(True)
        for earliest, latest in windows
    )
    for name in ("labs", "antibodies", "biopsies"):
        rows = placed(study, tables, name, "date").filter(pl.col("day_low").is_not_null() & ~inside)
        days = pl.col("day_low").unique().sort()
        words = rows.group_by("subject_id").agg(
            n=pl.len(), days=days.head(SHOWN_DAYS).cast(pl.String).str.join(", ")
        )
        yield from found("GT-DT-012", tables[name], words.sort("subject_id"), "date")


def check_timing_of_biopsy_against_dates(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-DT-013: `before` and `after` of a biopsy agree with the day of the first infusion."""
    timing = tables.frame("biopsies").select(ROW, "timing")
    rows = alongside(
        placed(study, tables, "biopsies", "date").join(timing, on=ROW), first_infusion(study, tables), "other"
    )
    said_before = (pl.col("timing") == "before") & proven_before("other_", "")
    said_after = (pl.col("timing") == "after") & proven_before("", "other_")
    wrong = rows.filter(said_before | said_after)
    words = wrong.select(ROW, "subject_id", "timing", date="text", infused="other_text")
    yield from found("GT-DT-013", tables["biopsies"], words, "timing")


def check_sponsor_aware_before_onset(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-DT-014: nobody knows of an event before it began."""
    aware = placed(study, tables, "adverse_events", "aware_date").drop("subject_id")
    starts = placed(study, tables, "adverse_events", "start").select("subject_id", ROW, *_renamed("start"))
    wrong = aware.join(starts, on=ROW).filter(proven_before("", "start_"))
    yield from found("GT-DT-014", tables["adverse_events"], _said(wrong, "start"), "aware_date")


def check_consent_before_transplant(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-DT-015: the graft under study is usually there before consent to its treatment."""
    rows = alongside(
        placed(study, tables, "subjects", "consent_date"),
        of_subject(study, tables, "transplant_date"),
        "other",
    )
    yield from found(
        "GT-DT-015", tables["subjects"], _said(rows.filter(proven_before("", "other_"))), "consent_date"
    )


def _renamed(name: str) -> list[pl.Expr]:
    return [pl.col(each).alias(f"{name}_{each}") for each in ("text", "low", "high", "day_low", "day_high")]


def _said(rows: pl.DataFrame, other: str = "other") -> pl.DataFrame:
    return rows.select(ROW, "subject_id", "text", other=f"{other}_text")
