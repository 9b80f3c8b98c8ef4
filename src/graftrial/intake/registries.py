"""HLA tables that the study file names: eplets by allele, serology of alleles. Read at run time, never copied."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from graftrial.clinical.hla.eplets import EpletTable
from graftrial.clinical.hla.serology import NO_ALLELE_TABLE, AlleleSerology
from graftrial.findings import Finding, finding
from graftrial.intake.hla_tables import (
    NotAnHlaTable,
    read_eplet_table,
    read_split_broad_table,
    read_wmda_serology,
)
from graftrial.intake.supplied import NO_EPLET_TABLE, Supplied
from graftrial.study.model import Hla

Read = TypeVar("Read")
TABLE = "hla"
UNUSABLE = "the eplet table named in the study file cannot be used"


def read_registries(folder: Path, named: Hla) -> tuple[Supplied, list[Finding]]:
    """The HLA tables that the study file names, and a finding for each that cannot be used.

    folder: of the study; a path in the study file counts from there.
    """
    found: list[Finding] = []
    eplets: EpletTable | None = None
    if named.eplet_tables:
        paths = [folder / each for each in named.eplet_tables]
        eplets = _tried(
            "GT-HLA-004",
            ", ".join(named.eplet_tables),
            lambda: read_eplet_table(named.eplet_version, *paths),
            found,
        )
    alleles: AlleleSerology | None = None
    if named.allele_table:
        path = folder / named.allele_table
        alleles = _tried("GT-HLA-005", named.allele_table, lambda: _alleles(path, named), found)
    reason = "" if eplets else UNUSABLE if named.eplet_tables else NO_EPLET_TABLE
    used = [*(named.eplet_tables if eplets else ()), *([named.allele_table] if alleles else [])]
    hashes = {each: file_hash(folder / each) for each in used if each}
    supplied = Supplied(eplets=eplets, eplet_reason=reason, alleles=alleles or NO_ALLELE_TABLE, hashes=hashes)
    return supplied, found


def _alleles(path: Path, named: Hla) -> AlleleSerology:
    if path.suffix.lower() == ".csv":
        if not named.allele_version:
            raise NotAnHlaTable("a split/broad CSV names no version; give allele_version in the study file")
        return read_split_broad_table(path, named.allele_version)
    return read_wmda_serology(path)


def _tried(code: str, files: str, read: Callable[[], Read], found: list[Finding]) -> Read | None:
    """What a file holds; None and a finding where it cannot be used."""
    try:
        return read()
    except NotAnHlaTable as error:
        reason = str(error)
    except FileNotFoundError:
        reason = "there is no such file"
    except (OSError, UnicodeDecodeError):
        reason = "it cannot be opened, or is not a text in UTF-8"
    found.append(finding(code, TABLE, file=files, reason=reason))
    return None


def file_hash(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
