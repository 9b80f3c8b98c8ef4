"""Typings of persons, by locus, and what each person carries; every answer for one antigen is worked out once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graftrial.clinical.hla.antigens import LOCUS_SPELLINGS, Antigen, UnknownAntigen, read_alternatives
from graftrial.clinical.hla.levels import LEVELS
from graftrial.clinical.hla.matching import Carried, carried
from graftrial.clinical.hla.serology import NO_ALLELE_TABLE, AlleleSerology, loci

DRB345 = ("DRB3", "DRB4", "DRB5")
DRB345_SPELLINGS = frozenset({"DRB345", "DRB3/4/5", "DRB3/DRB4/DRB5"})
Alleles = tuple[tuple[Antigen, ...] | None, ...]
Who = tuple[str, str]  # subject and person: recipient, donor, cell_donor


@dataclass(frozen=True, slots=True)
class TypingRow:
    """One locus of one person as it was written; None is an empty cell."""

    subject_id: str
    person: str
    locus: str
    allele_1: str | None
    allele_2: str | None


def locus_name(text: str) -> str | None:
    """Our name of a locus; None where it is none."""
    name = text.strip().removeprefix("HLA-")
    if name.upper() in DRB345_SPELLINGS:
        return "DRB345"
    name = LOCUS_SPELLINGS.get(name, name)
    return name if name in loci() else None


def alleles_of(row: TypingRow) -> Alleles:
    """The two alleles of a row; None for one that is blank or cannot be read."""
    column = locus_name(row.locus)

    def read(text: str | None) -> tuple[Antigen, ...] | None:
        try:
            return (
                read_alternatives(text, "" if column in (None, "DRB345") else str(column)) if text else None
            )
        except UnknownAntigen:
            return None

    return read(row.allele_1), read(row.allele_2)


@dataclass(slots=True)
class Typings:
    """Alleles of every person and locus. An entry of no alleles means that the person is known to have none."""

    by_person: Mapping[Who, Mapping[str, Alleles]]
    table: AlleleSerology = NO_ALLELE_TABLE
    _answers: dict[tuple[Antigen, Alleles | None, str], Carried] = field(default_factory=dict)

    def alleles(self, who: Who, locus: str) -> Alleles | None:
        """Alleles of a person at a locus; None where it is not typed."""
        return self.by_person.get(who, {}).get(locus)

    def carried(self, who: Who, antigen: Antigen, coarsest: str = LEVELS[0]) -> Carried:
        """Whether a person carries an antigen."""
        alleles = self.alleles(who, antigen.locus)
        key = (antigen, alleles, coarsest)
        if key not in self._answers:
            self._answers[key] = carried(antigen, alleles, self.table, coarsest)
        return self._answers[key]


def typings(rows: Iterable[TypingRow], table: AlleleSerology = NO_ALLELE_TABLE) -> Typings:
    """Typings from rows; a row whose locus is not known is left out."""
    found: dict[Who, dict[str, Alleles]] = {}
    for row in rows:
        locus = locus_name(row.locus)
        if locus is None:
            continue
        person = found.setdefault((row.subject_id, row.person), {})
        if locus == "DRB345":
            person |= _drb345(alleles_of(row))
        else:
            # DR51, DR52 and DR53 written in a column of DR are products of DRB5, DRB3 and DRB4.
            for own in {each[0].locus for each in alleles_of(row) if each} | {locus}:
                person[own] = tuple(each for each in alleles_of(row) if each is None or each[0].locus == own)
    return Typings(found, table)


def _drb345(alleles: Alleles) -> dict[str, Alleles]:
    read = [each for each in alleles if each]
    unknown: Alleles = (None,) if len(read) < len(alleles) and not read else ()
    return {locus: tuple(each for each in read if each[0].locus == locus) or unknown for locus in DRB345}
