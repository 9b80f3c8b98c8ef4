"""The annual safety report covers the year before the data lock, counted from the development birth date."""

import pytest

from graftrial import pipeline

EVENTS = "subject_id,ae_id,term,meddra_pt,meddra_soc,start,serious,serious_hospitalisation,outcome,expected,related_cells_investigator,aware_date\n"
INFUSIONS = "subject_id,product_id,start\nS01,P1,2022-06-01\nS02,P2,2023-09-10\nS02,P3,2023-10\n"
SUBJECTS = "subject_id,sex,age_years\nS01,F,50\nS02,M,40\n"
COMPLETE = '\n[intake]\ncomplete = ["adverse_events", "disposition", "infusions"]\n'


def annual(study_folder, birth, cut, events="", lock="", complete=COMPLETE, regime="eu", infusions=INFUSIONS):
    study = f'{complete}[data_cut]\ndate = "{cut}"\n[safety.reporting]\nregime = "{regime}"\n'
    study += f'development_birth_date = "{birth}"\n' + (f'data_lock = "{lock}"\n' if lock else "")
    tables = {"subjects": SUBJECTS, "infusions": infusions, "adverse_events": EVENTS + events}
    frame = pipeline.run(study_folder(tables, study)).results.frame
    return {each["key"].removeprefix("annual."): each for each in frame.iter_rows(named=True)}


INTERVALS = [
    # birth date    data cut      lock declared  first day     data lock     due           because
    ("2022-09-01",  "2024-09-16", "",            "2023-09-01", "2024-08-31", "2024-10-30", "the last full year"),
    ("2022-09-01",  "2024-08-31", "",            "2023-09-01", "2024-08-31", "2024-10-30", "the cut on the lock completes it"),
    ("2022-09-01",  "2024-08-30", "",            "2022-09-01", "2023-08-31", "2023-10-30", "a day before, the year before counts"),
    ("2024-06-01",  "2024-09-16", "",            "2024-06-01", "2025-05-31", "2025-07-30", "the first year is not over"),
    ("2024-02-29",  "2025-12-31", "",            "2024-02-29", "2025-02-28", "2025-04-29", "a birth date on 29 February"),
    ("2022-09-01",  "2024-09-16", "2024-05-31",  "2023-06-01", "2024-05-31", "2024-07-30", "a declared lock"),
    ("2023-12-31",  "2025-01-31", "",            "2023-12-31", "2024-12-30", "2025-02-28", "60 days into a common February"),
]  # fmt: skip


@pytest.mark.parametrize(("birth", "cut", "lock", "first", "last", "due", "because"), INTERVALS)
def test_the_interval_and_when_the_report_is_due(study_folder, birth, cut, lock, first, last, due, because):
    rows = annual(study_folder, birth, cut, lock=lock)
    assert [rows[name]["value"] for name in ("first_day", "data_lock", "due_date")] == [first, last, due], (
        because
    )
    assert "secondary sources" in rows["due_date"]["method"]


def event(number, aware, related="possible", start="2023-09-20", outcome="recovered"):
    return f"S02,{number},Sepsis,Sepsis,Infections,{start},yes,yes,{outcome},no,{related},{aware}\n"


PLACES = [
    # aware         start         interval  cumulative  because
    ("2023-09-01",  "2023-08-20", "1",      "1",        "awareness decides, not the onset"),
    ("2024-08-31",  "2024-08-20", "1",      "1",        "the day of the lock counts"),
    ("2023-08-31",  "2023-08-20", "0",      "1",        "the day before the interval"),
    ("2024-09-01",  "2024-08-30", "0",      "0",        "after the lock it is for the next report"),
    ("",            "2024-01-10", "1",      "1",        "without awareness the onset places it"),
    ("2023",        "2023-08-20", None,     "1",        "a partial day leaves the interval open, not the total"),
    ("",            "",           None,     None,       "without any day nothing is said"),
]  # fmt: skip


@pytest.mark.parametrize(("aware", "start", "interval", "cumulative", "because"), PLACES)
def test_where_a_serious_reaction_counts(study_folder, aware, start, interval, cumulative, because):
    rows = annual(study_folder, "2022-09-01", "2024-09-16", event(1, aware, start=start))
    assert rows["serious_reactions.interval.events"]["value"] == interval, because
    assert rows["serious_reactions.cumulative.events"]["value"] == cumulative, because


def test_a_serious_event_that_is_no_reaction_stands_in_the_other_table_only(study_folder):
    rows = annual(study_folder, "2022-09-01", "2024-09-16", event(1, "2024-01-02", "not_related"))
    assert rows["serious_events.interval.events"]["value"] == "1"
    assert rows["serious_reactions.interval.events"]["value"] == "0"


def test_two_events_of_one_subject_are_one_subject(study_folder):
    rows = annual(study_folder, "2022-09-01", "2024-09-16", event(1, "2024-01-02") + event(2, "2022-12-02"))
    assert [rows[f"serious_reactions.cumulative.{unit}"]["value"] for unit in ("subjects", "events")] == [
        "1",
        "2",
    ]
    assert rows["serious_reactions.interval.infections.sepsis.events"]["value"] == "1"
    assert rows["serious_reactions.cumulative.infections.sepsis.events"]["value"] == "2"


def test_exposure_counts_subjects_and_infusions(study_folder):
    rows = annual(study_folder, "2022-09-01", "2024-09-16")
    exposure = {
        key: rows[f"exposure.{key}"]["value"] for key in ("interval.subjects", "cumulative.infusions")
    }
    assert exposure == {"interval.subjects": "1", "cumulative.infusions": "3"}


def test_an_empty_table_that_is_not_complete_is_not_zero(study_folder):
    rows = annual(study_folder, "2022-09-01", "2024-09-16", complete="")
    assert rows["serious_events.cumulative.events"]["value"] is None
    assert "not reported" in rows["serious_events.cumulative.events"]["warnings"]
    assert rows["died.cumulative.subjects"]["value"] is None
    complete = annual(study_folder, "2022-09-01", "2024-09-16")
    assert complete["serious_events.cumulative.events"]["value"] == "0"
    assert complete["died.cumulative.subjects"]["value"] == "0"


def test_deaths_come_from_the_events_and_from_the_disposition(study_folder):
    rows = annual(study_folder, "2022-09-01", "2024-09-16", event(1, "2024-01-02", outcome="fatal"))
    assert rows["deaths.interval.subjects"]["value"] == "1"
    assert rows["died.interval.subjects"]["value"] == "0", "no milestone says so: a finding asks for it"


def test_without_a_birth_date_there_is_no_annual_report(study_folder):
    tables = {"adverse_events": EVENTS + event(1, "2024-01-02").replace("S02", "S01")}
    frame = pipeline.run(study_folder(tables)).results.frame
    assert not frame.filter(frame["key"].str.starts_with("annual.")).height
