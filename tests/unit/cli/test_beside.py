"""Worked patients in a process of their own: the same answers, or none and then the study's own run has them."""

from graftrial import pipeline
from graftrial.cli.beside import WorkedBeside
from tests.unit.pipeline.test_worked_patients import PATIENT, RULES

EXPECTED = "key,value,because\negfr.W01.-2,80.2,by hand\nae.any.subjects,0,none\n"


def test_the_other_process_answers_like_this_one(study_folder):
    folder = study_folder({**PATIENT, "worked_patients/loss/expected": EXPECTED}, RULES)
    with WorkedBeside(folder) as beside:
        given = beside.answers()
    assert given == pipeline.check(folder).worked
    assert len(given) == 2


def test_no_process_is_started_without_worked_patients(study_folder):
    with WorkedBeside(study_folder({})) as beside:
        assert beside.answers() is None


def test_what_the_other_process_cannot_read_is_said_by_the_run(study_folder):
    folder = study_folder({**PATIENT, "worked_patients/loss/expected": "one,two\n"}, RULES)
    with WorkedBeside(folder) as beside:
        assert beside.answers() is None
