"""The section of endpoints: patients first, the graft beside every reading of it, published results in grey."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graftrial import pipeline
from graftrial.pipeline.write import report_inputs
from graftrial.report.blocks import Figure, Fold, Heading, Note, Table
from graftrial.report.material import Material
from graftrial.report.sections import endpoints

EXAMPLES = Path(__file__).parents[3] / "examples"


def blocks_of(folder):
    material = Material(report_inputs(pipeline.run(folder)))
    section = endpoints.section(material)
    return section, list(flat(section.blocks))


def flat(blocks):
    for block in blocks:
        yield block
        if isinstance(block, Fold):
            yield from flat(block.blocks)


def words_of(blocks):
    found = []
    for block in blocks:
        if isinstance(block, Table):
            found += [each.text + " " + each.below for row in block.rows for each in row.cells]
            found += [row.remark for row in block.rows]
        elif isinstance(block, Note):
            found.append(block.text)
    return "\n".join(found)


@pytest.fixture(scope="module")
def synthetic():
    return blocks_of(EXAMPLES / "late-amr-synthetic")


@pytest.fixture(scope="module")
def published():
    return blocks_of(EXAMPLES / "late-amr-published")


def test_every_declared_endpoint_has_a_row_and_a_heading(synthetic):
    section, blocks = synthetic
    glance = next(each for each in blocks if isinstance(each, Table))
    assert len(glance.rows) == 9
    headings = [each.text for each in blocks if isinstance(each, Heading)]
    assert "Time to graft loss" in headings
    assert "Quality of life" not in headings  # in words only: it stands in the table
    assert section.title == "Endpoints"


def test_patients_stand_before_the_estimate(synthetic):
    _, blocks = synthetic
    captions = [each.caption for each in blocks if isinstance(each, Table)]
    assert captions.index("Change of kidney function: every patient") < captions.index(
        "Change of kidney function: summary"
    )


def test_a_falling_score_stands_beside_loss_and_microangiopathy(published):
    _, blocks = published
    table = next(
        each for each in blocks if isinstance(each, Table) and each.caption.startswith("Microvascular")
    )
    titles = [each.title for each in table.columns]
    assert titles[-4:] == ["g + ptc", "Graft", "TMA", "Tubular injury"]
    assert [each.text for each in table.rows[0].cells[-4:]] == [
        "4 → 0 to 6",
        "lost",
        "absent → present",
        "not reported → severe",
    ]
    assert "the graft was lost and thrombotic microangiopathy is new" in table.rows[0].remark


def test_rows_of_one_of_three_give_bounds_and_the_source_its_own_sentence(published):
    _, blocks = published
    words = words_of(blocks)
    assert "rows cover 1 of 3 patients: 1 to 3 of 3" in words
    assert "patients in whom AMR improved: 0 of 3, exact 95% interval 0.0% to 70.8%" in words
    assert "not estimable" in words
    assert "nan" not in words.lower().replace("finance", "")


def test_a_curve_needs_ten_patients_and_tells_how_many_are_at_risk(synthetic):
    _, blocks = synthetic
    names = [each.name for each in blocks if isinstance(each, Figure)]
    assert "endpoint-graft_loss_12m-curve" in names
    curve = next(each for each in blocks if isinstance(each, Figure) and each.name.endswith("-curve"))
    assert "numbers at risk" in curve.alt


def test_fewer_than_ten_patients_get_time_lines(tmp_path):
    from tests.study_folder import write_study

    infusions = "subject_id,product_id,start,viable_cells,weight_kg\nS01,P1,2024-01-01,2.1e8,70\n"
    study = (
        '[[analysis_sets]]\nid = "safety"\ntitle = "i"\nrequires = "infused"\n[[endpoints]]\nid = "loss"\n'
        'kind = "primary"\ntitle = "Graft loss"\npopulation = "safety"\nvariable = "graft_loss"\n'
        'method = "time_to_event"\nuntil_day = 300\n'
    )
    tables = {"infusions": infusions, "disposition": "subject_id,milestone,date\nS01,graft_loss,2024-04-10\n"}
    _, blocks = blocks_of(write_study(tmp_path / "study", tables, study))
    figure = next(each for each in blocks if isinstance(each, Figure))
    assert figure.name == "endpoint-loss-lines"
    assert "Fewer than 10 patients" in figure.note


def test_every_figure_has_words_and_the_patients_own_colours(synthetic):
    _, blocks = synthetic
    figures = [each for each in blocks if isinstance(each, Figure)]
    assert len(figures) >= 8
    assert all(each.alt.endswith("table below.") or "at risk" in each.alt for each in figures)
    waterfall = json.dumps(next(each for each in figures if each.name.endswith("waterfall")).spec)
    assert "#0072b2" in waterfall


def test_the_forest_is_dark_for_ours_and_grey_for_others(synthetic):
    _, blocks = synthetic
    forest = next(each for each in blocks if isinstance(each, Figure) and each.name == "forest-egfr_12m")
    values = forest.spec["data"]["values"]
    assert [each["k"] for each in values] == ["ours", "theirs", "theirs", "theirs", "theirs"]
    assert "subtracted" in forest.note


def test_the_published_effect_is_computed_again_from_its_counts(published):
    """Felzartamab: 62 points (19 to 100) and ratio of non-resolution 0.23 (0.06 to 0.83), each with its method."""
    _, blocks = published
    table = next(
        each
        for each in blocks
        if isinstance(each, Table) and each.caption.endswith("published effects, computed again")
    )
    cells = [[cell.text for cell in row.cells] + [row.cells[1].below] for row in table.rows]
    shown = [(text, below) for _, text, _, below in cells]
    assert shown[1::2] == [("61.8%", "95% CI 18.6% to 100%"), ("0.23", "95% CI 0.06 to 0.83")]
    assert shown[0] == ("61.8%", "95% CI 18.8% to 85.0%")
    assert "Miettinen-Nurminen" in cells[0][2]
    assert "Wald with Yates correction (large-sample)" in cells[1][2]
    assert "log" in cells[3][2]
    assert "felzartamab 9 of 11, placebo 2 of 10" in cells[0][2]
    assert (
        table.notes[1]
        == "As printed: difference 62 percentage points (95% CI 19 to 100); risk ratio 0.23 (0.06 to 0.83)."
    )


def test_the_number_of_comparisons_is_told(synthetic):
    _, blocks = synthetic
    glance = next(each for each in blocks if isinstance(each, Table))
    assert glance.notes[0].startswith("6 p values in this section; nothing is adjusted")


def test_a_study_without_endpoints_has_no_section(tmp_path):
    from tests.study_folder import write_study

    material = Material(report_inputs(pipeline.run(write_study(tmp_path / "study"))))
    assert endpoints.section(material) is None
