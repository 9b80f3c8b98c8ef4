"""Runs of single-antigen beads that the study file names, as antibodies of the persons of the study.

Which serum a sample of a LIFECODES run is stands in the table bead_samples; a bead table says it in its own rows. Beads
keep their file, line and column. Of several beads of one antigen the highest is the antigen's intensity. Controls are
quality control, never results. C1q and C3d beads say whether an antibody binds complement; beads of subclasses, of
diluted sera and of other assays are kept and counted, and not used as intensities.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from graftrial.dates import read_moment
from graftrial.errors import GraftrialError
from graftrial.findings import Finding, finding
from graftrial.intake.bead_table import antigen_rows, read_bead_table
from graftrial.intake.luminex import antibody_rows, read_lifecodes
from graftrial.intake.registries import file_hash
from graftrial.intake.supplied import BEADS, RUNS
from graftrial.intake.table import MOMENT_PARTS, ROW, Tables
from graftrial.study.model import BeadRun

SAMPLES, ANTIBODIES = "bead_samples", "antibodies"
FILE = "beads"  # what findings call a file of beads, which is no table of the study
COMPLEMENT = ("c1q", "c3d")
PLAIN_ASSAYS = ("", "sab", "igg")
INTENSITY, BINDING, KEPT = "intensity", "complement", "kept"
POSITIVE_WORDS, NEGATIVE_WORDS = ("positive", "pos", "yes", "+"), ("negative", "neg", "no", "-")
OUTSIDE_LIMITS = "GT-AB-005"
SERUM = ("subject_id", "date")


@dataclass(frozen=True, slots=True)
class _Part:
    """One file: its beads, rows of antibodies, its line in the list of runs, and what was found."""

    beads: pl.DataFrame
    antibodies: pl.DataFrame
    run: dict[str, object]
    findings: list[Finding]


def with_beads(tables: Tables, folder: Path, runs: Iterable[BeadRun]) -> tuple[Tables, list[Finding]]:
    """The tables with the beads of every run that the study file names.

    folder: of the study; a path in the study file counts from there.
    """
    parts = [
        _lifecodes(tables, folder, each) if each.format == "lifecodes" else _bead_table(tables, folder, each)
        for each in runs
    ]
    found = [one for part in parts for one in part.findings]
    found += _samples_without_run(tables, {str(each.run["file"]) for each in parts})
    if not parts:
        return tables, found
    beads = pl.concat([part.beads for part in parts]).sort("file", "line", "column")
    rows, doubled = _not_recorded(tables, pl.concat([part.antibodies for part in parts], how="diagonal"))
    named = [each for run in runs for each in (run.file, run.lot) if each]
    hashes = {each: file_hash(folder / each) for each in named if (folder / each).is_file()}
    supplied = replace(
        tables.supplied,
        beads=beads,
        antibodies=_dated(rows),
        runs=pl.DataFrame([part.run for part in parts], schema=dict(RUNS)),
        hashes={**tables.supplied.hashes, **hashes},
    )
    return replace(tables, supplied=supplied), [*found, *doubled]


def _lifecodes(tables: Tables, folder: Path, named: BeadRun) -> _Part:
    run = read_lifecodes(folder / named.file, folder / (named.lot or ""))
    found = [replace(each, table=FILE, file=named.file) for each in run.findings]
    samples = _samples(tables).filter(pl.col("run_file") == named.file)
    there = set(run.beads["sample"])
    found += _unassigned(tables, named.file, samples, there)
    mine = run.beads.join(samples.select("sample", *SERUM), on="sample")
    rows = antibody_rows(run.beads, samples).with_columns(vendor=pl.lit("LIFECODES"))
    beads = mine.select(
        *SERUM,
        specificity=_antigens_of_bead(),
        mfi="median_mfi",
        call="call",
        use=pl.lit(INTENSITY),
        file=pl.lit(named.file),
        line="line",
        column="antigen_id",
        sample="sample",
    )
    counted: dict[str, object] = {
        "file": named.file,
        "format": named.format,
        "lot": run.beads["lot_id"][0] if run.beads.height else None,
        "run_date": run.beads["run_date"][0] if run.beads.height else None,
        "n_samples": len(there),
        "n_samples_used": mine["sample"].n_unique(),
        "n_beads": mine.height,
        "n_failed": int((mine["call"] == "Bead Failure").sum()),
        "n_not_used": 0,
        "n_controls": run.controls.height,
        "n_controls_outside": sum(each.code == OUTSIDE_LIMITS for each in found),
        "run_reason": None if run.beads.height else _why_unused(found),
    }
    return _Part(_keyed(beads), rows, counted, found)


def _unassigned(tables: Tables, file: str, samples: pl.DataFrame, there: set[str]) -> list[Finding]:
    """Rows of bead_samples whose sample the run does not hold, and samples of the run without a row."""
    lacking = samples.filter(~pl.col("sample").is_in(sorted(there))) if there else samples.clear()
    found = [
        finding("GT-AB-020", SAMPLES, row[ROW], "sample", row["subject_id"], tables[SAMPLES].file)
        for row in lacking.iter_rows(named=True)
    ]
    strange = there - set(samples["sample"])
    return [*found, finding("GT-AB-019", FILE, file=file, n=len(strange))] if strange else found


def _samples(tables: Tables) -> pl.DataFrame:
    """Samples of persons of the study."""
    known = tables.frame("subjects")["subject_id"].to_list()
    return tables.frame(SAMPLES).filter(pl.col("subject_id").is_in(known))


def _antigens_of_bead() -> pl.Expr:
    is_pair = pl.col("antigen_2").str.starts_with("D").fill_null(False)  # of class I the second is Bw4 or Bw6
    return (
        pl.when(is_pair).then(pl.concat_str("antigen_1", "antigen_2", separator=",")).otherwise("antigen_1")
    )


def _why_unused(found: Iterable[Finding]) -> str:
    return "; ".join(sorted({each.kind.title for each in found if each.withholds == "table"}))


def _bead_table(tables: Tables, folder: Path, named: BeadRun) -> _Part:
    try:
        given = read_bead_table(folder / named.file, named.columns)
    except (GraftrialError, OSError):
        unread = [finding("GT-AB-002", FILE, file=named.file, reason="it cannot be read as a CSV")]
        return _Part(pl.DataFrame(schema=dict(BEADS)), pl.DataFrame(), _unread(named, unread), unread)
    frame, controls, found = given.beads, given.controls, list(given.findings)
    found = [replace(each, table=FILE, file=named.file) for each in found]
    known = pl.col("subject_id").is_in(tables.frame("subjects")["subject_id"].to_list())
    for row in frame.filter(~known.fill_null(False)).iter_rows(named=True):
        found.append(finding("GT-AB-022", FILE, row[ROW], "subject_id", file=named.file))
    usable = frame.filter(known & pl.col("date").is_not_null()).with_columns(use=_use())
    beads = usable.select(
        *SERUM,
        "specificity",
        mfi="mfi_raw",
        call="lab_call",
        use="use",
        file=pl.lit(named.file),
        line=pl.col(ROW),
        column=pl.lit("mfi_raw"),
        sample=pl.concat_str(SERUM, separator=" "),
    )
    counted: dict[str, object] = {
        "file": named.file,
        "format": named.format,
        "lot": "; ".join(usable["lot"].drop_nulls().unique().sort()) or None,
        "run_date": None,
        "n_samples": frame.select(SERUM).n_unique(),
        "n_samples_used": usable.select(SERUM).n_unique(),
        "n_beads": usable.height,
        "n_failed": 0,
        "n_not_used": int((usable["use"] == KEPT).sum()),
        "n_controls": controls.height,
        "n_controls_outside": None,
        "run_reason": None if frame.height else _why_unused(found) or "it holds no bead",
    }
    return _Part(_keyed(beads), _rows_of_table(usable), counted, found)


def _unread(named: BeadRun, found: list[Finding]) -> dict[str, object]:
    empty = dict.fromkeys(RUNS)
    return {**empty, "file": named.file, "format": named.format, "run_reason": _why_unused(found)}


def _use() -> pl.Expr:
    """What a bead of a bead table is used for: intensity, complement, or kept only."""
    assay = pl.col("assay").fill_null("").str.to_lowercase()
    neat = pl.col("dilution").fill_null(1.0) == 1.0
    return (
        pl.when(assay.is_in(COMPLEMENT) & neat)
        .then(pl.lit(BINDING))
        .when(assay.is_in(PLAIN_ASSAYS) & neat)
        .then(pl.lit(INTENSITY))
        .otherwise(pl.lit(KEPT))
    )


def _rows_of_table(usable: pl.DataFrame) -> pl.DataFrame:
    keys = [*SERUM, "specificity"]
    verdicts = usable.with_columns(positive=_call())
    said = verdicts.filter(pl.col("use") == INTENSITY).group_by(keys).agg(positive=_any("positive"))
    binding = (
        verdicts.filter(pl.col("use") == BINDING).group_by(keys).agg(complement_binding=_any("positive"))
    )
    rows = antigen_rows(usable.filter(pl.col("use") == INTENSITY)).drop("dilution")
    for part in (said, binding):
        rows = rows.join(part, on=keys, how="left", maintain_order="left", nulls_equal=True)
    return rows


def _call() -> pl.Expr:
    word = pl.col("lab_call").str.to_lowercase()
    return pl.when(word.is_in(POSITIVE_WORDS)).then(True).when(word.is_in(NEGATIVE_WORDS)).then(False)


def _any(column: str) -> pl.Expr:
    return pl.when(pl.col(column).is_not_null().any()).then(pl.col(column).any())


def _keyed(beads: pl.DataFrame) -> pl.DataFrame:
    key = pl.concat_str(pl.lit("beads"), *SERUM, pl.col("specificity").fill_null(""), separator="/")
    dated = beads.with_columns(key=key).join(_moments(beads), on="date", how="left")
    return dated.select(pl.col(name).cast(dtype) for name, dtype in BEADS.items())


def _moments(rows: pl.DataFrame) -> pl.DataFrame:
    """Each different date with the parts that a typed table has of it."""
    texts = rows["date"].drop_nulls().unique().sort().to_list()
    read = [(text, read_moment(text)) for text in texts]
    parts = [(text, one.earliest, one.latest, one.day, one.time or None) for text, one in read]
    names = {f"date_{part}": dtype for part, dtype in MOMENT_PARTS.items()}
    return pl.DataFrame(parts, schema={"date": pl.String, **names}, orient="row")


def _not_recorded(tables: Tables, rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Finding]]:
    """Rows of beads for which the table antibodies has no row; it is the table that counts elsewhere."""
    if rows.is_empty():
        return rows, []
    keys = [*SERUM, "specificity"]
    recorded = tables.frame(ANTIBODIES).select(*keys, pl.col(ROW).alias("row"))
    twice = rows.select(keys).unique().join(recorded, on=keys).sort("row")
    file = tables[ANTIBODIES].file
    found = [
        finding("GT-AB-021", ANTIBODIES, row, "mfi", subject, file)
        for subject, _, _, row in twice.select(*keys, "row").iter_rows()
    ]
    return rows.join(recorded, on=keys, how="anti"), found


def _dated(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the parts of their moment, as a typed table has them, and their key."""
    if rows.is_empty():
        return pl.DataFrame()
    key = pl.concat_str(pl.lit("beads"), *SERUM, "specificity", separator="/")
    return rows.with_columns(key=key).join(_moments(rows), on="date", how="left", maintain_order="left")


def _samples_without_run(tables: Tables, files: set[str]) -> list[Finding]:
    table = tables[SAMPLES]
    rows = table.frame.filter(~pl.col("run_file").is_in(sorted(files)))
    return [
        finding("GT-AB-020", SAMPLES, row[ROW], "run_file", row["subject_id"], table.file)
        for row in rows.iter_rows(named=True)
    ]
