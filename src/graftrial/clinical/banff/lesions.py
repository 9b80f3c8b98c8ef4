"""Lesion scores from the percentages that feed them.

The printed bands have gaps between whole per cents (10-25, 26-50). Declared for decimals: up to and with the upper end
is the lower band. A percentage converts only if its denominator is the one that the card names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from graftrial.clinical.banff.biopsy import lesion_rule
from graftrial.clinical.banff.sources import source
from graftrial.clinical.card import Rule
from graftrial.clinical.kleene import highest_met

GAPS = "decimals between the printed bands"


@dataclass(frozen=True, slots=True)
class Feeder:
    """A percentage and the score it feeds. `of`: the denominator without which it does not convert."""

    score: str
    of: str
    convert: Callable[[pl.Expr], pl.Expr]


def inflamed_area(area_percent: pl.Expr) -> pl.Expr:
    """i, ti and i-IFTA: below 10 is 0, 10 to 25 is 1, to 50 is 2, above is 3."""
    return highest_met({1: area_percent >= 10, 2: area_percent > 25, 3: area_percent > 50})


def scarred_area(area_percent: pl.Expr) -> pl.Expr:
    """ci: up to 5 is 0, to 25 is 1, to 50 is 2, above is 3."""
    return highest_met({1: area_percent > 5, 2: area_percent > 25, 3: area_percent > 50})


def affected_part(part_percent: pl.Expr) -> pl.Expr:
    """ct, cv and mm: none is 0, up to 25 is 1, to 50 is 2, above is 3."""
    return highest_met({1: part_percent > 0, 2: part_percent > 25, 3: part_percent > 50})


def glomeruli_with_glomerulitis(glomeruli_percent: pl.Expr) -> pl.Expr:
    """g: none is 0, below 25 is 1, 25 to 75 is 2, above is 3."""
    return highest_met({1: glomeruli_percent > 0, 2: glomeruli_percent >= 25, 3: glomeruli_percent > 75})


def capillaries_with_c4d(capillaries_percent: pl.Expr) -> pl.Expr:
    """C4d: none is 0, below 10 is 1, 10 to 50 is 2, above is 3."""
    return highest_met(
        {1: capillaries_percent > 0, 2: capillaries_percent >= 10, 3: capillaries_percent > 50}
    )


def tubules_with_polyomavirus(tubules_percent: pl.Expr) -> pl.Expr:
    """pvl: none is 0, up to 1 is 1, to 10 is 2, above is 3."""
    return highest_met({1: tubules_percent > 0, 2: tubules_percent > 1, 3: tubules_percent > 10})


FEEDERS = (
    Feeder("i", "unscarred cortex", inflamed_area),
    Feeder("ti", "all cortex", inflamed_area),
    Feeder("i_ifta", "scarred cortex", inflamed_area),
    Feeder("ci", "cortex", scarred_area),
    Feeder("ct", "cortical tubules", affected_part),
    Feeder("cv", "arterial lumen, worst artery", affected_part),
    Feeder("mm", "non-sclerotic glomeruli", affected_part),
    Feeder("g", "glomeruli", glomeruli_with_glomerulitis),
    Feeder("c4d", "peritubular capillaries or vasa recta", capillaries_with_c4d),
    Feeder("pvl", "tubules and ducts", tubules_with_polyomavirus),
)

PERCENTAGE_RULES: tuple[Rule, ...] = tuple(
    lesion_rule(
        f"{each.score}_from_percent",
        "2017",
        f"Score {each.score} from the percentage of {each.of}",
        source("guide", f"lesion score {each.score}", GAPS),
        each.convert,
        "0 to 3",
        golden=f"banff/2017/{each.score}_from_percent",
    )
    for each in FEEDERS
)
