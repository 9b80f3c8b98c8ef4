"""Historical cohorts: not reported is not zero, one stratum, nobody twice, never the trial itself."""

from __future__ import annotations

import csv

import pytest

from graftrial.errors import StudyFileError
from graftrial.stats.binomial import interval_clopper_pearson
from graftrial.study import load
from graftrial.study.evidence import evidence_of, evidence_table

PRIOR = """
[safety.prior]
evidence = "shipped"
stratum = "{stratum}"
event_type = "{event}"
robust_weight = 0.2
"""


def chosen(folder):
    return evidence_of(load(folder), folder)


def prior(event, stratum="late-AMR MSC", more=""):
    return PRIOR.format(stratum=stratum, event=event) + more


def test_a_count_that_is_not_reported_is_none_and_not_zero():
    rows = {each.row_id: each for each in evidence_table()}
    assert rows["veceric_haler_2022.graft_loss"].events is None
    assert rows["wei_2021.infusion_reaction"].events == 0
    assert not rows["veceric_haler_2022.death"].is_countable


def test_the_shipped_table_is_the_shared_one(shared):
    with (shared / "knowledge/evidence.csv").open(encoding="utf-8", newline="") as given:
        told = {
            row["row_id"]: (row["events"], row["n_at_risk"], row["stratum"]) for row in csv.DictReader(given)
        }
    ours = {
        each.row_id: ("" if each.events is None else str(each.events),
                      "" if each.n_at_risk is None else str(each.n_at_risk), each.stratum)
        for each in evidence_table()
    }  # fmt: skip
    assert ours == told


def test_the_intervals_of_the_shared_table(shared):
    rows = {each.row_id: each for each in evidence_table()}
    with (shared / "knowledge/evidence_intervals.csv").open(encoding="utf-8", newline="") as given:
        for row in csv.DictReader(given):
            members = [rows[each.strip()] for each in row["members"].split(";")]
            events, n = sum(each.events for each in members), sum(each.n_at_risk for each in members)
            low, high = interval_clopper_pearson(events, n)
            assert (f"{low:.6f}", f"{high:.6f}") == (
                f"{float(row['lower_95']):.6f}",
                f"{float(row['upper_95']):.6f}",
            )


def test_the_monitored_trial_is_never_in_its_own_prior(study_folder):
    own = '[[registries]]\nname = "ClinicalTrials.gov"\nid = "NCT03585855"\n'
    found = chosen(study_folder(study=prior("patient_with_sae", more=own)))
    assert [each.study_id for each in found.cohorts] == []
    assert ("veceric_haler_2022", "this trial itself") in [
        (each.study_id, why) for each, why in found.left_out
    ]
    assert [each.study_id for each in chosen(study_folder(study=prior("patient_with_sae"))).cohorts] == [
        "veceric_haler_2022"
    ]


def test_cohorts_of_another_stratum_are_not_pooled(study_folder):
    found = chosen(study_folder(study=prior("infusion_reaction")))
    assert {each.stratum for each in found.cohorts} == {"late-AMR MSC"}


def test_the_same_patients_twice_are_refused(study_folder):
    given = prior("graft_loss", "peri-transplant MSC")
    with pytest.raises(StudyFileError, match="GT-STUDY-033"):
        chosen(study_folder(study=given))
    found = chosen(study_folder(study=given + 'exclude = ["perico_2011", "perico_2013"]\n'))
    assert "perico_2018" in {each.study_id for each in found.cohorts}


def test_the_robust_weight_has_no_default(study_folder):
    with pytest.raises(StudyFileError, match="robust_weight"):
        load(study_folder(study=prior("infusion_reaction").replace("robust_weight = 0.2\n", "")))
