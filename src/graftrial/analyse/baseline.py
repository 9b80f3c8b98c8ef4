"""Who the subjects are, all together and by cohort: the one way in which a group is described before treatment.

No test compares the groups: a difference at baseline is not a hypothesis (CONSORT 2010, item 15).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from graftrial.analyse.results import Result, slug
from graftrial.derive import Derived
from graftrial.derive.derived import NOT_REPORTED
from graftrial.stats.outcomes import NotEstimable
from graftrial.stats.summaries import Summary, summarise

ALL = ""
WORDS = {"sex": "sex", "age_band": "age", "donor_type": "donor", "primary_disease": "primary disease"}
NUMBERS = {
    "age_years": ("age on day 0", "a"),
    "years_since_transplant": ("years since transplantation", "a"),
    "weight_kg": ("body weight", "kg"),
    "bmi_kg_per_m2": ("body mass index", "kg/m2"),
    "donor_age_years": ("age of the donor", "a"),
}
STATISTICS = {"mean": "mean", "sd": "sd", "median": "median", "min": "lowest", "max": "highest"}
METHODS = {"sd": "standard deviation, with n - 1"}


def groups_of(people: pl.DataFrame, by: str) -> dict[str, pl.DataFrame]:
    """Everybody under `ALL`, then each group in the order of its name; `ALL` alone where there is one group.

    people: one row a person. by: the column of the group; whoever has none is counted in `ALL` only.
    """
    names = people[by].drop_nulls().unique().sort().to_list()
    return {ALL: people} | ({name: people.filter(pl.col(by) == name) for name in names} if names[1:] else {})


def summarise_by(people: pl.DataFrame, column: str, by: str) -> dict[str, Summary]:
    """Mean, standard deviation, median and extremes of a column, by group."""
    return {name: summarise(group[column].to_list()) for name, group in groups_of(people, by).items()}


def count_by(people: pl.DataFrame, column: str, by: str) -> dict[str, dict[str, tuple[int, int]]]:
    """Of each group and category: how many of how many, 0 where another group alone has the category.

    Whoever has no value is in the category `NOT_REPORTED`, never in another one.
    """
    filled = people.with_columns(pl.col(column).fill_null(NOT_REPORTED))
    categories = filled[column].unique().sort().to_list()
    return {
        name: {each: (group.filter(pl.col(column) == each).height, group.height) for each in categories}
        for name, group in groups_of(filled, by).items()
    }


def describe_subjects(derived: Derived) -> list[Result]:
    """Counts, and mean, standard deviation, median and extremes, of what describes the subjects."""
    people = derived.frame("subjects")
    total = people.height
    everybody = Result(
        "subjects.n", total, "subjects with rows", "subjects", "subjects", total, total,
        method="rows of subjects", sources=tuple(people["key"]),
    )  # fmt: skip
    results = [everybody, *_shares(people, "cohort", "cohort", {ALL: people})]
    groups = groups_of(people, "cohort")
    for column, label in WORDS.items():
        results += _shares(people, column, label, groups)
    for column, (label, unit) in NUMBERS.items():
        results += _numbers(people, column, label, unit, groups)
    return results


def _stem(column: str, group: str) -> tuple[str, str]:
    """Beginning of the key, and what the label ends with: `subjects.sex.in.cells`."""
    return (
        (f"subjects.{column}", "") if group == ALL else (f"subjects.{column}.in.{slug(group)}", f", {group}")
    )


def _shares(
    people: pl.DataFrame, column: str, label: str, groups: Mapping[str, pl.DataFrame]
) -> Iterator[Result]:
    for name, counts in count_by(people, column, "cohort").items():
        if name not in groups:
            continue
        stem, where = _stem(column, name)
        for word, (count, of) in counts.items():
            chosen = groups[name].filter(pl.col(column).fill_null(NOT_REPORTED) == word)
            code = word if column == "sex" and word != NOT_REPORTED else slug(word)
            yield Result(
                f"{stem}.{code}", count, f"{label}: {word}{where}", f"subjects.{column}", "subjects", count, of,
                method="count", sources=tuple(chosen["key"]),
            )  # fmt: skip


def _numbers(
    people: pl.DataFrame, column: str, label: str, unit: str, groups: Mapping[str, pl.DataFrame]
) -> Iterator[Result]:
    for name, summary in summarise_by(people, column, "cohort").items():
        stem, where = _stem(column, name)
        sources = tuple(groups[name].filter(pl.col(column).is_not_null())["key"])
        for word, field in STATISTICS.items():
            value = getattr(summary, field)
            why = f"{NOT_REPORTED}: {column}" if not summary.n else str(value)
            is_open = isinstance(value, NotEstimable)
            yield Result(
                f"{stem}.{word}", None if is_open else value, f"{label}, {word}{where}", f"subjects.{column}", unit,
                summary.n, groups[name].height, summary.n_missing, method=METHODS.get(word, word),
                warnings=(why,) if is_open else (), sources=sources,
            )  # fmt: skip
