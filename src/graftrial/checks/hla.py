"""HLA typings and the antibodies against them: names that can be read, blanks, and what contradicts a typing."""

# every check takes the same two arguments, needed or not
# ruff: noqa: ARG001

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from graftrial.checks.located import found
from graftrial.clinical.antibodies.specificities import ANY, Target, decide, read_target
from graftrial.clinical.hla.antigens import UnknownAntigen, read_alternatives
from graftrial.clinical.hla.typings import TypingRow, Typings, locus_name, typings
from graftrial.findings import Finding
from graftrial.intake.table import ROW, Tables
from graftrial.study.model import Study

ALLELES = ("allele_1", "allele_2")
REASON = {ROW: pl.Int32, "subject_id": pl.String, "column": pl.String, "reason": pl.String}
CONTRADICTION = {
    ROW: pl.Int32,
    "subject_id": pl.String,
    "specificity": pl.String,
    "recorded": pl.Boolean,
    "reason": pl.String,
}


def check_unknown_allele(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-HLA-001: an allele is a name of the nomenclature and belongs to the locus of its row."""
    rows = []
    for row in _known_loci(tables).iter_rows(named=True):
        locus = locus_name(row["locus"]) or ""
        for column in ALLELES:
            reason = _unreadable(row[column], "" if locus == "DRB345" else locus)
            if reason:
                rows.append((row[ROW], row["subject_id"], column, reason))
    yield from found("GT-HLA-001", tables["hla"], pl.DataFrame(rows, schema=REASON, orient="row"))


def check_blank_second_allele(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-HLA-002: a homozygote is written twice; a blank is not known."""
    blank = pl.col("allele_1").is_not_null() & pl.col("allele_2").is_null()
    rows = _known_loci(tables).filter(blank & ~pl.col("locus").str.contains(r"DRB?[345]"))
    yield from found("GT-HLA-002", tables["hla"], rows.select(ROW, "subject_id"), "allele_2")


def check_unknown_locus(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-HLA-003: a locus is one of those whose serology and alleles we know."""
    named = tables.frame("hla").filter(pl.col("locus").is_not_null())
    strange = [name for name in named["locus"].unique().to_list() if locus_name(name) is None]
    rows = named.filter(pl.col("locus").is_in(strange)).select(ROW, "subject_id", "locus")
    yield from found("GT-HLA-003", tables["hla"], rows, "locus")


def check_unknown_specificity(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-AB-016: a specificity is a name of the nomenclature, or `any`."""
    named = tables.frame("antibodies").filter(pl.col("specificity").is_not_null())
    reasons = {name: _no_target(name) for name in named["specificity"].unique().to_list()}
    wrong = {name: reason for name, reason in reasons.items() if reason}
    reason = pl.col("specificity").replace_strict(wrong, default=None, return_dtype=pl.String)
    rows = named.select(ROW, "subject_id", reason=reason).filter(pl.col("reason").is_not_null())
    yield from found("GT-AB-016", tables["antibodies"], rows, "specificity")


def check_specificity_against_typing(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-AB-017: the laboratory's `donor_specific` agrees with the typing, where the typing decides."""
    recorded = tables.frame("antibodies").filter(pl.col("donor_specific").is_not_null())
    rows = []
    for row, target, known in _readable(recorded, tables):
        verdict = decide(known, row["subject_id"], "donor", target).beta
        if verdict.is_donor_specific is not None and verdict.is_donor_specific != row["donor_specific"]:
            reason = verdict.reason or "the donor carries it and the recipient does not"
            rows.append((row[ROW], row["subject_id"], row["specificity"], row["donor_specific"], reason))
    frame = pl.DataFrame(rows, schema=CONTRADICTION, orient="row")
    yield from found("GT-AB-017", tables["antibodies"], frame, "donor_specific")


def check_antibody_against_self(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-AB-018: nobody has an antibody against an antigen of their own."""
    positive = tables.frame("antibodies").filter(pl.col("positive").fill_null(False))
    rows = []
    for row, target, known in _readable(positive, tables):
        carried = known.carried((row["subject_id"], "recipient"), target.antigen)
        if carried.carries and not target.alpha:
            rows.append((row[ROW], row["subject_id"], row["specificity"], True, ""))
    frame = pl.DataFrame(rows, schema=CONTRADICTION, orient="row").drop("recorded", "reason")
    yield from found("GT-AB-018", tables["antibodies"], frame, "specificity")


def _known_loci(tables: Tables) -> pl.DataFrame:
    named = tables.frame("hla").filter(pl.col("locus").is_not_null())
    known = [name for name in named["locus"].unique().to_list() if locus_name(name) is not None]
    return named.filter(pl.col("locus").is_in(known))


def _unreadable(text: str | None, locus: str) -> str:
    try:
        _ = text is None or read_alternatives(text, locus)
    except UnknownAntigen as error:
        return str(error)
    return ""


def _no_target(text: str) -> str:
    try:
        _ = text.strip().lower() == ANY or read_target(text)
    except UnknownAntigen as error:
        return str(error)
    return ""


def _readable(antibodies: pl.DataFrame, tables: Tables) -> Iterator[tuple[dict[str, Any], Target, Typings]]:
    """Rows of antibodies that name a target, with it and the typings."""
    columns = ("subject_id", "person", "locus", *ALLELES)
    typed = tables.frame("hla").filter(pl.col("locus").is_not_null() & pl.col("person").is_not_null())
    known = typings(TypingRow(*row) for row in typed.select(columns).iter_rows())
    for row in antibodies.iter_rows(named=True):
        name = row["specificity"]
        if name and name.strip().lower() != ANY and not _no_target(name):
            yield row, read_target(name), known
