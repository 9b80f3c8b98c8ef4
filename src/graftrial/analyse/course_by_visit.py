"""The infused patients together at each planned visit: eGFR, protein-creatinine ratio, antibodies.

Descriptive: the middle with the extremes of those who have a value, beside how many are still followed. A value after
graft loss says nothing of the graft and is not counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from graftrial.analyse.medians import median_of
from graftrial.analyse.results import Result, slug
from graftrial.analyse.serum_keys import keys_of_sera
from graftrial.derive import Derived
from graftrial.study.model import Study, Visit

Rules = tuple[str, ...]
SERUM_RULES = ("antibodies.donor_specific@1", "antibodies.positive@1")


@dataclass(frozen=True, slots=True)
class Measure:
    """A column of a derived frame that is followed from visit to visit; rules: what its values rest on."""

    name: str
    label: str
    frame: str
    column: str
    unit: str
    rules: Callable[[Study], Rules] = lambda _: ()


MEASURES = (
    Measure(
        "egfr",
        "eGFR",
        "kidney_function",
        "egfr_ml_per_min_1_73m2",
        "mL/min/1.73 m2",
        lambda study: _egfr(study),
    ),
    Measure("upcr", "UPCR", "proteinuria", "upcr_mg_per_g", "mg/g"),
    Measure(
        "dsa_strongest", "strongest antibody", "sera", "immunodominant_mfi", "MFI", lambda _: SERUM_RULES
    ),
    Measure("dsa_sum", "sum of antibodies", "sera", "cumulative_mfi", "MFI", lambda _: SERUM_RULES),
    Measure("dsa_number", "number of antibodies", "sera", "n_dsa", "", lambda _: SERUM_RULES),
)


def course_by_visit(study: Study, derived: Derived) -> list[Result]:
    """`by_visit.<measure>.<visit>.value` and `.change`, the change from baseline of those who have both."""
    subjects = derived.frame("subjects").filter("is_infused")
    visits = study.schedule.visits
    if subjects.is_empty() or not visits:
        return []
    windows = pl.DataFrame(
        [(each.id, each.day, each.earliest, each.latest) for each in visits],
        schema={"visit": pl.String, "planned": pl.Int32, "earliest": pl.Int32, "latest": pl.Int32},
        orient="row",
    )
    results: list[Result] = []
    for measure in MEASURES:
        seen = _at_visits(_rows(measure, derived), windows)
        for visit in visits:
            results += _visit(study, measure, visit, seen.filter(pl.col("visit") == visit.id), subjects)
    return results


def _egfr(study: Study) -> Rules:
    return tuple(f"{name}@{edition}" for name, edition in study.rules.items() if name.startswith("egfr."))


def _rows(measure: Measure, derived: Derived) -> pl.DataFrame:
    """Subject, day, value, change from the baseline value and keys of the rows behind them."""
    frame = derived.frame(measure.frame)
    empty = {
        "subject_id": pl.String,
        "day": pl.Int32,
        "value": pl.Float64,
        "change": pl.Float64,
        "key": pl.String,
    }
    if frame.is_empty() or measure.column not in frame.columns:
        return pl.DataFrame(schema=empty)
    if "key" not in frame.columns:
        keys = keys_of_sera(derived)
        told = ["; ".join(keys[each]) for each in frame.select("subject_id", "date").iter_rows()]
        frame = frame.with_columns(pl.Series("key", told, dtype=pl.String))
    if "is_after_graft_loss" in frame.columns:
        frame = frame.filter(~pl.col("is_after_graft_loss").fill_null(False))
    named = frame.select(
        "subject_id", pl.col("day").cast(pl.Int32), pl.col(measure.column).cast(pl.Float64).alias("value"), "key",
        "is_baseline",
    ).drop_nulls(["day", "value"])  # fmt: skip
    first = named.filter("is_baseline").select("subject_id", start="value").unique("subject_id", keep="last")
    joined = named.join(first, on="subject_id", how="left", maintain_order="left")
    return joined.select(
        "subject_id", "day", "value", (pl.col("value") - pl.col("start")).alias("change"), "key"
    )


def _at_visits(rows: pl.DataFrame, windows: pl.DataFrame) -> pl.DataFrame:
    """One row a patient and visit: of several in the window the one nearest to the planned day, else the earlier."""
    within = rows.join_where(
        windows, pl.col("day") >= pl.col("earliest"), pl.col("day") <= pl.col("latest")
    ).with_columns(distance=(pl.col("day") - pl.col("planned")).abs())
    return within.sort("subject_id", "visit", "distance", "day", "key").unique(
        ["subject_id", "visit"], keep="first", maintain_order=True
    )


def _visit(
    study: Study, measure: Measure, visit: Visit, seen: pl.DataFrame, subjects: pl.DataFrame
) -> list[Result]:
    if seen.is_empty():
        return []
    has_value = pl.col("subject_id").is_in(seen["subject_id"].implode())
    followed = subjects.filter((pl.col("last_day") >= visit.earliest) | has_value).height
    sources = tuple(sorted({key for each in seen["key"] for key in each.split("; ")}))
    return [
        median_of(
            f"by_visit.{measure.name}.{slug(visit.id)}.{part}",
            seen[part],
            f"{measure.label} at {visit.id}{words}",
            f"by_visit.{measure.name}",
            measure.unit,
            followed,
            sources,
            "nobody has a baseline value",
            measure.rules(study),
        )
        for part, words in (("value", ""), ("change", ", change from baseline"))
    ]
