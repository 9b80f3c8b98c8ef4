"""The specification pages: the tables of clinical sentences under tests/spec/, as a nephrologist reads them.

A module there has a docstring, tables of cases whose first line is a comment with the names of the columns, and tests
whose names are sentences. Modules are parsed, never imported.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from writers.markdown import cell, page, table

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "tests/spec"


class NoSentence(Exception):
    """A specification test that does not say what it specifies."""


def pages() -> tuple[dict[str, str], dict[str, str]]:
    """Markdown by path below docs/; and the page of each module of graftrial that a test imports.

    Raises: NoSentence for a module without a docstring.
    """
    written: dict[str, str] = {}
    tested: dict[str, str] = {}
    rows = []
    for path in sorted(SPEC.rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        sentence = ast.get_docstring(tree)
        if not sentence:
            raise NoSentence(
                f"{path.relative_to(ROOT)} has no docstring; it is the first sentence of its page"
            )
        family, name = path.parent.relative_to(SPEC).as_posix(), path.stem.removeprefix("test_")
        target = f"spec/{family}/{name.replace('_', '-')}.md"
        written[target] = _page(path, text, tree, sentence)
        rows.append((family, f"[{_words(name)}]({target.removeprefix('spec/')})", sentence.split("\n")[0]))
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and node.module:
                tested.setdefault(node.module, target)
    intro = (
        "What graftrial says in which case. These pages are made from the tests that run with every change."
    )
    written["spec/index.md"] = page("# Specification", intro, table(("part", "page", "says"), rows))
    return written, tested


def _page(path: Path, text: str, tree: ast.Module, sentence: str) -> str:
    constants = _constants(tree)
    tables = [part for name, node in _case_tables(tree) for part in _cases(name, node, text, tree, constants)]
    tests = [
        node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    return page(
        f"# {_words(path.stem.removeprefix('test_')).capitalize()}",
        sentence,
        *tables,
        "## Tested sentences",
        "\n".join(_test(node) for node in tests),
        f"From `{path.relative_to(ROOT).as_posix()}`.",
    )


def _test(node: ast.FunctionDef) -> str:
    said = ast.get_docstring(node)
    sentence = _words(node.name.removeprefix("test_"))
    more = f": {cell(said.splitlines()[0])}" if said else ""
    return f"- {sentence[:1].upper()}{sentence[1:]}{more}"


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    """Names such as YES and NO with what they stand for."""
    found: dict[str, ast.expr] = {}
    for node in tree.body:
        if not isinstance(node, ast.Assign):
            continue
        target, value = node.targets[0], node.value
        if isinstance(target, ast.Name):
            found[target.id] = value
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            pairs = zip(target.elts, value.elts, strict=True)
            found |= {name.id: given for name, given in pairs if isinstance(name, ast.Name)}
    return found


def _case_tables(tree: ast.Module) -> Iterator[tuple[str, ast.List]]:
    for node in tree.body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.List)
        ):
            rows = node.value.elts
            if rows and all(isinstance(row, ast.Tuple) for row in rows):
                yield node.targets[0].id, node.value


def _cases(
    name: str, node: ast.List, text: str, tree: ast.Module, constants: dict[str, ast.expr]
) -> Iterator[str]:
    rows = [row.elts for row in node.elts if isinstance(row, ast.Tuple)]
    width = max(len(row) for row in rows)
    head = _parameters(name, tree) or _comment(node, text)
    if len(head) != width:
        head = [f"column {number}" for number in range(1, width + 1)]
    title = "Cases" if name == "CASES" else _words(name.lower()).capitalize()
    yield f"## {title}"
    yield table([_words(each) for each in head], [[_value(each, constants) for each in row] for row in rows])


def _comment(node: ast.List, text: str) -> list[str]:
    """Column names from the comment under the opening bracket, separated by two spaces or more."""
    for line in text.splitlines()[node.lineno - 1 : node.elts[0].lineno]:
        if "#" in line:
            return re.split(r"\s{2,}", line.split("#", 1)[1].strip())
    return []


def _parameters(name: str, tree: ast.Module) -> list[str]:
    """Column names from the parametrize that reads the table; the one place that a test cannot contradict."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.parametrize"):
            continue
        if len(node.args) > 1 and isinstance(node.args[1], ast.Name) and node.args[1].id == name:
            given = ast.literal_eval(node.args[0])
            return [each.strip() for each in given.split(",")] if isinstance(given, str) else list(given)
    return []


def _value(node: ast.expr, constants: dict[str, ast.expr]) -> str:
    """A value as a reader says it."""
    if isinstance(node, ast.Name) and node.id in constants:
        return _value(constants[node.id], constants)
    if isinstance(node, ast.Constant):
        return _constant(node.value)
    if isinstance(node, ast.Call) and node.args:
        function = ast.unparse(node.func)
        if function == "NotAssessable":
            return f"not assessable: {_value(node.args[0], constants)}"
        if function == "Value":
            return _value(node.args[0], constants)
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return ", ".join(
            f"{_value(key, constants)} {_value(given, constants)}" for key, given in pairs if key
        )
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return ", ".join(_value(each, constants) for each in node.elts) or "none"
    return ast.unparse(node)


def _constant(given: object) -> str:
    if given is None:
        return "not known"
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, float):
        return f"{given:.12g}" if abs(given) < 1e12 else str(given)
    return str(given)


def _words(name: str) -> str:
    return name.replace("_", " ")
