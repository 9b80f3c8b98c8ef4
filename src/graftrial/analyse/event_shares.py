"""Share of the patients with an event of each class and term, by group, with exact intervals: numbers of the dots."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import polars as pl

from graftrial.analyse.event_counts import count_events
from graftrial.analyse.event_terms import EMERGENT_RULE
from graftrial.analyse.results import Result, slug, slugs
from graftrial.stats.binomial import interval_clopper_pearson

GROUP = "ae.share"
MOST_COHORTS = 4  # with more of them the dots of a row cannot be told apart
SINCE, BEFORE = "from the infusion on", "before the infusion"
METHOD = "infused subjects with at least one, over those of the group; Clopper-Pearson 95% interval"
exact = lru_cache(maxsize=4096)(interval_clopper_pearson)
Keys = dict[tuple[str, str | None, str], list[str]]


def event_shares(everything: pl.DataFrame, subjects: pl.DataFrame) -> list[Result]:
    """One row a group for every class and term: cohorts where there are two to four, else the phases of treatment.

    everything: events of the infused. Cohorts show treatment-emergent events; phases put beside them what was before.
    """
    sizes = dict(subjects.group_by("cohort").len().iter_rows())
    is_emergent = pl.col("is_treatment_emergent").fill_null(True)
    by = "cohort" if 2 <= len(sizes) <= MOST_COHORTS and None not in sizes else "phase"
    if by == "cohort":
        rows = everything.filter(is_emergent)
    else:
        phase = pl.when(is_emergent).then(pl.lit(SINCE)).otherwise(pl.lit(BEFORE))
        rows = everything.with_columns(phase=phase)
        sizes = dict.fromkeys(rows["phase"].unique().sort(), subjects.height)
    if rows.is_empty():
        return []
    counts = count_events(rows, sizes, by=by).filter(pl.col("level") != "any")
    sources = _sources(rows, by)
    words: dict[str, dict[str, str]] = {}
    for soc, terms in rows.group_by("soc").agg(pl.col("pt").unique()).iter_rows():
        words[soc] = slugs(terms)
    classes = slugs(words)
    return [_share(row, classes[row["soc"]], words, sources) for row in counts.iter_rows(named=True)]


def _sources(rows: pl.DataFrame, by: str) -> Keys:
    found: Keys = {}
    for soc, pt, group, key in rows.select("soc", "pt", by, "key").iter_rows():
        for place in (pt, None):
            found.setdefault((soc, place, group), []).append(key)
    return found


def _share(row: dict[str, Any], soc: str, words: dict[str, dict[str, str]], sources: Keys) -> Result:
    place = f"soc.{soc}" if row["pt"] is None else f"term.{soc}.{words[row['soc']][row['pt']]}"
    lower, upper = exact(row["subjects"], row["denominator"])
    return Result(
        key=f"{GROUP}.{place}.{slug(row['group'])}",
        value=row["subjects"] / row["denominator"],
        label=f"{row['soc'] if row['pt'] is None else row['pt']}: {row['group']}",
        group=GROUP,
        n=row["subjects"],
        denominator=row["denominator"],
        lower=lower,
        upper=upper,
        method=METHOD,
        rules=(EMERGENT_RULE,),
        sources=tuple(sources.get((row["soc"], row["pt"], row["group"]), ())),
    )
