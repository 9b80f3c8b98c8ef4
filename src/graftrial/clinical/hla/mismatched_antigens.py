"""The donor's antigens that the recipient lacks, and one common resolution for four antigens of a locus."""

from __future__ import annotations

from collections.abc import Iterable

from graftrial.clinical.hla.antigens import Antigen
from graftrial.clinical.hla.levels import LEVELS, at_level
from graftrial.clinical.hla.serology import NO_ALLELE_TABLE, AlleleSerology


def mismatched(donor: Iterable[str], recipient: Iterable[str]) -> tuple[str, ...]:
    """Donor antigens absent in the recipient, each once, in the donor's order."""
    known = set(recipient)
    return tuple(each for each in dict.fromkeys(donor) if each not in known)


def common_names(
    antigens: Iterable[Antigen], table: AlleleSerology = NO_ALLELE_TABLE, coarsest: str = LEVELS[0]
) -> tuple[str, dict[Antigen, str]] | None:
    """The finest resolution at which all antigens have one name, with the names; None where there is none.

    coarsest: resolution from which to begin: `split` or `broad` where a national convention counts there.
    """
    wanted = list(antigens)
    for level in LEVELS[LEVELS.index(coarsest) :]:
        expressed = {each: at_level(each, level, table) for each in wanted}
        if all(len(names) == 1 for names in expressed.values()):
            return level, {each: next(iter(names)) for each, names in expressed.items()}
    return None
