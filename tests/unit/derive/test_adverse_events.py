"""What derivation says about an event: before or after, worse or not, after an infusion, watched how long."""

import pytest

from graftrial import pipeline

SUBJECTS = "subject_id,sex,age_years\nS01,F,50\nS02,M,60\n"
INFUSED = "subject_id,product_id,start\nS01,P1,2024-01-10T10:00\nS02,P2,2024-01-11\n"
STUDY = """
[adverse_events]
withdrawal_actions = ["participation ended"]
[adverse_events.infusion_reaction]
within_hours = 24
"""


def events(study_folder, header, rows, study=STUDY, **tables):
    given = {"subjects": SUBJECTS, "infusions": INFUSED, "adverse_events": f"{header}\n{rows}\n", **tables}
    frame = pipeline.run(study_folder(given, study)).derived.frame("adverse_events")
    return {row["ae_id"]: row for row in frame.iter_rows(named=True)}


CLOCK = [
    # start               emergent reaction hours  because
    ("2024-01-10T09:30", False, False, None, "half an hour before the infusion of the same day"),
    ("2024-01-10T11:30", True, True, 1.5, "an hour and a half after it"),
    ("2024-01-11T09:59", True, True, 23.983333, "just inside the window"),
    ("2024-01-11T10:01", True, False, 24.016667, "just outside"),
    ("2024-01-10", True, True, None, "day 0 without a time counts as after"),
    ("2024-01-11", True, None, None, "the next day may be inside or outside"),
    ("2024-01-12", True, False, None, "two days later is outside"),
    ("2024-01", True, None, None, "somewhere in the month"),
    ("2023-12", False, False, None, "the month before"),
    ("", True, None, None, "no onset at all"),
]


@pytest.mark.parametrize(("start", "emergent", "reaction", "hours", "because"), CLOCK)
def test_onset_by_the_clock(study_folder, start, emergent, reaction, hours, because):
    row = events(study_folder, "subject_id,ae_id,term,start", f"S01,1,fever,{start}")["1"]
    assert row["is_treatment_emergent"] is emergent, because
    assert row["is_infusion_reaction"] is reaction, because
    expected = None if hours is None else pytest.approx(hours, abs=1e-5)
    assert row["hours_after_infusion"] == expected, because


def test_only_declared_terms_are_infusion_reactions(study_folder):
    study = '\n[adverse_events.infusion_reaction]\nwithin_days = 1\nterms = ["Chills"]\n'
    rows = "S01,1,chills,CHILLS,2024-01-11\nS01,2,cough,Cough,2024-01-11\nS01,3,chills,Chills,2024-01-12"
    found = events(study_folder, "subject_id,ae_id,term,meddra_pt,start", rows, study)
    assert [found[each]["is_infusion_reaction"] for each in "123"] == [True, False, False]


def test_without_a_definition_nothing_is_called_an_infusion_reaction(study_folder):
    row = events(study_folder, "subject_id,ae_id,term,start", "S01,1,fever,2024-01-10", "")["1"]
    assert row["is_infusion_reaction"] is None


def test_a_worsening_after_the_infusion_emerges(study_folder):
    header = "subject_id,ae_id,series_id,term,start,end,grade,ctcae_edition"
    rows = "S01,1,A,anaemia,2024-01-01,2024-01-14,1,5.0\nS01,2,A,anaemia,2024-01-14,2024-01-20,3,5.0\n"
    rows += "S01,3,A,anaemia,2024-01-20,,1,5.0"
    found = events(study_folder, header, rows)
    assert [found[each]["is_treatment_emergent"] for each in "123"] == [False, True, True]
    assert [found[each]["is_worsened"] for each in "123"] == [False, True, False]
    assert {found[each]["worst_grade"] for each in "123"} == {3}


def test_causality_of_every_product_is_kept(study_folder):
    header = (
        "subject_id,ae_id,term,start,related_cells_investigator,related_cells_sponsor,"
        "related_procedure_investigator,related_procedure_sponsor"
    )
    rows = (
        "S01,1,a,2024-01-12,possible,not_related,not_related,\nS01,2,b,2024-01-12,,not_related,not_related,\n"
    )
    rows += (
        "S01,3,c,2024-01-12,not_related,,possible,\nS01,4,d,2024-01-12,not_related,not_related,not_related,"
    )
    found = events(study_folder, header, rows)
    assert [found[each]["is_related_cells"] for each in "1234"] == [True, None, False, False]
    assert [found[each]["is_handled_as_related_cells"] for each in "1234"] == [True, True, False, False]
    assert [found[each]["is_related"] for each in "1234"] == [True, None, True, False]
    assert [found[each]["is_handled_as_related"] for each in "1234"] == [True, True, True, False]


