"""Declared endpoints through the pipeline: each patient, each estimate, and an honest sentence where there is none."""

import math

import pytest

from graftrial import pipeline

STUDY = """
[study]
id = "TINY"
title = "A tiny trial"

[schedule]
follow_up_days = 365
visits = [
  { id = "M6", day = 180, earliest = 165, latest = 195 },
  { id = "M12", day = 365, earliest = 350, latest = 380 },
]

[[analysis_sets]]
id = "safety"
title = "Everybody infused"
requires = "infused"

[definitions.baseline]
earliest_day = -400
latest_day = 0

[intake]
complete = ["disposition", "treatments", "adverse_events"]

[rules]
"egfr.ckd_epi_cr" = "2021"

[thresholds]
"antibodies.cutoff_mfi" = 1000
"antibodies.floor_mfi" = 100

[[endpoints]]
id = "e"
kind = "primary"
title = "The endpoint"
"""
CHANGE = 'population = "safety"\nvariable = "creatinine"\nmethod = "change_from_baseline"\nat = "M12"\n'
SLOPE = (
    'population = "safety"\nvariable = "creatinine"\nmethod = "mixed_model_slope"\nwindow_days = [0, 400]\n'
)
LOSS = 'population = "safety"\nvariable = "graft_loss"\nmethod = "time_to_event"\nuntil_day = 300\n'
SERIOUS = 'population = "safety"\nvariable = "ae_serious"\nmethod = "proportion"\nuntil_day = 365\n'
DATES = {-60: "2023-11-02", -30: "2023-12-02", 0: "2024-01-01", 100: "2024-04-10", 120: "2024-04-30"}
DATES |= {150: "2024-05-30", 180: "2024-06-29", 300: "2024-10-27", 365: "2024-12-31"}


def people(count):
    return [f"S{number:02}" for number in range(1, count + 1)]


def folder_of(study_folder, endpoint, creatinine=(), disposition=(), events=(), treatments=(), n=1, more=""):
    """A study of n infused patients; creatinine: (patient, day, mg/dL); disposition: (patient, milestone, day)."""
    subjects = "subject_id,sex,age_years\n" + "".join(f"{each},F,50\n" for each in people(n))
    infusions = "subject_id,product_id,start,viable_cells,weight_kg\n"
    infusions += "".join(f"{each},P{each},2024-01-01,2.1e8,70\n" for each in people(n))
    labs = "subject_id,date,analyte,value,unit\n"
    labs += "".join(f"{who},{DATES[day]},creatinine,{value},mg/dL\n" for who, day, value in creatinine)
    reached = "subject_id,milestone,date\n"
    reached += "".join(
        f"{who},{what},{DATES[day] if day is not None else ''}\n" for who, what, day in disposition
    )
    happened = "subject_id,ae_id,term,start,serious\n"
    happened += "".join(f"{who},A{k},fever,{DATES[day]},{how}\n" for k, (who, day, how) in enumerate(events))
    given = "subject_id,treatment,purpose,start\n"
    given += "".join(f"{who},eculizumab,rescue,{DATES[day]}\n" for who, day in treatments)
    tables = {
        "subjects": subjects, "infusions": infusions, "labs": labs, "disposition": reached,
        "adverse_events": happened, "treatments": given,
    }  # fmt: skip
    return study_folder(tables, STUDY + endpoint + more)


def answers(study_folder, endpoint, **given):
    run = pipeline.run(folder_of(study_folder, endpoint, **given))
    rows = {row["key"]: row for row in run.results.frame.iter_rows(named=True)}
    found = {key.removeprefix("endpoint.e."): row for key, row in rows.items() if key.startswith("endpoint.")}
    assert not any(isinstance(row["number"], float) and math.isnan(row["number"]) for row in found.values())
    assert not any("nan" in f"{row['value']} {row['lower']} {row['upper']}".lower() for row in found.values())
    return found


def rising(n, day=365, start=2.0):
    return [
        (who, moment, start + (moment > 0) * (k + 1) / 4)
        for k, who in enumerate(people(n))
        for moment in (0, day)
    ]


