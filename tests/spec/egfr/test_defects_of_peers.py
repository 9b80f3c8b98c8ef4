"""Defects that were found in public packages, each with the value that we give instead."""

import math

import polars as pl
import pytest

from graftrial.clinical.card import NotAssessable, Value
from graftrial.clinical.egfr.ekfc_cr_2021 import q_creatinine
from graftrial.clinical.egfr.equations import EQUATIONS
from graftrial.clinical.rules import rule
from graftrial.derive.egfr_rows import add_egfr


def value(equation, **given):
    answer = EQUATIONS[equation](**given)
    assert isinstance(answer, Value), answer
    return answer.value


def test_a_column_of_patients_is_not_answered_with_the_first_patient():
    frame = pl.DataFrame(
        {"creatinine_mg_per_dl": [1.0, 2.0, 3.0], "age_years": [40.0, 50.0, 60.0], "sex": ["F", "M", "F"]}
    )
    answers = add_egfr(frame, "ckd_epi_cr_2009", {}).collect()["egfr_ml_per_min_1_73m2"].to_list()
    assert answers == [value("ckd_epi_cr_2009", **row) for row in frame.iter_rows(named=True)]
    assert len(set(answers)) == 3


def test_the_constant_of_mdrd_is_part_of_the_id():
    given = {"creatinine_mg_per_dl": 1.4, "age_years": 50.0, "sex": "M"}
    assert value("mdrd4_186", **given) / value("mdrd4_175", **given) == pytest.approx(186 / 175, rel=1e-12)


def test_micromoles_are_divided_by_one_constant_everywhere():
    frame = pl.DataFrame(
        {"creatinine_umol_per_l": [176.8], "age_years": [50.0], "sex": ["F"], "weight_kg": [60.0]}
    )
    for equation in ("ckd_epi_cr_2009", "mdrd4_175", "cockcroft_gault"):
        rule_of = EQUATIONS[equation]
        asked = {"creatinine_mg_per_dl": 2.0, "age_years": 50.0, "sex": "F", "weight_kg": 60.0}
        asked = {each.name: asked[each.name] for each in rule_of.inputs}
        answered = add_egfr(frame, equation, {}).collect()
        assert answered[answered.columns[-2]].item() == value(equation, **asked)


def test_the_maximum_inside_epts_is_taken_patient_by_patient():
    raw = rule("prognosis.epts_raw", "optn_2018")
    frame = pl.DataFrame(
        {
            "age_years": [20.0, 70.0, 45.0],
            "has_diabetes": [False, True, False],
            "had_transplant": [True, False, False],
            "dialysis_years": [0.0, 5.0, 2.5],
        }
    )
    column = frame.select(raw.value(**{name: pl.col(name) for name in frame.columns})).to_series().to_list()
    assert column == [raw(**row).value for row in frame.iter_rows(named=True)]


def test_kdpi_takes_the_interval_and_not_the_nearest_border():
    kdpi = rule("prognosis.kdpi", "race_form_population_2018")
    known = {"donor_is_black": False, "donor_died_of_stroke": False, "donor_has_hcv": False}
    given = {"donor_age_years": 40.0, "donor_height_cm": 170.0, "donor_weight_kg": 80.0, **known}
    given |= {"donor_hypertension": "no", "donor_diabetes": "no", "donor_died_of_circulatory_arrest": False}
    assert kdpi(**given, donor_creatinine_mg_per_dl=120 / 88.4) == Value(35)


def test_there_is_no_kdpi_without_a_reference_population():
    editions = {each for each in ("race_form", "refit_2024", "2023", "") if _exists("prognosis.kdpi", each)}
    assert editions == set()


def _exists(rule_id, edition):
    try:
        return rule(rule_id, edition) is not None
    except KeyError:
        return False


def test_the_refit_is_never_paired_with_the_coefficients_of_the_race_form():
    names = {each.name for each in rule("prognosis.kdpi", "refit_2024_population_2023").inputs}
    assert "donor_is_black" not in names and "donor_has_hcv" not in names


@pytest.mark.parametrize("sex", ["F", "M"])
@pytest.mark.parametrize("join", [12.0, 15.0, 18.0])
def test_under_25_the_branches_join(sex, join):
    """A constant of the wrong branch jumps by up to half; the published ones join within 0.2 %."""
    creatinine = {"creatinine_mg_per_dl": 0.8, "height_cm": 160.0, "sex": sex}
    before = value("ckid_u25_cr", **creatinine, age_years=join - 1e-9)
    assert value("ckid_u25_cr", **creatinine, age_years=join) == pytest.approx(before, rel=2e-3)
    before = value("ckid_u25_cys", cystatin_c_mg_per_l=1.1, sex=sex, age_years=join - 1e-9)
    assert value("ckid_u25_cys", cystatin_c_mg_per_l=1.1, sex=sex, age_years=join) == pytest.approx(
        before, rel=4e-3
    )


