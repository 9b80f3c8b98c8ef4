"""The version for outsiders: study days without dates, ages in bands, no words of a person.

What is left out follows from the kind of a column in its declaration, not from a list of names kept here; columns that
derivation adds are known by their type and their ending. Row keys, which may hold a date, become numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import polars as pl

from graftrial.findings import Finding
from graftrial.intake.declaration import Column, tables
from graftrial.intake.table import Tables
from graftrial.report.inputs import Provenance, ReportInputs
from graftrial.report.numbers import LEFT_OUT, WITHHELD

ISO_DATE = r"(?:19|20|21)\d{2}-(?:0[1-9]|1[0-2])(?:-\d{2})?(?:[T ]\d{2}:\d{2})?"
STUDY_DAY = r"^D[+-]?\d+$"
REMARKS = ("note",)  # free text that no table has to account for
NOT_CODED = "not coded"
FROM_TABLE = {  # derived frame and the table whose columns it carries
    "kidney_function": "labs",
    "kidney_sensitivity": "labs",
    "proteinuria": "labs",
    "lab_grades": "labs",
    "lab_grades_also": "labs",
    "sera": "antibodies",
    "antigens": "antibodies",
    "antibody_course": "antibodies",
    "cell_donor_sera": "antibodies",
    "beads": "bead_samples",
    "courses": "treatments",
    "tacrolimus_by_dose": "labs",
    "release_tests": "product_tests",
    "reporting_cases": "adverse_events",
    "deadlines": "adverse_events",
    "annual_events": "adverse_events",
    "narrative_cases": "adverse_events",
    **{
        f"transcript_{name}": "biopsies"
        for name in ("agreement", "heat", "places", "printed", "quality", "scores", "values")
    },
}
EXACT_AGES = (
    *("subjects.age_years.", "subjects.donor_age_years."),
    *("comparison.mean.age_years.", "comparison.mean.donor_age_years."),
    *("comparison.score.", "comparison.coefficient."),  # together they give an age back
)
AGE_FACTS = ("age_years", "donor_age_years")


def for_outsiders(inputs: ReportInputs) -> ReportInputs:
    """The same inputs without what could point at a person."""
    ids = _dated_ids(inputs.derived)
    events = inputs.derived.get("adverse_events", pl.DataFrame())
    return replace(
        inputs,
        tables=_tables(inputs.tables, ids),
        derived=outsiders_frames(inputs.derived),
        results=_results(_renamed(inputs.results, ids), events),
        findings=tuple(_finding(each) for each in inputs.findings),
        provenance=Provenance(WITHHELD if inputs.provenance.data_cut else "", inputs.provenance.versions),
        share=True,
    )


def outsiders_frames(frames: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Derived frames for outsiders: the same columns, those that tell too much emptied or replaced by words."""
    ids = _dated_ids(frames)
    frames = {name: _renamed(frame, ids) for name, frame in frames.items()}
    keys = _numbered_keys(frames)
    terms = _coded_terms(frames.get("adverse_events", pl.DataFrame()), keys)
    kept = {}
    for name, frame in frames.items():
        known = _without_key_dates(frame, keys)
        if name == "timeline":
            known = _timeline(known, terms)
        if name in ("screening", "comparison_covariates"):
            known = _without_ages(known)
        if name in ("reporting_cases", "annual_events") and known.height:
            known = known.with_columns(_named(terms).alias("pt"))
        if name == "signed_narratives":
            known = known.with_columns(_left_out("differences"))
        if name == "adverse_events":
            known = known.with_columns(_coded_term(known).alias("pt")) if "pt" in known.columns else known
        kept[name] = _frame(FROM_TABLE.get(name, name), known)
    return kept


def _tables(given: Tables, ids: Mapping[str, str]) -> Tables:
    by_name = {
        name: replace(table, frame=_frame(name, _renamed(table.frame, ids)))
        for name, table in given.by_name.items()
    }
    return replace(given, by_name=by_name, hashes={})


