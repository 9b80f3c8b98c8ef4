"""Worked patients: expected answers run with the study, and a disagreement is never quiet."""

import pytest

from graftrial import pipeline
from graftrial.errors import InputUnreadable
from graftrial.pipeline.worked_patients import Outcome, compare

PATIENT = {
    "worked_patients/loss/tables/subjects": "subject_id,sex,age_years\nW01,M,55\n",
    "worked_patients/loss/tables/infusions": "subject_id,start,viable_cells,weight_kg\nW01,2024-03-01,210000000,70\n",
    "worked_patients/loss/tables/labs": "subject_id,date,analyte,value,unit\nW01,2024-02-28,creatinine,1.09,mg/dL\n",
}
RULES = '\n"dose.given_cells_per_kg" = "1"\n'


def worked(study_folder, expected):
    folder = study_folder({**PATIENT, "worked_patients/loss/expected": expected}, RULES)
    return pipeline.check(folder)


@pytest.mark.parametrize(
    ("expected", "found", "agrees"),
    [
        ("80.2", "80.15431936232488", True),
        ("80.1", "80.15431936232488", False),
        ("80", "80.15431936232488", True),
        ("3000000", "3000000", True),
        ("met", "met", True),
        ("met", "not met", False),
        ("not assessable", None, True),
        ("0", None, False),
    ],
)
def test_a_number_agrees_to_the_decimals_that_the_team_wrote(tmp_path, expected, found, agrees):
    (tmp_path / "expected.csv").write_text(f"key,value,because\nanswer,{expected},by hand\n")
    (answer,) = compare(tmp_path, Outcome({"answer": found}, {}))
    assert answer.agrees is agrees


def test_the_studys_own_rules_answer_for_the_worked_patient(study_folder):
    checked = worked(study_folder, "key,value,because\negfr.W01.-2,80.2,by hand\nae.any.subjects,0,none\n")
    assert [(each.key, each.agrees) for each in checked.worked] == [
        ("egfr.W01.-2", True),
        ("ae.any.subjects", False),
    ]
    assert checked.is_blocked
    assert [each.where() for each in checked.findings if each.code == "GT-WP-001"] == [
        "worked_patients/loss/expected.csv row 3, column value"
    ]


def test_an_unknown_key_is_a_disagreement(study_folder):
    checked = worked(study_folder, "key,value,because\negfr.W99.0,80.2,typing error\n")
    assert [each.found for each in checked.worked] == ["no such result"]


def test_worked_patients_are_no_patients_of_the_study(study_folder):
    checked = worked(study_folder, "key,value,because\nfinding.GT-LAB-002,0,the unit is there\n")
    assert checked.tables.frame("subjects")["subject_id"].to_list() == ["S01"]
    assert not checked.is_blocked


def test_an_unreadable_table_of_a_worked_patient_names_the_patient(study_folder):
    tables = {
        **PATIENT,
        "worked_patients/loss/tables/labs": "",
        "worked_patients/loss/expected": "key,value,because\n",
    }
    with pytest.raises(InputUnreadable) as refused:
        pipeline.check(study_folder(tables))
    assert "worked_patients/loss" in str(refused.value)