def test_a_change_is_the_value_at_the_visit_minus_the_baseline_with_exact_limits(study_folder):
    rows = answers(study_folder, CHANGE, creatinine=rising(6), n=6)
    assert [rows[f"patient.{who}"]["number"] for who in people(6)] == [0.25, 0.5, 0.75, 1.0, 1.25, 1.5]
    assert rows["estimate"]["number"] == 0.875
    assert (rows["estimate"]["lower"], rows["estimate"]["upper"]) == ("0.25", "1.5")
    assert (rows["p"]["number"], rows["p"]["lower"]) == (0.03125, "0.03125")
    assert rows["endpoint.comparisons"]["number"] == 1


def test_fewer_than_six_patients_get_no_p_value_but_the_smallest_that_was_possible(study_folder):
    rows = answers(study_folder, CHANGE, creatinine=rising(5), n=5)
    assert rows["p"]["value"] is None
    assert rows["p"]["lower"] == "0.0625"
    assert "fewer than 6 patients" in rows["p"]["warnings"]
    assert rows["endpoint.comparisons"]["number"] == 0


def test_one_patient_is_a_value_without_an_interval(study_folder):
    rows = answers(study_folder, CHANGE, creatinine=rising(1))
    assert (rows["patient.S01"]["number"], rows["estimate"]["number"]) == (0.25, 0.25)
    assert rows["estimate"]["lower"] is None
    assert rows["estimate"]["warnings"].startswith("no interval, because 1 pair allows no interval")
    slope = answers(
        study_folder, SLOPE, creatinine=[("S01", day, 2 + day / 365) for day in (0, 100, 180, 365)]
    )
    assert slope["estimate"]["value"] is None
    assert "a mixed model needs at least 3 patients" in slope["estimate"]["warnings"]


def test_without_a_value_after_baseline_the_sentence_says_so(study_folder):
    rows = answers(study_folder, CHANGE, creatinine=[("S01", 0, 2.0)])
    assert rows["patient.S01"]["value"] is None
    assert rows["patient.S01"]["warnings"] == "no value on day 350 to 380"
    assert rows["estimate"]["warnings"].startswith("not estimable, because there is no pair of values")
    assert rows["p"]["value"] is None


def test_a_visit_that_nobody_reached_is_said_for_each_patient(study_folder):
    rows = answers(study_folder, CHANGE, creatinine=rising(3, day=180), n=3)
    assert "3 of 3 without an answer: no value on day 350 to 380" in rows["estimate"]["warnings"]


def test_identical_values_have_no_p_value_and_no_slope_test(study_folder):
    same = [(who, day, 2.0) for who in people(6) for day in (0, 100, 180, 365)]
    rows = answers(study_folder, CHANGE, creatinine=same, n=6)
    assert rows["estimate"]["number"] == 0
    assert (rows["p"]["value"], rows["p"]["warnings"]) == (
        None,
        "not estimable, because all differences are 0",
    )
    slope = answers(study_folder, SLOPE, creatinine=same, n=6)
    assert "all values are identical" in slope["estimate"]["warnings"]


def test_when_everybody_is_censored_there_is_no_event_and_no_limit(study_folder):
    ends = [(who, "completed", 365) for who in people(3)]
    rows = answers(study_folder, LOSS, disposition=ends, n=3)
    assert rows["estimate"]["number"] == 1
    assert "no event: everybody was censored" in rows["estimate"]["warnings"]
    assert rows["median"]["value"] is None
    assert rows["estimate"]["lower"] is None


def test_a_separated_responder_has_an_exact_interval_and_no_p_value(study_folder):
    endpoint = (
        'population = "safety"\nvariable = "creatinine"\nmethod = "responder"\nat = "M12"\n'
        'threshold = 10\ndirection = "at_most"\n'
    )
    rows = answers(study_folder, endpoint, creatinine=rising(3), n=3)
    assert (rows["estimate"]["number"], rows["estimate"]["upper"]) == (1, "1")
    assert float(rows["estimate"]["lower"]) == pytest.approx(0.025 ** (1 / 3))
    assert "p" not in rows


