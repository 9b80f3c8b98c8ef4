"""LIFECODES single-antigen runs: run file and lot file together, to calls of beads and quality control.

Nothing here is raised for what a file says: a run that cannot be used gives no beads and a blocking finding, so that
other runs are still read. Control beads are quality control and never results of a patient. Not for: other vendors,
whose beads come in the generic table of `bead_table`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from graftrial.clinical.antibodies.lifecodes import CALL, RATIO
from graftrial.findings import Finding, finding, in_order
from graftrial.intake.lifecodes_lot import Lot, LotBead, NotALotFile, read_lot
from graftrial.intake.lifecodes_run import SAMPLE, NotARun, Row, Run, number, read_run
from graftrial.intake.luminex_control import CONTROLS, control_findings, lot_findings

TABLE = "luminex"
READ = {
    "sample": pl.String,
    "antigen_id": pl.String,
    "line": pl.Int32,
    "median_mfi": pl.Float64,
    "count": pl.Float64,
    "least_count": pl.Float64,
}
LOT_BEAD = {
    "antigen_id": pl.String,
    "antigen_1": pl.String,
    "antigen_2": pl.String,
    "serology": pl.String,
    "cutoff_ratio": pl.Float64,
    "rad": pl.Float64,
    "background_mfi": pl.Float64,
    "locus_group": pl.Int32,
}


@dataclass(frozen=True, slots=True)
class BeadRun:
    """A run as it was read.

    beads: one row a sample and antigen bead: line (of the file), sample, antigen_id, antigen_1, antigen_2, serology,
        median_mfi, count, ratio, cutoff_ratio, call (Positive, Negative, Bead Failure), background_adjusted_mfi,
        rad_adjusted_mfi, rad_background_adjusted_mfi, lot_id, hla_class, run_date.
    controls: the same measurements of the control beads, without a call.
    findings: what was wrong, in the order of reports.
    """

    beads: pl.DataFrame
    controls: pl.DataFrame
    findings: tuple[Finding, ...]


def read_lifecodes(run_file: Path, lot_file: Path) -> BeadRun:
    """A run with its lot."""
    try:
        run = read_run(run_file)
    except (NotARun, OSError) as error:
        return _nothing(finding("GT-AB-002", TABLE, file=run_file.name, reason=_in_words(error)))
    try:
        lot = read_lot(lot_file)
    except (NotALotFile, OSError) as error:
        return _nothing(finding("GT-AB-002", TABLE, file=lot_file.name, reason=_in_words(error)))
    if lot.lot_id.replace(" ", "_") != run.lot_id:
        return _nothing(finding("GT-AB-001", TABLE, file=run_file.name, run=run.lot_id, lot=lot.lot_id))
    found = list(lot_findings(run, lot, run_file.name))
    measured = _measured(run, lot, run_file.name, found)
    called = _called(measured, lot)
    found += control_findings(called, lot, run_file.name)
    found += _bead_findings(called, run_file.name)
    called = called.with_columns(
        lot_id=pl.lit(lot.lot_id), hla_class=pl.lit(lot.hla_class), run_date=pl.lit(run.run_date)
    )
    is_control = pl.col("antigen_id").is_in(list(CONTROLS))
    beads = called.filter(~is_control).drop("least_count", "lowest_mfi")
    controls = called.filter(is_control).select(
        "sample", "antigen_id", "median_mfi", "count", "lot_id", "run_date"
    )
    return BeadRun(beads, controls, in_order(found))


def antibody_rows(beads: pl.DataFrame, sera: pl.DataFrame) -> pl.DataFrame:
    """Beads as rows of the table antibodies, one row an antigen and serum: the highest of its beads.

    sera: sample, subject_id, date (day on which the serum was drawn); a sample that is not in it gives no row.
    Returns: subject_id, date, specificity, mfi, positive (null where every bead failed), n_beads, kit, lot.
    """
    both = pl.concat_str("antigen_1", "antigen_2", separator=",")
    is_pair = pl.col("antigen_2").str.starts_with("D").fill_null(False)  # of class I the second is Bw4 or Bw6
    verdict = pl.col("call").replace_strict(
        {"Positive": True, "Negative": False}, default=None, return_dtype=pl.Boolean
    )
    named = beads.with_columns(
        specificity=pl.when(is_pair).then(both).otherwise("antigen_1"),
        positive=verdict,
        mfi=pl.when(pl.col("call") != "Bead Failure").then("median_mfi"),
    )
    keys = ["subject_id", "date", "specificity"]
    rows = named.join(sera.select("sample", "subject_id", "date"), on="sample").group_by(keys)
    return rows.agg(
        mfi=pl.col("mfi").max(),
        positive=pl.when(pl.col("positive").is_not_null().any()).then(pl.col("positive").any()),
        n_beads=pl.len().cast(pl.Int32),
        kit=pl.lit("LIFECODES"),
        lot=pl.col("lot_id").first(),
    ).sort(keys)


def _in_words(error: NotARun | NotALotFile | OSError) -> str:
    return "it cannot be opened" if isinstance(error, OSError) else str(error)


def _nothing(why: Finding) -> BeadRun:
    empty = _called(pl.DataFrame(schema=READ | LOT_BEAD), None).with_columns(
        lot_id=pl.lit(None, pl.String), hla_class=pl.lit(None, pl.String), run_date=pl.lit(None, pl.Date)
    )
    return BeadRun(empty, pl.DataFrame(schema={"sample": pl.String, "antigen_id": pl.String}), (why,))


def _measured(run: Run, lot: Lot, file: str, found: list[Finding]) -> pl.DataFrame:
    """One row a sample and bead, as the blocks Median, Count and Per Bead Count say."""
    known = {each.antigen_id for each in lot.beads}
    counts = {row.cells.get(SAMPLE, ""): row for row in run.blocks["Count"]}
    least = run.blocks["Per Bead Count"][0].cells if run.blocks["Per Bead Count"] else {}
    twice = _samples_twice(run)
    rows: list[tuple[str, str, int, float | None, float | None, float | None]] = []
    for row in run.blocks["Median"]:
        sample = row.cells.get(SAMPLE, "")
        if sample in twice:
            found.append(finding("GT-AB-004", TABLE, row=row.line, column=SAMPLE, file=file))
            continue
        counted = counts.get(sample, Row(0, {}))
        for bead in run.beads:
            if bead in known:
                count = number(counted.cells.get(bead, ""))
                median = _median(row, bead, count, file, found)
                rows.append((sample, bead, row.line, median, count, number(least.get(bead, ""))))
    measured = pl.DataFrame(rows, schema=READ, orient="row")
    return measured.join(_lot_frame(lot), on="antigen_id", how="left", maintain_order="left")


def _samples_twice(run: Run) -> set[str]:
    names = [row.cells.get(SAMPLE, "") for row in run.blocks["Median"]]
    return {each for each in names if names.count(each) > 1}


def _median(row: Row, bead: str, count: float | None, file: str, found: list[Finding]) -> float | None:
    text = row.cells.get(bead, "")
    if not text and count == 0:
        return 0.0  # a bead of which none was counted has no median; it counts as 0 and as a failure
    value = number(text)
    if value is None:
        found.append(finding("GT-AB-010", TABLE, row=row.line, column=bead, file=file))
    elif value < 0:
        found.append(finding("GT-AB-009", TABLE, row=row.line, column=bead, file=file))
        return None
    return value


def _lot_frame(lot: Lot) -> pl.DataFrame:
    def row(each: LotBead) -> tuple[str | float | int | None, ...]:
        first, second = (*each.antigens, None, None)[:2]
        return (
            each.antigen_id,
            first,
            second,
            each.serology or None,
            each.cutoff,
            each.rad,
            each.background_mfi,
            each.group,
        )

    return pl.DataFrame([row(each) for each in lot.beads], schema=LOT_BEAD, orient="row")


def _called(measured: pl.DataFrame, lot: Lot | None) -> pl.DataFrame:
    """Ratio to the lowest bead of the locus group, the call, and intensities adjusted by background and RAD.

    The positive control stays inside its locus group for the lowest bead, as the vendor's program has it.
    """
    lowest = pl.col("median_mfi").min().over("sample", "locus_group")
    frame = measured.with_columns(lowest_mfi=pl.when(pl.col("locus_group").is_not_null()).then(lowest))
    frame = frame.with_columns(
        ratio=RATIO.answer(median_mfi=pl.col("median_mfi"), lowest_mfi=pl.col("lowest_mfi")).struct.field(
            "value"
        )
    )
    call = CALL.answer(
        count=pl.col("count"),
        least_count=pl.col("least_count"),
        median_mfi=pl.col("median_mfi"),
        ratio=pl.col("ratio"),
        cutoff_ratio=pl.col("cutoff_ratio"),
        threshold_mfi=pl.lit(lot.threshold_mfi if lot else None, dtype=pl.Float64),
    )
    adjusted = pl.col("median_mfi") - pl.col("background_mfi")
    return frame.with_columns(
        call=call.struct.field("value").cast(pl.String),
        call_reason=call.struct.field("reason"),
        background_adjusted_mfi=adjusted,
        rad_adjusted_mfi=pl.col("median_mfi") / pl.col("rad"),
        rad_background_adjusted_mfi=adjusted / pl.col("rad"),
    )


def _bead_findings(called: pl.DataFrame, file: str) -> Iterator[Finding]:
    failed = called.filter((pl.col("count") < pl.col("least_count")).fill_null(False))
    for row in failed.iter_rows(named=True):
        yield finding(
            "GT-AB-007",
            TABLE,
            row=row["line"],
            column=row["antigen_id"],
            file=file,
            count=f"{row['count']:g}",
            least=f"{row['least_count']:g}",
        )
