"""Each eligibility criterion is met, not met or not assessable, and says what is missing."""

import pytest

from graftrial import pipeline

CRITERION = """
[[eligibility]]
id = "asked"
kind = "{kind}"
text = "as asked"
{comparison}
"""
SUBJECTS = "subject_id,sex,age_years,consent_date\nS01,F,50,2024-01-02\n"
CASES = [
    # kind         comparison                                              biopsies row after date                     verdict           outcome     because
    ("inclusion",  'fact = "age_years"\nat_least = 18',                    ",,,,",                                     "met",            "eligible", "50 is at least 18"),
    ("inclusion",  'fact = "age_years"\nless_than = 50',                   ",,,,",                                     "not met",        "excluded", "50 is not below 50"),
    ("inclusion",  'fact = "consent"\nequals = true',                      ",,,,",                                     "met",            "eligible", "a consent is recorded"),
    ("inclusion",  'fact = "mvi"\nat_least = 2',                           "2,,,,",                                    "met",            "eligible", "g 2 reaches 2 whatever ptc is"),
    ("inclusion",  'fact = "mvi"\nat_least = 4',                           "2,,,,",                                    "not assessable", "open",     "ptc decides"),
    ("inclusion",  'fact = "mvi"\nat_least = 4',                           "0,3,,,",                                   "not met",        "excluded", "0 + 3 stays below 4"),
    ("inclusion",  'fact = "pathologist_diagnosis"\nequals = "chronic_active_amr"', ",,,chronic_active_amr; recurrent_gn,", "met",       "eligible", "the pathologist recorded it"),
    ("inclusion",  'fact = "pathologist_diagnosis"\nequals = "chronic_active_amr"', ",,,active_amr,",                       "not met",   "excluded", "another diagnosis was recorded"),
    ("inclusion",  'fact = "pathologist_diagnosis"\nequals = "chronic_active_amr"', "1,1,,,",                               "not assessable", "open", "no diagnosis was recorded"),
    ("exclusion",  'fact = "gn_recurrent"\nequals = true',                 ",,,,yes",                                  "met",            "excluded", "recurrent glomerulonephritis excludes"),
    ("exclusion",  'fact = "gn_recurrent"\nequals = true',                 ",,,,no",                                   "not met",        "eligible", "it was looked for and absent"),
    ("exclusion",  'fact = "tma"\nequals = "present"',                     ",,,,",                                     "not assessable", "open",     "not reported is not absent"),
    ("inclusion",  'fact = "egfr_ml_per_min_1_73m2"\nmore_than = 30',      ",,,,",                                     "not assessable", "open",     "no creatinine, no eGFR"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "comparison", "biopsy", "verdict", "outcome", "because"), CASES)
def test_a_criterion_is_judged_on_what_is_known(
    study_folder, kind, comparison, biopsy, verdict, outcome, because
):
    tables = {
        "subjects": SUBJECTS,
        "biopsies": f"subject_id,biopsy_id,timing,g,ptc,tma,pathologist_diagnosis,gn_recurrent\nS01,B1,before,{biopsy}\n",
    }
    run = pipeline.run(study_folder(tables, CRITERION.format(kind=kind, comparison=comparison)))
    row = run.derived.frame("screening").row(0, named=True)
    assert (row["verdict"], row["outcome"]) == (verdict, outcome), because
    assert (row["missing"] is not None) == (verdict == "not assessable")


def test_the_index_case_is_excluded_for_recurrent_glomerulonephritis_by_the_clazakizumab_list():
    from tests.conftest import ROOT

    run = pipeline.run(ROOT / "examples/late-amr-published")
    screening = run.derived.frame("screening")
    by_fact = {row["fact"]: row for row in screening.iter_rows(named=True) if row["list"] != "protocol"}
    assert by_fact["gn_recurrent"]["outcome"] == "excluded"
    assert by_fact["egfr_ml_per_min_1_73m2"]["verdict"] == "not assessable"
    protocol = {row["fact"]: row for row in screening.iter_rows(named=True) if row["list"] == "protocol"}
    assert protocol["pathologist_diagnosis"]["verdict"] == "met"
