"""Eplets of donor molecules that the recipient has nowhere, counted by a table that the user supplies.

Names carry the version of their table; counts of two versions are not comparable. A molecule that the table does not
hold is not found: that is neither 0 nor a match. An unknown recipient molecule makes the count an upper bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

BETA_FAMILIES = (("DRB1", "DRB3", "DRB4", "DRB5"), ("DQB1",), ("DPB1",))
FAMILIES = (("A", "B", "C"), *BETA_FAMILIES, ("DQA1",), ("DPA1",))
COMPARED_BETWEEN_LOCI = (
    "DPB1",
)  # as hlaR 1.0.0 does; DR and DQ are compared within their family in every slot
BETA = tuple(locus for family in BETA_FAMILIES for locus in family)


@dataclass(frozen=True, slots=True)
class EpletTable:
    """Eplets of every allele.

    version: as the user names the table.
    eplets: allele -> names in the order of the table's slots; a name that fills two slots stands twice.
    between_loci: names that stand in slots shared by loci.
    """

    version: str
    eplets: Mapping[str, tuple[str, ...]]
    between_loci: Mapping[str, frozenset[str]]

    @property
    def loci(self) -> frozenset[str]:
        """Loci of which the table holds alleles."""
        return frozenset(_locus(each) for each in self.eplets)


@dataclass(frozen=True, slots=True)
class MoleculeMismatch:
    """Mismatched eplets of one donor molecule; None where the table does not hold it.

    is_upper_bound: a molecule of the recipient is not in the table, so that fewer may be mismatched.
    """

    allele: str
    eplets: tuple[str, ...] | None
    is_upper_bound: bool = False


@dataclass(frozen=True, slots=True)
class EpletCount:
    """Eplet mismatches of a pair: every molecule, total over molecules, different names, molecules not found."""

    molecules: tuple[MoleculeMismatch, ...]
    total: int
    unique: int
    n_not_found: int


def eplet_mismatches(donor: Iterable[str], recipient: Iterable[str], table: EpletTable) -> EpletCount:
    """Eplet mismatches of donor molecules; a molecule written twice counts twice."""
    has = tuple(recipient)
    molecules = tuple(_mismatch(allele, has, table) for allele in donor)
    found = [each.eplets for each in molecules if each.eplets is not None]
    return EpletCount(
        molecules=molecules,
        total=sum(len(each) for each in found),
        unique=len({name for each in found for name in each}),
        n_not_found=len(molecules) - len(found),
    )


def _mismatch(allele: str, recipient: tuple[str, ...], table: EpletTable) -> MoleculeMismatch:
    if allele not in table.eplets:
        return MoleculeMismatch(allele, None)
    family = _family(_locus(allele))
    beside = [each for each in recipient if _locus(each) in family]
    own = {name for each in beside for name in table.eplets.get(each, ())}
    shared = (
        table.between_loci.get(allele, frozenset())
        if _locus(allele) in COMPARED_BETWEEN_LOCI
        else frozenset()
    )
    everywhere = [each for each in recipient if _locus(each) in BETA] if shared else []
    own_between = {name for each in everywhere for name in table.eplets.get(each, ())}
    missing = tuple(
        name for name in table.eplets[allele] if name not in (own | own_between if name in shared else own)
    )
    is_upper_bound = any(each not in table.eplets for each in [*beside, *everywhere])
    return MoleculeMismatch(allele, missing, is_upper_bound)


def _locus(allele: str) -> str:
    return allele.split("*")[0]


def _family(locus: str) -> tuple[str, ...]:
    return next((family for family in FAMILIES if locus in family), (locus,))


def highest_by_locus(count: EpletCount, loci: Iterable[str]) -> int | None:
    """Most mismatched eplets of one molecule of the loci; None where none of them was found."""
    wanted = set(loci)
    counts = [
        len(each.eplets)
        for each in count.molecules
        if each.eplets is not None and _locus(each.allele) in wanted
    ]
    return max(counts, default=None)
