"""Historical controls through the pipeline: matching, balance, the difference of pairs, and honest refusals."""

import numpy as np
import pytest
from scipy.stats import wilcoxon

from graftrial import pipeline
from graftrial.errors import StudyFileError

STUDY = """
[study]
id = "TINY"
title = "A tiny trial"

[[cohorts]]
id = "cells"
title = "Treated with cells"

[[cohorts]]
id = "history"
title = "Historical controls"
treated = false

[schedule]
follow_up_days = 365
visits = [{ id = "M12", day = 365, earliest = 350, latest = 380 }]

[[analysis_sets]]
id = "everybody"
title = "Everybody screened"
requires = "screened"

[rules]
"egfr.ckd_epi_cr" = "2021"

[[endpoints]]
id = "creatinine_12m"
kind = "primary"
title = "Creatinine"
population = "everybody"
variable = "creatinine"
method = "change_from_baseline"
at = "M12"
"""
COMPARISON = """
[comparison]
controls = "history"
covariates = ["age_years"]
caliper = 0.5
endpoints = ["creatinine_12m"]
"""
TREATED = {"T1": 40, "T2": 44, "T3": 47, "T4": 50, "T5": 52, "T6": 55, "T7": 58, "T8": 61}
CONTROLS = {
    "C01": 35, "C02": 39, "C03": 42, "C04": 46, "C05": 49, "C06": 50.5, "C07": 53, "C08": 54, "C09": 57,
    "C10": 60, "C11": 30, "C12": 33,
}  # fmt: skip
CHANGE = {each: 0.1 * place for place, each in enumerate(TREATED, start=1)}
CHANGE |= {each: 0.5 + 0.13 * (place % 5) for place, each in enumerate(CONTROLS)}


def labs(dated=(), without=()):
    rows = ["subject_id,date,analyte,value,unit"]
    for who in (*TREATED, *CONTROLS):
        is_dated = who in TREATED or who in dated
        days = ("2023-12-20", "2024-12-30") if is_dated else ("D-12", "D364")
        rows.append(f"{who},{days[0]},creatinine,1.5,mg/dL")
        if who not in without:
            rows.append(f"{who},{days[1]},creatinine,{1.5 + CHANGE[who]:.2f},mg/dL")
    return "\n".join(rows) + "\n"


def folder_of(study_folder, comparison=COMPARISON, ages=None, lab_rows=None, treated=TREATED):
    ages = {**treated, **CONTROLS, **(ages or {})}
    subjects = "subject_id,sex,age_years,cohort\n"
    subjects += "".join(
        f"{each},F,{age},{'cells' if each in TREATED else 'history'}\n" for each, age in ages.items()
    )
    infusions = "subject_id,product_id,start,viable_cells,weight_kg\n"
    infusions += "".join(f"{each},P{each},2024-01-01,2.1e8,70\n" for each in treated)
    tables = {"subjects": subjects, "infusions": infusions, "labs": lab_rows or labs()}
    return study_folder(tables, STUDY + comparison)


def rows_of(folder):
    frame = pipeline.run(folder).results.frame
    return {row["key"]: row for row in frame.to_dicts() if row["key"].startswith(("comparison", "endpoint"))}


def test_pairs_lie_inside_the_caliper_and_the_difference_is_that_of_the_pairs(study_folder):
    found = rows_of(folder_of(study_folder))
    assert found["comparison.treated"]["value"] == "8"
    assert found["comparison.controls"]["value"] == "12"
    width = found["comparison.caliper"]["number"]
    score = {who: found[f"comparison.score.{who}"]["number"] for who in (*TREATED, *CONTROLS)}
    spread = np.sqrt(
        (np.var([score[each] for each in TREATED], ddof=1) + np.var([score[each] for each in CONTROLS], ddof=1)) / 2
    )  # fmt: skip
    assert width == pytest.approx(0.5 * spread)
    pairs = {who: found[f"comparison.pair.{who}"]["value"] for who in TREATED}
    matched = {who: control for who, control in pairs.items() if control}
    assert len(matched) == found["comparison.pairs"]["number"] >= 6
    assert len(matched) + found["comparison.unmatched"]["number"] == 8
    assert len(set(matched.values())) == len(matched)
    assert all(abs(score[who] - score[control]) <= width for who, control in matched.items())
    differences = [round(CHANGE[who], 2) - round(CHANGE[control], 2) for who, control in matched.items()]
    walsh = [(a + b) / 2 for k, a in enumerate(differences) for b in differences[k:]]
    estimate = found["comparison.endpoint.creatinine_12m.estimate"]
    assert estimate["number"] == pytest.approx(np.median(walsh))
    assert "confounding by what was not measured remains" in estimate["warnings"]
    p = found["comparison.endpoint.creatinine_12m.p"]["number"]
    assert p == pytest.approx(wilcoxon(np.round(differences, 9), method="exact").pvalue)


