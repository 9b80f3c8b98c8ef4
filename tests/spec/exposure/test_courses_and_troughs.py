"""Doses beside the product, complete therapy before the infusion, tacrolimus variability."""

import csv

import polars as pl
import pytest

from graftrial.derive.exposure_course import (
    derive_courses,
    derive_standard_therapy,
    summarise_courses,
    summarise_standard_therapy,
)
from graftrial.derive.tacrolimus import derive_concentration_by_dose, derive_tacrolimus, derive_troughs
from graftrial.study.model import Course, StandardTherapy

THERAPY = StandardTherapy(
    courses=(Course(treatment="plasmapheresis", sessions=7), Course(treatment="IVIG", sessions=7))
)
COURSE = {
    "subject_id": pl.String, "treatment": pl.String, "purpose": pl.String, "dose": pl.Float64, "dose_unit": pl.String,
    "sessions": pl.Int32, "start_day_low": pl.Int32, "start_day_high": pl.Int32, "end_day_low": pl.Int32, "end_day_high": pl.Int32,
}  # fmt: skip
SUBJECT = pl.DataFrame({"subject_id": ["S1"], "weight_kg": [70.0], "height_cm": [170.0]})
INFUSED = pl.DataFrame(
    {"subject_id": ["S1"], "infusion_day": [0]}, schema_overrides={"infusion_day": pl.Int32}
)


def course(treatment, sessions, start=-20, end=-5, dose=None, unit=None, purpose="standard_therapy"):
    return ("S1", treatment, purpose, dose, unit, sessions, start, start, end, end)


def frame(*rows):
    return pl.DataFrame(rows, schema=COURSE, orient="row")


def complete(*rows, **settings):
    found = derive_standard_therapy(THERAPY, frame(*rows), INFUSED, **settings)
    return summarise_standard_therapy(found).row(0, named=True)


CASES = [
    # plasmapheresis                                IVIG                        answer            because
    ([course("plasmapheresis", 7)], [course("IVIG", 7)], "complete", "both in number and before the infusion"),
    ([course("Plasmapheresis", 4, -20, -15), course("plasmapheresis", 3)], [course("IVIG", 7)], "complete", "two courses add up"),
    ([course("plasmapheresis", 6)], [course("IVIG", 7)], "not complete", "one session is missing"),
    ([course("plasmapheresis", 7, 3, 10)], [course("IVIG", 7)], "not complete", "given after the infusion"),
    ([course("plasmapheresis", None)], [course("IVIG", 7)], "not assessable", "the number of sessions is not reported"),
    ([course("plasmapheresis", 7, -3, 4)], [course("IVIG", 7)], "not assessable", "the course runs past the infusion"),
    ([course("plasmapheresis", 6)], [course("IVIG", None)], "not complete", "one course settles it"),
    ([], [course("IVIG", 7)], "not assessable", "plasmapheresis is not reported, which is not none"),
]  # fmt: skip


@pytest.mark.parametrize(("exchange", "ivig", "answer", "because"), CASES)
def test_standard_therapy_is_complete_before_the_infusion(exchange, ivig, answer, because):
    told = complete(*exchange, *ivig)
    assert told["standard_therapy"] == answer, because
    if answer != "not complete":
        assert bool(told["open_reason"]) == (answer == "not assessable"), because


def test_in_a_table_declared_complete_no_row_means_none():
    assert complete(course("IVIG", 7), is_complete_table=True)["incomplete"] == "plasmapheresis"


def test_the_last_day_of_standard_therapy_is_kept_for_the_baselines():
    assert complete(course("plasmapheresis", 7, -20, -9), course("IVIG", 7, -20, -4))["last_day"] == -4


def test_doses_are_cumulated_per_kg_and_per_m2():
    rows = frame(
        course("IVIG", 7, dose=100.0, unit="mg/kg"),
        course("rituximab", 1, dose=375.0, unit="mg/m²"),
        course("imlifidase", 1, dose=17.5, unit="mg"),
    )
    told = {
        row["treatment"]: row for row in derive_courses(rows, SUBJECT, "mosteller_1987").iter_rows(named=True)
    }
    assert (
        told["IVIG"]["cumulative_per_kg"],
        told["IVIG"]["cumulative_total"],
        told["IVIG"]["total_unit"],
    ) == (700, 49000, "mg")
    surface = (170 * 70 / 3600) ** 0.5
    assert told["rituximab"]["cumulative_total"] == pytest.approx(375 * surface)
    assert told["rituximab"]["cumulative_per_m2"] == 375
    assert told["imlifidase"]["cumulative_per_kg"] == pytest.approx(0.25)
    without = derive_courses(rows, SUBJECT).filter(pl.col("treatment") == "rituximab").row(0, named=True)
    assert (without["cumulative_total"], without["cumulative_per_m2"]) == (None, 375)


def test_a_sum_of_courses_is_open_while_one_is():
    rows = frame(course("IVIG", 7, dose=100.0, unit="mg/kg"), course("IVIG", None, dose=100.0, unit="mg/kg"))
    told = summarise_courses(derive_courses(rows, SUBJECT)).row(0, named=True)
    assert (told["n_courses"], told["sessions"], told["cumulative_per_kg"]) == (2, None, None)


def troughs(*values):
    labs = pl.DataFrame(
        {
            "subject_id": "S1",
            "analyte_name": "tacrolimus",
            "canonical_value": list(values),
            "day": list(range(len(values))),
        }
    )
    return derive_troughs(labs)


def test_variability_is_that_of_the_worked_series(shared):
    for row in csv.DictReader((shared / "reference/tacrolimus_dose_bsa/tac_ipv_self.csv").open()):
        told = derive_tacrolimus(troughs(*map(float, row["troughs"].split("|")))).row(0, named=True)
        assert told["cv_percent"] == pytest.approx(float(row["cv_percent"]), abs=1e-6)
        assert told["ipv_percent"] == pytest.approx(float(row["ipv_mean_abs_dev_percent"]), abs=1e-6)
        assert told["mean_trough_ng_per_ml"] == pytest.approx(float(row["mean"]), abs=1e-6)


@pytest.mark.parametrize("values", [(6.1,), (6.1, 7.4)])
def test_there_is_no_variability_from_fewer_than_three_troughs(values):
    told = derive_tacrolimus(troughs(*values)).row(0, named=True)
    assert (told["cv_percent"], told["ipv_percent"]) == (None, None)
    assert told["variability_reason"].startswith(f"n_troughs is {len(values)}")


def test_the_share_below_target_needs_a_target():
    assert (
        derive_tacrolimus(troughs(4.0, 5.0, 9.0, 6.0), 5.0, 8.0).row(0, named=True)["percent_below_target"]
        == 25
    )
    assert derive_tacrolimus(troughs(4.0, 5.0, 9.0, 6.0)).row(0, named=True)["percent_below_target"] is None


def test_concentration_by_dose_needs_the_one_dose_of_the_day():
    daily = course("tacrolimus", None, -100, None, 4.0, "mg/day", "maintenance")
    keyed = {"key": pl.lit("treatments/S1/tacrolimus")}
    told = derive_concentration_by_dose(troughs(6.0), frame(daily).with_columns(**keyed)).row(0, named=True)
    assert told["ng_per_ml_per_mg"] == 1.5
    both = frame(daily, daily).with_columns(**keyed)
    twice = derive_concentration_by_dose(troughs(6.0), both).row(0, named=True)
    assert twice["ng_per_ml_per_mg"] is None and "several" in twice["ratio_reason"]
