"""The editions by name, and the cards of all their rules under the declared readings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from graftrial.clinical.banff.edition import Edition
from graftrial.clinical.banff.lesions import PERCENTAGE_RULES
from graftrial.clinical.banff.readings import Readings
from graftrial.clinical.banff.y2017 import edition_2017
from graftrial.clinical.banff.y2019 import edition_2019
from graftrial.clinical.banff.y2022 import edition_2022
from graftrial.clinical.card import Rule

EDITIONS: Mapping[str, Callable[[Readings], Edition]] = {
    "2017": edition_2017,
    "2019": edition_2019,
    "2022": edition_2022,
}


@cache
def edition(name: str, readings: Readings) -> Edition:
    """An edition under a set of readings. Raises: KeyError for an edition that is not there."""
    return EDITIONS[name](readings)


@cache
def rules() -> tuple[Rule, ...]:
    """The cards of every edition under the declared readings, and of the percentages that feed the scores."""
    declared = Readings()
    return tuple(rule for name in EDITIONS for rule in edition(name, declared).rules()) + PERCENTAGE_RULES
