"""What one name of an antibody table means, and whether it is donor-specific for one person.

A bead of DQ or DP carries an α and a β chain: the β chain decides, the α chain is told beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from graftrial.clinical.antibodies.specificity import Specificity, decided
from graftrial.clinical.hla.antigens import Antigen, UnknownAntigen, read_antigen
from graftrial.clinical.hla.levels import LEVELS, at_level
from graftrial.clinical.hla.typings import Typings

ANY = "any"
CHAINS = re.compile(r"\s*[,;+/]\s*|(?<=\d)\s*-\s*(?=D)|\s+")
ALPHA = ("DQA1", "DPA1")


@dataclass(frozen=True, slots=True)
class Target:
    """What an antibody is directed against: one antigen, and the α chain of the bead where it names one."""

    antigen: Antigen
    alpha: Antigen | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an antibody is specific for a donor, with the α chain where the bead names one.

    alpha_is_donor_specific: the same question for the α chain; None where open or where the bead names none.
    chains: `alpha_and_beta`, or `beta_only` where the α chain is not named or not typed; empty elsewhere.
    """

    beta: Specificity
    alpha_is_donor_specific: bool | None = None
    chains: str = ""


@cache
def read_target(text: str) -> Target:
    """The target that a specificity names: `A*24:02`, `DQ7`, `DQA1*05:01-DQB1*03:01`.

    Raises: UnknownAntigen.
    """
    parts = [read_antigen(part) for part in CHAINS.split(text.strip()) if part]
    if not parts:
        raise UnknownAntigen("the specificity is empty")
    alphas = [each for each in parts if each.locus in ALPHA]
    others = [each for each in parts if each.locus not in ALPHA]
    if len(parts) == 1:
        return Target(parts[0])
    if len(alphas) != 1 or len(others) != 1 or alphas[0].locus[:2] != others[0].locus[:2]:
        raise UnknownAntigen(f"{text.strip()} is neither one antigen nor the two chains of one molecule")
    return Target(others[0], alphas[0])


def decide(typings: Typings, subject_id: str, person: str, target: Target) -> Decision:
    """Whether an antibody of the subject is specific for the donor `person` (donor or cell_donor)."""
    beta = _of_antigen(typings, subject_id, person, target.antigen)
    if target.antigen.locus not in ("DQB1", "DPB1"):
        return Decision(beta)
    alpha = _of_antigen(typings, subject_id, person, target.alpha) if target.alpha else None
    known = alpha is not None and alpha.is_donor_specific is not None
    return Decision(
        beta, alpha.is_donor_specific if alpha else None, "alpha_and_beta" if known else "beta_only"
    )


def _of_antigen(typings: Typings, subject_id: str, person: str, antigen: Antigen) -> Specificity:
    donor = typings.carried((subject_id, person), antigen)
    level = donor.level if donor.carries else LEVELS[0]
    recipient = typings.carried((subject_id, "recipient"), antigen, level)
    return decided(donor, recipient, _finest(antigen))


@cache
def _finest(antigen: Antigen) -> str:
    return next((level for level in LEVELS if len(at_level(antigen, level)) == 1), LEVELS[-1])
