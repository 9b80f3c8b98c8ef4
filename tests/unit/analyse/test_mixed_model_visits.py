"""The mixed model of visits as a declared endpoint, and the methods that are refused by name."""

import pytest

from graftrial import pipeline
from graftrial.errors import StudyFileError
from graftrial.stats.paired import mean_difference_t
from tests.unit.analyse.test_endpoints import CHANGE, answers, folder_of, people

VISITS = CHANGE.replace("change_from_baseline", "mixed_model_visits")


def values_of(n, without=()):
    """Creatinine at baseline, month 6 and month 12."""
    found = []
    for place, who in enumerate(people(n)):
        for day, value in ((0, 2.0), (180, 2.2 + place % 3 / 10), (365, 2.1 + place % 4 / 5)):
            if (who, day) not in without:
                found.append((who, day, value))
    return found


def test_complete_data_give_the_mean_change_with_its_t_interval(study_folder):
    rows = answers(study_folder, VISITS, creatinine=values_of(8), n=8)
    changes = [rows[f"patient.{who}"]["number"] for who in people(8)]
    plain = mean_difference_t(changes)
    assert rows["estimate"]["number"] == pytest.approx(plain.value)
    assert float(rows["estimate"]["lower"]) == pytest.approx(plain.lower)
    assert rows["df"]["number"] == pytest.approx(7)
    assert "Kenward-Roger" in rows["estimate"]["method"]
    assert rows["visit.M6"]["number"] == pytest.approx(sum(0.2 + k % 3 / 10 for k in range(8)) / 8)
    assert "missing at random" in rows["estimate"]["warnings"]
    assert rows["estimand"]["value"].startswith(
        "Everybody infused: mean change from baseline of creatinine by a"
    )


def test_a_patient_with_one_missing_visit_still_counts(study_folder):
    rows = answers(study_folder, VISITS, creatinine=values_of(9, {("S02", 365)}), n=9)
    assert rows["estimate"]["n"] == 9
    assert "8 of 9 patients have a value at M12" in rows["estimate"]["warnings"]
    assert rows["patient.S02"]["warnings"] == "no value on day 350 to 380"
    assert 6 < rows["df"]["number"] < 8


def test_three_patients_for_each_visit_are_too_few_and_fewer_visits_may_be_declared(study_folder):
    rows = answers(study_folder, VISITS, creatinine=values_of(6), n=6)
    assert rows["estimate"]["warnings"].startswith(
        "not estimable, because an unstructured model of 2 visits needs more than 6 patients with values, there are 6"
    )
    assert "p" not in rows
    alone = answers(study_folder, VISITS + 'visits = ["M12"]\n', creatinine=values_of(6), n=6)
    assert alone["df"]["number"] == pytest.approx(5)


@pytest.mark.parametrize(
    ("endpoint", "said"),
    [
        (
            CHANGE.replace("change_from_baseline", "joint_model"),
            "joint_model is not offered: no formula of it",
        ),
        (VISITS + 'visits = ["M6"]\n', "visits does not name M12"),
        (VISITS + 'visits = ["M12", "M9"]\n', "names the visit 'M9', which is not declared"),
        (CHANGE + 'visits = ["M12"]\n', "visits are given, which change_from_baseline does not use"),
        (VISITS.replace('at = "M12"', "window_days = [1, 365]"), "give at instead of window_days"),
        (VISITS + 'freedom = "satterthwaite"\n', "Kenward and Roger only"),
        (
            VISITS + 'intercurrent = [{ event = "death", strategy = "composite_worst" }]\n',
            "a rank has no mean",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_its_sentence(study_folder, endpoint, said):
    with pytest.raises(StudyFileError, match=said):
        pipeline.run(folder_of(study_folder, endpoint))
