"""A decline is sustained when it is confirmed at least 28 days later; an injury is staged in the first 7 days."""

import polars as pl
import pytest

from graftrial.derive.kidney_course import (
    acute_injury_after_infusion,
    first_sustained,
    under_equations,
    with_change,
    with_creatinine_doubled,
    with_estimated_uacr,
    with_kidney_failure,
    with_sustained,
    worst_stage,
)

T, F, U = True, False, None
COURSES = [
    # days            met           sustained     because
    ([0, 28],         [T, T],       [T, U],       "confirmed after 28 days; the last value still waits"),
    ([0, 27],         [T, T],       [U, U],       "27 days are too early"),
    ([0, 14, 30],     [T, F, T],    [F, F, U],    "it recovered in between"),
    ([0, 14, 30],     [T, U, T],    [U, U, U],    "a value that is not assessable may have recovered"),
    ([0, 10, 35],     [U, T, F],    [F, F, F],    "the confirming value does not meet it, whatever the first was"),
    ([0, 30, 60],     [T, T, F],    [T, F, F],    "confirmed by the first value after 28 days; a later one does not undo it"),
    ([0, 30],         [F, T],       [F, U],       "the first value does not meet it"),
    ([0, None, 30],   [T, F, T],    [U, F, U],    "the value without a day may lie in between"),
    ([0, None, 30],   [T, T, T],    [T, U, U],    "the value without a day meets it too"),
    ([0, 30, None],   [T, F, T],    [U, F, U],    "the value without a day may be the confirming one"),
]  # fmt: skip


@pytest.mark.parametrize(("days", "met", "sustained", "because"), COURSES)
def test_a_decline_is_sustained(days, met, sustained, because):
    rows = pl.DataFrame(
        {"subject_id": ["S"] * len(days), "day": days, "met": met}, schema_overrides={"met": pl.Boolean}
    )
    found = with_sustained(rows, "met", "sustained")
    assert found["sustained"].to_list() == sustained, because
    turned = with_sustained(rows.reverse(), "met", "sustained").reverse()
    assert turned["sustained"].to_list() == sustained, "the order of rows says nothing"


def test_one_patient_does_not_confirm_another():
    rows = pl.DataFrame({"subject_id": ["A", "B"], "day": [0, 40], "met": [True, True]})
    assert with_sustained(rows, "met", "s")["s"].to_list() == [None, None]


def test_the_first_sustained_day_is_given_only_where_no_earlier_one_is_open():
    rows = pl.DataFrame(
        {"subject_id": ["A"] * 3 + ["B"] * 2, "day": [0, 10, 40, 0, 40], "s": [False, True, None, None, True]}
    )
    found = first_sustained(rows, "s").sort("subject_id")
    assert found["is_reached"].to_list() == [True, True]
    assert found["first_day"].to_list() == [10, None]


def test_change_is_counted_from_the_reference():
    rows = pl.DataFrame(
        {"egfr_ml_per_min_1_73m2": [35.0, 25.0, None], "reference_ml_per_min_1_73m2": [50.0, 50.0, 50.0]}
    )
    found = with_change(rows)
    assert found["egfr_change"].to_list() == [-15.0, -25.0, None]
    assert found["egfr_change_percent"].to_list() == [-30.0, -50.0, None]
    assert found["declined_30_percent"].to_list() == [True, True, None]
    assert found["declined_40_percent"].to_list() == [False, True, None]
    assert found["declined_50_percent"].to_list() == [False, True, None]


def test_failure_and_doubling():
    rows = pl.DataFrame(
        {
            "egfr_ml_per_min_1_73m2": [None, 14.0, 40.0],
            "is_on_dialysis": [True, None, None],
            "creatinine_mg_per_dl": [2.4, None, 1.9],
            "reference_mg_per_dl": [1.2, 1.2, 1.2],
        }
    )
    assert with_kidney_failure(rows)["is_kidney_failure"].to_list() == [True, True, None]
    assert with_creatinine_doubled(rows)["is_creatinine_doubled"].to_list() == [True, None, False]


def infused(days, creatinine, replacement=False):
    return pl.DataFrame(
        {
            "subject_id": ["S"] * len(days),
            "day": days,
            "creatinine_mg_per_dl": creatinine,
            "baseline_mg_per_dl": [2.0] * len(days),
            "baseline_day": [-1] * len(days),
            "is_on_renal_replacement": [replacement] * len(days),
        }
    )


INJURIES = [
    # days       creatinine         replacement  stages          worst  because
    ([1, 3, 8],  [2.3, 2.2, 6.5],   False,       [1, 0],         1,     "0.3 above the value of 2 days before; day 8 is outside"),
    ([2],        [2.3],             False,       [0],            0,     "3 days after the baseline the rise is not within 48 hours"),
    ([4, 6],     [2.5, 2.8],        False,       [0, 1],         1,     "the lowest of the two days before counts"),
    ([5],        [4.1],             False,       [3],            3,     "4.0 and more than 1.5 times the baseline"),
    ([5],        [3.9],             False,       [1],            1,     "1.5 to 1.9 times"),
    ([5],        [None],            True,        [3],            3,     "renal replacement decides alone"),
    ([1, None],  [2.0, 9.0],        False,       [0, None],      None,  "a value without a day may be of the window"),
]  # fmt: skip


@pytest.mark.parametrize(("days", "creatinine", "replacement", "stages", "worst", "because"), INJURIES)
def test_acute_kidney_injury_after_an_infusion(days, creatinine, replacement, stages, worst, because):
    frame = infused(days, creatinine, replacement).cast({"creatinine_mg_per_dl": pl.Float64})
    staged = acute_injury_after_infusion(frame)
    assert staged["stage"].to_list() == stages, because
    assert worst_stage(staged)["worst_stage"].to_list() == [worst], because


def test_a_converted_ratio_is_flagged_as_estimated():
    rows = pl.DataFrame(
        {
            "upcr_mg_per_g": [500.0, None],
            "sex": ["M", "M"],
            "has_diabetes": [False] * 2,
            "has_hypertension": [False] * 2,
        }
    )
    found = with_estimated_uacr(rows)
    assert found["uacr_is_estimated"].to_list() == [True, False]
    assert found["uacr_estimated_mg_per_g"][0] == pytest.approx(193.62, abs=0.01)  # exp(5.2659)


def test_one_measurement_under_several_equations():
    rows = pl.DataFrame({"creatinine_mg_per_dl": [1.5], "age_years": [50.0], "sex": ["M"]})
    found = under_equations(rows, ["krs_2023", "ckd_epi_cr_2021"])
    assert found["equation"].to_list() == ["krs_2023", "ckd_epi_cr_2021"]
    assert found["egfr_ml_per_min_1_73m2"].n_unique() == 2
