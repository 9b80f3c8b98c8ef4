"""A registry of the golden biopsies: patients followed over years, rows in disorder, cells missing."""

from __future__ import annotations

import random
import re
from pathlib import Path

import polars as pl
from polars.testing import assert_frame_equal

from graftrial.derive.banff import classify_biopsies

ROOT = Path(__file__).parents[2]
EDITIONS = ("2017", "2019", "2022")
MAY_BE_MISSING = ("i", "t", "v", "g", "ptc", "c4d_if", "cg", "dsa", "prior_dsa", "patient_id", "biopsy_date")
PAGE = ROOT / "docs/banff/engines.md"


def registry() -> pl.DataFrame:
    """2,139 biopsies in disorder, so that those of a patient lie far apart; a fiftieth of the cells that decide is empty."""
    parts = []
    for edition in EDITIONS:
        path = ROOT / f"tests/golden/banff/{edition}/complete.csv"
        read = pl.read_csv(path, infer_schema_length=None, schema_overrides={"cg": pl.String})
        own = read.select(pl.exclude(r"^(exp_|crit_|banffit_|bas_).*$"))
        parts.append(own.with_columns(pl.format(f"{edition}-{{}}", "patient_id").alias("patient_id")))
    together = pl.concat(parts).with_columns(pl.col("biopsy_date").str.to_date())
    drawn = random.Random(2022)
    n_rows = together.height
    gaps = {name: pl.Series([drawn.random() < 0.02 for _ in range(n_rows)]) for name in MAY_BE_MISSING}
    with_gaps = together.with_columns(
        pl.when(~gap).then(pl.col(name)).alias(name) for name, gap in gaps.items()
    )
    order = drawn.sample(range(n_rows), n_rows)
    return with_gaps[order].with_row_index("row")


def on_one_machine(biopsies: pl.DataFrame, edition: str, explain: bool = True) -> pl.DataFrame:
    """What an engine must answer; codes are strings there."""
    answers = classify_biopsies(biopsies, edition=edition, explain=explain)
    return answers.with_columns(pl.col(pl.Enum).cast(pl.String))


def assert_same_cells(answers: pl.DataFrame, expected: pl.DataFrame) -> None:
    """Names, order of the columns, types and every cell agree, whatever the order of the rows."""
    assert_frame_equal(answers.sort("row"), expected.sort("row"), check_exact=True)


def example(engine: str) -> str:
    """The code that the manual shows for an engine."""
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    (code,) = [block for block in blocks if f"classify_{engine}" in block]
    return code
