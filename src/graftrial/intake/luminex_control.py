"""Quality control of a LIFECODES run: lot, controls, beads that cannot be called, warnings of the instrument."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from graftrial.clinical.hla.antigens import PUBLIC, UnknownAntigen, read_antigen
from graftrial.findings import Finding, finding
from graftrial.intake.lifecodes_lot import Lot
from graftrial.intake.lifecodes_run import Run

TABLE = "luminex"
NEGATIVE, POSITIVE = "NC", "PC"
CONTROLS = (NEGATIVE, POSITIVE)


def lot_findings(run: Run, lot: Lot, file: str) -> Iterator[Finding]:
    """What lot and run say that does not fit: expiry, beads of one without the other, limits, names, warnings."""
    if lot.expires and run.run_date and run.run_date > lot.expires:
        yield finding("GT-AB-003", TABLE, file=file, lot=lot.lot_id, expires=lot.expires, run=run.run_date)
    known = {each.antigen_id for each in lot.beads}
    for bead in [each for each in run.beads if each not in known]:
        yield finding("GT-AB-008", TABLE, column=bead, file=file, there="the run", missing="the lot file")
    for bead in sorted(known - set(run.beads)):
        yield finding("GT-AB-008", TABLE, column=bead, file=file, there="the lot file", missing="the run")
    for control, (lower, upper) in ((NEGATIVE, lot.con1), (POSITIVE, lot.pc)):
        if lower > upper:
            yield finding(
                "GT-AB-006", TABLE, column=control, file=file, lower=f"{lower:g}", upper=f"{upper:g}"
            )
    yield from _groups_of_one(lot, file)
    yield from _unreadable_antigens(lot, file)
    for row in run.warnings:
        message = row.cells.get("Message", "").rstrip(". ")
        yield finding("GT-AB-011", TABLE, row=row.line, file=file, message=message or "no text")


def _groups_of_one(lot: Lot, file: str) -> Iterator[Finding]:
    groups = [each.group for each in lot.beads]
    for bead in lot.beads:
        if bead.antigen_id not in CONTROLS and bead.group is not None and groups.count(bead.group) == 1:
            yield finding("GT-AB-012", TABLE, column=bead.antigen_id, file=file)


def _unreadable_antigens(lot: Lot, file: str) -> Iterator[Finding]:
    for bead in lot.beads:
        for antigen in bead.antigens:
            try:
                _ = antigen in PUBLIC or read_antigen(antigen)
            except UnknownAntigen as error:
                yield finding("GT-AB-013", TABLE, column=bead.antigen_id, file=file, reason=str(error))


def control_findings(called: pl.DataFrame, lot: Lot, file: str) -> Iterator[Finding]:
    """Controls outside the limits of the lot: the negative above its upper, the positive outside both."""
    for control, limits in ((NEGATIVE, lot.con1), (POSITIVE, lot.pc)):
        lower, upper = min(limits), max(limits)
        outside = pl.col("median_mfi") > upper
        if control == POSITIVE:
            outside = outside | (pl.col("median_mfi") < lower)
        for row in called.filter((pl.col("antigen_id") == control) & outside).iter_rows(named=True):
            words = {"median": f"{row['median_mfi']:g}", "lower": f"{lower:g}", "upper": f"{upper:g}"}
            yield finding("GT-AB-005", TABLE, row=row["line"], column=control, file=file, **words)
