"""The code about itself: length of files and functions, names, and what may stand in which room."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/graftrial"
FORBIDDEN_NAMES = {"utils", "common", "misc", "manager", "base", "helpers"}
LONGEST_FILE, LONGEST_FUNCTION = 300, 40
MODULES = sorted(SOURCE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_module_is_short_named_and_documented(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE
    assert path.stem not in FORBIDDEN_NAMES
    assert not text.strip() or ast.get_docstring(ast.parse(text)), "a module says what it is"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_functions_are_short(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert node.end_lineno - node.lineno < LONGEST_FUNCTION, f"{node.name} has too many lines"


def test_a_broad_except_stands_only_in_the_command_line():
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                caught = ast.unparse(node.type) if node.type else ""
                broad = caught in {"", "Exception", "BaseException"}
                assert not broad or path == SOURCE / "cli/commands.py", f"{path}: except {caught}"


def test_no_clock_and_no_unseeded_chance():
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        clocks = {
            name for name in called if name.endswith((".now", ".today", ".utcnow")) or name in {"time.time"}
        }
        assert not clocks, f"{path}: {clocks}"
        chance = {
            name for name in called if name.startswith(("random.", "np.random.rand", "numpy.random.rand"))
        }
        assert not chance, f"{path}: {chance}"


def test_derivations_do_not_round():
    for path in SOURCE.glob("derive/**/*.py"):
        assert ".round(" not in path.read_text(encoding="utf-8"), path


def test_public_names_are_few_and_declared():
    import graftrial

    assert graftrial.__all__ == sorted(graftrial._HOMES)
    assert len(graftrial.__all__) <= 12
    assert all(hasattr(graftrial, name) for name in graftrial.__all__)
