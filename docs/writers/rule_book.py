"""The rule book: one page for each family of clinical rules, from their cards and their golden vectors."""

from __future__ import annotations

from pathlib import Path

from graftrial.clinical.card import Input, Rule
from graftrial.clinical.rules import RULES
from writers.markdown import code, page, table

GOLDEN = Path(__file__).parents[2] / "tests/golden"


def pages(spec_pages: dict[str, str]) -> dict[str, str]:
    """Markdown by path below docs/. `spec_pages`: path of a specification page by the rule module it tests."""
    families: dict[str, list[Rule]] = {}
    for rule in RULES:
        families.setdefault(rule.id.split(".")[0], []).append(rule)
    written = {
        f"reference/rules/{family}.md": page(
            f"# Rules: {family.replace('_', ' ')}", *(_rule(rule, spec_pages) for rule in rules)
        )
        for family, rules in families.items()
    }
    rows = [
        (f"[{rule.pin}]({rule.id.split('.')[0]}.md#{anchor(rule)})", rule.title, str(rule.source))
        for rule in RULES
    ]
    intro = (
        "Every clinical rule with its edition, source and place in the source. A study file pins the edition of each "
        "rule that it uses; there is no default edition. `graftrial rules` prints the same book."
    )
    return {
        "reference/rules/index.md": page("# Rule book", intro, table(("rule", "title", "source"), rows)),
        **written,
    }


def anchor(rule: Rule) -> str:
    """Id of the heading of a rule on its page."""
    return rule.pin.replace(".", "-").replace("@", "-")


def _rule(rule: Rule, spec_pages: dict[str, str]) -> str:
    source = f"{rule.source.document}, {rule.source.locator}"
    if rule.source.doi:
        source += f" ([doi {rule.source.doi}](https://doi.org/{rule.source.doi}))"
    specification = spec_pages.get(rule.expression.__module__)
    facts = [
        ("pin", f"`{rule.pin}`"),
        ("source", source),
        ("answer", rule.output),
        ("population", rule.population),
        ("says", (rule.expression.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")),
        ("golden vectors", f"`tests/golden/{rule.golden}/vectors.csv`: {_origin(rule)}"),
        ("specification", f"[{specification}](../../{specification})" if specification else ""),
    ]
    return page(
        f"## {rule.title} {{ #{anchor(rule)} }}",
        table(("", ""), [row for row in facts if row[1]]),
        "Inputs; what lies outside its declaration is unknown to the rule, and the answer says so:",
        table(("input", "unit", "expected"), [_input(each) for each in rule.inputs]),
    )


def _input(given: Input) -> tuple[str, str, str]:
    return code(given.name), given.unit, given.expected()


def _origin(rule: Rule) -> str:
    lines = (GOLDEN / rule.golden / "vectors.csv").read_text(encoding="utf-8").splitlines()
    return "; ".join(line.lstrip("# ").strip() for line in lines if line.startswith("#"))
