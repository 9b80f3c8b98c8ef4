"""Adverse events counted: subjects and events, by class and term, grade, seriousness and relation."""

from __future__ import annotations

import polars as pl

from graftrial.analyse.results import Result, slugs
from graftrial.derive import Derived
from graftrial.derive.derived import NOT_REPORTED
from graftrial.stats.binomial import interval_clopper_pearson
from graftrial.study.model import Study

EMERGENT_RULE = "adverse_events.treatment_emergent@ich_e9"
RELATIONS = ("not_related", "unlikely", "possible", "probable", "definite", "related", "not_reported")
GRADES = ("5", "4", "3", "2", "1", "not_graded")


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
    emergent = everything.filter(pl.col("is_treatment_emergent").fill_null(True))
    results += _by_term(emergent, subjects.height)
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
        ("grade_3_or_higher", "grade 3 or higher", pl.col("grade") >= 3, ()),
        ("fatal", "fatal", _is_fatal(), ()),
    )


def _is_fatal() -> pl.Expr:
    certain = (pl.col("outcome") == "fatal") | (pl.col("grade") == 5) | pl.col("serious_death")
    known_otherwise = pl.col("outcome").is_not_null() & (pl.col("outcome") != "unknown")
    return pl.when(certain).then(True).when(known_otherwise).then(False)


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


def _by_term(rows: pl.DataFrame, total: int) -> list[Result]:
    results: list[Result] = []
    classes = slugs(rows["soc"])
    for (soc,), of_class in rows.group_by("soc", maintain_order=True):
        stem = classes[str(soc)]
        results += _count(f"ae.soc.{stem}", str(soc), "ae.soc", of_class, pl.lit(True), total, ())
        terms = slugs(of_class["pt"])
        for (term,), of_term in of_class.group_by("pt", maintain_order=True):
            place = f"{stem}.{terms[str(term)]}"
            results += _count(
                f"ae.term.{place}", str(term), f"ae.term.{stem}", of_term, pl.lit(True), total, ()
            )
            results += _grades(f"ae.term_grade.{place}", str(term), f"ae.term_grade.{place}", of_term, total)
    return results


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
    return _grades("ae.worst_grade", "worst grade", "ae.worst_grade", rows, total, zeros=True)


def _grades(
    stem: str, label: str, group: str, rows: pl.DataFrame, total: int, zeros: bool = False
) -> list[Result]:
    """Subjects by their worst grade. A subject with an ungraded event is counted by the worst of the graded ones."""
    if zeros and rows["grade"].null_count() == rows.height:
        return []  # nothing was graded: no grade is not grade 0 of anybody
    worst = rows.group_by("subject_id", maintain_order=True).agg(pl.col("grade").max(), pl.col("key"))
    results = []
    for grade in GRADES:
        wanted = pl.col("grade").is_null() if grade == "not_graded" else pl.col("grade") == int(grade)
        found = worst.filter(wanted)
        if found.is_empty() and not zeros:
            continue
        results.append(
            Result(
                key=f"{stem}.{grade}.subjects",
                value=found.height,
                label=f"{label}: {'not graded' if grade == 'not_graded' else grade}",
                group=group,
                unit="subjects",
                n=found.height,
                denominator=total,
                method="infused subjects by worst grade of treatment-emergent events",
                rules=(EMERGENT_RULE,),
                sources=tuple(key for keys in found["key"] for key in keys),
            )
        )
    return results
