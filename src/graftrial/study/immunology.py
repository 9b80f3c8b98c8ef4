"""What a study file says of HLA tables that the user supplies, and of runs of single-antigen beads."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from graftrial.study.part import Name, Part


class Hla(Part):
    """Paths are below the study folder, or absolute; the tables are read at run time and never copied."""

    eplet_tables: tuple[Name, ...] = Field(
        default=(), description="CSV files of one eplet registry: index, type, then one column an allele"
    )
    eplet_version: str = Field(
        default="", description="version of the eplet registry; counts of two versions are not comparable"
    )
    allele_table: Name | None = Field(
        default=None, description="serology of alleles: rel_dna_ser.txt of IPD-IMGT/HLA, or a split/broad CSV"
    )
    allele_version: str = Field(default="", description="version of a split/broad CSV, which names none")

    @model_validator(mode="after")
    def _a_registry_has_a_version(self) -> Hla:
        if self.eplet_tables and not self.eplet_version:
            raise ValueError("eplet_tables without eplet_version: counts of two versions are not comparable")
        return self


class BeadRun(Part):
    """One file of beads; which serum a sample is stands in the table bead_samples, or in the bead table itself."""

    file: Name = Field(description="CSV file of the run, below the study folder")
    format: Literal["lifecodes", "bead_table"] = Field(
        description="lifecodes: CSV of xPONENT with its lot file; bead_table: our table, one row a bead"
    )
    lot: Name | None = Field(default=None, description="lot file (.eds) of a lifecodes run")
    columns: dict[str, str] = Field(
        default_factory=dict,
        description='columns of a bead_table whose names differ: ours = "name in the file"',
    )

    @model_validator(mode="after")
    def _fits_its_format(self) -> BeadRun:
        if self.format == "lifecodes" and self.lot is None:
            raise ValueError('a lifecodes run needs its lot file: lot = "….eds"')
        if self.format == "bead_table" and self.lot is not None:
            raise ValueError("a bead_table has no lot file")
        return self


class Antibodies(Part):
    """How antibodies come in besides the table antibodies."""

    runs: tuple[BeadRun, ...] = Field(default=(), description="runs of single-antigen beads")
