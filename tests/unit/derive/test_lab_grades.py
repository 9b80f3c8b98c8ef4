"""Laboratory grades of a study: by the pinned edition, in the unit of the row, with baseline, ratio and shift."""

import pytest

from graftrial import pipeline

SUBJECTS = "subject_id,sex,age_years\nS01,F,50\nS02,M,60\n"
INFUSED = "subject_id,product_id,start\nS01,P1,2024-01-10\nS02,P2,2024-01-10\n"
HEADER = "subject_id,date,analyte,value,unit,lower_limit,upper_limit\n"
PIN = '"adverse_events.ctcae" = "{}"\n'


def run(study_folder, rows, edition="5.0", study=""):
    given = {"subjects": SUBJECTS, "infusions": INFUSED, "labs": HEADER + rows}
    return pipeline.run(study_folder(given, PIN.format(edition) + study))


def graded(done, record):
    frame = done.derived.frame("lab_grades")
    return frame.filter(frame["record"] == record).to_dicts()


def test_no_pin_no_grade(study_folder):
    given = {
        "subjects": SUBJECTS,
        "infusions": INFUSED,
        "labs": HEADER + "S01,2024-01-09,potassium,5.8,mmol/L,3.5,5\n",
    }
    assert pipeline.run(study_folder(given)).derived.frame("lab_grades").is_empty()


def test_a_graft_above_the_limit_is_graded_before_anything_happens(study_folder):
    rows = "S01,2024-01-09,creatinine,216,umol/L,60,120\nS01,2024-02-09,creatinine,4.0724,mg/dL,0.68,1.36\n"
    first, second = graded(run(study_folder, rows), "creatinine_increased")
    assert (first["grade"], first["is_baseline"], first["baseline_grade"]) == (2, True, 2)
    assert second["ratio_to_baseline"] == pytest.approx(4.0724 * 88.4 / 216)
    assert second["baseline_value"] == pytest.approx(216 / 88.4), "in the unit of the row"
    assert (second["grade"], second["is_post_baseline"]) == (2, True)


def test_a_missing_baseline_leaves_bounds_and_a_reason(study_folder):
    (row,) = graded(
        run(study_folder, "S01,2024-02-09,creatinine,110,umol/L,60,120\n"), "creatinine_increased"
    )
    assert (row["grade"], row["grade_min"], row["grade_max"]) == (None, 0, 3)
    assert row["grade_reason"] == "baseline missing"


def test_a_high_baseline_is_graded_by_the_limit_and_not_against_itself(study_folder):
    rows = "S01,2024-01-09,alt,90,U/L,7,40\nS01,2024-02-09,alt,130,U/L,7,40\n"
    first, second = graded(run(study_folder, rows), "alanine_aminotransferase_increased")
    assert (first["grade"], second["grade"]) == (1, 0), "130 is 1.44 times an abnormal baseline"
    first, second = graded(run(study_folder, rows, "6.0"), "alanine_aminotransferase_increased")
    assert (first["grade"], second["grade"]) == (1, 1)


def test_potassium_is_graded_in_both_directions(study_folder):
    done = run(study_folder, "S01,2024-02-09,potassium,6.4,mmol/L,3.5,5\n")
    assert graded(done, "hyperkalemia")[0]["grade"] == 3
    assert graded(done, "hypokalemia")[0]["grade"] == 0


def test_declared_symptoms_and_gap_decide(study_folder):
    rows = "S01,2024-02-09,sodium,129.5,mmol/L,135,145\n"
    assert graded(run(study_folder, rows), "hyponatremia")[0]["grade"] is None
    study = '[adverse_events.laboratory]\ngap = "mild"\nsymptomatic = true\n'
    assert graded(run(study_folder, rows, "5.0", study), "hyponatremia")[0]["grade"] == 1


