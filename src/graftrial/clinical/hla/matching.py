"""Whether two antigens are the same, at the finest resolution that both allow: yes, no, or open.

Not for: cross-reactive groups, epitopes, public antigens such as Bw4.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graftrial.clinical.hla.antigens import Antigen
from graftrial.clinical.hla.levels import LEVELS, SPLIT, at_level, is_broad
from graftrial.clinical.hla.serology import NO_ALLELE_TABLE, AlleleSerology


@dataclass(frozen=True, slots=True)
class Comparison:
    """An answer (None is open) and the resolution at which it was given."""

    is_same: bool | None
    level: str


@dataclass(frozen=True, slots=True)
class Carried:
    """Whether a person carries an antigen, the resolution of the match, and why it is open."""

    carries: bool | None
    level: str = ""
    reason: str = ""


def compare(
    one: Antigen, other: Antigen, table: AlleleSerology = NO_ALLELE_TABLE, coarsest: str = LEVELS[0]
) -> Comparison:
    """Whether two antigens are the same.

    coarsest: resolution from which to begin, where a third typing allows no finer one.
    """
    if one.locus != other.locus:
        return Comparison(False, LEVELS[0])
    begun = LEVELS.index(coarsest)
    for level in LEVELS[begun:]:
        mine, theirs = at_level(one, level, table), at_level(other, level, table)
        if not mine or not theirs:
            continue
        if not mine & theirs:
            return Comparison(False, level)
        if len(mine) == len(theirs) == 1:
            return Comparison(True, level)
        if level == SPLIT and not _coarser_will_do(one, other):
            return Comparison(None, level)
    return Comparison(None, LEVELS[-1])


def _coarser_will_do(one: Antigen, other: Antigen) -> bool:
    # An allele of two fields is finer than any split: that we cannot translate it is no reason to compare broads.
    pair = (one, other)
    return any(is_broad(each) for each in pair) or all(len(each.fields) < 2 for each in pair)


def carried(
    wanted: Antigen,
    typing: Iterable[tuple[Antigen, ...] | None] | None,
    table: AlleleSerology = NO_ALLELE_TABLE,
    coarsest: str = LEVELS[0],
) -> Carried:
    """Whether a person's typing of one locus holds an antigen.

    typing: each allele as the alternatives it leaves open, None for an allele that is not known; empty where the
        person is known to have none; None where the locus is not typed.
    """
    alleles = [None] if typing is None else list(typing)
    if alleles and all(each is None for each in alleles):
        return Carried(None, "", f"{wanted.locus} is not typed")
    open_reason = ""
    matches: list[str] = []
    for alternatives in alleles:
        if alternatives is None:
            open_reason = open_reason or f"the second {wanted.locus} is not known"
            continue
        found = {compare(wanted, each, table, coarsest) for each in alternatives if each.is_expressed}
        verdicts = {each.is_same for each in found}
        if verdicts == {True}:
            matches.append(max((each.level for each in found), key=LEVELS.index))
        elif True in verdicts or None in verdicts:
            named = "/".join(each.name for each in alternatives)
            open_reason = f"{named} and {wanted.name} cannot be told apart"
    if matches:
        return Carried(True, min(matches, key=LEVELS.index))
    return Carried(None, "", open_reason) if open_reason else Carried(False)
