"""Rows taken out of use, with the balance read = used + withheld."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

import polars as pl

from graftrial.intake.table import ROW, Balance, Table, Tables


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
