"""Immune cells, immunoglobulins and viral loads, as far as the laboratory table holds them: before, after, highest."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from graftrial.analyse.results import Result
from graftrial.derive import Derived
from graftrial.study.model import Study


class Measure(NamedTuple):
    """What is looked for in the column analyte: our word, its title, its spellings in lower case."""

    word: str
    title: str
    spellings: tuple[str, ...]
    is_virus: bool = False


MEASURES = (
    Measure("nk_cells", "NK cells", ("nk", "nk cells", "nk cell count", "natural killer cells", "cd56")),
    Measure("lymphocytes", "Lymphocytes", ("lymphocytes", "absolute lymphocyte count")),
    Measure("cd3", "CD3 T cells", ("cd3", "cd3 cells", "cd3 lymphocytes", "t cells")),
    Measure("cd4", "CD4 T cells", ("cd4", "cd4 cells", "cd4 lymphocytes")),
    Measure("cd8", "CD8 T cells", ("cd8", "cd8 cells", "cd8 lymphocytes")),
    Measure("cd19", "CD19 B cells", ("cd19", "cd19 cells", "b cells", "cd20")),
    Measure("regulatory_t_cells", "Regulatory T cells", ("treg", "tregs", "regulatory t cells")),
    Measure("igg", "IgG", ("igg", "immunoglobulin g", "s-igg")),
    Measure("iga", "IgA", ("iga", "immunoglobulin a", "s-iga")),
    Measure("igm", "IgM", ("igm", "immunoglobulin m", "s-igm")),
    Measure("bk_virus", "BK virus", ("bk", "bkv", "bk virus", "bk pcr", "bkv pcr", "bk viraemia"), True),
    Measure(
        "cytomegalovirus", "Cytomegalovirus", ("cmv", "cytomegalovirus", "cmv pcr", "cmv viraemia"), True
    ),
    Measure("epstein_barr_virus", "Epstein-Barr virus", ("ebv", "epstein-barr virus", "ebv pcr"), True),
)
WANTED = {spelling: each for each in MEASURES for spelling in each.spellings}


def immunology(study: Study, derived: Derived) -> list[Result]:
    """`immunology.<measure>.<baseline|last>.<subject>` and `viral_load.<virus>.highest.<subject>`, as recorded."""
    labs = derived.frame("labs")
    if labs.is_empty():
        return []
    spelled = pl.col("analyte").str.strip_chars().str.to_lowercase().str.replace_all(r"[\s_]+", " ")
    measure = spelled.replace_strict(
        {name: each.word for name, each in WANTED.items()}, default=None, return_dtype=pl.String
    )
    rows = labs.with_columns(measure=measure).filter(
        pl.col("measure").is_not_null() & pl.col("value").is_not_null() & pl.col("day").is_not_null()
    )
    results: list[Result] = []
    for each in MEASURES:
        found = rows.filter(pl.col("measure") == each.word).sort("subject_id", "day", "key")
        for (subject,), own in found.group_by("subject_id", maintain_order=True):
            results += (
                _viral(each, str(subject), own) if each.is_virus else _ends(study, each, str(subject), own)
            )
    return results


def _ends(study: Study, measure: Measure, subject: str, rows: pl.DataFrame) -> list[Result]:
    """Baseline and last value after it; nothing is converted, so both ends must have one unit."""
    window = study.definitions.baseline
    baseline = rows.filter(pl.col("day").is_between(window.earliest_day, window.latest_day)).tail(1)
    after = rows.filter(pl.col("day") > max(window.latest_day, 0)).tail(1)
    results = []
    for end, found in (("baseline", baseline), ("last", after)):
        if found.is_empty():
            results.append(_nothing(measure, subject, end))
            continue
        row = found.row(0, named=True)
        results.append(
            Result(
                key=f"immunology.{measure.word}.{end}.{subject}",
                value=row["value"],
                label=f"{measure.title} of {subject}, {end}",
                group=f"immunology.{measure.word}",
                unit=row["unit"] or "",
                n=1,
                denominator=1,
                method=f"value of day {row['day']}, as recorded",
                sources=(row["key"],),
            )
        )
    return results


def _nothing(measure: Measure, subject: str, end: str) -> Result:
    return Result(
        key=f"immunology.{measure.word}.{end}.{subject}",
        value=None,
        label=f"{measure.title} of {subject}, {end}",
        group=f"immunology.{measure.word}",
        n=0,
        denominator=1,
        not_assessable=1,
        method="as recorded",
        warnings=("no value in the baseline window" if end == "baseline" else "no value after day 0",),
    )


def _viral(measure: Measure, subject: str, rows: pl.DataFrame) -> list[Result]:
    """The highest load after the first infusion in its unit, with the number of samples."""
    after = rows.filter(pl.col("day") > 0)
    units = after["unit"].unique().to_list()
    if after.is_empty() or len(units) > 1:
        return []
    highest = after.sort("value", "key").row(-1, named=True)
    n_positive = after.filter(pl.col("value") > 0).height
    return [
        Result(
            key=f"viral_load.{measure.word}.highest.{subject}",
            value=highest["value"],
            label=f"{measure.title} of {subject}, highest after the first infusion",
            group=f"viral_load.{measure.word}",
            unit=highest["unit"] or "",
            n=n_positive,
            denominator=after.height,
            method=f"highest of {after.height} samples after day 0, day {highest['day']}; n: samples above 0",
            sources=tuple(after["key"]),
        )
    ]
