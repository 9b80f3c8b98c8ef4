"""Courses of treatment besides the cells: cumulative dose, complete standard therapy, tacrolimus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from graftrial.analyse.results import Result, slugs
from graftrial.derive import Derived
from graftrial.derive.exposure_course import summarise_standard_therapy

Row = Mapping[str, Any]
DOSE, COMPLETE = "exposure.cumulative_dose@1", "exposure.course_complete@1"
CV, IPV = "exposure.tacrolimus_cv@1", "exposure.tacrolimus_ipv@1"
TROUGHS = (
    ("mean", "mean_trough_ng_per_ml", "ng/mL", "mean tacrolimus trough", ()),
    ("cv_percent", "cv_percent", "%", "coefficient of variation of tacrolimus", (CV,)),
    ("ipv_percent", "ipv_percent", "%", "intra-patient variability of tacrolimus", (IPV,)),
    ("below_target_percent", "percent_below_target", "%", "tacrolimus troughs below target", ()),
    ("above_target_percent", "percent_above_target", "%", "tacrolimus troughs above target", ()),
)


def courses(derived: Derived) -> list[Result]:
    """`exposure.<treatment>.<subject>`: cumulative dose over all courses of a treatment."""
    return [_course(row) for row in by_treatment(derived.frame("courses"), "cumulative_total")]


def by_treatment(courses: pl.DataFrame, amount: str) -> Iterator[Row]:
    """One row a patient and treatment with the sum of an amount, how often it is not known, and the units.

    amount: column of the derived frame `courses`.
    """
    named = pl.col("treatment").str.to_lowercase()
    words = slugs(courses["treatment"].str.to_lowercase())
    grouped = courses.with_columns(word=named.replace_strict(words, return_dtype=pl.String)).group_by(
        "subject_id", "word", maintain_order=True
    )
    return grouped.agg(
        pl.col("treatment").first(),
        pl.col("key"),
        n=pl.len(),
        units=pl.col("total_unit").unique(maintain_order=True),
        sum=pl.col(amount).sum(),
        unknown=pl.col(amount).null_count(),
        sessions=pl.col("sessions").sum(),
        sessions_unknown=pl.col("sessions").null_count(),
        reasons=pl.col("course_reason").filter(pl.col("course_reason") != "").unique().sort(),
        is_by_size=pl.col("cumulative_unit").ne(pl.col("total_unit")).any(),
    ).iter_rows(named=True)


def _course(row: Row) -> Result:
    subject, units = row["subject_id"], row["units"]
    known = not row["unknown"] and len(units) == 1
    reasons = set(row["reasons"])
    if len(units) > 1:
        reasons.add("courses in different units")
    if not known and not reasons:
        reasons.add("body weight or body surface is not known")
    sessions = "sessions not reported" if row["sessions_unknown"] else f"{row['sessions']} sessions"
    return Result(
        key=f"exposure.{row['word']}.{subject}",
        value=float(row["sum"]) if known else None,
        label=f"cumulative dose of {row['treatment']}, {subject}",
        group="exposure",
        unit=units[0] or "" if len(units) == 1 else "",
        n=row["n"] - row["unknown"],
        denominator=row["n"],
        not_assessable=row["unknown"],
        method=f"dose × sessions, {sessions}",
        warnings=tuple(sorted(reasons)),
        rules=(DOSE, "exposure.dose_times_size@1") if known and row["is_by_size"] else (DOSE,),
        sources=(*row["key"], f"subjects/{subject}"),
    )


def standard_therapy(derived: Derived) -> list[Result]:
    """`exposure.standard_therapy_complete.<subject>`: yes, no, or not assessable, for the infused."""
    planned, given = derived.frame("standard_therapy"), derived.frame("treatments")
    wanted = planned["treatment"].str.to_lowercase().unique()
    keys = {
        str(subject): tuple(sorted(rows["key"]))
        for (subject,), rows in given.filter(
            pl.col("treatment").str.to_lowercase().is_in(wanted.implode())
        ).group_by("subject_id", maintain_order=True)
    }
    return [
        Result(
            key=f"exposure.standard_therapy_complete.{row['subject_id']}",
            value=None if row["is_complete"] is None else "yes" if row["is_complete"] else "no",
            label=f"standard therapy complete before the first infusion, {row['subject_id']}",
            group="exposure.standard_therapy_complete",
            n=int(row["is_complete"] is not None),
            denominator=1,
            not_assessable=int(row["is_complete"] is None),
            method="every planned session before the first infusion",
            warnings=tuple(
                each
                for each in (
                    row["open_reason"],
                    f"not complete: {row['incomplete']}" if row["incomplete"] else "",
                )
                if each
            ),
            rules=(COMPLETE,),
            sources=(*keys.get(row["subject_id"], ()), f"subjects/{row['subject_id']}"),
        )
        for row in summarise_standard_therapy(planned).iter_rows(named=True)
    ]


def tacrolimus(derived: Derived) -> list[Result]:
    """`tacrolimus.mean|cv_percent|ipv_percent|below_target_percent|above_target_percent.<subject>` over all troughs."""
    labs = derived.frame("labs").filter(
        (pl.col("analyte_name") == "tacrolimus") & pl.col("canonical_value").is_not_null()
    )
    keys = {
        str(subject): tuple(rows["key"])
        for (subject,), rows in labs.group_by("subject_id", maintain_order=True)
    }
    results = []
    for row in derived.frame("tacrolimus").iter_rows(named=True):
        for name, column, unit, words, rules in TROUGHS:
            value = row[column]
            why = row["variability_reason"] or "not assessable" if rules else "the study pins no target"
            results.append(
                Result(
                    key=f"tacrolimus.{name}.{row['subject_id']}",
                    value=value,
                    label=f"{words}, {row['subject_id']}",
                    group=f"tacrolimus.{name}",
                    unit=unit,
                    n=row["n_troughs"],
                    denominator=row["n_troughs"],
                    not_assessable=int(value is None),
                    method=f"{row['n_troughs']} troughs",
                    warnings=() if value is not None else (str(why),),
                    rules=rules,
                    sources=keys[row["subject_id"]],
                )
            )
    return results
