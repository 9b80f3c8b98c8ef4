"""One HLA antigen or allele as it is written: `A2`, `A24(9)`, `A*02`, `A*02:01`, `DQB1*03:01N`.

Names are read, never shortened and never completed: `0201` without a colon is not readable, not `02`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from graftrial.clinical.hla.serology import loci, locus_of

CLASS_I = frozenset({"A", "B", "C"})
PUBLIC = frozenset({"Bw4", "Bw6"})
NOT_EXPRESSED = "N"
MOLECULAR = re.compile(
    r"(?:HLA-)?(A|B|C|Cw|DRB[1345]|DQA1|DQB1|DPA1|DPB1)\*(\d{1,4})((?::(?:\d{2,4}|[A-Z]{2,5}))*)([NLSCAQ]?)"
)
SEROLOGIC = re.compile(r"(?:HLA-)?(A|B|Bw|Cw|C|DR|DQ|DPw|DP)(\d{1,4})(?:\((\d{1,2})\))?")
WITHOUT_LOCUS = re.compile(r"(\d{1,4})((?::(?:\d{2,4}|[A-Z]{2,5}))*)([NLSCAQ]?)")
SEROLOGIC_PREFIX = {"A": "A", "B": "B", "C": "Cw", "DRB1": "DR", "DQB1": "DQ", "DPB1": "DPw"}
LOCUS_SPELLINGS = {
    "Cw": "C",
    "DR": "DRB1",
    "DQ": "DQB1",
    "DP": "DPB1",
    "DRB": "DRB1",
    "DQB": "DQB1",
    "DQA": "DQA1",
}


class UnknownAntigen(ValueError):
    """The text is no HLA antigen or allele that can be read, with the reason."""


@dataclass(frozen=True, slots=True)
class Antigen:
    """One antigen or allele.

    locus: `A`, `C`, `DRB1`, `DQA1` …
    fields: first and second field of an allele, as far as they are given; empty for a serologic name.
    serologic: `A24`, `Cw7`, `DR17`; empty for an allele.
    is_expressed: false for a null allele.
    """

    locus: str
    fields: tuple[str, ...] = ()
    serologic: str = ""
    is_expressed: bool = True

    @property
    def name(self) -> str:
        """Canonical spelling: `A24`, `A*24`, `A*24:02`."""
        return self.serologic or f"{self.locus}*{':'.join(self.fields)}"

    @property
    def hla_class(self) -> str:
        """`I` or `II`."""
        return "I" if self.locus in CLASS_I else "II"


@cache
def read_antigen(text: str, locus: str = "") -> Antigen:
    """The antigen that a text names.

    locus: locus of the column it stands in, where the text leaves it out (`02:01`, `24`).
    Raises: UnknownAntigen.

    >>> read_antigen("A24(9)").name, read_antigen("DRB1*4:01").name, read_antigen("24", "A").name
    ('A24', 'DRB1*04:01', 'A24')
    """
    cell, column = text.strip(), LOCUS_SPELLINGS.get(locus.strip(), locus.strip())
    if cell in PUBLIC:
        raise UnknownAntigen(f"{cell} is a public epitope, not an antigen of one locus")
    for shape, read in ((MOLECULAR, _molecular), (SEROLOGIC, _serologic)):
        if found := shape.fullmatch(cell):
            return _of_column(read(*found.groups()), column, cell)
    found = WITHOUT_LOCUS.fullmatch(cell)
    if not found or column not in loci():
        raise UnknownAntigen(f"{cell} is not an HLA antigen or allele")
    first, further, suffix = found.groups()
    if further or (len(first) == 2 and first.startswith("0")):
        return _molecular(column, first, further, suffix)
    if len(first) > 3 or suffix:
        raise UnknownAntigen(
            f"{cell} has no colon between its fields; write {first[:2]}:{first[2:]} if that is meant"
        )
    return _serologic(SEROLOGIC_PREFIX.get(column, column), first, None)


def _of_column(antigen: Antigen, column: str, cell: str) -> Antigen:
    # DR51, DR52 and DR53 are products of DRB5, DRB3 and DRB4 and may stand in a column of DRB3/4/5 or of DR.
    if (
        column in loci()
        and antigen.locus != column
        and not {antigen.locus, column} <= {"DRB1", "DRB3", "DRB4", "DRB5"}
    ):
        raise UnknownAntigen(f"{cell} is not of locus {column}")
    return antigen


def _molecular(locus: str, first: str, further: str, suffix: str) -> Antigen:
    name = LOCUS_SPELLINGS.get(locus, locus)
    field = first.zfill(2)
    known = loci()[name]
    if len(field) > (2 if not known.any_group else 4) or (field not in known.groups and not known.any_group):
        raise UnknownAntigen(f"{name} has no allele group {field}")
    second = further[1:].split(":")[0] if further else ""
    is_field = second.isdigit()
    return Antigen(name, (field, second) if is_field else (field,), "", suffix != NOT_EXPRESSED)


def _serologic(prefix: str, number: str, broad: str | None) -> Antigen:
    written = {"C": "Cw", "DP": "DPw"}.get(prefix, prefix)
    names = (f"{written}{int(number)}", f"{written}{int(broad)}" if broad else "")
    if any(each and each not in locus_of() for each in names):
        raise UnknownAntigen(f"{prefix}{number} is not a serologic antigen of the nomenclature")
    # `A9(24)` and `A24(9)` both mean the split.
    finer = names[1] if names[1] and names[1] in loci()[locus_of()[names[1]]].broad_of else names[0]
    return Antigen(locus_of()[finer], (), finer)


@cache
def read_alternatives(text: str, locus: str = "") -> tuple[Antigen, ...]:
    """The alleles among which an ambiguous typing leaves open: `A*02:01/A*02:04`, `A*02:01/04`.

    Raises: UnknownAntigen.
    """
    parts = [part.strip() for part in text.split("/")]
    first = read_antigen(parts[0], locus)
    found = [first]
    for part in parts[1:]:
        plain = re.fullmatch(r"(\d{2,4})([NLSCAQ]?)", part)
        if plain and len(first.fields) == 2:
            found.append(
                Antigen(first.locus, (first.fields[0], plain.group(1)), "", plain.group(2) != NOT_EXPRESSED)
            )
        else:
            found.append(read_antigen(part, first.locus))
    return tuple(dict.fromkeys(found))
