"""Rows that name the same thing twice."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from graftrial.findings import Finding, finding
from graftrial.intake.columns import TIME
from graftrial.intake.declaration import TableDeclaration
from graftrial.intake.table import ROW

# What is said of rows of one key and different content, where it is not GT-IN-018.
OTHER_CODES = {"subjects": "GT-IN-019", "adverse_events": "GT-IN-020", "deviations": "GT-IN-021"}
TWO_DONORS = "GT-PR-012"  # a batch with cells of two donors has no chain of identity at all
UNIQUE_TABLES = ("subjects",)  # even an exact copy leaves open which person was meant


def doubled(declaration: TableDeclaration, file: str, frame: pl.DataFrame) -> Iterator[Finding]:
    """A finding for each row that repeats the key of another one.

    A second row with the same content everywhere is a copy; rows of one key with different content leave open
    what happened. A row without a moment or a required cell of its key is not compared: too little is known.

    frame: the typed table, with the times of its moments in columns that end in `TIME`.
    """
    key = [
        *declaration.key,
        *(f"{name}{TIME}" for name in declaration.key if f"{name}{TIME}" in frame.columns),
    ]
    columns = [declaration.columns[name] for name in declaration.key]
    stated = [each.name for each in columns if each.required or each.kind == "moment"]
    content = [name for name in frame.columns if name != ROW]
    same_key = (
        frame.filter(pl.all_horizontal(pl.col(name).is_not_null() for name in stated))
        .filter(pl.struct(key).is_duplicated())
        .with_columns(
            is_copy=pl.struct(content).n_unique().over(key) == 1,
            first=pl.col(ROW).min().over(key),
            donors=pl.col("donor_id").drop_nulls().n_unique().over(key)
            if "donor_id" in frame.columns
            else pl.lit(0),
            rows=pl.col(ROW).sort().cast(pl.String).str.join(", ").over(key),
        )
        .sort(ROW)
    )
    for row in same_key.iter_rows(named=True):
        subject = row.get("subject_id") or ""
        place = (declaration.name, row[ROW], ", ".join(declaration.key), subject, file)
        if row["is_copy"] and declaration.name not in UNIQUE_TABLES:
            if row[ROW] != row["first"]:
                yield finding("GT-IN-017", *place, first=row["first"])
        else:
            code = OTHER_CODES.get(declaration.name, "GT-IN-018")
            yield finding(TWO_DONORS if row["donors"] > 1 else code, *place, rows=row["rows"])
