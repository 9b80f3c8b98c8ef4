"""Laboratory grades counted: worst grade after the first infusion against the grade at baseline, one table a term."""

from __future__ import annotations

import polars as pl

from graftrial.analyse.results import Result
from graftrial.derive import Derived
from graftrial.derive.lab_grades import CTCAE
from graftrial.study.model import Study

GRADES = ("0", "1", "2", "3", "4")
NOT_ASSESSABLE, NONE = "not_assessable", "no_value"
ROWS = (*GRADES, NOT_ASSESSABLE, NONE)
COLUMNS = (*GRADES, NOT_ASSESSABLE)


def lab_grades(study: Study, derived: Derived) -> list[Result]:
    """Shift tables and the worst grade of each treated person and term."""
    label = study.rules.get(CTCAE)
    graded = derived.frame("lab_grades")
    treated = derived.frame("subjects").filter("is_infused").height
    if label is None or graded.is_empty():
        return []
    pin = f"{CTCAE}@{label}"
    results: list[Result] = []
    for (record,), rows in graded.group_by("record", maintain_order=True):
        worst = worst_per_subject(rows)
        if worst.is_empty():
            continue
        results += [_worst(str(record), each, pin) for each in worst.iter_rows(named=True)]
        results += _shift(str(record), str(rows["term"][0]), worst, treated, pin)
    return sorted(results, key=lambda each: each.key)


def worst_per_subject(rows: pl.DataFrame) -> pl.DataFrame:
    """Lowest and highest worst grade after the first infusion, with the baseline grade and the rows behind both."""
    after = rows.filter(pl.col("is_post_baseline").fill_null(False))
    least, most = pl.col("grade_min").max(), pl.col("grade_max").max()
    unknown = pl.col("grade_min").is_null()
    return (
        after.group_by("subject_id", "term", "direction")
        .agg(
            worst_low=least,
            # a value that cannot be graded at all may be of any grade
            worst_high=pl.when(unknown.any()).then(4).otherwise(most),
            n_values=pl.len(),
            keys=pl.col("key").filter((pl.col("grade_max") == most) | unknown),
            baseline_keys=pl.col("baseline_key").drop_nulls().unique(),
            baseline_low=pl.col("baseline_grade_min").first(),
            baseline_high=pl.col("baseline_grade_max").first(),
            has_baseline=pl.col("baseline_key").is_not_null().any(),
            highest_ratio=pl.col("ratio_to_baseline").max(),
            lowest_ratio=pl.col("ratio_to_baseline").min(),
            why=pl.col("grade_reason").drop_nulls().unique().sort().str.join("; "),
        )
        .sort("subject_id")
    )


def _worst(record: str, row: dict[str, object], pin: str) -> Result:
    low, high = row["worst_low"], row["worst_high"]
    decided = low is not None and low == high
    ratio = row["highest_ratio" if row["direction"] == "high" else "lowest_ratio"]
    beside = f"; furthest value {ratio:.3g} times baseline" if isinstance(ratio, float) else ""
    keys = [*_texts(row["keys"]), *_texts(row["baseline_keys"])]
    return Result(
        key=f"labgrade.worst.{record}.{row['subject_id']}",
        value=int(str(low)) if decided else None,
        label=f"{row['term']}: {row['subject_id']}",
        group="labgrade.worst",
        unit="grade",
        n=int(str(row["n_values"])),
        not_assessable=0 if decided else 1,
        lower=None if decided or low is None else int(str(low)),
        upper=None if decided or high is None else int(str(high)),
        method=f"worst laboratory grade after the first infusion{beside}",
        warnings=() if decided else (str(row["why"] or "not assessable"),),
        rules=(pin,),
        sources=tuple(keys),
    )


def _shift(record: str, term: str, worst: pl.DataFrame, treated: int, pin: str) -> list[Result]:
    """Every cell of baseline grade by worst grade, zeros too; the subjects behind a cell are in its sources."""
    placed = worst.with_columns(
        row=pl.when(~pl.col("has_baseline")).then(pl.lit(NONE)).otherwise(_cell("baseline")),
        column=_cell("worst"),
    )
    found: dict[tuple[str, str], list[list[str]]] = {}
    for row, column, keys in placed.select("row", "column", "keys").iter_rows():
        found.setdefault((row, column), []).append(keys)
    results = []
    for start in ROWS:
        for end in COLUMNS:
            behind = found.get((start, end), [])
            results.append(
                Result(
                    key=f"labgrade.shift.{record}.{start}.{end}.subjects",
                    value=len(behind),
                    label=f"{term}: baseline {start.replace('_', ' ')}, worst {end.replace('_', ' ')}",
                    group=f"labgrade.shift.{record}",
                    unit="subjects",
                    n=len(behind),
                    denominator=treated,
                    not_assessable=0,
                    method="baseline by the limits of normal, worst laboratory grade after the first infusion",
                    rules=(pin,),
                    sources=tuple(key for keys in behind for key in keys),
                )
            )
    return results


def _cell(name: str) -> pl.Expr:
    low, high = pl.col(f"{name}_low"), pl.col(f"{name}_high")
    return pl.when(low == high).then(low.cast(pl.String)).otherwise(pl.lit(NOT_ASSESSABLE))


def _texts(given: object) -> list[str]:
    return [str(each) for each in given] if isinstance(given, list) else []
