"""Cumulative doses per kg and per m², tacrolimus by dose, and what all patients were given together."""

from __future__ import annotations

import polars as pl

from graftrial.analyse.courses import Row, by_treatment
from graftrial.analyse.medians import median_of
from graftrial.analyse.results import Result
from graftrial.derive import Derived
from graftrial.study.model import Study

DOSE, PER_SIZE = "exposure.cumulative_dose@1", "exposure.dose_per_size@1"
SURFACE = "exposure.body_surface"
BY_DOSE = "exposure.tacrolimus_concentration_by_dose@1"
SIZES = (
    ("exposure_per_kg", "cumulative_per_kg", "kg", "body weight is not recorded"),
    (
        "exposure_per_m2",
        "cumulative_per_m2",
        "m2",
        "body surface is not known, or the study pins no rule for it",
    ),
)
CV = "exposure.tacrolimus_cv@1"
TOGETHER = (
    ("percent_of_target", "dose in percent of target", "%", "cell_product.percent_of_target@1"),
    ("given_cells_per_kg", "cells per kg", "cells/kg", "dose.given_cells_per_kg@1"),
)


def courses_by_size(study: Study, derived: Derived) -> list[Result]:
    """`exposure_per_kg.<treatment>.<subject>` and `exposure_per_m2.<treatment>.<subject>`, over all courses."""
    frame = derived.frame("courses").filter(pl.col("cumulative_dose").is_not_null())
    surface = study.rules.get(SURFACE)
    pins = {
        "exposure_per_kg": (DOSE, PER_SIZE),
        "exposure_per_m2": (DOSE, PER_SIZE, *((f"{SURFACE}@{surface}",) if surface else ())),
    }
    return [_by_size(row, size, pins[size[0]]) for size in SIZES for row in by_treatment(frame, size[1])]


def _by_size(row: Row, size: tuple[str, str, str, str], pins: tuple[str, ...]) -> Result:
    section, _, per, missing = size
    subject, units = row["subject_id"], row["units"]
    known = not row["unknown"] and len(units) == 1
    return Result(
        key=f"{section}.{row['word']}.{subject}",
        value=float(row["sum"]) if known else None,
        label=f"cumulative dose of {row['treatment']} per {per}, {subject}",
        group=section,
        unit=f"{units[0]}/{per}" if len(units) == 1 and units[0] else "",
        n=row["n"] - row["unknown"],
        denominator=row["n"],
        not_assessable=row["unknown"],
        method="dose × sessions, per size of the body",
        warnings=() if known else (missing if len(units) == 1 else "courses in different units",),
        rules=pins if known else (DOSE,),
        sources=(*row["key"], f"subjects/{subject}"),
    )


def tacrolimus_by_dose(derived: Derived) -> list[Result]:
    """`tacrolimus.concentration_by_dose.<subject>.<day>` of each trough, `…_mean.<subject>` over them."""
    rows = derived.frame("tacrolimus_by_dose")
    # Several troughs of one day share a key and are shown by the mean alone.
    alone = rows.unique(["subject_id", "day", "date"], keep="none", maintain_order=True)
    known = pl.col("ng_per_ml_per_mg").is_not_null()
    means = rows.group_by("subject_id", maintain_order=True).agg(
        n=pl.len(),
        values=pl.col("ng_per_ml_per_mg").drop_nulls().sort(),
        reasons=pl.col("ratio_reason").drop_nulls().unique().sort(),
        keys=pl.col("key").filter(known),
        courses=pl.col("course_key").filter(known).unique(),
    )
    return [
        *(_trough(row["subject_id"], row) for row in alone.iter_rows(named=True)),
        *(_mean(row) for row in means.iter_rows(named=True)),
    ]


def _trough(subject: str, row: Row) -> Result:
    value = row["ng_per_ml_per_mg"]
    when = row["day"] if row["day"] is not None else row["date"]
    course = row["course_key"]
    return Result(
        key=f"tacrolimus.concentration_by_dose.{subject}.{when}",
        value=value if isinstance(value, float) else None,
        label=f"tacrolimus by dose, {subject}, {when}",
        group="tacrolimus.concentration_by_dose",
        unit="ng/mL/mg",
        n=int(value is not None),
        denominator=1,
        not_assessable=int(value is None),
        method="trough over the daily dose in force",
        warnings=() if value is not None else (str(row["ratio_reason"]),),
        rules=(BY_DOSE,),
        sources=(str(row["key"]), *((str(course),) if course else ())),
    )


def _mean(row: Row) -> Result:
    subject, values = row["subject_id"], row["values"]
    return Result(
        key=f"tacrolimus.concentration_by_dose_mean.{subject}",
        value=sum(values) / len(values) if values else None,
        label=f"tacrolimus by dose, mean of {subject}",
        group="tacrolimus.concentration_by_dose_mean",
        unit="ng/mL/mg",
        n=len(values),
        denominator=row["n"],
        not_assessable=row["n"] - len(values),
        method="mean of trough over the daily dose in force on its day",
        warnings=tuple(row["reasons"]),
        rules=(BY_DOSE,),
        sources=(*row["keys"], *row["courses"]),
    )


def exposure_together(derived: Derived) -> list[Result]:
    """`dose_cohort.…` over infusions and patients, `tacrolimus_cohort.cv_percent.median`; lowest and highest beside."""
    infusions, tacrolimus = derived.frame("infusions"), derived.frame("tacrolimus")
    results = [
        median_of(
            f"dose_cohort.{column}.median",
            infusions[column],
            f"{words}, all infusions",
            "dose_cohort",
            unit,
            infusions.height,
            tuple(infusions["key"]),
            "no infusion has a dose that can be compared",
            (rule,),
        )
        for column, words, unit, rule in TOGETHER
        if infusions.height
    ]
    if tacrolimus.height:
        keys = tuple(derived.frame("tacrolimus_by_dose")["key"])
        name, words = (
            "tacrolimus_cohort.cv_percent.median",
            "coefficient of variation of tacrolimus, all patients",
        )
        values, group, why = tacrolimus["cv_percent"], "tacrolimus_cohort", "nobody has three troughs"
        results.append(median_of(name, values, words, group, "%", tacrolimus.height, keys, why, (CV,)))
    return results
