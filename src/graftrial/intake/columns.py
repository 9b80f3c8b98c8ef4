"""The typing of columns: each different text is read once, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from graftrial.dates import Moment
from graftrial.findings import Finding, finding
from graftrial.intake.cells import Reader, reader
from graftrial.intake.declaration import Column, TableDeclaration
from graftrial.intake.header import withholds_row
from graftrial.intake.reading import Notation, Reading
from graftrial.intake.table import MOMENT_PARTS, ROW, TYPES

TIME = "_time"  # ends the name of the time of day of a moment
SAID_ONCE = frozenset({"GT-IN-029"})  # a remark about a whole column, made at its first row
ODD_TEXT = r"[^\x20-\x7e]|^#|00:00:00$"  # may hold control characters, a cell error or a spoiled text
PARTS: Mapping[str, pl.DataType] = {
    "": pl.String(),
    **{f"_{part}": dtype() for part, dtype in MOMENT_PARTS.items()},
}


@dataclass(slots=True)
class ColumnTyping:
    """The typing of one table: its texts (null = missing) and, growing, what was found in them."""

    declaration: TableDeclaration
    file: str
    texts: pl.DataFrame
    notation: Notation
    findings: list[Finding] = field(default_factory=list)

    def typed(self, column: Column) -> pl.DataFrame:
        """A column with its type; a moment column with its parts."""
        if column.kind == "moment":
            return self._moments(column)
        if column.name not in self.texts.columns:
            return pl.DataFrame({column.name: _nulls(self.texts.height, TYPES[column.kind])})
        given = self.texts[column.name]
        if TYPES[column.kind] == pl.String() and not column.choices:
            return self._texts(column, given)
        readings = self._readings(column.name, given, reader(column, self.notation))
        values = {text: each.value for text, each in readings.items()}
        typed = _nulls(given.len(), TYPES[column.kind])
        if values:
            typed = given.replace_strict(values, default=None, return_dtype=TYPES[column.kind])
        self._require(column, given, typed)
        return typed.alias(column.name).to_frame()

    def _texts(self, column: Column, given: pl.Series) -> pl.DataFrame:
        """A column of texts: only those that are out of the ordinary are looked at one by one."""
        odd = given.filter(given.str.contains(ODD_TEXT).fill_null(False))
        readings = self._readings(column.name, odd, reader(column, self.notation))
        changed = {text: each.value for text, each in readings.items() if each.value != text}
        typed = given
        if changed:
            typed = given.replace(list(changed), pl.Series(list(changed.values()), dtype=pl.String))
        self._require(column, given, typed)
        return typed.alias(column.name).to_frame()

    def _moments(self, column: Column) -> pl.DataFrame:
        """A moment and its parts. Of a date and a day in one row the date is the text, and both are kept."""
        names = {f"{column.name}{part}": dtype for part, dtype in PARTS.items()}
        dated = self._moments_of(column.name, reader(column, self.notation), names)
        counted = self._moments_of(column.day_name, reader(column, self.notation, is_day=True), names)
        if dated is None and counted is None:
            return pl.DataFrame({name: _nulls(self.texts.height, dtype) for name, dtype in names.items()})
        if dated is None or counted is None:
            both = dated if dated is not None else counted
            assert both is not None
        else:
            both = self._agreed(column, dated, counted)
        given = pl.coalesce(each for each in (column.name, column.day_name) if each in self.texts.columns)
        self._require(column, self.texts.select(given).to_series(), both[column.name])
        return both

    def _moments_of(self, given: str, read: Reader, names: Mapping[str, pl.DataType]) -> pl.DataFrame | None:
        if given not in self.texts.columns:
            return None
        rows = [
            (
                text,
                each.value.text,
                each.value.earliest,
                each.value.latest,
                each.value.day,
                each.value.time or None,
            )
            for text, each in self._readings(given, self.texts[given], read).items()
            if isinstance(each.value, Moment)
        ]
        read_once = pl.DataFrame(rows, schema={"text as given": pl.String(), **names}, orient="row")
        asked = self.texts.select(pl.col(given).alias("text as given"))
        return asked.join(read_once, on="text as given", how="left", maintain_order="left").drop(
            "text as given"
        )

    def _agreed(self, column: Column, dated: pl.DataFrame, counted: pl.DataFrame) -> pl.DataFrame:
        name = column.name
        clash = (
            (dated[f"{name}_stated_day"] != counted[f"{name}_stated_day"])
            | (dated[f"{name}_earliest"] != counted[f"{name}_earliest"])
            | (dated[f"{name}_latest"] != counted[f"{name}_latest"])
        ).fill_null(False)
        for row, subject in self._places(clash):
            self.findings.append(
                finding(
                    "GT-IN-034",
                    self.declaration.name,
                    row,
                    name,
                    subject,
                    self.file,
                    day_column=column.day_name,
                )
            )
        return pl.DataFrame(
            [
                pl.select(
                    pl.when(~clash).then(pl.coalesce(dated[part], counted[part])).alias(part)
                ).to_series()
                for part in dated.columns
            ]
        )

    def _readings(self, given: str, texts: pl.Series, read: Reader) -> dict[str, Reading]:
        """Each different text of a given column with what it was read as. Makes the findings."""
        readings = {text: read(text) for text in texts.drop_nulls().unique().to_list()}
        noted = {text: each for text, each in readings.items() if each.code}
        if not noted:
            return readings
        said: dict[str, list[tuple[int, str, Reading]]] = {}
        where = self.texts[given].is_in(list(noted))
        for (row, subject), text in zip(self._places(where), self.texts[given].filter(where), strict=True):
            said.setdefault(noted[text].code, []).append((row, subject, noted[text]))
        for code, cells in said.items():
            first = min(cells, key=lambda cell: cell[0])
            for row, subject, each in [first] if code in SAID_ONCE else cells:
                words = {**each.words, "cells": str(len(cells))}
                self.findings.append(
                    finding(code, self.declaration.name, row, given, subject, self.file, **words)
                )
        return readings

    def _require(self, column: Column, given: pl.Series, typed: pl.Series) -> None:
        """A finding for every empty required cell; where it names the row, for an unreadable one too."""
        if not column.required:
            return
        names_row = withholds_row(self.declaration, column.name)
        code, lacking = ("GT-IN-015", typed.is_null()) if names_row else ("GT-IN-016", given.is_null())
        for row, subject in self._places(lacking):
            self.findings.append(finding(code, self.declaration.name, row, column.name, subject, self.file))

    def _places(self, where: pl.Series) -> list[tuple[int, str]]:
        """Row and subject of the rows marked."""
        rows = self.texts.filter(where)
        if "subject_id" not in rows.columns:
            return [(row, "") for row in rows[ROW]]
        return list(zip(rows[ROW], rows["subject_id"].fill_null(""), strict=True))


def _nulls(height: int, dtype: pl.DataType) -> pl.Series:
    return pl.repeat(None, height, dtype=dtype, eager=True)
