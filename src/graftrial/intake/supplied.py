"""What a study brings besides its tables: HLA tables of the user, runs of beads, lanes of transcripts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from graftrial.clinical.hla.eplets import EpletTable
from graftrial.clinical.hla.serology import NO_ALLELE_TABLE, AlleleSerology
from graftrial.intake.rcc_file import Lane

BEADS: Mapping[str, pl.DataType] = {
    "key": pl.String(),
    "subject_id": pl.String(),
    "date": pl.String(),
    "date_earliest": pl.Date(),
    "specificity": pl.String(),
    "mfi": pl.Float64(),
    "call": pl.String(),
    "use": pl.String(),
    "file": pl.String(),
    "line": pl.Int32(),
    "column": pl.String(),
    "sample": pl.String(),
}
RUNS: Mapping[str, pl.DataType] = {
    "file": pl.String(),
    "format": pl.String(),
    "lot": pl.String(),
    "run_date": pl.Date(),
    "n_samples": pl.Int32(),
    "n_samples_used": pl.Int32(),
    "n_beads": pl.Int32(),
    "n_failed": pl.Int32(),
    "n_not_used": pl.Int32(),
    "n_controls": pl.Int32(),
    "n_controls_outside": pl.Int32(),
    "run_reason": pl.String(),
}
NO_EPLET_TABLE = "no eplet table named in the study file"


@dataclass(frozen=True, slots=True)
class StudyLane:
    """A lane of the nCounter and the biopsy whose profile it is, by the table transcripts."""

    subject_id: str
    biopsy_id: str
    lane: Lane


@dataclass(frozen=True, slots=True)
class Supplied:
    """Tables of the user, read at run time.

    eplets: None where none is named or it cannot be used; eplet_reason says which.
    alleles: serology of alleles; empty where none is named.
    beads: one row an antigen bead of a serum of the study, with the place in its file (`file`, `line`, `column`).
    antibodies: the beads as rows of the table antibodies: one row a serum, antigen and treatment of the serum.
    runs: one row a file of beads.
    lanes: in the order of the table transcripts. hashes: sha256 of every file, by its path as the study file names it.
    """

    eplets: EpletTable | None = None
    eplet_reason: str = NO_EPLET_TABLE
    alleles: AlleleSerology = NO_ALLELE_TABLE
    beads: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=dict(BEADS)))
    antibodies: pl.DataFrame = field(default_factory=pl.DataFrame)
    runs: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=dict(RUNS)))
    lanes: tuple[StudyLane, ...] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)
