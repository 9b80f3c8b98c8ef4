"""Imports go one way through the layers, and the rooms that format compute nothing."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/graftrial"
LAYERS = [
    {"errors", "folders"}, {"units", "dates"}, {"findings"}, {"clinical", "stats"}, {"study"}, {"intake"},
    {"checks"}, {"derive"}, {"analyse"}, {"report", "exports", "web", "simulate"}, {"pipeline"}, {"cli"},
]  # fmt: skip
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
FORMATTING = {"report", "exports", "web", "simulate"}
ENGINES_NOT_FOR_THE_CORE = {"pandas", "pyspark", "dask", "openpyxl", "altair", "plotly"}


def modules():
    return sorted(SOURCE.rglob("*.py"))


def imported(path):
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def imported_layers(path):
    parts = (name.split(".") for name in imported(path) if name.startswith("graftrial."))
    return {part[1] for part in parts} & RANK.keys()


def test_every_module_has_a_layer():
    homes = {path.relative_to(SOURCE).parts[0].removesuffix(".py") for path in modules()}
    assert homes - RANK.keys() == {"__init__"}


def test_imports_go_one_way():
    for path in modules():
        here = path.relative_to(SOURCE).parts[0].removesuffix(".py")
        for layer in imported_layers(path) - {here}:
            assert here == "__init__" or RANK[layer] < RANK[here], f"{path} imports {layer}"
            assert not (here in FORMATTING and layer in {"clinical", "stats"}), f"{path} computes"


def test_clinical_and_stats_know_neither_files_nor_studies():
    for path in [*SOURCE.glob("clinical/**/*.py"), *SOURCE.glob("stats/**/*.py")]:
        assert imported_layers(path) <= {"clinical", "stats", "errors", "units", "dates"}, path


def test_the_core_runs_without_the_engines_that_are_extras():
    for path in modules():
        loaded = {name.split(".")[0] for name in imported(path)}
        assert not loaded & ENGINES_NOT_FOR_THE_CORE, path


def test_the_command_line_starts_without_the_heavy_libraries():
    code = "import sys, graftrial.cli; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "click" in loaded
    assert not {"polars", "pydantic", "numpy", "scipy", "rich", "jinja2"} & set(loaded)