def test_a_clause_in_the_row_outranks_the_study(study_folder):
    given = "subject_id,date,analyte,value,unit,lower_limit,upper_limit,symptomatic\n"
    rows = "S01,2024-02-09,sodium,127,mmol/L,135,145,yes\nS02,2024-02-09,sodium,127,mmol/L,135,145,\n"
    tables = {"subjects": SUBJECTS, "infusions": INFUSED, "labs": given + rows}
    study = PIN.format("5.0") + "[adverse_events.laboratory]\nsymptomatic = false\n"
    done = pipeline.run(study_folder(tables, study))
    assert [row["grade"] for row in graded(done, "hyponatremia")] == [3, 2]


def test_a_unit_that_the_text_does_not_give_is_not_graded(study_folder):
    (row,) = graded(run(study_folder, "S01,2024-02-09,proteinuria,1500,mg/day,0,150\n"), "proteinuria")
    assert row["grade"] is None
    assert "g/day" in row["grade_reason"]


def test_the_shift_table_counts_every_treated_person_once(study_folder):
    rows = (
        "S01,2024-01-09,potassium,5.2,mmol/L,3.5,5\nS01,2024-01-20,potassium,5.8,mmol/L,3.5,5\n"
        "S01,2024-02-20,potassium,6.1,mmol/L,3.5,5\nS02,2024-02-20,potassium,4.1,mmol/L,3.5,5\n"
    )
    found = {
        row["key"]: row for row in run(study_folder, rows).results.frame.iter_rows(named=True)
    }  # fmt: skip
    stem = "labgrade.shift.hyperkalemia"
    assert found[f"{stem}.1.3.subjects"]["value"] == "1"
    assert "labs/S01/2024-02-20" in found[f"{stem}.1.3.subjects"]["sources"]
    assert found[f"{stem}.no_value.0.subjects"]["value"] == "1"
    cells = [int(row["value"]) for key, row in found.items() if key.startswith(stem)]
    assert (sum(cells), len(cells)) == (2, 42), "42 cells, the zeros printed"
    assert found["labgrade.worst.hyperkalemia.S01"]["value"] == "3"


ALSO = '[adverse_events.laboratory]\nalso_edition = "6.0"\n'


def regraded(done):
    rows = done.results.frame.select("key", "value", "n", "label").iter_rows(named=True)
    return {
        row["key"]: row for row in rows if row["key"].startswith(("labgrade.edition.", "labgrade.regraded."))
    }


def test_the_other_edition_is_asked_only_where_it_is_declared(study_folder):
    rows = "S01,2024-01-09,alt,90,U/L,7,40\nS01,2024-02-09,alt,130,U/L,7,40\n"
    assert not regraded(run(study_folder, rows))
    assert not regraded(run(study_folder, rows, "6.0", ALSO)), "the pinned edition is not another one"


def test_whose_grade_changes_under_the_other_edition(study_folder):
    rows = (
        "S01,2024-01-09,alt,90,U/L,7,40\nS01,2024-02-09,alt,130,U/L,7,40\n"
        "S02,2024-01-09,alt,30,U/L,7,40\nS02,2024-02-09,alt,130,U/L,7,40\n"
        "S01,2024-01-09,platelets,200,10^9/L,150,400\nS01,2024-02-09,platelets,20,10^9/L,150,400\n"
    )
    found = regraded(run(study_folder, rows, "5.0", ALSO))
    stem = "labgrade.edition.alanine_aminotransferase_increased"
    counts = {change: found[f"{stem}.{change}.subjects"]["n"] for change in ("same", "higher", "lower")}
    assert counts == {"same": 1, "higher": 1, "lower": 0}
    assert found["labgrade.regraded.alanine_aminotransferase_increased.S01"]["value"] == "1"
    renamed = found["labgrade.regraded.platelet_count_decreased.S01"]
    assert (renamed["value"], renamed["label"]) == ("3", "Platelet count decreased / Thrombocytopenia: S01")


def test_a_grade_that_one_edition_leaves_open_is_not_called_a_change(study_folder):
    found = regraded(run(study_folder, "S01,2024-02-09,creatinine,110,umol/L,60,120\n", "5.0", ALSO))
    counts = {key.split(".")[-2]: row["n"] for key, row in found.items()}
    assert counts == {"same": 0, "higher": 0, "lower": 0, "not_assessable": 1}
