"""The graft before the cells, what stands on the first page, and what changed since an earlier report."""

from dataclasses import replace
from types import SimpleNamespace

import polars as pl
import pytest

from graftrial.report.blocks import Cell, Column, Row, Table
from graftrial.report.inputs import Changes
from graftrial.report.material import Material
from graftrial.report.results import ResultRows
from graftrial.report.sections import changes, patients, summary
from graftrial.report.sections.by_visit import visit_table
from tests.unit.report.frames import THREE, inputs_of

EVENT = "subject_id,ae_id,term,start,serious\nS01,1,cough,2020-02-20,yes\nS01,2,fever,2020-03-05,yes\n"
TABLES = {
    **THREE,
    "adverse_events": EVENT,
    "biopsies": "subject_id,biopsy_id,date,timing,g,ptc,c4d,tma,edition_used,pathologist_diagnosis\nS01,A,2020-02-01,before,1,2,,absent,2019,chronic_active_amr\n",
    "treatments": (
        "subject_id,treatment,purpose,start,end,dose,dose_unit\n"
        "S01,tacrolimus,maintenance,2019-01-01,,4,mg/day\nS01,azathioprine,maintenance,2018-01-01,2019-01-01,,\n"
    ),
}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    return inputs_of(tmp_path_factory.mktemp("baseline") / "study", TABLES)


def tables_of(section):
    return {each.caption: each for each in section.blocks if isinstance(each, Table)}


def test_the_graft_before_the_cells_is_told_from_the_last_biopsy_and_treatments_in_force(inputs):
    table = tables_of(patients.section(Material(inputs)))["Graft and immune system before the cells"]
    told = {row.cells[0].text: row.cells[1] for row in table.rows}
    assert told["Lesions"].text == "g1 ptc2 C4d? cg? i? t?"
    assert told["Diagnosis of the last biopsy"].below == "Banff 2019, day −30"
    assert told["Immunosuppression"].text == "tacrolimus 4 mg/day"


def test_what_nobody_has_before_the_cells_is_named(inputs):
    notes = [each.text for each in patients.section(Material(inputs)).blocks if hasattr(each, "kind")]
    assert any("Molecular score" in each and "Lesions" not in each for each in notes)


def test_a_serious_event_before_the_cells_is_not_read_as_one_after_them(inputs):
    table = tables_of(summary.section(Material(inputs)))["What happened to each patient who was given cells"]
    serious = table.rows[0].cells[2]
    assert (serious.text, serious.below) == ("2 events", "cough (before the cells); fever")


def test_a_comparison_begins_with_the_numbers_of_the_first_page(inputs):
    rows = [
        ("ae.any.proportion", "changed", "value", "0.3", "0.3333"),
        ("ae.serious.subjects", "changed", "value", "0", "1"),
    ]
    frame = pl.DataFrame(rows, schema=["key", "change", "column", "before", "after"], orient="row")
    made = changes.section(Material(replace(inputs, changes=Changes(frame, "2020-01"))))
    table = tables_of(made)["What changed of the main results"]
    assert [[each.text for each in row.cells[1:]] for row in table.rows] == [["0", "1 of 3"]]


def test_a_visit_without_the_first_measure_keeps_the_second_in_its_own_columns():
    row = {
        "key": "by_visit.number.m6.value",
        "value": "0",
        "number": 0.0,
        "unit": "",
        "n": 1,
        "denominator": 2,
    }
    more = {
        "not_assessable": 0,
        "lower": 0.0,
        "upper": 0.0,
        "method": "",
        "warnings": "",
        "rules": "",
        "sources": "",
    }
    visit = SimpleNamespace(id="m6", day=180)
    material = SimpleNamespace(
        results=ResultRows(pl.DataFrame([row | more])),
        study=SimpleNamespace(schedule=SimpleNamespace(visits=[visit])),
    )
    (table,) = visit_table(
        material, "Course", (("strongest", "Strongest, MFI", 0), ("number", "Number, ", 0))
    )
    assert [each.text for each in table.rows[0].cells] == ["m6", "1 of 2", "–", "–", "0", "–"]


def test_a_table_whose_rows_do_not_fit_its_columns_is_not_built():
    with pytest.raises(ValueError, match="Course"):
        Table("Course", (Column("a"), Column("b")), (Row((Cell("1"),)),))
