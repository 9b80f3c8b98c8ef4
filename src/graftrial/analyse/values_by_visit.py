"""What was measured at each visit, out of those who were still followed: the missing are seen, not guessed."""

from __future__ import annotations

import polars as pl

from graftrial.analyse.results import Result, slug
from graftrial.derive import Derived
from graftrial.study.model import Study, Visit

BIOPSY, SERUM = "biopsy", "donor-specific antibodies"
METHOD = "infused subjects with a value in the window, of those whose last recorded day is not before it"

LastDays = dict[str, int | None]


def values_by_visit(study: Study, derived: Derived) -> list[Result]:
    """`present.<variable>.<visit>.subjects`: with a value, of those still followed; only what was ever measured."""
    subjects = derived.frame("subjects").filter("is_infused")
    if subjects.is_empty() or not study.schedule.visits:
        return []
    measured = _measured(derived).filter(pl.col("subject_id").is_in(subjects["subject_id"].implode()))
    last_days: LastDays = dict(subjects.select("subject_id", "last_day").iter_rows())
    return [
        _result(variable, visit, set(names), keys, last_days)
        for visit in study.schedule.visits
        for variable, names, keys in _seen(measured, visit).iter_rows()
    ]


def _seen(measured: pl.DataFrame, visit: Visit) -> pl.DataFrame:
    """Each variable with the subjects who have a value in the window, and the rows behind."""
    inside = measured.filter(pl.col("day").is_between(visit.earliest, visit.latest))
    grouped = inside.group_by("variable").agg(pl.col("subject_id").unique(), pl.col("key").unique().sort())
    return grouped.sort("variable")


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


def _result(variable: str, visit: Visit, seen: set[str], keys: list[str], last_days: LastDays) -> Result:
    """Everyone with a value counts as followed, whatever the last recorded day says."""
    without = {name: last for name, last in last_days.items() if name not in seen}
    missing = sorted(name for name, last in without.items() if last is not None and last >= visit.earliest)
    n_open = sum(last is None for last in without.values())
    warnings = [f"no value: {', '.join(missing)}"] if missing else []
    if n_open:
        warnings.append(f"{n_open} without a last recorded day")
    return Result(
        key=f"present.{slug(variable)}.{slug(visit.id)}.subjects",
        value=len(seen),
        label=f"{variable} at {visit.id}",
        group=f"present.{slug(variable)}",
        unit="subjects",
        n=len(seen),
        denominator=len(seen) + len(missing),
        not_assessable=n_open,
        method=METHOD,
        warnings=tuple(warnings),
        sources=tuple(keys),
    )
