"""Whether an antibody is directed against a donor, decided from two typings."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from graftrial.clinical.card import Input, Rule, Source
from graftrial.clinical.hla.levels import LEVELS
from graftrial.clinical.hla.matching import Carried

NOT_DECIDED = "possible"


def donor_specific(donor_carries: pl.Expr, recipient_carries: pl.Expr) -> pl.Expr:
    """Whether the donor carries the antigen and the recipient does not."""
    return donor_carries & ~recipient_carries


RULE = Rule(
    id="antibodies.donor_specific",
    edition="1",
    title="Donor-specific antibody from two typings",
    source=Source(
        document="Tait BD et al. Transplantation 2013;95:19-47 (consensus on HLA antibodies in transplantation)",
        locator="donor-specific antibody: against an HLA antigen of the donor that is not the recipient's",
        doi="10.1097/TP.0b013e31827a19cc",
    ),
    inputs=(Input("donor_carries", pl.Boolean), Input("recipient_carries", pl.Boolean)),
    output="yes or no",
    population="recipients of an organ or of cells; the antigens are compared at the coarsest resolution of the three",
    golden="antibodies/donor_specific_1",
    expression=donor_specific,
)


@dataclass(frozen=True, slots=True)
class Specificity:
    """Whether an antibody is donor-specific (None is open), the resolution used, and the reason.

    is_self: the recipient carries the antigen; such a bead is never donor-specific, whatever its intensity.
    is_self_only_coarsely: at a finer typing of the recipient it might be donor-specific after all.
    """

    is_donor_specific: bool | None
    level: str
    reason: str
    is_self: bool = False
    is_self_only_coarsely: bool = False


def decided(donor: Carried, recipient: Carried, finest: str) -> Specificity:
    """The rule above for one antigen, with the resolution and the reason in words.

    donor, recipient: what the two carry; the recipient compared no finer than the donor.
    finest: the resolution at which the antigen itself is known.
    """
    if donor.carries is False:
        return Specificity(False, "", "the donor does not carry it", bool(recipient.carries))
    if recipient.carries:
        coarse = LEVELS.index(recipient.level) > LEVELS.index(finest)
        return Specificity(False, recipient.level, "the recipient carries it", True, coarse)
    if donor.carries is None:
        return Specificity(None, "", f"donor: {donor.reason}")
    if recipient.carries is None:
        return Specificity(None, donor.level, f"recipient: {recipient.reason}")
    return Specificity(True, donor.level, "")
