"""Beads of runs against the typing of the person, and typings against the eplet table."""

# every check takes the same two arguments, needed or not
# ruff: noqa: ARG001

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from graftrial.checks.located import found
from graftrial.clinical.antibodies.specificities import read_target
from graftrial.clinical.hla.antigens import UnknownAntigen, read_alternatives
from graftrial.clinical.hla.typings import TypingRow, locus_name, typings
from graftrial.findings import Finding, finding
from graftrial.intake.table import ROW, Tables
from graftrial.study.model import Study

FILE = "beads"
POSITIVE = ("positive", "pos", "yes", "+")
ALLELES = ("allele_1", "allele_2")


def check_specificity_of_beads(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-AB-016: the antigen of a bead is a name of the nomenclature; once for each name and file."""
    beads = tables.supplied.beads.filter(pl.col("specificity").is_not_null())
    first = (
        beads.group_by("file", "specificity").agg(pl.col("line").min()).sort("file", "line", "specificity")
    )
    for file, specificity, line in first.iter_rows():
        reason = _no_target(specificity)
        if reason:
            yield finding("GT-AB-016", FILE, row=line, column="specificity", file=file, reason=reason)


def check_bead_against_self(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-AB-018: a positive bead with an antigen of the person's own is denatured, or the typing is wrong."""
    positive = tables.supplied.beads.filter(
        pl.col("call").str.to_lowercase().is_in(POSITIVE) & pl.col("specificity").is_not_null()
    )
    typed = tables.frame("hla").filter(pl.col("locus").is_not_null() & pl.col("person").is_not_null())
    columns = ("subject_id", "person", "locus", *ALLELES)
    known = typings((TypingRow(*row) for row in typed.select(columns).iter_rows()), tables.supplied.alleles)
    for row in positive.iter_rows(named=True):
        if _no_target(row["specificity"]):
            continue
        target = read_target(row["specificity"])
        carried = known.carried((row["subject_id"], "recipient"), target.antigen)
        if carried.carries and not target.alpha:
            place = (FILE, row["line"], row["column"], row["subject_id"], row["file"])
            yield finding("GT-AB-018", *place, specificity=row["specificity"])


def check_allele_in_eplet_table(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-HLA-006: an allele of two fields is in the eplet table, where that holds its locus."""
    table = tables.supplied.eplets
    if table is None:
        return
    rows = []
    for row in tables.frame("hla").filter(pl.col("locus").is_not_null()).iter_rows(named=True):
        for column in ALLELES:
            name = _two_field_name(row[column], row["locus"])
            if name and name.split("*")[0] in table.loci and name not in table.eplets:
                rows.append((row[ROW], row["subject_id"], column, name))
    schema = {ROW: pl.Int32, "subject_id": pl.String, "column": pl.String, "allele": pl.String}
    frame = pl.DataFrame(rows, schema=schema, orient="row").with_columns(version=pl.lit(table.version))
    yield from found("GT-HLA-006", tables["hla"], frame)


def _two_field_name(text: str | None, locus: str) -> str:
    column = locus_name(locus)
    try:
        read = read_alternatives(text, "" if column in (None, "DRB345") else str(column)) if text else ()
    except UnknownAntigen:
        return ""
    certain = len(read) == 1 and read[0].is_expressed and len(read[0].fields) == 2
    return read[0].name if certain else ""


def _no_target(text: str) -> str:
    try:
        read_target(text)
    except UnknownAntigen as error:
        return str(error)
    return ""
