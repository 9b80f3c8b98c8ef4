"""Whether an event says one thing about itself: seriousness, grade, outcome, causality.

No event is ever withheld.
"""

# every check takes the same two arguments, needed or not
# ruff: noqa: ARG001

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from graftrial.checks.located import found
from graftrial.findings import Finding
from graftrial.intake.table import ROW, Tables
from graftrial.study.model import Study

CRITERIA = (
    "serious_death",
    "serious_life_threatening",
    "serious_hospitalisation",
    "serious_disability",
    "serious_congenital_anomaly",
    "serious_other",
)
DEATH_GRADE, LIFE_THREATENING_GRADE = 5, 4
RELATED = ("possible", "probable", "definite", "related")
NOT_RELATED = ("not_related", "unlikely")
JUDGED = re.compile(r"related_(?P<product>\w+)_investigator")
ANY_CRITERION = pl.any_horizontal(pl.col(each).fill_null(False) for each in CRITERIA)
IS_DEATH = (
    (pl.col("outcome") == "fatal").fill_null(False)
    | pl.col("serious_death").fill_null(False)
    | (pl.col("grade") == DEATH_GRADE).fill_null(False)
)


def check_death_without_serious(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-AE-001: a fatal event is serious."""
    not_serious = (~pl.col("serious")).fill_null(False)
    unsaid = pl.col("serious").is_null() & ~ANY_CRITERION
    yield from _events(
        "GT-AE-001", tables, IS_DEATH & (not_serious | unsaid), "serious", "grade", "outcome", "serious_death"
    )


def check_serious_without_criterion(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-AE-002: a serious event says by which criterion."""
    yield from _events("GT-AE-002", tables, pl.col("serious").fill_null(False) & ~ANY_CRITERION, "serious")


def check_criterion_without_serious(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-AE-003: an event that meets a criterion is serious."""
    rows = tables.frame("adverse_events").filter(~pl.col("serious") & ANY_CRITERION)
    met = [pl.when(pl.col(each)).then(pl.lit(each)) for each in CRITERIA]
    words = rows.select(ROW, "subject_id", met=pl.concat_str(met, separator=", ", ignore_nulls=True))
    yield from found("GT-AE-003", tables["adverse_events"], words, "serious")


def check_death_with_another_outcome(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-AE-004: the outcome of a grade 5 event, or of one that resulted in death, is fatal."""
    died = (pl.col("grade") == DEATH_GRADE).fill_null(False) | pl.col("serious_death").fill_null(False)
    yield from _events(
        "GT-AE-004", tables, died & (pl.col("outcome") != "fatal"), "outcome", "outcome", "grade"
    )


def check_life_threatening_with_low_grade(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-AE-005: an event that was life-threatening is of grade 4 or 5."""
    low = pl.col("serious_life_threatening") & (pl.col("grade") < LIFE_THREATENING_GRADE)
    yield from _events("GT-AE-005", tables, low, "grade", "grade")


def check_grade_without_edition(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-AE-006: a grade says by which edition it was given."""
    bare = pl.col("grade").is_not_null() & pl.col("ctcae_edition").is_null()
    yield from _events("GT-AE-006", tables, bare, "ctcae_edition", "grade")


def check_onset_missing(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-AE-007: an event without onset counts as treatment-emergent."""
    unknown = pl.col("start_earliest").is_null() & pl.col("start_stated_day").is_null()
    yield from _events("GT-AE-007", tables, unknown, "start")


def check_event_of_person_never_infused(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-AE-008: events of persons who were never infused are listed apart from those of the treated."""
    milestones = tables.frame("disposition").filter(pl.col("milestone") == "infused")
    persons = [tables.frame("infusions").select("subject_id"), milestones.select("subject_id")]
    rows = tables.frame("adverse_events").join(pl.concat(persons), on="subject_id", how="anti")
    known = rows.join(tables.frame("subjects"), on="subject_id", how="semi")
    yield from found("GT-AE-008", tables["adverse_events"], known.select(ROW, "subject_id"), "subject_id")


def check_ongoing_with_end(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-AE-009: an event that goes on has no end."""
    ended = pl.col("end_earliest").is_not_null() | pl.col("end_stated_day").is_not_null()
    yield from _events("GT-AE-009", tables, pl.col("ongoing") & ended, "ongoing", "end")


def check_sponsor_downgrades_causality(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-AE-010: where the judgements differ, the investigator's word makes the event reportable."""
    table = tables["adverse_events"]
    for column in table.frame.columns:
        judged = JUDGED.fullmatch(column)
        other = column.removesuffix("investigator") + "sponsor"
        if not judged or other not in table.frame.columns:
            continue
        differ = pl.col(column).is_in(RELATED) & pl.col(other).is_in(NOT_RELATED)
        product = judged["product"].replace("_", " ")
        words = table.frame.filter(differ).select(
            ROW, "subject_id", product=pl.lit(product), investigator=column, sponsor=other
        )
        yield from found("GT-AE-010", table, words, other)


def check_ongoing_but_recovered(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-AE-011: an event that goes on has no final outcome."""
    final = pl.col("outcome").is_in(["recovered", "recovered_with_sequelae", "fatal"])
    yield from _events("GT-AE-011", tables, pl.col("ongoing") & final, "ongoing", "outcome")


def check_fatal_with_lower_grade(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-AE-012: an event of which the person died is of grade 5."""
    lower = (pl.col("outcome") == "fatal") & (pl.col("grade") < DEATH_GRADE)
    yield from _events("GT-AE-012", tables, lower, "grade", "grade")


def check_death_without_milestone(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-AE-013: a person who died of an event has the milestone death."""
    dead = tables.frame("disposition").filter(pl.col("milestone") == "death")
    rows = tables.frame("adverse_events").filter(IS_DEATH).join(dead, on="subject_id", how="anti")
    yield from found("GT-AE-013", tables["adverse_events"], rows.select(ROW, "subject_id"), "outcome")


def check_serious_without_causality(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-AE-014: a serious event without the investigator's causality to the cells is treated as related."""
    open_causality = pl.col("related_cells_investigator").is_null()
    serious = pl.col("serious").fill_null(False) | ANY_CRITERION
    yield from _events("GT-AE-014", tables, serious & open_causality, "related_cells_investigator")


def _events(code: str, tables: Tables, wrong: pl.Expr, column: str, *words: str) -> Iterator[Finding]:
    rows = tables.frame("adverse_events").filter(wrong.fill_null(False))
    yield from found(code, tables["adverse_events"], rows.select(ROW, "subject_id", *words), column)


def check_graded_by_another_edition(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-AE-017: grades are by the edition that the study pins."""
    pinned = study.rules.get("adverse_events.ctcae")
    other = pl.col("grade").is_not_null() & (pl.col("ctcae_edition") != pl.lit(pinned, dtype=pl.String))
    rows = tables.frame("adverse_events").filter(other.fill_null(False)).with_columns(pinned=pl.lit(pinned))
    words = rows.select(ROW, "subject_id", "ctcae_edition", "pinned")
    yield from found("GT-AE-017", tables["adverse_events"], words, "ctcae_edition")


def check_emergent_without_infusion(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-AE-018: nothing is treatment-emergent in a person who was never treated."""
    rows = tables.frame("adverse_events")
    if "treatment_emergent" not in rows.columns:
        return
    infused = tables.frame("infusions").select("subject_id")
    by_milestone = tables.frame("disposition").filter(pl.col("milestone") == "infused").select("subject_id")
    never = rows.filter("treatment_emergent").join(
        pl.concat([infused, by_milestone]).unique(), on="subject_id", how="anti"
    )
    yield from found(
        "GT-AE-018", tables["adverse_events"], never.select(ROW, "subject_id"), "treatment_emergent"
    )


def check_part_without_end(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-AE-019: the parts of a series follow one another."""
    latest = pl.col("start_earliest").max().over("subject_id", "series_id")
    is_open = pl.col("series_id").is_not_null() & pl.col("end").is_null() & (pl.col("start_latest") < latest)
    yield from _events("GT-AE-019", tables, is_open, "end", "series_id")
