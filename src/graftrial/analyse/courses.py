"""Courses of treatment besides the cells: cumulative dose, complete standard therapy, tacrolimus."""

from __future__ import annotations

import polars as pl

from graftrial.analyse.results import Result, slugs
from graftrial.derive import Derived
from graftrial.derive.exposure_course import summarise_standard_therapy

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
    frame = derived.frame("courses")
    words = slugs(frame["treatment"].str.to_lowercase())
    named = frame.with_columns(
        word=pl.col("treatment").str.to_lowercase().replace_strict(words, return_dtype=pl.String)
    )
    return [
        _course(str(subject), str(word), rows)
        for (subject, word), rows in named.group_by("subject_id", "word", maintain_order=True)
    ]


def _course(subject: str, word: str, rows: pl.DataFrame) -> Result:
    treatment, units = rows["treatment"][0], rows["total_unit"].unique().to_list()
    known = rows["cumulative_total"].null_count() == 0 and len(units) == 1
    sessions = rows["sessions"]
    reasons = {each for each in rows["course_reason"] if each}
    if len(units) > 1:
        reasons.add("courses in different units")
    if not known and not reasons:
        reasons.add("body weight or body surface is not known")
    return Result(
        key=f"exposure.{word}.{subject}",
        value=float(rows["cumulative_total"].sum()) if known else None,
        label=f"cumulative dose of {treatment}, {subject}",
        group="exposure",
        unit=units[0] or "" if len(units) == 1 else "",
        n=rows.height - rows["cumulative_total"].null_count(),
        denominator=rows.height,
        not_assessable=rows["cumulative_total"].null_count(),
        method=f"dose × sessions, {_sessions(sessions)}",
        warnings=tuple(sorted(reasons)),
        rules=(DOSE, "exposure.dose_times_size@1") if known and _is_by_size(rows) else (DOSE,),
        sources=(*rows["key"], f"subjects/{subject}"),
    )


def _sessions(sessions: pl.Series) -> str:
    return "sessions not reported" if sessions.null_count() else f"{int(sessions.sum())} sessions"


def _is_by_size(rows: pl.DataFrame) -> bool:
    return bool((rows["cumulative_unit"] != rows["total_unit"]).any())


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
