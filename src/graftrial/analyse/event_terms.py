"""Treatment-emergent events by system organ class and term, by worst grade, by cohort where cohorts are compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from graftrial.analyse.event_counts import EVERYBODY, compare_with, count_events
from graftrial.analyse.results import Result, slug, slugs
from graftrial.study.model import Study

EMERGENT_RULE = "adverse_events.treatment_emergent@ich_e9"
GRADES = ("5", "4", "3", "2", "1", "not_graded")
METHODS = {"subjects": "infused subjects with at least one", "events": "rows of adverse_events"}


@dataclass(frozen=True, slots=True)
class Place:
    """A row of the table: its key, its label, the group of its results, and the events that stand in it."""

    key: str
    label: str
    group: str
    rows: pl.DataFrame


def by_class_and_term(study: Study, rows: pl.DataFrame, subjects: pl.DataFrame) -> list[Result]:
    """Subjects and events of each class and term, grades of each term; by cohort where the study compares them."""
    places = {(soc, pt): place for soc, pt, place in _places(rows)}
    counts = count_events(rows, {EVERYBODY: subjects.height})
    results: list[Result] = []
    for row in counts.filter(pl.col("level") != "any").iter_rows(named=True):
        place = places[row["soc"], row["pt"]]
        sources = tuple(place.rows["key"])
        for unit in ("subjects", "events"):
            results.append(
                Result(
                    key=f"{place.key}.{unit}",
                    value=row[unit],
                    label=place.label,
                    group=place.group,
                    unit=unit,
                    n=row[unit],
                    denominator=row["denominator"] if unit == "subjects" else None,
                    not_assessable=0,
                    method=METHODS[unit],
                    sources=sources,
                )
            )
        if row["pt"] is not None:
            stem = place.key.replace("ae.term.", "ae.term_grade.", 1)
            results += grades(stem, place.label, stem, place.rows, subjects.height)
    return results + _compared(study, rows, subjects, places)


def _places(rows: pl.DataFrame) -> Iterator[tuple[str, str | None, Place]]:
    classes = slugs(rows["soc"])
    for (soc,), of_class in rows.group_by("soc", maintain_order=True):
        stem = classes[str(soc)]
        yield str(soc), None, Place(f"ae.soc.{stem}", str(soc), "ae.soc", of_class)
        terms = slugs(of_class["pt"])
        for (term,), of_term in of_class.group_by("pt", maintain_order=True):
            key = f"ae.term.{stem}.{terms[str(term)]}"
            yield str(soc), str(term), Place(key, str(term), f"ae.term.{stem}", of_term)


def _compared(
    study: Study, rows: pl.DataFrame, subjects: pl.DataFrame, places: dict[tuple[str, str | None], Place]
) -> list[Result]:
    """Cohorts side by side with Fisher's p, only where the study file names the cohort to compare with."""
    reference = study.adverse_events.compare_with
    sizes = dict(
        subjects.filter(pl.col("cohort").is_not_null()).group_by("cohort").len().sort("cohort").iter_rows()
    )
    if not reference or reference not in sizes or len(sizes) < 2:
        return []
    results = []
    for row in compare_with(count_events(rows, sizes, by="cohort"), reference).iter_rows(named=True):
        place = places.get((row["soc"], row["pt"]))
        stem = "any" if place is None else place.key.removeprefix("ae.")
        cohort = row["group"]
        results.append(
            Result(
                key=f"ae.compared.{stem}.{slug(cohort)}.subjects",
                value=row["subjects"],
                label=f"{place.label if place else 'any'}: {cohort}",
                group="ae.compared",
                unit="subjects",
                n=row["subjects"],
                denominator=row["denominator"],
                method="infused subjects of the cohort with at least one treatment-emergent event",
                rules=(EMERGENT_RULE,),
            )
        )
        if row["p"] is not None:
            results.append(
                Result(
                    key=f"ae.compared.{stem}.{slug(cohort)}.fisher_p",
                    value=row["p"],
                    label=f"{place.label if place else 'any'}: {cohort} against {reference}",
                    group="ae.compared",
                    method="Fisher's exact test, two-sided",
                    rules=(EMERGENT_RULE,),
                )
            )
    return results


def grades(
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