def test_withdrawal_as_recorded_or_by_the_declared_words(study_folder):
    header = "subject_id,ae_id,term,start,action,led_to_withdrawal"
    rows = "S01,1,a,2024-01-12,Participation ended,\nS01,2,b,2024-01-12,none,\nS01,3,c,2024-01-12,none,yes\n"
    found = events(study_folder, header, rows + "S01,4,d,2024-01-12,,")
    assert [found[each]["is_withdrawal"] for each in "1234"] == [True, False, True, None]


def test_the_window_may_end_after_the_last_infusion(study_folder):
    study = "\n[definitions.treatment_emergent]\ndays_after_last_infusion = 30\n"
    infused = "subject_id,product_id,start\nS01,P1,2024-01-10\nS01,P3,2024-02-10\n"
    rows = "S01,1,a,2024-03-11\nS01,2,b,2024-03-12"
    found = events(study_folder, "subject_id,ae_id,term,start", rows, study, infusions=infused)
    assert [found[each]["is_treatment_emergent"] for each in "12"] == [True, False]


def run(study_folder, rows, disposition, study=""):
    header = "subject_id,ae_id,term,start,serious,related_cells_investigator\n"
    given = {
        "subjects": SUBJECTS,
        "infusions": INFUSED,
        "adverse_events": header + rows,
        "disposition": "subject_id,milestone,date\n" + disposition,
    }
    return pipeline.run(study_folder(given, study))


def test_what_came_first(study_folder):
    done = run(
        study_folder,
        "S01,1,fever,2024-01-20,no,\nS01,2,sepsis,2024-03-01,yes,possible\nS02,1,cough,2024-02-20,yes,\n",
        "S01,graft_loss,2024-02-10\nS01,completed,2025-01-09\nS02,death,2024-02-15\n",
    )
    times = {
        (row["subject_id"], row["definition"]): (row["days"], row["cause_name"])
        for row in done.derived.frame("event_times").iter_rows(named=True)
    }
    assert times["S01", "any"] == (10, "event")
    assert times["S01", "serious"] == (31, "graft loss")
    assert times["S02", "any"] == (35, "death")
    exposure = {
        r["subject_id"]: r["exposure_days"]
        for r in done.derived.frame("event_exposure").iter_rows(named=True)
    }
    assert exposure == {"S01": 365, "S02": 35}


def test_the_two_rates_and_the_incidence_are_different_numbers(study_folder):
    """400 days watched: 2 events in them; the first event after 10 of S01's 365 days, S02's 35 without one."""
    study = '\n[schedule]\nvisits = [{ id = "M1", day = 30, earliest = 20, latest = 40 }]\n'
    done = run(
        study_folder,
        "S01,1,fever,2024-01-20,yes,\nS01,2,sepsis,2024-03-01,yes,possible\n",
        "S01,completed,2025-01-09\nS02,death,2024-02-15\n",
        study,
    )
    found = {row["key"]: row for row in done.results.frame.iter_rows(named=True)}
    years = 400 / 365.25
    assert float(found["ae.exposure.patient_years"]["value"]) == pytest.approx(years)
    assert float(found["ae.rate.serious.events"]["value"]) == pytest.approx(100 * 2 / years)
    assert float(found["ae.rate.serious.first"]["value"]) == pytest.approx(100 * 1 / (45 / 365.25))
    assert float(found["ae.cumulative_incidence.serious.30"]["value"]) == pytest.approx(0.5)
    assert found["ae.cumulative_incidence.serious.30"]["n"] == 1
    # Garwood limits of 2 events: 0.242209 and 7.224688 (Garwood 1936)
    assert float(found["ae.rate.serious.events"]["lower"]) == pytest.approx(100 * 0.242209 / years, rel=1e-5)
    assert float(found["ae.rate.serious.events"]["upper"]) == pytest.approx(100 * 7.224688 / years, rel=1e-5)
