"""The data cut: rows proven to be dated after it are withheld; what ended after it had not ended yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from graftrial.findings import Finding, finding
from graftrial.intake.supplied import Supplied
from graftrial.intake.table import MOMENT_PARTS, ROW, Table, Tables

MAIN = ("date", "start")  # the moment that says when a row happened
IN_FUTURE = ("expiry_date",)  # dates that lie ahead by their nature


def newest_moment(tables: Tables) -> str:
    """The newest date of the data as it was recorded (`2019-07` stays `2019-07`); empty without any date."""
    newest: tuple[date, str] | None = None
    for table in tables.by_name.values():
        for column in table.declaration.columns.values():
            if column.kind != "moment" or column.name in IN_FUTURE or table.frame.is_empty():
                continue
            dated = table.frame.filter(pl.col(f"{column.name}_latest").is_not_null())
            if dated.is_empty():
                continue
            row = dated.sort(f"{column.name}_latest", column.name).row(-1, named=True)
            found = (row[f"{column.name}_latest"], str(row[column.name]))
            newest = found if newest is None else max(newest, found)
    return newest[1] if newest else ""


def up_to(tables: Tables, cutoff: date) -> tuple[Tables, tuple[Finding, ...]]:
    """The tables without the rows after the cut-off, and a finding for each of them."""
    kept: dict[str, Table] = {}
    findings: list[Finding] = []
    for name, table in tables.by_name.items():
        late = pl.any_horizontal(
            pl.lit(False),
            *(pl.col(f"{each}_earliest") > cutoff for each in MAIN if each in table.declaration.columns),
        ).fill_null(False)
        for row in table.frame.filter(late).iter_rows(named=True):
            findings.append(
                finding(
                    "GT-DC-001",
                    name,
                    row=row[ROW],
                    subject_id=row.get("subject_id") or "",
                    file=table.file,
                    cutoff=cutoff.isoformat(),
                )
            )
        kept[name] = replace(table, frame=_still_open(table.frame.filter(~late), cutoff))
    supplied, late_beads = _beads_up_to(tables.supplied, cutoff)
    return replace(tables, by_name=kept, supplied=supplied), (*findings, *late_beads)


def _beads_up_to(supplied: Supplied, cutoff: date) -> tuple[Supplied, list[Finding]]:
    """The beads of sera that are not proven to be drawn after the data cut; a finding for each serum left out.

    A sample of a run has its finding already, at its row of bead_samples.
    """
    late = (pl.col("date_earliest") > cutoff).fill_null(False)
    own = supplied.runs.filter(pl.col("format") == "bead_table")["file"].to_list()
    first = supplied.beads.filter(late & pl.col("file").is_in(own))
    sera = first.group_by("file", "subject_id", "date").agg(pl.col("line").min()).sort("file", "line")
    findings = [
        finding("GT-DC-001", "beads", row=line, subject_id=subject, file=file, cutoff=cutoff.isoformat())
        for file, subject, _, line in sera.iter_rows()
    ]
    antibodies = supplied.antibodies
    if antibodies.height:
        antibodies = antibodies.filter(~late)
    return replace(supplied, beads=supplied.beads.filter(~late), antibodies=antibodies), findings


def _still_open(frame: pl.DataFrame, cutoff: date) -> pl.DataFrame:
    if "end_earliest" not in frame.columns:
        return frame
    ended_later = (pl.col("end_earliest") > cutoff).fill_null(False)
    return frame.with_columns(
        pl.when(~ended_later).then(pl.col(each)).alias(each)
        for each in ("end", *(f"end_{part}" for part in MOMENT_PARTS))
    )
