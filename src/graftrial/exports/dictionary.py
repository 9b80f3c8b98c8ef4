"""The data dictionary: one row for every column of every table of a study."""

from __future__ import annotations

import polars as pl

from graftrial.intake.declaration import Column, tables

HEADER = ("table", "column", "kind", "unit", "choices", "low", "high", "required", "meaning")


def data_dictionary() -> pl.DataFrame:
    """What every column holds. `choices` are separated by ` | `; empty where the column has none."""
    rows = [_row(table.name, column) for table in tables().values() for column in table.columns.values()]
    return pl.DataFrame(rows, schema=dict.fromkeys(HEADER, pl.String), orient="row")


def _row(table: str, column: Column) -> tuple[str, ...]:
    return (
        table,
        column.name,
        column.kind,
        column.unit,
        " | ".join(column.choices),
        limit(column.low),
        limit(column.high),
        "yes" if column.required else "no",
        f"{column.means}; may be given as {column.day_name} in study days"
        if column.kind == "moment"
        else column.means,
    )


def limit(value: float | None) -> str:
    """A limit of the plausible range without exponent, as REDCap and spreadsheets take it; empty for none."""
    if value is None:
        return ""
    return f"{value:.0f}" if value == int(value) else f"{value}"
