"""What was measured at each visit, out of those who were still followed: the missing are seen, not guessed."""

from __future__ import annotations

import polars as pl

from graftrial.analyse.results import Result, slug
from graftrial.derive import Derived
from graftrial.study.model import Study, Visit

BIOPSY, SERUM = "biopsy", "donor-specific antibodies"
METHOD = "infused subjects with a value in the window, of those whose last recorded day is not before it"


def values_by_visit(study: Study, derived: Derived) -> list[Result]:
    """`present.<variable>.<visit>.subjects`: with a value, of those still followed; only what was ever measured."""
    subjects = derived.frame("subjects").filter("is_infused")
    if subjects.is_empty() or not study.schedule.visits:
        return []
    measured = _measured(derived).filter(pl.col("subject_id").is_in(subjects["subject_id"].implode()))
    results: list[Result] = []
    for variable in measured["variable"].unique().sort().to_list():
        own = measured.filter(pl.col("variable") == variable)
        for visit in study.schedule.visits:
            seen = own.filter(pl.col("day").is_between(visit.earliest, visit.latest))
            if not seen.is_empty():
                results.append(_result(variable, visit, seen, subjects))
    return results


def _measured(derived: Derived) -> pl.DataFrame:
    """Subject, variable, day and key of everything that was measured."""
    labs, biopsies, sera = (derived.frame(name) for name in ("labs", "biopsies", "antibodies"))
    parts = [
        pl.DataFrame(
            schema={"subject_id": pl.String, "variable": pl.String, "day": pl.Int32, "key": pl.String}
        )
    ]
    if not labs.is_empty():
        named = labs.filter(pl.col("value").is_not_null())
        parts.append(_part(named, pl.coalesce("analyte_name", "analyte")))
    if not biopsies.is_empty():
        parts.append(_part(biopsies, pl.lit(BIOPSY)))
    if not sera.is_empty() and "key" in sera.columns:
        parts.append(_part(sera, pl.lit(SERUM)))
    return pl.concat(parts).drop_nulls("day")


def _part(rows: pl.DataFrame, variable: pl.Expr) -> pl.DataFrame:
    return rows.select("subject_id", variable.alias("variable"), pl.col("day").cast(pl.Int32), "key")


def _result(variable: str, visit: Visit, seen: pl.DataFrame, subjects: pl.DataFrame) -> Result:
    """Everyone with a value counts as followed, whatever the last recorded day says."""
    has_value = pl.col("subject_id").is_in(seen["subject_id"].implode())
    followed = subjects.filter((pl.col("last_day") >= visit.earliest) | has_value)
    n_open = subjects.filter(pl.col("last_day").is_null() & ~has_value).height
    n_seen = seen["subject_id"].n_unique()
    missing = followed.filter(~has_value)["subject_id"].sort().to_list()
    warnings = [f"no value: {', '.join(missing)}"] if missing else []
    if n_open:
        warnings.append(f"{n_open} without a last recorded day")
    return Result(
        key=f"present.{slug(variable)}.{slug(visit.id)}.subjects",
        value=n_seen,
        label=f"{variable} at {visit.id}",
        group=f"present.{slug(variable)}",
        unit="subjects",
        n=n_seen,
        denominator=followed.height,
        not_assessable=n_open,
        method=METHOD,
        warnings=tuple(warnings),
        sources=tuple(seen["key"].unique().sort().to_list()),
    )
