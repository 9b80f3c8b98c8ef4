"""Typings as laboratories write them, made plain: redundant broads dropped, ambiguities written out."""

from __future__ import annotations

import re

from graftrial.clinical.hla.antigens import Antigen, UnknownAntigen, read_antigen
from graftrial.clinical.hla.levels import BROAD, ONE_FIELD, SPLIT, at_level, is_broad

ONE_FIELD_ALLELE = re.compile(r"[A-Z]+\d?\*\d{2,4}")
ALLELE = re.compile(r"([A-Z]+\d?\*)(\d{2,4}:)?(\d{2,4})([NLSCAQ]?)")
SUFFIXED = re.compile(r"\d+[NLSCAQ]?")


def without_redundant(typing: str) -> str:
    """A typing without names that a finer one beside them already says; homozygotes stay.

    >>> without_redundant("DR5 DR11 DRB1*11:XX"), without_redundant("A29 A29")
    ('DRB1*11:XX', 'A29 A29')
    """
    words = typing.split()
    read = [_read(word) for word in words]
    kept = [
        word if read[place] is None or "(" not in word else _name(read[place])
        for place, word in enumerate(words)
        if not any(_says_more(other, read[place]) for other in read)
    ]
    return " ".join(kept)


def with_unknown_second_field(allele: str) -> str:
    """`A*01` as `A*01:XX`; anything else as it is."""
    return f"{allele}:XX" if ONE_FIELD_ALLELE.fullmatch(allele) else allele


def written_out(typing: str) -> str:
    """An ambiguity with every allele in full: `A*02:01/04` as `A*02:01/A*02:04`."""
    first, *others = typing.split("/")
    began = ALLELE.fullmatch(first)
    if not began or not others:
        return typing
    locus, field = began.group(1), began.group(2) or ""
    group, digits = field, began.group(3)
    if not field and len(digits) == 4:
        group = digits[:2]  # `DRB4*0101/03`: the old spelling without a colon is kept as it is
    full = [first]
    for other in others:
        if "*" in other:
            full.append(other)
        elif SUFFIXED.fullmatch(other):
            full.append(f"{locus}{group}{other}")
        else:
            full.append(f"{locus}{other}")
    return "/".join(full)


def _read(word: str) -> Antigen | None:
    try:
        return read_antigen(word)
    except UnknownAntigen:
        return None


def _name(antigen: Antigen | None) -> str:
    return antigen.name if antigen else ""


def _says_more(finer: Antigen | None, coarser: Antigen | None) -> bool:
    """Whether one name says everything that the other says, and more."""
    if finer is None or coarser is None or finer.locus != coarser.locus or finer.name == coarser.name:
        return False
    if coarser.fields:
        return finer.fields[: len(coarser.fields)] == coarser.fields and len(finer.fields) > len(
            coarser.fields
        )
    level = BROAD if is_broad(coarser) else SPLIT
    if finer.serologic and (is_broad(finer) or level == SPLIT):
        return False
    return bool(at_level(finer, level) & at_level(coarser, level)) and bool(
        finer.serologic or at_level(finer, ONE_FIELD)
    )
