"""What changed between two reports of a study, number by number: this run beside an earlier output folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from graftrial.errors import UsageError

COMPARED = ("value", "unit", "lower", "upper", "n", "denominator", "not_assessable", "method", "rules")


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier output folder of the same study.

    results: its numbers as text, one row per key. data_cut: its data cut, empty where no date was known.
    """

    results: pl.DataFrame
    data_cut: str


def read_earlier(out: Path, study_id: str, share: bool) -> Earlier:
    """The numbers of an earlier report.

    Raises: UsageError GT-CLI-010 (exit 2) where the folder holds no report, or one of another study or for others.
    """
    try:
        manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
        results = pl.read_csv(out / "results.csv", infer_schema=False)
    except (OSError, ValueError, pl.exceptions.PolarsError) as refused:
        raise _refusal(out, "there is no results.csv and manifest.json of a report in it") from refused
    if manifest.get("study") != study_id:
        raise _refusal(out, "it is the report of another study")
    if bool(manifest.get("share")) != share:
        raise _refusal(out, "one of the two reports is for outsiders (--share), the other is not")
    if missing := [each for each in ("key", *COMPARED) if each not in results.columns]:
        raise _refusal(out, f"its results.csv has no column {missing[0]}")
    return Earlier(results.select("key", *COMPARED), str(manifest.get("data_cut") or ""))


def changes(earlier: Earlier, results: pl.DataFrame) -> pl.DataFrame:
    """One row per number that is new, gone or different.

    Columns: key; change (new, gone, changed); column of results.csv; before and after as text.
    A new or gone result is one row, with its value.
    """
    before, after = _long(earlier.results), _long(results.select("key", *COMPARED))
    both = before.join(after, on=["key", "column"], how="full", coalesce=True, suffix="_after")
    here = pl.col("key").is_in(results["key"].implode())
    there = pl.col("key").is_in(earlier.results["key"].implode())
    told = both.select(
        "key",
        pl.when(~there)
        .then(pl.lit("new"))
        .when(~here)
        .then(pl.lit("gone"))
        .otherwise(pl.lit("changed"))
        .alias("change"),
        "column",
        pl.col("text").alias("before"),
        pl.col("text_after").alias("after"),
    )
    differs = pl.col("before").ne_missing(pl.col("after"))
    once = pl.col("column") == "value"
    shown = told.filter(pl.when(pl.col("change") == "changed").then(differs).otherwise(once))
    rank = {name: place for place, name in enumerate(COMPARED)}
    return shown.sort("key", pl.col("column").replace_strict(rank))


def _long(results: pl.DataFrame) -> pl.DataFrame:
    """One row per key and compared column; an empty cell is null whether it came from memory or from a file."""
    texts = results.with_columns(pl.col(COMPARED).cast(pl.String).replace("", None))
    return texts.unpivot(COMPARED, index="key", variable_name="column", value_name="text")


def _refusal(out: Path, why: str) -> UsageError:
    return UsageError.of("GT-CLI-010", f"--compare {out}", why=why)
