"""Counts of adverse events and milestones: none, some, unknown and not reported are four different things."""

import pytest

from graftrial import pipeline

INFUSED = "subject_id,product_id,start\nS01,P1,2024-01-10\nS02,P2,2024-01-11\n"
SUBJECTS = "subject_id,sex,age_years\nS01,F,50\nS02,M,60\n"
HEADER = "subject_id,ae_id,term,start,grade,ctcae_edition,serious,related_cells_investigator,related_cells_sponsor,outcome\n"
COMPLETE = '\n[intake]\ncomplete = ["adverse_events", "disposition"]\n'


def results(study_folder, events, study="", **tables):
    given = {"subjects": SUBJECTS, "infusions": INFUSED, "adverse_events": HEADER + events, **tables}
    run = pipeline.run(study_folder(given, study))
    return {row["key"]: row for row in run.results.frame.iter_rows(named=True)}


def test_no_row_means_not_reported(study_folder):
    rows = results(study_folder, "")
    assert rows["ae.serious.subjects"]["value"] is None
    assert "not reported" in rows["ae.serious.subjects"]["warnings"]


def test_no_row_of_a_complete_table_means_none(study_folder):
    rows = results(study_folder, "", COMPLETE)
    assert rows["ae.serious.subjects"]["value"] == "0"
    assert float(rows["ae.serious.proportion"]["upper"]) == pytest.approx(0.8418861, abs=1e-6)


def test_subjects_are_counted_once_and_events_each_time(study_folder):
    rows = results(study_folder, "S01,1,Fever,2024-01-12,2,5.0,yes,,,\nS01,2,Cough,2024-01-13,1,5.0,yes,,,\n")
    assert (rows["ae.serious.subjects"]["value"], rows["ae.serious.events"]["value"]) == ("1", "2")


def test_none_certain_and_one_open_is_not_zero(study_folder):
    rows = results(study_folder, "S01,1,Fever,2024-01-12,2,5.0,,,,\n")
    serious = rows["ae.serious.subjects"]
    assert (serious["value"], serious["lower"], serious["upper"], serious["not_assessable"]) == (
        None,
        "0",
        "1",
        1,
    )


def test_the_sponsor_never_lowers_the_investigator(study_folder):
    rows = results(
        study_folder,
        "S01,1,Fever,2024-01-12,2,5.0,no,possible,not_related,\nS02,1,Cough,2024-01-12,1,5.0,no,not_related,possible,\n",
    )
    assert rows["ae.related_cells.subjects"]["value"] == "2"


def test_a_criterion_that_is_met_outranks_a_recorded_no(study_folder):
    events = "subject_id,ae_id,term,start,serious,serious_hospitalisation\nS01,1,Fever,2024-01-12,no,yes\n"
    rows = results(study_folder, "", adverse_events=events)
    assert rows["ae.serious.subjects"]["value"] == "1"


def test_an_event_of_a_subject_never_infused_is_not_in_the_safety_set(study_folder):
    rows = results(
        study_folder,
        "S03,1,Fever,2024-01-12,2,5.0,yes,,,\nS01,1,Cough,2024-01-13,1,5.0,no,,,\n",
        subjects=SUBJECTS + "S03,F,40\n",
    )
    assert rows["ae.serious.subjects"]["value"] == "0"
    assert rows["ae.any.events"]["value"] == "1"


def test_a_milestone_that_nobody_recorded_is_not_reported(study_folder):
    rows = results(study_folder, "")
    assert rows["disposition.withdrawn"]["value"] is None
    assert results(study_folder, "", COMPLETE)["disposition.withdrawn"]["value"] == "0"


def test_a_dose_is_the_sum_of_the_infusions_or_not_known(study_folder):
    infusions = "subject_id,product_id,start,viable_cells,weight_kg,planned_cells_per_kg\nS01,P1,2024-01-10,2.1e8,70,3e6\nS01,P3,2024-02-10,1.05e8,70,3e6\nS02,P2,2024-01-11,,60,3e6\n"
    rows = results(study_folder, "", infusions=infusions)
    assert rows["dose.given_cells_per_kg.S01"]["value"] == "4500000"
    assert rows["dose.deviation_percent.S01"]["value"] == "-25"
    assert rows["dose.given_cells_per_kg.S02"]["value"] is None
    assert rows["dose.given_cells_per_kg.S02"]["warnings"] == "viable_cells is missing"


def test_a_dose_that_contradicts_cells_by_weight_is_withheld(study_folder):
    infusions = "subject_id,product_id,start,viable_cells,weight_kg,given_cells_per_kg\nS01,P1,2024-01-10,2.1e8,70,3.5e6\n"
    rows = results(study_folder, "", infusions=infusions)
    assert rows["dose.given_cells_per_kg.S01"]["value"] is None
    assert "withheld" in rows["dose.given_cells_per_kg.S01"]["warnings"]


def test_reported_aggregates_are_shown_and_never_added(study_folder):
    reported = "statement,events,n,source\ntreated,3,3,paper\n"
    rows = results(study_folder, "", reported=reported)
    assert rows["reported.treated"]["value"] == "3"
    assert rows["disposition.infused"]["value"] == "2"


def test_a_repeated_reading_has_results_of_its_own(study_folder):
    biopsies = "subject_id,biopsy_id,date,reader,blinded,g,ptc\nS01,B1,2024-01-02,AB,no,1,2\nS01,B1,2024-01-02,CD,yes,2,2\n"
    rows = results(study_folder, "", biopsies=biopsies)
    assert rows["biopsy.g_plus_ptc.S01.B1.AB"]["value"] == "3"
    assert rows["biopsy.g_plus_ptc.S01.B1.CD"]["value"] == "4"
