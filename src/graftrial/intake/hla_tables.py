"""HLA tables that the user supplies: eplets by allele, and the serology of alleles. None is part of the package."""

from __future__ import annotations

import csv
from pathlib import Path

from graftrial.clinical.hla.eplets import EpletTable
from graftrial.clinical.hla.serology import AlleleSerology, loci

NO_NAME = ("", "NA")
BETWEEN_LOCI = "int"  # part of the type of a slot whose eplets are compared between the loci of class II
SEROLOGIC_PREFIX = {
    "A*": "A",
    "B*": "B",
    "C*": "Cw",
    "DRB1*": "DR",
    "DRB3*": "DR",
    "DRB4*": "DR",
    "DRB5*": "DR",
    "DQB1*": "DQ",
}
SPLIT_COLUMN, BROAD_COLUMN = "ET MatchDeterminantSplit", "ET MatchDeterminantBroad"


class NotAnHlaTable(ValueError):
    """The file has not the shape of the table it should be, with the reason."""


def read_eplet_table(version: str, *paths: Path) -> EpletTable:
    """Eplets of alleles from one file or several: first column index, second type, one column an allele.

    Raises: NotAnHlaTable.
    """
    eplets: dict[str, tuple[str, ...]] = {}
    between: dict[str, frozenset[str]] = {}
    for path in paths:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            header, *rows = list(csv.reader(stream)) or [[]]
        if [each.strip().lower() for each in header[:2]] != ["index", "type"]:
            raise NotAnHlaTable(f"{path.name} does not begin with the columns index and type")
        for place, allele in enumerate(header[2:], start=2):
            filled = [(row[1].lower(), row[place].strip()) for row in rows if place < len(row)]
            named = [(kind, name) for kind, name in filled if name not in NO_NAME]
            eplets[allele] = tuple(name for _, name in named)
            between[allele] = frozenset(name for kind, name in named if BETWEEN_LOCI in kind)
    return EpletTable(version, eplets, between)


def read_split_broad_table(path: Path, version: str) -> AlleleSerology:
    """Serology of alleles from a table of the shape of the Eurotransplant one: allele, split, broad, public.

    Raises: NotAnHlaTable.
    """
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    if not rows or not {"Allele", SPLIT_COLUMN, BROAD_COLUMN} <= rows[0].keys():
        raise NotAnHlaTable(f"{path.name} has not the columns Allele, {SPLIT_COLUMN} and {BROAD_COLUMN}")
    return AlleleSerology(
        version,
        split={row["Allele"]: row[SPLIT_COLUMN] for row in rows if row[SPLIT_COLUMN] not in NO_NAME},
        broad={row["Allele"]: row[BROAD_COLUMN] for row in rows if row[BROAD_COLUMN] not in NO_NAME},
    )


def read_wmda_serology(path: Path) -> AlleleSerology:
    """Serology of alleles from `rel_dna_ser.txt` of the IPD-IMGT/HLA database: unambiguous antigens only.

    An allele of two fields is given the antigen on which all its longer names agree.
    Raises: NotAnHlaTable.
    """
    version = ""
    found: dict[str, set[str]] = {}
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        if line.startswith("#"):
            version = line.split(":", 1)[1].strip() if line.startswith("# version:") else version
            continue
        locus, allele, unambiguous, *_ = [*line.split(";"), "", "", ""]
        prefix = SEROLOGIC_PREFIX.get(locus)
        if prefix is None or allele.endswith("N"):
            continue
        name = f"{locus}{':'.join(allele.split(':')[:2]).rstrip('LSCAQ')}"
        found.setdefault(name, set()).add(f"{prefix}{unambiguous}" if unambiguous.isdigit() else "")
    if not version:
        raise NotAnHlaTable(f"{path.name} has no line # version:")
    agreed = {name: next(iter(antigens)) for name, antigens in found.items() if len(antigens) == 1}
    return AlleleSerology(
        version, {name: each for name, each in agreed.items() if _is_antigen(name, each)}, {}
    )


def _is_antigen(allele: str, antigen: str) -> bool:
    return antigen in loci()[allele.split("*")[0]].antigens
