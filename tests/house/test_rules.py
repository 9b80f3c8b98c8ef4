"""Every clinical rule has its card, its locator, its golden vectors and a rule file that only computes."""

import ast
import csv
import inspect
from pathlib import Path

import polars as pl
import pytest

from graftrial.clinical.card import NotAssessable, Rule, Source, Value
from graftrial.clinical.rules import RULES, UnknownRule, rule

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests/golden"
FORBIDDEN_IN_RULES = {
    "when", "otherwise", "fill_null", "coalesce", "drop_nulls", "sum_horizontal", "min_horizontal", "max_horizontal",
    "mean_horizontal", "col", "DataFrame", "LazyFrame", "read_csv", "read_parquet", "open", "round",
}  # fmt: skip
CLINICAL = ROOT / "src/graftrial/clinical"
RULE_FILES = sorted(
    {Path(inspect.getfile(each.expression)) for each in RULES} | set(CLINICAL.glob("banff/*.py"))
)


def by_pin(each):
    return each.pin if isinstance(each, Rule) else str(each)


@pytest.mark.parametrize("each", RULES, ids=by_pin)
def test_a_rule_is_declared_in_full(each):
    assert each.id == each.id.lower() and "." in each.id
    assert each.edition and each.title and each.output and each.population
    assert each.source.document and each.source.locator
    for given in each.inputs:
        assert given.choices or given.dtype in (pl.Boolean, pl.Int32, pl.Float64, pl.String), given.name


@pytest.mark.parametrize("each", RULES, ids=by_pin)
def test_a_rule_reproduces_its_golden_vectors(each):
    """A vectors file names its origin in lines that begin with #; `answer` is empty where the rule cannot answer."""
    path = GOLDEN / each.golden / "vectors.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    origin = [line for line in lines if line.startswith("#")]
    assert any("source" in line for line in origin), f"{path} does not say where its numbers come from"
    tolerance = next((float(line.split("=")[1]) for line in origin if "relative tolerance" in line), 0.0)
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    assert rows
    schema = {one.name: one.dtype for one in each.inputs}
    given = [{name: typed(dtype, row[name]) for name, dtype in schema.items()} for row in rows]
    frame = pl.DataFrame(given, schema=schema)
    answers = frame.select(each.answer(**{name: pl.col(name) for name in schema})).to_series().to_list()
    for row, answer in zip(rows, answers, strict=True):
        assert (answer["value"] is None) == (answer["reason"] is not None), row
        assert agrees(answer["value"], row["answer"], tolerance), (row, answer)
    alone, in_column = each(**given[0]), answers[0]
    if in_column["value"] is None:
        assert alone == NotAssessable(in_column["reason"])
    else:  # a column may be computed in wider registers: equal but for the last bit
        assert isinstance(alone, Value)
        assert agrees(alone.value, str(in_column["value"]), 1e-14 if isinstance(alone.value, float) else 0.0)


def agrees(value, expected, tolerance):
    if expected == "" or value is None:
        return value is None and expected == ""
    if tolerance:
        return value == pytest.approx(float(expected), rel=tolerance)
    return str(value).lower() == expected.lower()


def typed(dtype, text):
    if text == "":
        return None
    if dtype == pl.Boolean:
        return text == "true"
    if dtype == pl.Int32:
        return int(text)
    return float(text) if dtype == pl.Float64 else text


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.stem)
def test_a_rule_file_only_composes(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    called |= {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & FORBIDDEN_IN_RULES


def test_there_is_no_default_edition():
    with pytest.raises(UnknownRule):
        rule("egfr.ckd_epi_cr", "")
    assert rule("egfr.ckd_epi_cr", "2021").edition == "2021"


def test_a_rule_without_a_locator_does_not_load():
    with pytest.raises(TypeError, match="locator"):
        Rule("x.y", "1", "t", Source("d", ""), (), "", "p", "g", lambda: pl.lit(1))


def test_a_declaration_that_disagrees_with_the_signature_does_not_load():
    with pytest.raises(TypeError, match="declares"):
        Rule("x.y", "1", "t", Source("d", "l"), (), "", "p", "g", lambda g: g)
