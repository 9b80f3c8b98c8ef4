"""Results: one row per number, each with its method, its rules and the rows it came from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

COLUMNS = {
    "key": pl.String(),
    "value": pl.String(),
    "unit": pl.String(),
    "n": pl.Int64(),
    "denominator": pl.Int64(),
    "not_assessable": pl.Int64(),
    "lower": pl.String(),
    "upper": pl.String(),
    "method": pl.String(),
    "warnings": pl.String(),
    "rules": pl.String(),
    "sources": pl.String(),
}
IN_MEMORY = {"group": pl.String(), "label": pl.String(), "number": pl.Float64(), "order": pl.Int64()}


@dataclass(frozen=True, slots=True)
class Result:
    """One number, or the reason why there is none.

    value: a number, a word, or None with the reason in `warnings`.
    n: rows or subjects behind the value; denominator: out of how many; not_assessable: how many could not be judged.
    lower, upper: interval or bounds; `method` says which.
    group, label: for the tables of a report.
    """

    key: str
    value: float | int | str | None
    label: str
    group: str
    unit: str = ""
    n: int | None = None
    denominator: int | None = None
    not_assessable: int | None = None
    lower: float | int | None = None
    upper: float | int | None = None
    method: str = ""
    warnings: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Results:
    """All numbers of a run.

    frame: the columns of results.csv in their order, then `group`, `label`, `number` and `order` for the report.
    """

    frame: pl.DataFrame

    def exported(self) -> pl.DataFrame:
        """What results.csv and results.parquet hold."""
        return self.frame.select(COLUMNS.keys())


def collect(parts: Iterable[Sequence[Result] | pl.DataFrame]) -> Results:
    """Results of all sections, sorted by key; two results of one key are our mistake."""
    frames = [part if isinstance(part, pl.DataFrame) else as_frame(part) for part in parts]
    everything = pl.concat([each.select(*COLUMNS, "group", "label", "number") for each in frames])
    everything = everything.with_row_index("order").with_columns(pl.col("order").cast(pl.Int64))
    twice = everything.filter(pl.col("key").is_duplicated())["key"].unique().sort().to_list()
    if twice:
        raise ValueError(f"results with the same key: {twice[:5]}")
    return Results(everything.sort("key"))


def as_frame(results: Sequence[Result]) -> pl.DataFrame:
    """A frame of results in the columns of `COLUMNS` and `IN_MEMORY` without order."""
    rows = [
        (
            each.key,
            _written(each.value),
            each.unit,
            each.n,
            each.denominator,
            each.not_assessable,
            _written(each.lower),
            _written(each.upper),
            each.method,
            "; ".join(each.warnings),
            "; ".join(each.rules),
            "; ".join(sorted(set(each.sources))),
            each.group,
            each.label,
            float(each.value) if isinstance(each.value, (int, float)) else None,
        )
        for each in results
    ]
    schema = {**COLUMNS, **{name: IN_MEMORY[name] for name in ("group", "label", "number")}}
    return pl.DataFrame(rows, schema=schema, orient="row")


def slug(text: str) -> str:
    """A word for a key: lower case, letters and digits, the rest an underscore."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "unnamed"


def slugs(texts: Iterable[str]) -> dict[str, str]:
    """A word for each text, no two alike: `renal_failure`, `renal_failure_2`."""
    chosen: dict[str, str] = {}
    taken: dict[str, int] = {}
    for text in sorted(set(texts)):
        word = slug(text)
        taken[word] = taken.get(word, 0) + 1
        chosen[text] = word if taken[word] == 1 else f"{word}_{taken[word]}"
    return chosen


def _written(value: float | int | str | None) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)
