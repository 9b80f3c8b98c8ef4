"""Shifts, the map of events, kidney outcomes together, immunology and values by visit: counted by hand."""

import pytest

from graftrial import analyse, derive, intake, study
from tests.study_folder import write_study

STUDY = """
[study]
id = "TINY"
title = "A tiny trial"

[rules]
"egfr.ckd_epi_cr" = "2021"

[schedule]
visits = [{ id = "D0", day = 0, earliest = 0, latest = 0 }, { id = "M3", day = 90, earliest = 80, latest = 100 }]

[intake]
complete = ["disposition"]
"""
TABLES = {
    "subjects": "subject_id,sex,age_years\nS01,F,40\nS02,M,50\nS03,F,60\nS04,M,30\n",
    "infusions": "subject_id,product_id,start\n" + "".join(f"S0{n},P{n},2020-01-01\n" for n in (1, 2, 3)),
    "disposition": "subject_id,milestone,date\nS01,completed,2020-12-01\nS02,graft_loss,2020-02-01\nS03,completed,2020-12-01\n",
    "biopsies": (
        "subject_id,biopsy_id,date,timing,g,ptc,tma\n"
        "S01,A,2019-12-01,before,1,3,absent\nS01,B,2020-03-01,after,0,1,present\nS01,C,2020-06-01,after,0,0,\n"
        "S02,A,2019-12-01,before,2,2,absent\n"
        "S03,A,2019-12-01,before,1,,absent\nS03,B,2020-03-01,after,1,1,absent\n"
        "S04,A,2019-12-01,before,3,3,absent\n"
    ),
    "adverse_events": (
        "subject_id,ae_id,term,meddra_pt,meddra_soc,start,grade,ctcae_edition,serious\n"
        "S01,1,a,Chills,General disorders,2020-01-02,1,5.0,no\n"
        "S01,2,b,Fever,General disorders,2020-01-03,3,5.0,yes\n"
        "S02,1,c,Chills,General disorders,2020-01-02,,,no\n"
        "S02,2,d,Death,General disorders,2020-01-02,5,5.0,yes\n"
        "S03,1,e,Cough,Respiratory disorders,2020-01-02,2,5.0,no\n"
        "S03,2,f,Cough,Respiratory disorders,2020-01-04,,,no\n"
    ),
    "labs": (
        "subject_id,date,analyte,value,unit\n"
        "S01,2020-01-01,creatinine,150,umol/L\nS01,2020-03-31,creatinine,160,umol/L\n"
        "S03,2020-01-01,creatinine,150,umol/L\n"
        "S01,2019-12-31,NK cells,0.2,10^9/L\nS01,2020-03-31,NK cells,0.1,10^9/L\nS03,2020-03-31,nk,90,1/uL\n"
        "S01,2020-02-01,BK PCR,0,copies/mL\nS01,2020-03-01,BK PCR,1200,copies/mL\n"
    ),
}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = write_study(tmp_path_factory.mktemp("all") / "study", TABLES, STUDY)
    protocol = study.load(folder)
    typed = intake.type_tables(intake.read(folder, protocol.intake), protocol.intake)
    frame = analyse.run(protocol, typed, derive.run(protocol, typed)).frame
    return {row["key"]: row for row in frame.iter_rows(named=True)}


def test_the_last_biopsy_after_the_cells_stands_against_the_one_before(results):
    assert results["biopsy.shift.g.1.0.subjects"]["value"] == "1"
    assert results["biopsy.shift.g_plus_ptc.4.0.subjects"]["sources"] == "biopsies/S01/A/; biopsies/S01/C/"
    assert results["biopsy.shift.g_plus_ptc.not_graded.2.subjects"]["value"] == "1"


def test_a_missing_biopsy_after_a_lost_graft_is_named_and_a_patient_without_cells_is_not_counted(results):
    row = results["biopsy.shift.g.2.no_biopsy_graft_lost.subjects"]
    assert (row["value"], row["denominator"]) == ("1", 3)
    assert not any(key.startswith("biopsy.shift.g.3.") for key in results)


def test_every_shift_of_a_lesion_adds_up_to_the_patients(results):
    shifts = [row for key, row in results.items() if key.startswith("biopsy.shift.ptc.")]
    assert sum(int(row["value"]) for row in shifts) == 3


def test_new_tma_counts_any_biopsy_after_and_leaves_the_unseen_open(results):
    row = results["biopsy.new_tma.subjects"]
    assert (row["value"], row["not_assessable"], row["lower"], row["upper"]) == ("1", 1, "1", "2")


def test_the_map_has_the_worst_grade_and_bounds_where_one_was_not_graded(results):
    assert results["ae.map.general_disorders.S01"]["value"] == "3"
    assert results["ae.map.general_disorders.S01"]["method"].endswith("one is serious")
    assert results["ae.map.general_disorders.S02"]["lower"] is None  # nothing is worse than 5
    row = results["ae.map.respiratory_disorders.S03"]
    assert (row["value"], row["lower"], row["upper"], row["not_assessable"]) == ("2", "2", "5", 1)


def test_immune_cells_are_taken_as_recorded_and_a_missing_end_is_said(results):
    assert results["immunology.nk_cells.baseline.S01"]["value"] == "0.2"
    assert results["immunology.nk_cells.last.S01"]["value"] == "0.1"
    assert results["immunology.nk_cells.baseline.S03"]["warnings"] == "no value in the baseline window"
    assert results["immunology.nk_cells.last.S03"]["unit"] == "1/uL"


def test_the_highest_viral_load_says_of_how_many_samples(results):
    row = results["viral_load.bk_virus.highest.S01"]
    assert (row["value"], row["n"], row["denominator"]) == ("1200", 1, 2)


def test_values_by_visit_name_the_missing_and_leave_out_who_is_no_longer_followed(results):
    at_start = results["present.creatinine.d0.subjects"]
    assert (at_start["value"], at_start["denominator"], at_start["warnings"]) == ("2", 3, "no value: S02")
    later = results["present.creatinine.m3.subjects"]
    assert (later["value"], later["denominator"]) == ("1", 2)
    assert later["warnings"] == "no value: S03"


def test_the_patients_together_at_a_visit_are_those_with_a_value_of_those_still_followed(results):
    first, later = (results[f"by_visit.egfr.{visit}.value"] for visit in ("d0", "m3"))
    assert (first["n"], first["denominator"]) == (2, 3)
    assert (later["n"], later["denominator"]) == (1, 2)
    assert later["number"] == pytest.approx(results["egfr.S01.90"]["number"])
    assert later["rules"] == "egfr.ckd_epi_cr@2021"


def test_a_change_at_a_visit_is_against_the_patients_own_baseline(results):
    change = results["by_visit.egfr.m3.change"]
    own = results["egfr.S01.90"]["number"] - results["egfr.S01.0"]["number"]
    assert (change["n"], change["number"]) == (1, pytest.approx(own))
    assert not any(key.startswith("by_visit.upcr.") for key in results)


def test_deaths_have_the_denominator_of_those_given_cells_and_an_exact_interval(results):
    count, proportion = (results[f"outcome.died.{name}"] for name in ("subjects", "proportion"))
    assert (count["value"], count["denominator"]) == ("0", 3)
    assert float(proportion["upper"]) == pytest.approx(1 - 0.025 ** (1 / 3))