def _dated_ids(frames: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    """Ids that hold a date (`BX-2019-03`) by the same ids with a number instead; longest first."""
    found: set[str] = set()
    for name, frame in frames.items():
        for column in frame.columns:
            declared = _declared(FROM_TABLE.get(name, name), column)
            if declared is not None and declared.kind == "id":
                found.update(frame.get_column(column).cast(pl.String).drop_nulls().unique().to_list())
    dated = sorted(each for each in found if re.search(ISO_DATE, each))
    renamed = {each: re.sub(ISO_DATE, str(place), each) for place, each in enumerate(dated, 1)}
    return dict(sorted(renamed.items(), key=lambda pair: -len(pair[0])))


def _renamed(frame: pl.DataFrame, ids: Mapping[str, str]) -> pl.DataFrame:
    if not ids:
        return frame
    return frame.with_columns(
        pl.selectors.string().str.replace_many(list(ids), list(ids.values()), leftmost=True)
    )


def _frame(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Every column by its declaration, and as a last net no ISO date in any text."""
    kept = frame.with_columns(*(_column(table, name, kind) for name, kind in frame.schema.items()))
    return kept.with_columns(pl.selectors.string().str.replace_all(ISO_DATE, WITHHELD))


def _column(table: str, name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if kind in (pl.Date, pl.Datetime):
        return pl.lit(None, dtype=kind).alias(name)
    declared = _declared(table, name)
    if declared is None:
        is_age = name.startswith("age_at_") or name == "age_years"
        return pl.lit(None, dtype=kind).alias(name) if is_age else column
    if declared.kind == "age" or declared.personal:
        return pl.lit(None, dtype=kind).alias(name)
    if declared.kind == "free_text":
        words = pl.lit(None) if name in REMARKS else pl.lit(LEFT_OUT)
        return pl.when(column.is_not_null()).then(words).cast(pl.String).alias(name)
    if declared.kind == "moment" and kind == pl.String:
        return (
            pl.when(column.str.contains(STUDY_DAY))
            .then(column)
            .when(column.is_not_null())
            .then(pl.lit(WITHHELD))
            .alias(name)
        )
    return column


@cache
def _declared(table: str, name: str) -> Column | None:
    """The declaration behind a column, also of the text that derivation keeps beside a moment (`start_text`)."""
    declaration = tables().get(table)
    if declaration is None:
        return None
    if found := declaration.column(name):
        return found
    if name in ("date_text", "text"):
        return declaration.column("date")
    if name.endswith("_text"):
        stem = name.removesuffix("_text")
        return declaration.column(stem) or declaration.column(f"{stem}_date") or _any_moment()
    return None


def _any_moment() -> Column:
    return Column("moment", "moment", "a moment of another table")


def _numbered_keys(frames: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    """Row keys, which may hold dates, by a number of their own."""
    numbered: dict[str, str] = {}
    for name in sorted(frames):
        frame = frames[name]
        if "key" in frame.columns and name not in ("timeline", *FROM_TABLE):
            for place, key in enumerate(frame.get_column("key").to_list(), 1):
                numbered[key] = f"{name}/{place}"
    return numbered


def _without_key_dates(frame: pl.DataFrame, keys: Mapping[str, str]) -> pl.DataFrame:
    if "key" in frame.columns:
        frame = frame.with_columns(pl.col("key").replace_strict(keys, default=None, return_dtype=pl.String))
    if "sources" in frame.columns:
        frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias("sources"))
    return frame


def _coded_term(events: pl.DataFrame) -> pl.Expr:
    """The term of a dictionary; the words of the investigator are left out."""
    coded = [pl.col(each) for each in ("meddra_pt", "ctcae_term") if each in events.columns]
    return pl.coalesce(*coded, pl.lit(NOT_CODED))


def _coded_terms(events: pl.DataFrame, keys: Mapping[str, str]) -> dict[str, str]:
    if "key" not in events.columns:
        return {}
    named = events.select(pl.col("key"), term=_coded_term(events))
    return {keys[key]: term for key, term in named.iter_rows()}


def _named(terms: Mapping[str, str]) -> pl.Expr:
    """The term of a dictionary by the numbered key of the event."""
    return pl.col("key").replace_strict(terms, default=NOT_CODED, return_dtype=pl.String)


def _left_out(column: str) -> pl.Expr:
    return pl.when(pl.col(column) != "").then(pl.lit(LEFT_OUT)).otherwise(pl.col(column)).alias(column)


def _timeline(frame: pl.DataFrame, terms: Mapping[str, str]) -> pl.DataFrame:
    """Items keep their study days; a subject without any is drawn without an axis, and words of a person go."""
    if frame.is_empty():
        return frame
    spoken = pl.col("lane").is_in(["biopsy", "milestone"])
    by_date = pl.col("axis") == "date"
    is_event = pl.col("lane") == "adverse event"
    return frame.with_columns(
        detail=pl.when(spoken).then(pl.lit("")).otherwise(pl.col("detail")),
        label=pl.when(is_event).then(_named(terms)).otherwise(pl.col("label")),
        is_dated=pl.col("is_dated") & ~by_date,
        axis=pl.when(by_date).then(pl.lit("none")).otherwise(pl.col("axis")),
    )


def _without_ages(frame: pl.DataFrame) -> pl.DataFrame:
    """Facts, or covariates, a row each: an age loses its value."""
    name = next((each for each in ("fact", "covariate") if each in frame.columns), None)
    if name is None:
        return frame
    return frame.with_columns(value=pl.when(~pl.col(name).is_in(list(AGE_FACTS))).then(pl.col("value")))


def _results(frame: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Result rows without sources, exact ages, dates, and terms that are the words of the investigator."""
    exact = pl.any_horizontal(*(pl.col("key").str.starts_with(each) for each in EXACT_AGES))
    kept = frame.filter(~exact).with_columns(pl.lit(None, dtype=pl.String).alias("sources"))
    uncoded = _uncoded(events)
    if uncoded and "label" in kept.columns:
        is_term = pl.col("key").str.starts_with("ae.term")
        is_spoken = is_term & pl.col("label").str.replace(r": [^:]*$", "").is_in(uncoded) | is_term & pl.col(
            "label"
        ).is_in(uncoded)
        kept = _reword(kept, is_spoken)
        compared = pl.any_horizontal(
            *(pl.col("key").str.starts_with(f"ae.{each}.term.") for each in ("compared", "share"))
        )
        kept = kept.filter(~(compared & pl.col("label").str.replace(r": [^:]*$", "").is_in(uncoded)))
        annual = pl.col("key").str.starts_with("annual.") & pl.col("group").str.ends_with(".term")
        words = pl.any_horizontal(*(pl.col("label").str.ends_with(f": {each}") for each in uncoded))
        kept = kept.filter(~(annual & words))
    return kept.with_columns(pl.selectors.string().str.replace_all(ISO_DATE, WITHHELD))


def _uncoded(events: pl.DataFrame) -> list[str]:
    if "pt" not in events.columns:
        return []
    return (
        events.filter(_coded_term(events) == NOT_CODED)
        .get_column("pt")
        .drop_nulls()
        .unique()
        .sort()
        .to_list()
    )


def _reword(frame: pl.DataFrame, is_spoken: pl.Expr) -> pl.DataFrame:
    """Rows of terms in the words of a person: numbered instead of named."""
    slugs = (
        frame.filter(is_spoken).select(pl.col("key").str.split(".").list.get(3)).to_series().unique().sort()
    )
    numbered = {slug: f"not_coded_{place}" for place, slug in enumerate(slugs.to_list(), 1)}
    parts = pl.col("key").str.split(".")
    word = parts.list.get(3, null_on_oob=True).replace_strict(numbered, default=None, return_dtype=pl.String)
    key = pl.concat_str(
        parts.list.head(3).list.join("."), word, parts.list.slice(4).list.join("."), separator="."
    )
    return frame.with_columns(
        key=pl.when(is_spoken).then(key).otherwise(pl.col("key")),
        group=pl.when(is_spoken).then(pl.lit("ae.term")).otherwise(pl.col("group")),
        label=pl.when(is_spoken).then(pl.lit("Not coded; words left out")).otherwise(pl.col("label")),
    )


def _finding(given: Finding) -> Finding:
    """The finding in the sentences of its kind, without the values that filled them."""
    without = re.compile(r"\{\w+[^}]*\}")
    return replace(given, why=without.sub("…", given.kind.why), fix=without.sub("…", given.kind.fix))
