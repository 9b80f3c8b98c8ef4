"""Adverse events counted: subjects and events, by class and term, grade, seriousness and relation."""

from __future__ import annotations

import polars as pl

from graftrial.analyse.event_shares import event_shares
from graftrial.analyse.event_terms import EMERGENT_RULE, by_class_and_term, grades
from graftrial.analyse.results import Result, slug
from graftrial.derive import Derived
from graftrial.derive.derived import NOT_REPORTED
from graftrial.stats.binomial import interval_clopper_pearson
from graftrial.study.model import Study

RELATIONS = ("not_related", "unlikely", "possible", "probable", "definite", "related", "not_reported")


def adverse_events(study: Study, derived: Derived) -> list[Result]:
    """All counts of the safety section, over the subjects who were infused."""
    subjects = derived.frame("subjects").filter("is_infused")
    everything = derived.frame("adverse_events").filter("is_in_safety_set")
    is_complete = "adverse_events" in study.intake.complete
    if everything.is_empty() and not is_complete:
        return [_nothing_reported(name, label, subjects.height) for name, label, _, _ in _overview_rows()]
    caution = () if is_complete else ("adverse_events is not declared complete: further events may exist",)
    results: list[Result] = []
    for name, label, flag, rules in _overview_rows():
        results += _count(
            f"ae.{name}", label, "ae.overview", everything, flag, subjects.height, caution, rules
        )
        results.append(_proportion(name, label, results[-2], subjects.height))
    results += _by_cohort(everything, subjects, caution)
    emergent = everything.filter(pl.col("is_treatment_emergent").fill_null(True))
    results += by_class_and_term(study, emergent, subjects)
    results += event_shares(everything, subjects)
    results += _worst_grades(emergent, subjects.height)
    results += _relations(emergent, subjects.height)
    return results


def _overview_rows() -> tuple[tuple[str, str, pl.Expr, tuple[str, ...]], ...]:
    emergent, serious = pl.col("is_treatment_emergent"), pl.col("is_serious")
    rule = (EMERGENT_RULE,)
    return (
        ("any", "any adverse event", pl.lit(True), ()),
        ("treatment_emergent", "treatment-emergent", emergent, rule),
        ("serious", "serious", serious, ()),
        ("treatment_emergent_serious", "treatment-emergent and serious", emergent & serious, rule),
        ("related_cells", "related to the cells", pl.col("is_related_cells"), ()),
        (
            "related_cells_for_reporting",
            "related to the cells, or not yet judged",
            pl.col("is_handled_as_related_cells"),
            (),
        ),
        ("related_any", "related to any product or procedure", pl.col("is_related"), ()),
        ("grade_3_or_higher", "grade 3 or higher", pl.col("is_grade_3_or_higher"), ()),
        ("withdrawal", "leading to withdrawal", pl.col("is_withdrawal"), ()),
        ("infusion_reaction", "infusion reaction", pl.col("is_infusion_reaction"), ()),
        ("fatal", "fatal", pl.col("is_fatal"), ()),
    )


def _by_cohort(rows: pl.DataFrame, subjects: pl.DataFrame, caution: tuple[str, ...]) -> list[Result]:
    """The overview of each cohort, where the treated belong to more than one."""
    sizes = subjects.filter(pl.col("cohort").is_not_null()).group_by("cohort").len().sort("cohort")
    results: list[Result] = []
    for cohort, size in sizes.iter_rows() if sizes.height > 1 else ():
        own = rows.filter(pl.col("cohort") == cohort)
        for name, label, flag, rules in _overview_rows():
            stem = f"ae.{name}.cohort.{slug(cohort)}"
            results += _count(stem, f"{label}: {cohort}", "ae.cohort", own, flag, size, caution, rules)
    return results


def _count(
    stem: str,
    label: str,
    group: str,
    rows: pl.DataFrame,
    flag: pl.Expr,
    total: int,
    caution: tuple[str, ...],
    rules: tuple[str, ...] = (),
) -> list[Result]:
    judged = rows.with_columns(_flag=flag)
    yes = judged.filter(pl.col("_flag"))
    unknown = judged.filter(pl.col("_flag").is_null())
    with_event = yes["subject_id"].n_unique()
    open_subjects = unknown.filter(~pl.col("subject_id").is_in(yes["subject_id"].implode()))[
        "subject_id"
    ].n_unique()
    counts = (("subjects", with_event, open_subjects, total), ("events", yes.height, unknown.height, None))
    return [
        Result(
            key=f"{stem}.{unit}",
            value=None if not_known and not count else count,  # none certain and some open is not zero
            label=label,
            group=group,
            unit=unit,
            n=count,
            denominator=denominator,
            not_assessable=not_known,
            lower=count if not_known else None,
            upper=count + not_known if not_known else None,
            method="infused subjects with at least one" if unit == "subjects" else "rows of adverse_events",
            warnings=(*caution, f"{not_known} {unit} not assessable: {label}") if not_known else caution,
            rules=rules,
            sources=tuple(yes["key"]),
        )
        for unit, count, not_known, denominator in counts
    ]


def _proportion(name: str, label: str, subjects: Result, total: int) -> Result:
    affected = subjects.value if isinstance(subjects.value, int) and total else None
    lower, upper = (None, None) if affected is None else interval_clopper_pearson(affected, total)
    why_none = subjects.warnings if total else ("no infused subject: 0/0 is not a proportion",)
    return Result(
        key=f"ae.{name}.proportion",
        value=None if affected is None else affected / total,
        label=label,
        group="ae.proportion",
        n=subjects.n,
        denominator=total,
        not_assessable=subjects.not_assessable,
        lower=lower,
        upper=upper,
        method="incidence proportion, Clopper-Pearson 95% interval",
        warnings=why_none,
        rules=subjects.rules,
        sources=subjects.sources,
    )


def _nothing_reported(name: str, label: str, total: int) -> Result:
    return Result(
        key=f"ae.{name}.subjects",
        value=None,
        label=label,
        group="ae.overview",
        unit="subjects",
        denominator=total,
        not_assessable=total,
        warnings=(f"{NOT_REPORTED}: no row of adverse_events; declare the table complete if there was none",),
    )


def _relations(rows: pl.DataFrame, total: int) -> list[Result]:
    """Events and subjects by the investigator's word on the cells, the standard therapy and the procedures."""
    results: list[Result] = []
    for product in ("cells", "standard_therapy", "procedure"):
        word = pl.col(f"related_{product}_investigator")
        if product != "cells" and rows.filter(word.is_not_null()).is_empty():
            continue
        for relation in RELATIONS:
            found = rows.filter(word.is_null() if relation == "not_reported" else word == relation)
            if not found.is_empty():
                stem = f"ae.relation.{product}.{relation}"
                label = f"{relation.replace('_', ' ')} to {product.replace('_', ' ')}"
                results += _count(stem, label, f"ae.relation.{product}", found, pl.lit(True), total, ())
    return results


def _worst_grades(rows: pl.DataFrame, total: int) -> list[Result]:
    return grades("ae.worst_grade", "worst grade", "ae.worst_grade", rows, total, zeros=True)
