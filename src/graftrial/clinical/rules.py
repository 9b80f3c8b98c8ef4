"""The registry: every clinical rule, by id and edition. No default edition, no "latest", no choice by calendar date."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from graftrial.clinical.adverse_events import RULES as ADVERSE_EVENTS
from graftrial.clinical.antibodies import RULES as ANTIBODIES
from graftrial.clinical.banff.editions import rules as banff_rules
from graftrial.clinical.card import Rule
from graftrial.clinical.cell_product import RULES as CELL_PRODUCT
from graftrial.clinical.dose.given import RULE as DOSE_GIVEN
from graftrial.clinical.dose.given import RULE_DEVIATION as DOSE_DEVIATION
from graftrial.clinical.egfr.equations import EQUATIONS
from graftrial.clinical.exposure import RULES as EXPOSURE
from graftrial.clinical.hla import RULES as HLA
from graftrial.clinical.kidney import RULES as KIDNEY
from graftrial.clinical.prognosis import RULES as PROGNOSIS
from graftrial.clinical.timing.treatment_emergent import RULE as TREATMENT_EMERGENT

RULES: tuple[Rule, ...] = (
    *banff_rules(),
    *EQUATIONS.values(),
    *KIDNEY,
    *PROGNOSIS,
    *HLA,
    *ANTIBODIES,
    *EXPOSURE,
    *CELL_PRODUCT,
    *ADVERSE_EVENTS,
    DOSE_GIVEN,
    DOSE_DEVIATION,
    TREATMENT_EMERGENT,
)


class UnknownRule(KeyError):
    """No rule of that id and edition."""


def _index(rules: tuple[Rule, ...]) -> Mapping[tuple[str, str], Rule]:
    index = {(each.id, each.edition): each for each in rules}
    if len(index) != len(rules):
        raise TypeError("a rule stands twice in the registry")
    return MappingProxyType(index)


_INDEX = _index(RULES)


def rule(id: str, edition: str) -> Rule:  # noqa: A002 (`id` is the word of the study file)
    """The rule that a study file pins."""
    if (id, edition) not in _INDEX:
        raise UnknownRule(f"{id}@{edition}")
    return _INDEX[id, edition]


def editions() -> Mapping[str, frozenset[str]]:
    """Editions there are of every rule id."""
    known: dict[str, set[str]] = {}
    for each in RULES:
        known.setdefault(each.id, set()).add(each.edition)
    return {name: frozenset(found) for name, found in sorted(known.items())}
