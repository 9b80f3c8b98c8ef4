"""The rule book as plain data: cards of the rules, facts that criteria may name, quality checks of lanes."""

from __future__ import annotations

from graftrial.clinical.card import Rule
from graftrial.clinical.rules import RULES
from graftrial.clinical.transcripts.quality import CHECKS, REPORTED
from graftrial.derive.facts import FACTS
from graftrial.errors import UsageError

Page = dict[str, str | list[str]]
DECIDED = "limit_of_detection"  # its limit is the count of a control of the same lane


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


def transcript_checks() -> list[Page]:
    """The quality checks of a lane, with their limits and where those are written."""
    return [
        {
            "check": f"transcripts.{each.id}",
            "title": each.title,
            "limit": each.threshold,
            "outside": each.outside
            if (each.low, each.high) != (None, None) or each.id == DECIDED
            else REPORTED,
            "source": str(each.source),
        }
        for each in CHECKS.values()
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
