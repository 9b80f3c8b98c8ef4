"""Runs of single-antigen beads: what was read, what was used, and the controls, which are never results."""

from __future__ import annotations

from graftrial.report.blocks import Block, Cell, Column, Row, Table, cell
from graftrial.report.material import Material, Record
from graftrial.report.numbers import NOT_REPORTED, rounded

NUMBERS = (
    "n_samples",
    "n_samples_used",
    "n_beads",
    "n_failed",
    "n_not_used",
    "n_controls",
    "n_controls_outside",
)


def run_blocks(material: Material) -> list[Block]:
    """One row a file of beads; nothing where the study file names none."""
    rows = list(material.frame("bead_runs").iter_rows(named=True))
    if not rows:
        return []
    columns = (
        Column("File", wide=True),
        Column("Lot"),
        Column("Samples", is_number=True),
        Column("Used", is_number=True, below="sera of the study"),
        Column("Beads", is_number=True),
        Column("Failed", is_number=True),
        Column("Kept aside", is_number=True, below="other assays, dilutions"),
        Column("Controls", is_number=True),
        Column("Outside", is_number=True, below="limits of the lot"),
    )
    notes = (
        "Of several beads of one antigen the highest counts. Control beads are quality control and no results.",
        "A failed bead has no verdict. C1q and C3d beads say whether an antibody binds complement.",
    )
    body = tuple(_run(each) for each in rows)
    return [Table("Runs of single-antigen beads", columns, body, notes, compact=len(rows) > 12)]


def _run(row: Record) -> Row:
    reason = row["run_reason"]
    name = Cell(row["file"], tone="alert" if reason else "", below=reason or "")
    numbers = (cell(NOT_REPORTED if row[each] is None else rounded(row[each])) for each in NUMBERS)
    return Row((name, cell(row["lot"] or NOT_REPORTED), *numbers))
