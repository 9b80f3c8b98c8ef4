"""Whether the days and judgements behind an expedited report fit together, and whether they are there at all.

What is missing is asked for only where the study file declares a regime of reporting.
"""

# every check takes the same two arguments, needed or not
# ruff: noqa: ARG001

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from graftrial.checks.adverse_events import ANY_CRITERION, IS_DEATH, RELATED
from graftrial.checks.located import found
from graftrial.checks.moments import placed, proven_before
from graftrial.findings import Finding, finding
from graftrial.intake.table import ROW, Tables
from graftrial.study.model import Study

TABLE = "adverse_events"
IS_SERIOUS = pl.col("serious").fill_null(False) | ANY_CRITERION | IS_DEATH


def check_reported_before_awareness(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-ER-001: nothing is reported before the sponsor knows of it."""
    yield from _before("GT-ER-001", study, tables, "reported_date", "aware_date")


def check_completed_before_report(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-ER-002: a report is completed on or after the day on which it was sent."""
    yield from _before("GT-ER-002", study, tables, "completed_date", "reported_date")


def check_severe_before_awareness(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-ER-003: that an event became fatal or life-threatening is known on or after the day the event is known."""
    yield from _before("GT-ER-003", study, tables, "severe_aware_date", "aware_date")


def check_severe_without_severity(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-ER-004: an event that became fatal or life-threatening says so in outcome or criterion."""
    frame = tables.frame(TABLE)
    if "severe_aware_date" not in frame.columns:
        return
    said = IS_DEATH | pl.col("serious_life_threatening").fill_null(False)
    rows = frame.filter(pl.col("severe_aware_date").is_not_null() & ~said)
    yield from found("GT-ER-004", tables[TABLE], rows.select(ROW, "subject_id"), "serious_life_threatening")


def check_serious_without_awareness(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-ER-005: without the day of awareness no clock runs."""
    if not study.safety.reporting.regime:
        return
    silent = pl.col("aware_date_earliest").is_null() & pl.col("aware_date_stated_day").is_null()
    rows = tables.frame(TABLE).filter(IS_SERIOUS & silent)
    yield from found("GT-ER-005", tables[TABLE], rows.select(ROW, "subject_id"), "aware_date")


def check_expectedness_missing(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-ER-006: without expectedness a serious reaction cannot be told from a SUSAR."""
    if not study.safety.reporting.regime:
        return
    frame = tables.frame(TABLE)
    judged_no = pl.lit(True)
    for product in study.safety.reporting.products:
        investigator, sponsor = (
            pl.col(name) if name in frame.columns else pl.lit(None, dtype=pl.String)
            for name in (f"related_{product}_investigator", f"related_{product}_sponsor")
        )
        raised = sponsor.is_in(RELATED).fill_null(False)
        judged_no = judged_no & investigator.is_not_null() & ~investigator.is_in(RELATED) & ~raised
    rows = frame.filter(IS_SERIOUS & ~judged_no & pl.col("expected").is_null())
    yield from found("GT-ER-006", tables[TABLE], rows.select(ROW, "subject_id"), "expected")


def check_product_without_causality(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-ER-007: a product under investigation has a column of causality."""
    table = tables[TABLE]
    if not study.safety.reporting.regime or not table.is_present:
        return
    for product in study.safety.reporting.products:
        if f"related_{product}_investigator" not in table.given:
            yield finding("GT-ER-007", TABLE, file=table.file, product=product)


def _before(code: str, study: Study, tables: Tables, first: str, second: str) -> Iterator[Finding]:
    """Rows whose `first` moment is proven to lie before the `second`."""
    columns = tables.frame(TABLE).columns
    if first not in columns or second not in columns:
        return
    names = {each: f"other_{each}" for each in ("text", "low", "high", "day_low", "day_high")}
    other = placed(study, tables, TABLE, second).select(ROW, *(pl.col(a).alias(b) for a, b in names.items()))
    rows = placed(study, tables, TABLE, first).join(other, on=ROW).filter(proven_before("", "other_"))
    yield from found(code, tables[TABLE], rows.select(ROW, "subject_id", "text", other="other_text"), first)
