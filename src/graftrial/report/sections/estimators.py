"""Estimators that stand in the column `method` of the results, with how many results use each and their sources."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import polars as pl

from graftrial.report.blocks import Block, Cell, Column, Row, Table
from graftrial.report.material import Material
from graftrial.report.numbers import rounded


@cache
def known() -> tuple[tuple[str, str, str], ...]:
    """Title, words in the column method, reference."""
    text = files("graftrial.report").joinpath("estimators.toml").read_text(encoding="utf-8")
    return tuple(
        (each["title"], each["words"], each["reference"]) for each in tomllib.loads(text)["estimators"]
    )


def estimator_blocks(material: Material) -> list[Block]:
    """The table; nothing where every result is a count or a value as recorded."""
    methods = material.results.frame.filter(pl.col("value").is_not_null()).get_column("method").fill_null("")
    rows = []
    for title, words, reference in known():
        n_used = methods.filter(methods.str.contains(words, literal=True)).len()
        if n_used:
            rows.append(Row((Cell(title), Cell(rounded(n_used)), Cell(reference))))
    if not rows:
        return []
    columns = (Column("Estimator", wide=True), Column("Results", is_number=True), Column("Source", wide=True))
    notes = (
        "Everything else is a count, a value as recorded, or the arithmetic that its method names in results.csv.",
    )
    return [Table("Estimators used", columns, tuple(rows), notes)]
