"""The section of historical controls: balance, pairs, the limits beside every number, and nothing where undeclared."""

import pytest

from graftrial import pipeline
from graftrial.pipeline.write import report_inputs
from graftrial.report.blocks import Figure, Fold, Note, Table
from graftrial.report.material import Material
from graftrial.report.sections import historical_controls
from graftrial.report.share import for_outsiders
from tests.unit.analyse.test_comparison import COMPARISON, folder_of


def blocks_of(inputs):
    section = historical_controls.section(Material(inputs))
    return [
        inner for each in section.blocks for inner in (each.blocks if isinstance(each, Fold) else (each,))
    ]


def table_of(blocks, caption):
    return next(each for each in blocks if isinstance(each, Table) and each.caption == caption)


@pytest.fixture
def inputs(study_folder):
    return report_inputs(pipeline.run(folder_of(study_folder, ages={"C12": ""})))


def test_balance_pairs_and_limits_are_told(inputs):
    blocks = blocks_of(inputs)
    assert any(
        "confounding by what was not measured" in each.text for each in blocks if isinstance(each, Note)
    )
    balance = table_of(blocks, "Balance of treated and controls").rows[0]
    assert [each.text for each in balance.cells] == [
        "Age (years)",
        "50.9",
        "46.9",
        "+0.48",
        "50.9",
        "50.2",
        "+0.08",
    ]
    figure = next(each for each in blocks if isinstance(each, Figure))
    assert len(figure.spec["data"]["values"]) == 2
    assert len(table_of(blocks, "Who was matched with whom").rows) == 8
    left = table_of(blocks, "Left out of the matching").rows[0]
    assert [each.text for each in left.cells] == ["C12", "control", "not matched: age_years was not given"]
    row = table_of(blocks, "Creatinine: difference within pairs").rows[0]
    assert "confounding by what was not measured remains" in row.remark
    assert row.cells[1].text == "8 of 8"


def test_outsiders_see_no_age_and_nothing_that_gives_one_back(inputs):
    shared = for_outsiders(inputs)
    keys = shared.results["key"].to_list()
    assert not [
        each
        for each in keys
        if each.startswith(("comparison.mean.age", "comparison.score", "comparison.coef"))
    ]
    assert shared.derived["comparison_covariates"]["value"].null_count() == 20
    cells = table_of(blocks_of(shared), "Balance of treated and controls").rows[0].cells
    assert [each.text for each in cells[1:3]] == ["left out for outsiders"] * 2


def test_a_refused_matching_says_why_and_gives_no_number(study_folder):
    more = COMPARISON.replace('"age_years"', '"age_years", "creatinine_baseline"')
    blocks = blocks_of(report_inputs(pipeline.run(folder_of(study_folder, more))))
    told = [each.text for each in blocks if isinstance(each, Note) and each.kind == "missing"]
    assert "2 covariates are more than one for each 5 of the 8 patients" in told[0]
    row = table_of(blocks, "Creatinine: difference within pairs").rows[0]
    assert row.cells[2].text == "not estimable"


def test_nothing_without_a_declaration(study_folder):
    assert (
        historical_controls.section(Material(report_inputs(pipeline.run(folder_of(study_folder, "")))))
        is None
    )
