"""From text to types: every table of a study as the rest of the house works with it."""

from __future__ import annotations

import polars as pl

from graftrial.findings import Finding, in_order
from graftrial.intake.columns import TIME, ColumnTyping
from graftrial.intake.declaration import Column, TableDeclaration, tables
from graftrial.intake.duplicates import doubled
from graftrial.intake.header import known_names
from graftrial.intake.raw import Raw
from graftrial.intake.reading import Notation
from graftrial.intake.table import ROW, Balance, RawTable, Table, Tables, absent, schema
from graftrial.intake.withholding import without_rows
from graftrial.study.model import Intake

BLANKS = " \t\r\n\u00a0\u200b\ufeff"


def type_tables(raw: Raw, settings: Intake) -> Tables:
    """Every declared table, typed; what cannot be used is withheld with a finding, and counted."""
    by_name = {name: absent(name) for name in tables()}
    findings = list(raw.findings)
    for name, given in raw.tables.items():
        by_name[name], found = type_table(given, settings, raw.has_serial_dates)
        findings += found
    withheld = {(each.table, each.row) for each in findings if each.withholds == "row"}
    for lost in {each.table for each in findings if each.withholds == "table"}:
        withheld |= {(lost, row) for row in by_name[lost].frame[ROW]}
    balances = tuple(_read(by_name[name], raw.findings) for name in raw.tables)
    return without_rows(Tables(by_name, in_order(findings), balances, raw.hashes), withheld)


def type_table(raw: RawTable, settings: Intake, has_serial_dates: bool = True) -> tuple[Table, list[Finding]]:
    """One table with all its rows, and what was found in its cells; no row is withheld yet."""
    declaration = tables()[raw.name]
    texts = _meaningful(raw.frame, settings.missing)
    typing = ColumnTyping(declaration, raw.file, texts, _notation(raw.file, settings, has_serial_dates))
    names = [name for name in texts.columns if name not in known_names(raw.name)]
    extra = tuple(name for name in names if declaration.column(name) is not None)
    columns = [*declaration.columns.values(), *(_declared(declaration, name) for name in extra)]
    frame = pl.concat([*map(typing.typed, columns), texts.select(ROW)], how="horizontal")
    if "time" in declaration.columns and f"date{TIME}" in frame.columns:
        frame = frame.with_columns(pl.coalesce("time", f"date{TIME}"))
    frame, timed = _with_times(declaration, frame)
    extra = (*extra, *(each for each in timed if each not in extra))
    given = frozenset(each.name for each in columns if {each.name, each.day_name}.intersection(texts.columns))
    findings = [*typing.findings, *doubled(declaration, raw.file, frame)]
    return Table(declaration, frame.select(*schema(declaration, extra)), raw.file, given), findings


def _with_times(declaration: TableDeclaration, frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Times of day that stood in a moment cell, in the column that the table has for them."""
    found = tuple(
        name
        for name in declaration.also
        if f"{name.removesuffix('_time')}{TIME}" in frame.columns
        and frame[f"{name.removesuffix('_time')}{TIME}"].null_count() < frame.height
    )
    inside = {name: pl.col(f"{name.removesuffix('_time')}{TIME}") for name in found}
    return frame.with_columns(
        (pl.coalesce(name, time) if name in frame.columns else time).alias(name)
        for name, time in inside.items()
    ), found


def _notation(file: str, settings: Intake, has_serial_dates: bool) -> Notation:
    suffix = file.lower().rpartition(".")[2]
    is_workbook = suffix not in ("csv", "parquet")
    return Notation(settings.decimal_comma, suffix != "csv", is_workbook and has_serial_dates)


def _meaningful(frame: pl.DataFrame, missing: tuple[str, ...]) -> pl.DataFrame:
    """The texts without blanks around them; null where the study file says that a text means nothing."""
    names = [name for name in frame.columns if name != ROW]
    trimmed = frame.with_columns(pl.col(name).str.strip_chars(BLANKS) for name in names)
    return trimmed.with_columns(
        pl.when(~pl.col(name).is_in(["", *missing])).then(pl.col(name)).alias(name) for name in names
    )


def _declared(declaration: TableDeclaration, name: str) -> Column:
    column = declaration.column(name)
    if column is None:
        raise TypeError(f"{declaration.name}.{name} is not declared")
    return column


def _read(table: Table, found_before: tuple[Finding, ...]) -> Balance:
    """The balance before typing: rows of a wrong shape are read, and withheld already."""
    rows = {each.row for each in found_before if each.table == table.name and each.withholds == "row"}
    return Balance(table.name, table.frame.height + len(rows), table.frame.height, len(rows))
