"""Every Banff rule of the registry has a table that a pathologist can read, and the table can tell right from wrong."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from graftrial.clinical.rules import RULES
from tests.spec.banff.case import EDITIONS

SPEC = Path(__file__).parents[1] / "spec/banff"
BANFF = sorted({each.id.removeprefix("banff.") for each in RULES if each.id.startswith("banff.")})


def tables():
    """Lines of every table of tests/spec/banff, by its name in small letters; modules are parsed, not imported."""
    found = {}
    for path in sorted(SPEC.glob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.List):
                target = node.targets[0]
                found[target.id.lower()] = [
                    [ast.unparse(cell) for cell in row.elts] for row in node.value.elts
                ]
    return found


TABLES = tables()


@pytest.mark.parametrize("name", BANFF)
def test_a_banff_rule_has_a_table(name):
    assert len(TABLES.get(name, [])) >= 4, f"tests/spec/banff has no table {name.upper()}"


@pytest.mark.parametrize("name", [each for each in BANFF if not each.endswith("_from_percent")])
def test_a_table_has_different_answers_in_each_edition_that_has_the_rule(name):
    editions = {each.edition for each in RULES if each.id == f"banff.{name}"}
    for place, edition in enumerate(EDITIONS):
        answers = {line[1 + place] for line in TABLES[name]}
        assert len(answers) > 1 or edition not in editions, f"{name} always answers {answers} in {edition}"
