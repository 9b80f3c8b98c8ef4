"""Selects the vectors of this folder from the full reference files, so that a clone without them still tests every code.

    python tests/golden/banff/select_vectors.py ../shared/reference/banff

Of the complete biopsies: some of every answer of every field, of every named departure of another program, and of the
longitudinal grafts all four. Of the incomplete ones: some of every state of every diagnosis.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

HERE = Path(__file__).parent
EDITIONS = ("2017", "2019", "2022")
OF_EACH = 6
TEXT = {"cg": pl.String, "c4d_method": pl.String}
NOT_OURS = r"^(banffit|bas)_.*$"


def read(path: Path) -> pl.DataFrame:
    """A reference file, scores of cg as text."""
    columns = pl.read_csv(path, n_rows=0).columns
    return pl.read_csv(
        path, infer_schema_length=None, schema_overrides={k: v for k, v in TEXT.items() if k in columns}
    )


def some_of_each(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """The first rows of every value of every column."""
    chosen = [frame.filter(pl.int_range(pl.len()).over(column) < OF_EACH) for column in columns]
    return pl.concat(chosen).unique("case_id").sort("case_id")


def main(reference: Path) -> None:
    """Writes complete.csv and missing.csv of every edition, and copies the two files of cases."""
    for edition in EDITIONS:
        folder = HERE / edition
        folder.mkdir(exist_ok=True)
        complete = read(reference / f"banff_{edition}_complete.csv.gz")
        reason = next(name for name in complete.columns if name.endswith("_reason"))
        expected = [name for name in complete.columns if name.startswith(("exp_", "crit_"))]
        chosen = some_of_each(complete, [*expected, reason])
        grafts = complete.filter(pl.col("block") == "longitudinal").head(120)
        rows = pl.concat([chosen, grafts]).unique("case_id").sort("case_id")
        rows = complete.filter(pl.col("patient_id").is_in(rows["patient_id"].unique().to_list()))
        rows.select(pl.exclude(NOT_OURS)).write_csv(folder / "complete.csv")
        missing = read(reference / f"banff_{edition}_missing.csv.gz")
        states = [name for name in missing.columns if name.startswith("exp_")]
        some_of_each(missing, states).write_csv(folder / "missing.csv")
    for name in ("traps.csv", "history_cases.csv"):
        pl.read_csv(reference / name, infer_schema=False).write_csv(HERE / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