def test_a_missing_patient_is_a_non_responder_only_where_that_is_declared(study_folder):
    endpoint = (
        'population = "safety"\nvariable = "creatinine"\nmethod = "responder"\nat = "M12"\n'
        'threshold = 10\ndirection = "at_most"\n'
    )
    given = {"creatinine": [*rising(2), ("S03", 0, 2.0)], "n": 3}
    rows = answers(study_folder, endpoint, **given)
    assert (rows["subjects"]["value"], rows["subjects"]["lower"], rows["subjects"]["upper"]) == (
        None,
        "2",
        "3",
    )
    declared = answers(study_folder, endpoint + 'missing = "non_responder"\n', **given)
    assert declared["patient.S03"]["value"] == "non-responder"
    assert declared["estimate"]["number"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("strategy", "status", "value"),
    [
        ('"exclude_after"', "missing", None),
        ('"last_value"', "set", 3.0),
        ('"while_on_treatment"', "set", 3.0),
        ('"value_zero", value = 10', "set", 10.0),
        ('"composite_worst"', "worst", None),
        ('"treatment_policy"', "observed", 9.0),
    ],
)
def test_each_strategy_for_graft_loss_does_what_it_says(study_folder, strategy, status, value):
    endpoint = CHANGE + f'intercurrent = [{{ event = "graft_loss", strategy = {strategy} }}]\n'
    creatinine = [("S01", 0, 2.0), ("S01", 100, 3.0), ("S01", 365, 9.0)]
    folder = folder_of(
        study_folder, endpoint, creatinine=creatinine, disposition=[("S01", "graft_loss", 150)]
    )
    row = pipeline.run(folder).derived.frame("endpoint_values").row(0, named=True)
    assert (row["status"], row["value"]) == (status, value)


def test_a_strategy_that_is_not_declared_is_named_and_values_after_loss_do_not_count(study_folder):
    creatinine = [("S01", 0, 2.0), ("S01", 365, 9.0)]
    rows = answers(study_folder, CHANGE, creatinine=creatinine, disposition=[("S01", "graft_loss", 150)])
    assert rows["patient.S01"]["warnings"] == (
        "no value before graft loss on day 150; no strategy is declared for graft loss"
    )
    assert "rescue therapy: values count as recorded (no strategy declared)" in rows["estimand"]["value"]


def test_a_loss_on_an_unknown_day_leaves_the_value_open(study_folder):
    rows = answers(study_folder, CHANGE, creatinine=rising(1), disposition=[("S01", "graft_loss", None)])
    assert "graft loss on a day not reported" in rows["patient.S01"]["warnings"]
    loss = answers(study_folder, LOSS, disposition=[("S01", "graft_loss", None)])
    assert (loss["subjects"]["value"], loss["estimate"]["value"]) == ("1", None)


def test_the_earliest_loss_ranks_worst_and_the_sign_test_counts_losses_as_worse(study_folder):
    endpoint = 'population = "safety"\nvariable = "creatinine"\nmethod = "composite_rank"\nat = "M12"\nbetter = "lower"\n'
    losses = [("S01", "graft_loss", 150), ("S02", "graft_loss", 100)]
    rows = answers(study_folder, endpoint, creatinine=rising(6), disposition=losses, n=6)
    assert [rows[f"patient.{who}"]["number"] for who in people(6)] == [2, 1, 6, 5, 4, 3]
    assert (rows["lost"]["number"], rows["p"]["number"]) == (2, 0.03125)


def test_death_competes_with_graft_loss_and_is_never_one_minus_kaplan_meier(study_folder):
    endpoint = LOSS + 'competing = ["death"]\n'
    ends = [
        ("S01", "graft_loss", 100),
        ("S02", "death", 150),
        ("S03", "graft_loss", 180),
        ("S04", "completed", 365),
    ]
    rows = answers(study_folder, endpoint, disposition=ends, n=4)
    assert rows["estimate"]["number"] == pytest.approx(0.5)
    assert rows["estimate"]["method"].startswith("Aalen-Johansen")
    assert rows["patient.S02"]["method"] == "competing event"


def test_no_serious_event_counts_as_no_only_where_the_table_is_declared_complete(study_folder):
    rows = answers(study_folder, SERIOUS, events=[("S01", 100, "yes"), ("S02", 100, "no")], n=3)
    assert [rows[f"patient.{who}"]["value"] for who in people(3)] == ["yes", "no", "no"]
    folder = folder_of(study_folder, SERIOUS, events=[("S01", 100, "yes")], n=3)
    text = (folder / "study.toml").read_text().replace(', "adverse_events"]', "]")
    (folder / "study.toml").write_text(text)
    frame = pipeline.run(folder).results.frame
    row = {each["key"]: each for each in frame.iter_rows(named=True)}["endpoint.e.estimate"]
    assert row["value"] is None
    assert "1 to 3 of 3" in row["warnings"]


