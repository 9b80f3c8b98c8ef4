"""Study days count from the first infusion, day 0; partial dates give bounds, and only what is proven is said."""

import pytest

from graftrial import pipeline

INFUSION = "subject_id,product_id,start\nS01,P1,{start}\n"
CASES = [
    # infusion      event         low    high   because
    ("2024-03-10",  "2024-03-10", 0,     0,     "the day of the infusion is day 0"),
    ("2024-03-10",  "2024-03-09", -1,    -1,    "the day before is negative"),
    ("2024-02-28",  "2024-03-01", 2,     2,     "2024 is a leap year"),
    ("2024-03-10",  "2024-03",    -9,    21,    "a month is a range of days"),
    ("2024-03-10",  "2024",       -69,   296,   "a year is a wider range"),
    ("2024-03",     "2024-04-15", 15,    45,    "a partial infusion date widens every day"),
    ("2024-03-10",  "28",         28,    28,    "a study day needs no date"),
    ("",            "2024-03-10", None,  None,  "without an infusion date a date has no study day"),
    ("",            "D5",         5,     5,     "a study day stands by itself"),
]  # fmt: skip


@pytest.mark.parametrize(("infusion", "event", "low", "high", "because"), CASES)
def test_a_moment_has_the_days_that_it_can_mean(study_folder, infusion, event, low, high, because):
    tables = {
        "infusions": INFUSION.format(start=infusion),
        "adverse_events": f"subject_id,ae_id,term,start\nS01,1,Fever,{event}\n",
    }
    row = pipeline.run(study_folder(tables)).derived.frame("adverse_events").row(0, named=True)
    assert (row["onset_day_low"], row["onset_day_high"]) == (low, high), because
    assert row["onset_day"] == (low if low == high else None)


def test_the_first_of_several_infusions_is_day_0(study_folder):
    tables = {"infusions": "subject_id,product_id,start\nS01,P2,2024-04-10\nS01,P1,2024-03-10\n"}
    infusions = pipeline.run(study_folder(tables)).derived.frame("infusions")
    assert sorted(infusions["start_day"]) == [0, 31]


def test_with_one_infusion_undated_nobody_knows_which_was_the_first(study_folder):
    tables = {"infusions": "subject_id,product_id,start\nS01,P2,2024-04-10\nS01,P1,\n"}
    assert pipeline.run(study_folder(tables)).derived.frame("subjects")["anchor_date"].to_list() == [None]


def test_another_anchor_may_be_declared(study_folder):
    tables = {
        "subjects": "subject_id,sex,age_years,transplant_date\nS01,F,50,2024-01-01\n",
        "infusions": "subject_id,product_id,start\nS01,P1,2024-03-01\n",
    }
    run = pipeline.run(study_folder(tables, '\n[schedule]\nanchor = "transplant"\n'))
    assert run.derived.frame("infusions")["start_day"].to_list() == [60]


VISITS = """
[[schedule.visits]]
id = "M1"
day = 28
earliest = 21
latest = 35
[[schedule.visits]]
id = "M3"
day = 90
earliest = 76
latest = 104
[definitions.baseline]
earliest_day = -30
latest_day = 0
"""
LABS = [
    # day   visit   is_baseline   because
    (-31,   None,   False,        "before the baseline window"),
    (-7,    None,   False,        "inside the window, but not the last value"),
    (0,     None,   True,         "the last value of the window; day 0 counts"),
    (21,    "M1",   False,        "first day of the window of month 1"),
    (36,    None,   False,        "between two windows"),
    (104,   "M3",   False,        "last day of the window of month 3"),
]  # fmt: skip


def test_visits_and_baseline_follow_the_windows_of_the_study_file(study_folder):
    rows = "".join(f"S01,{day},creatinine,1.5,mg/dL\n" for day, *_ in LABS)
    tables = {
        "infusions": "subject_id,product_id,start\nS01,P1,0\n",
        "labs": "subject_id,day,analyte,value,unit\n" + rows,
    }
    derived = pipeline.run(study_folder(tables, VISITS)).derived.frame("kidney_function").sort("day")
    found = list(derived.select("day", "visit", "is_baseline").iter_rows())
    assert found == [(day, visit, baseline) for day, visit, baseline, _ in LABS]