def test_balance_is_that_of_the_groups_and_of_the_pairs(study_folder):
    found = rows_of(folder_of(study_folder))
    treated, controls = np.array(list(TREATED.values())), np.array(list(CONTROLS.values()))
    spread = np.sqrt((treated.var(ddof=1) + controls.var(ddof=1)) / 2)
    before = found["comparison.smd.age_years.before"]["number"]
    assert before == pytest.approx((treated.mean() - controls.mean()) / spread)
    pairs = {who: found[f"comparison.pair.{who}"]["value"] for who in TREATED}
    gaps = [TREATED[who] - CONTROLS[control] for who, control in pairs.items() if control]
    after = found["comparison.smd.age_years.after"]["number"]
    assert after == pytest.approx(np.mean(gaps) / spread)
    assert abs(after) < abs(before)


def test_controls_are_in_no_analysis_set(study_folder):
    found = rows_of(folder_of(study_folder))
    assert found["endpoint.creatinine_12m.estimate"]["denominator"] == 8
    assert not [key for key in found if key.startswith("endpoint.creatinine_12m.patient.C")]


def test_a_missing_covariate_is_never_imputed(study_folder):
    found = rows_of(folder_of(study_folder, ages={"T1": "", "C05": ""}))
    assert found["comparison.without.T1"]["warnings"] == "not matched: age_years was not given"
    assert found["comparison.without.C05"]["value"] is None
    assert "comparison.pair.T1" not in found
    assert found["comparison.treated"]["not_assessable"] == 1
    assert "C05" not in [found[f"comparison.pair.{who}"]["value"] for who in TREATED if who != "T1"]


def test_a_control_with_dates_and_no_day_0_has_no_baseline_value(study_folder):
    more = COMPARISON.replace('"age_years"', '"creatinine_baseline"')
    found = rows_of(folder_of(study_folder, more, lab_rows=labs(dated=("C01",))))
    told = found["comparison.without.C01"]["warnings"]
    assert told == "not matched: no creatinine at baseline: its values are dated and it has no day 0"


def test_a_pair_without_a_value_at_the_visit_says_whose_is_missing(study_folder):
    found = rows_of(folder_of(study_folder))
    control = found["comparison.pair.T5"]["value"]
    again = rows_of(folder_of(study_folder, lab_rows=labs(without=(control,))))
    row = again["comparison.endpoint.creatinine_12m.pair.T5"]
    assert row["value"] is None
    assert row["warnings"].startswith(f"{control}: no value on day 350 to 380")
    before, after = (each["comparison.endpoint.creatinine_12m.estimate"]["n"] for each in (found, again))
    assert after == before - 1


def test_too_many_covariates_are_refused_with_the_sentence(study_folder):
    more = COMPARISON.replace('"age_years"', '"age_years", "creatinine_baseline"')
    found = rows_of(folder_of(study_folder, more))
    said = "not estimable, because 2 covariates are more than one for each 5 of the 8 patients of the smaller group"
    assert found["comparison.pairs"]["warnings"] == said
    assert found["comparison.endpoint.creatinine_12m.estimate"]["warnings"] == said
    assert "comparison.smd.age_years.before" in found
    assert "comparison.smd.age_years.after" not in found


def test_a_control_matched_twice_takes_interval_and_p_away(study_folder):
    more = COMPARISON.replace("caliper = 0.5", "caliper = 3\nwith_replacement = true\nratio = 2")
    found = rows_of(folder_of(study_folder, more))
    estimate = found["comparison.endpoint.creatinine_12m.estimate"]
    assert estimate["number"] is not None
    assert estimate["lower"] is None
    assert found["comparison.endpoint.creatinine_12m.p"]["value"] is None
    assert "not independent" in estimate["warnings"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"history"', '"cells"', "without treated = false"),
        ('"history"', '"nobody"', "no cohort of this file"),
        ('["creatinine_12m"]', '["other"]', "no endpoint of this file"),
        ("caliper = 0.5\n", "", "caliper"),
        ('"age_years"', '"height"', "height"),
        ('"age_years"', '"sex", "sex"', "twice"),
    ],
)
def test_a_comparison_that_does_not_fit_is_refused(study_folder, old, new, said):
    with pytest.raises(StudyFileError, match=said):
        pipeline.run(folder_of(study_folder, COMPARISON.replace(old, new)))


def test_no_comparison_no_rows(study_folder):
    assert not [key for key in rows_of(folder_of(study_folder, "")) if key.startswith("comparison")]


def test_years_since_transplantation_of_a_control_count_from_its_index_day(study_folder):
    more = COMPARISON.replace('"age_years"', '"years_since_transplant"')
    folder = folder_of(study_folder, more)
    path = folder / "tables" / "subjects.csv"
    dates = dict.fromkeys(TREATED, "2020-01-02") | dict.fromkeys(CONTROLS, "D-1461") | {"C03": ""}
    lines = path.read_text().splitlines()
    body = [f"{each},{dates[each.split(',')[0]]}" for each in lines[1:]]
    path.write_text("\n".join([f"{lines[0]},transplant_date", *body]) + "\n")
    rows = pipeline.run(folder).derived.frame("comparison_covariates")
    years = dict(rows.select("subject_id", "value").iter_rows())
    assert years["C01"] == pytest.approx(1461 / 365.25)
    assert years["T1"] == pytest.approx(1460 / 365.25)
    assert years["C03"] is None
    assert rows.filter(subject_id="C03")["reason"].to_list() == ["years_since_transplant was not given"]