def test_slopes_before_and_after_give_a_difference_for_each_patient(study_folder):
    endpoint = 'population = "safety"\nvariable = "creatinine"\nmethod = "slope_before_after"\nwindow_days = [-60, 400]\n'
    before = [("S01", day, 2.0 + noise) for day, noise in ((-60, 0.0), (-30, 0.1), (0, 0.0))]
    after = [("S01", day, 2.0 + day / 365.25 + noise) for day, noise in ((100, 0.0), (180, 0.1), (365, 0.0))]
    rows = answers(study_folder, endpoint, creatinine=before + after)
    difference = rows["after.S01"]["number"] - rows["before.S01"]["number"]
    assert rows["patient.S01"]["number"] == pytest.approx(difference)
    assert float(rows["patient.S01"]["lower"]) < difference < float(rows["patient.S01"]["upper"])


def test_one_patient_alone_is_compared_with_every_other_start_of_treatment(study_folder):
    endpoint = (
        'population = "safety"\nvariable = "creatinine"\nmethod = "interrupted_series"\nwindow_days = [-60, 400]\n'
        'better = "lower"\n'
    )
    values = [(-60, 3.0), (-30, 3.1), (0, 3.0), (100, 2.0), (150, 2.1), (180, 2.0)]
    rows = answers(study_folder, endpoint, creatinine=[("S01", day, value) for day, value in values])
    assert rows["patient.S01"]["number"] == pytest.approx(-1.0)
    assert rows["overlap.S01"]["number"] == 1
    assert rows["p.S01"]["value"] is None
    assert "only one start leaves 3 values in each phase" in rows["p.S01"]["warnings"]


def test_rates_count_events_per_patient_years_with_garwood_limits(study_folder):
    endpoint = 'population = "safety"\nvariable = "ae_any"\nmethod = "rate"\nuntil_day = 365\n'
    events = [("S01", 100, "no"), ("S01", 150, "no"), ("S02", 100, "no")]
    ends = [(who, "completed", 365) for who in people(2)]
    rows = answers(study_folder, endpoint, events=events, disposition=ends, n=2)
    assert rows["estimate"]["number"] == pytest.approx(100 * 3 / (730 / 365.25))
    assert "3 events" in rows["estimate"]["warnings"]


def test_an_endpoint_in_words_computes_nothing_and_says_so(study_folder):
    rows = answers(study_folder, 'measure = "as patients describe it"\n')
    assert list(rows) == ["endpoint.comparisons", "declared"] or set(rows) == {
        "endpoint.comparisons",
        "declared",
    }
    assert rows["declared"]["warnings"] == "described in words; no computation declared"


def test_a_set_without_anybody_is_said(study_folder):
    endpoint = CHANGE.replace('"safety"', '"histology"')
    more = (
        '\n[[analysis_sets]]\nid = "histology"\ntitle = "h"\nrequires = "infused_and_post_baseline_biopsy"\n'
    )
    rows = answers(study_folder, endpoint, creatinine=rising(1), more=more)
    assert rows["estimate"]["warnings"] == "not estimable, because nobody is in the analysis set"


def test_a_published_result_stands_beside_and_is_never_subtracted(study_folder):
    rows = answers(
        study_folder, CHANGE + 'comparators = ["imagine_egfr_52w_placebo"]\n', creatinine=rising(1)
    )
    row = rows["comparator.imagine_egfr_52w_placebo"]
    assert (row["number"], row["lower"], row["upper"], row["n"]) == (-5.2, "-7.4", "-3.1", 191)
    assert "never subtracted" in row["warnings"]


def test_a_change_names_the_rows_of_both_values_and_a_loss_its_milestone(study_folder):
    endpoint = CHANGE + 'intercurrent = [{ event = "graft_loss", strategy = "value_zero" }]\n'
    rows = answers(
        study_folder, endpoint, creatinine=rising(2), disposition=[("S02", "graft_loss", 150)], n=2
    )
    both = ["labs/S01/2024-01-01//creatinine", "labs/S01/2024-12-31//creatinine"]
    assert [each.replace("//", "/") for each in both] == [
        each.replace("//", "/") for each in rows["patient.S01"]["sources"].split("; ")
    ]
    assert "disposition/S02/graft_loss" in rows["patient.S02"]["sources"]
