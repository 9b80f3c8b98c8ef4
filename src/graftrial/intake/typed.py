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
    times = {f"{each.name}{TIME}" for each in declaration.columns.values() if each.kind == "moment"}
    whole = [typing.typed(each) for each in columns if each.name not in times]
    frame = pl.concat([*whole, texts.select(ROW)], how="horizontal")
    for each in (each for each in columns if each.name in times):
        frame = frame.with_columns(pl.coalesce(each.name, typing.typed(each)[each.name]).alias(each.name))
    if "time" in declaration.columns and f"date{TIME}" in frame.columns:
        frame = frame.with_columns(pl.coalesce("time", pl.col(f"date{TIME}").str.slice(0, 5)))
    extra = tuple(name for name in extra if name not in times)
    given = frozenset(each.name for each in columns if {each.name, each.day_name}.intersection(texts.columns))
    findings = [*typing.findings, *doubled(declaration, raw.file, frame)]
    return Table(declaration, frame.select(*schema(declaration, extra)), raw.file, given), findings


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
