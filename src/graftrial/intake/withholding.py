"""Rows taken out of use, with the balance read = used + withheld."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

import polars as pl

from graftrial.intake.table import MOMENT_PARTS, ROW, Balance, Table, Tables


def without_rows(tables: Tables, rows: Iterable[tuple[str, int]]) -> Tables:
    """The tables without these rows, each named by table and row of the file."""
    taken: dict[str, set[int]] = {}
    for name, row in rows:
        taken.setdefault(name, set()).add(row)
    by_name = {name: _without(table, taken.get(name, ())) for name, table in tables.by_name.items()}
    balances = tuple(_balanced(each, by_name[each.table]) for each in tables.balances)
    return replace(tables, by_name=by_name, balances=balances)


def _without(table: Table, rows: Collection[int]) -> Table:
    if not rows:
        return table
    return replace(table, frame=table.frame.filter(~pl.col(ROW).is_in(sorted(rows))))


def _balanced(before: Balance, table: Table) -> Balance:
    return replace(before, used=table.frame.height, withheld=before.read - table.frame.height)


def without_cells(tables: Tables, cells: Iterable[tuple[str, int, str]]) -> Tables:
    """The tables with these cells empty, each named by table, row of the file and column. The rows stay in use.

    Cells of a file of beads are no cells of a table: they are empty since they were read.
    """
    taken: dict[tuple[str, str], list[int]] = {}
    for name, row, column in cells:
        if name not in tables.by_name:
            continue
        taken.setdefault((name, column), []).append(row)
    by_name = dict(tables.by_name)
    for (name, column), rows in taken.items():
        frame = by_name[name].frame
        parts = [
            each for each in (column, *(f"{column}_{part}" for part in MOMENT_PARTS)) if each in frame.columns
        ]
        kept = ~pl.col(ROW).is_in(sorted(rows))
        by_name[name] = replace(
            by_name[name],
            frame=frame.with_columns(pl.when(kept).then(pl.col(each)).alias(each) for each in parts),
        )
    return replace(tables, by_name=by_name)
