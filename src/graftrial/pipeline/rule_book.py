"""The rule book as plain data: every rule's card, and the facts that eligibility criteria may name."""

from __future__ import annotations

from graftrial.clinical.card import Rule
from graftrial.clinical.rules import RULES
from graftrial.derive.facts import FACTS
from graftrial.errors import UsageError

Page = dict[str, str | list[str]]


def pages(rule_id: str | None = None) -> list[Page]:
    """One page a rule; with an id, the editions of that rule.

    Raises: UsageError GT-CLI-003 (exit 2) for an id that no rule has.
    """
    chosen = [each for each in RULES if rule_id in (None, each.id, each.pin)]
    if not chosen:
        known = ", ".join(sorted({each.id for each in RULES}))
        raise UsageError.of("GT-CLI-003", "ID", rule=rule_id, known=known)
    return [_page(each) for each in chosen]


def facts() -> list[Page]:
    """The facts about a candidate, with what they mean."""
    return [
        {"fact": each.name, "means": each.means, "compared as": "a number" if each.is_number else "words"}
        for each in FACTS
    ]


def _page(rule: Rule) -> Page:
    return {
        "rule": rule.pin,
        "title": rule.title,
        "source": str(rule.source),
        "input": [f"{each.name}: {each.expected()}" for each in rule.inputs],
        "output": rule.output,
        "population": rule.population,
    }
