"""Ages, exposure and outcome of the subjects: known, unknown, never guessed."""

import pytest

from graftrial import pipeline


def subject(study_folder, **tables):
    return pipeline.run(study_folder(tables)).derived.frame("subjects").row(0, named=True)


@pytest.mark.parametrize(
    ("milestones", "graft", "dead"),
    [
        ("", "not reported", None),
        ("S01,infused,2024-01-10\n", "not reported", None),
        ("S01,completed,2025-01-10\n", "functioning", False),
        ("S01,graft_loss,2024-06\n", "lost", None),
        ("S01,graft_loss,2024-06\nS01,completed,2025-01-10\n", "lost", False),
        ("S01,death,2024-06-01\n", "not reported", True),
    ],
)
def test_graft_and_life_are_known_only_where_a_milestone_says_so(study_folder, milestones, graft, dead):
    row = subject(study_folder, disposition="subject_id,milestone,date\n" + milestones)
    assert (row["graft_status"], row["is_dead"]) == (graft, dead)


def test_the_age_of_a_year_of_birth_is_the_middle_of_the_year(study_folder):
    row = subject(
        study_folder,
        subjects="subject_id,sex,birth_year\nS01,F,1974\n",
        infusions="subject_id,product_id,start\nS01,P1,2024-07-01\n",
    )
    assert row["age_years"] == pytest.approx(50, abs=0.01)
    assert "year of birth" in row["age_basis"]


def test_age_at_the_sample_grows_with_the_study_day(study_folder):
    run = pipeline.run(
        study_folder(
            {
                "infusions": "subject_id,product_id,start\nS01,P1,2024-01-10\n",
                "labs": "subject_id,day,analyte,value,unit\nS01,0,creatinine,1,mg/dL\nS01,365,creatinine,1,mg/dL\n",
            }
        )
    )
    ages = run.derived.frame("kidney_function").sort("day")["age_at_sample_years"].to_list()
    assert ages == [50, pytest.approx(50 + 365 / 365.25)]


def test_a_subject_counts_as_infused_by_the_milestone_alone(study_folder):
    row = subject(study_folder, disposition="subject_id,milestone\nS01,infused\n")
    assert row["is_infused"]
    assert row["n_infusions"] is None, "how often is not reported"


def test_a_value_after_graft_loss_is_marked_and_is_not_the_last_value(study_folder):
    run = pipeline.run(
        study_folder(
            {
                "infusions": "subject_id,product_id,start\nS01,P1,0\n",
                "disposition": "subject_id,milestone,day\nS01,graft_loss,100\n",
                "labs": "subject_id,day,analyte,value,unit\nS01,0,creatinine,2,mg/dL\nS01,90,creatinine,4,mg/dL\nS01,120,creatinine,8,mg/dL\n",
            }
        )
    )
    rows = {row["key"]: row for row in run.results.frame.iter_rows(named=True)}
    assert rows["egfr_last.S01"]["method"] == "value of day 90"
    assert "after graft loss" in rows["egfr.S01.120"]["warnings"]