def test_a_grown_woman_gets_the_cystatin_constant_for_cystatin():
    assert value("ckid_u25_cys", cystatin_c_mg_per_l=1.0, age_years=20.0, sex="F") == pytest.approx(68.3)


def test_the_female_constant_of_2009_is_141_times_1018():
    assert value("ckd_epi_cr_2009", creatinine_mg_per_dl=0.7, age_years=50.0, sex="F") == pytest.approx(
        141 * 1.018 * 0.993**50, rel=1e-12
    )


def test_the_median_creatinine_of_healthy_people_is_plausible_at_every_age():
    ages = pl.DataFrame({"age": [2.0, 5.0, 10.0, 15.0, 18.0, 25.0, 26.0]}).join(
        pl.DataFrame({"sex": ["F", "M"]}), how="cross"
    )
    q = ages.select(q_creatinine(pl.col("age"), pl.col("sex"))).to_series()
    assert q.is_between(0.2, 0.95).all()
    assert value("ekfc_cys", cystatin_c_mg_per_l=0.83, age_years=18.0) == pytest.approx(107.3)
    assert math.isfinite(value("ekfc_cr", creatinine_mg_per_dl=0.3, age_years=2.0, sex="F"))


def test_a_cystatin_equation_says_whether_it_asks_for_sex():
    assert "sex" not in {each.name for each in EQUATIONS["ekfc_cys"].inputs}
    given = {"cystatin_c_mg_per_l": 1.2, "age_years": 60.0}
    by_sex = {sex: value("ekfc_cys_sex_specific", **given, sex=sex) for sex in "FM"}
    assert by_sex["F"] < value("ekfc_cys", **given) < by_sex["M"]


def test_children_are_not_answered_with_the_median_of_adults():
    child = value("fas_cr", creatinine_mg_per_dl=0.41, age_years=6.9, sex="F")
    assert child == pytest.approx(107.3)


def test_the_cystatin_equation_of_2012_keeps_its_own_age_factor():
    given = {"cystatin_c_mg_per_l": 0.8, "sex": "M"}
    assert value("ckd_epi_cys_2012", **given, age_years=80.0) == pytest.approx(133 * 0.996**80, rel=1e-12)


def test_a_missing_unit_is_never_read_as_micromoles():
    answer = EQUATIONS["ckd_epi_cr_2021"](creatinine_mg_per_dl=97.0, age_years=50.0, sex="M")
    assert answer == NotAssessable("creatinine_mg_per_dl is 97.0, expected 0.2 to 25 mg/dL")


def test_nothing_is_rounded_inside_an_equation():
    for equation in ("ckd_epi_cr_2021", "mdrd4_175", "ekfc_cr"):
        answer = value(equation, creatinine_mg_per_dl=1.37, age_years=50.5, sex="M")
        assert abs(answer - round(answer, 2)) > 1e-6


@pytest.mark.parametrize("sex", ["Male", "male", "m", "female", "1", ""])
def test_a_sex_in_other_words_is_asked_about_and_never_taken_as_female(sex):
    answer = EQUATIONS["ckd_epi_cr_2021"](creatinine_mg_per_dl=1.0, age_years=50.0, sex=sex)
    assert answer == NotAssessable(f"sex is {sex}, expected F, M")
    frame = pl.DataFrame({"creatinine_mg_per_dl": [1.0], "age_years": [50.0], "sex": [sex]})
    assert add_egfr(frame, "ckd_epi_cr_2021", {}).collect()["egfr_ml_per_min_1_73m2"].item() is None


def test_the_median_creatinine_of_adults_is_that_of_the_paper_and_not_62_or_80_micromoles():
    adults = {"age_years": 40.0}
    assert value("ekfc_cr", creatinine_mg_per_dl=0.70, sex="F", **adults) == pytest.approx(107.3)
    assert value("ekfc_cr", creatinine_mg_per_dl=0.90, sex="M", **adults) == pytest.approx(107.3)


@pytest.mark.parametrize(("equation", "oldest"), [("ckid_u25_cr", 25.0), ("ekfc_cr", 90.0)])
def test_an_equation_is_not_stretched_beyond_the_ages_of_its_paper(equation, oldest):
    given = {"creatinine_mg_per_dl": 1.0, "height_cm": 165.0, "sex": "F"}
    given = {each.name: given.get(each.name) for each in EQUATIONS[equation].inputs}
    assert isinstance(EQUATIONS[equation](**{**given, "age_years": oldest}), Value)
    assert isinstance(EQUATIONS[equation](**{**given, "age_years": oldest + 1}), NotAssessable)


def test_an_equation_that_is_only_recalled_is_not_offered():
    assert not {each for each in EQUATIONS if "nankivell" in each}
