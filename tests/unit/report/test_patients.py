"""The baseline table: everybody and each cohort, described and never tested."""

from __future__ import annotations

import pytest

from graftrial import pipeline
from graftrial.pipeline.write import report_inputs
from graftrial.report.material import Material
from graftrial.report.sections import patients
from graftrial.report.share import for_outsiders

COHORTS = '\n[[cohorts]]\nid = "cells"\ntitle = "Cells"\n[[cohorts]]\nid = "history"\ntitle = "History"\n'


@pytest.fixture
def inputs(study_folder):
    rows = [f"C{n:02},{'F' if n % 2 else 'M'},{40 + n},cells,living" for n in range(1, 12)]
    rows += [f"H{n:02},F,{60 + n},history," for n in range(1, 4)]
    subjects = "subject_id,sex,age_years,cohort,donor_type\n" + "\n".join(rows) + "\n"
    return report_inputs(pipeline.run(study_folder({"subjects": subjects}, COHORTS)))


def rows_of(inputs):
    table = patients.section(Material(inputs)).blocks[0]
    assert [each.title for each in table.columns] == ["", "Subjects", "cells", "history"]
    return [[cell.text for cell in row.cells] for row in table.rows], table


def test_each_cohort_stands_beside_everybody(inputs):
    rows, table = rows_of(inputs)
    assert rows[0] == ["Subjects", "14 of 14", "11 of 14", "3 of 14"]
    assert ["Female", "9 of 14", "6 of 11", "3 of 3"] in rows
    assert ["Living", "11 of 14", "11 of 11", "0 of 3"] in rows
    assert ["Not reported", "3 of 14", "0 of 11", "3 of 3"] in rows
    place = rows.index(["Age in years"])
    assert rows[place + 1] == ["Mean (SD)", "49.4 (7.42)", "46.0 (3.32)", "too few values"]
    assert rows[place + 2][1:] == ["47.5 (41 to 63)", "46 (41 to 51)", "62 (61 to 63)"]
    assert "not tested" in table.notes[0]


def test_no_p_value_is_made_of_a_baseline(inputs):
    keys = Material(inputs).results.frame.get_column("key").to_list()
    assert not [each for each in keys if each.startswith("subjects.") and each.endswith((".p", "_p"))]


def test_outsiders_see_no_exact_age_of_any_cohort(inputs):
    rows, _ = rows_of(for_outsiders(inputs))
    assert not [cell for row in rows for cell in row if cell.startswith(("47.5", "46", "62"))]
