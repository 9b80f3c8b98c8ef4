"""The table of laboratory grades under two editions: only terms that move, with the patients they move for."""

from __future__ import annotations

from graftrial import pipeline
from graftrial.pipeline.write import report_inputs
from graftrial.report.material import Material
from graftrial.report.sections.lab_editions import edition_blocks

STUDY = """
"adverse_events.ctcae" = "5.0"
[adverse_events.laboratory]
also_edition = "6.0"
"""
INFUSED = "subject_id,product_id,start\nS01,P1,2024-01-10\n"
HEADER = "subject_id,date,analyte,value,unit,lower_limit,upper_limit\n"
STILL = "S01,2024-01-09,potassium,4,mmol/L,3.5,5\nS01,2024-02-09,potassium,4.2,mmol/L,3.5,5\n"
MOVED = "S01,2024-01-09,alt,90,U/L,7,40\nS01,2024-02-09,alt,130,U/L,7,40\n"


def blocks(study_folder, rows):
    run = pipeline.run(study_folder({"infusions": INFUSED, "labs": HEADER + rows}, STUDY))
    return edition_blocks(Material(report_inputs(run)), "5.0")


def test_a_term_that_moves_names_whose_grade_it_is(study_folder):
    (table,) = blocks(study_folder, STILL + MOVED)
    (row,) = table.rows
    assert [each.text for each in row.cells] == [
        "Alanine aminotransferase increased", "0 of 1", "1 of 1", "0 of 1", "0 of 1", "S01 0 → 1",
    ]  # fmt: skip
    assert "No worst grade changes in 2 further terms." in table.notes


def test_where_nothing_moves_one_sentence_says_so(study_folder):
    (note,) = blocks(study_folder, STILL)
    assert note.text == "Graded once more by CTCAE v6.0: no worst grade changes in 2 terms."
