"""Individual slopes and mixed models against R: lm, lme4, lmerTest and pbkrtest."""

from __future__ import annotations

import pytest

from graftrial.stats.longitudinal.measurements import measurements
from graftrial.stats.longitudinal.mixed_model import (
    contrast,
    fit_chronic_slope,
    fit_total_slope,
    fit_two_slope,
    total_slope,
    total_slope_difference,
)
from graftrial.stats.longitudinal.slopes import estimate_slopes, two_stage_mean, two_stage_test
from tests.golden.stats.reference import Comparison, rows

KNOT = 0.25
OUR_NAMES = {"(Intercept)": "intercept", "arm:chronic": "chronic:arm"}


def of_cohort(folder, cohort, has_arms):
    own = [row for row in rows(folder, "egfr_cohorts.csv") if row["cohort"] == str(cohort)]
    arms = [int(row["arm"]) for row in own] if has_arms else None
    return measurements(
        [row["id"] for row in own], [float(row["year"]) for row in own], [float(row["egfr"]) for row in own], arms
    )  # fmt: skip


def compare_model(found, name, model, theirs):
    assert model.is_singular == theirs["singular"], name
    found.of(name, "logLik", model.log_likelihood, theirs["logLik_reml"], 1e-6)
    for place, term in enumerate(theirs["terms"]):
        line = {OUR_NAMES.get(term, term): 1.0}
        kr, satt = contrast(model, line, term), contrast(model, line, term, "satterthwaite")
        for field, ours, absolute, relative in (
            ("kr_est", kr.estimate.value, 1e-6, 1e-6),
            ("kr_se", kr.se, 1e-6, 1e-6),
            ("kr_df", kr.df, 0, 1e-5),
            ("kr_p", kr.p.p, 0, 1e-5),
            ("satt_se", satt.se, 1e-6, 1e-6),
            ("satt_df", satt.df, 1e-2, 0),
            ("satt_p", satt.p.p, 0, 1e-3),
        ):
            found.of(f"{name} {term}", field, ours, theirs[field][place], absolute, relative)


def test_mixed_models_of_every_cohort(reference):
    folder = reference / "small_sample"
    found, given = Comparison("egfr_mixed_models.json"), rows(folder, "egfr_mixed_models.json")
    for row in given:
        data = of_cohort(folder, row["cohort"], row["two_arm"])
        compare_model(found, f"{row['cohort']} total", fit_total_slope(data), row["total"])
        two_slope = row["chronic_split"] if row["two_arm"] else row["two_slope"]
        compare_model(found, f"{row['cohort']} two-slope", fit_two_slope(data, KNOT), two_slope)
        slopes = estimate_slopes(data)
        mean = two_stage_mean(slopes)
        for field, ours in (("mean", mean.value), ("lo", mean.lower), ("hi", mean.upper)):
            found.of(row["cohort"], f"two-stage {field}", ours, row["two_stage"][field], 1e-6)
        found.of(row["cohort"], "two-stage p", two_stage_test(slopes).p, row["two_stage"]["p"], 0, 1e-5)
    assert found.differing == []
    assert found.agreed >= 40 * len(given)


def test_individual_slopes(reference):
    folder = reference / "small_sample"
    found, given = Comparison("egfr_individual_slopes.csv"), rows(folder, "egfr_individual_slopes.csv")
    ours = {
        (cohort, slope.label): slope
        for cohort in {row["cohort"] for row in given}
        for slope in estimate_slopes(of_cohort(folder, cohort, has_arms=False))
    }
    assert len(ours) == len(given)
    for row in given:
        slope = ours[row["cohort"], row["id"]]
        for field, value in (
            ("n", slope.n_points), ("slope", slope.estimate.value), ("se", slope.se),
            ("lower95", slope.estimate.lower), ("upper95", slope.estimate.upper),
            ("first", slope.first), ("last", slope.last),
        ):  # fmt: skip
            found.of((row["cohort"], row["id"]), field, value, row[field], 1e-9)
    assert found.differing == []
    assert found.agreed == 7 * len(given)


def example(shared):
    own = rows(shared / "reference/small_sample", "egfr_example_cohort.csv")
    columns = (
        [row["id"] for row in own],
        [float(row["year"]) for row in own],
        [float(row["egfr"]) for row in own],
    )
    return measurements(*columns)


def test_the_three_models_of_the_example_of_twelve_patients(shared):
    data, found = example(shared), Comparison("egfr_example_models.json")
    given = rows(shared / "reference/small_sample", "egfr_example_models.json")
    models = {
        "total": fit_total_slope(data),
        "chronic_only": fit_chronic_slope(data, KNOT),
        "two_slope": fit_two_slope(data, KNOT),
    }
    assert given.keys() - models.keys() == {"two_stage_ols", "statsmodels_0_15_z_p_for_year"}
    for name, model in models.items():
        theirs = given[name]
        found.of(name, "reml", -2 * model.log_likelihood, theirs["reml_criterion"], 1e-6)
        components = {(each["var1"], each["var2"]): each["vcov"] for each in theirs["variance_components"]}
        found.of(name, "intercept", model.variance_intercept, components["(Intercept)", None], 0, 1e-5)
        found.of(name, "residual", model.variance_residual, components[None, None], 0, 1e-5)
        for place, term in enumerate(theirs["terms"]):
            for freedom, of_df in (("kenward_roger", 1e-5), ("satterthwaite", 1e-3)):
                ours = contrast(model, {term: 1.0}, term, freedom)
                estimate, se, df, t, p = theirs[freedom]["rows"][place]
                found.of(f"{name} {term}", "estimate", ours.estimate.value, estimate, 1e-6)
                found.of(f"{name} {term}", "se", ours.se, se, 1e-6)
                found.of(f"{name} {term}", "df", ours.df, df, 0, of_df)
                found.of(f"{name} {term}", "t", ours.p.statistic, t, 0, 1e-5)
                found.of(f"{name} {term}", "p", ours.p.p, p, 0, 10 * of_df)
    slopes, two_stage = estimate_slopes(data), given["two_stage_ols"]
    mean = two_stage_mean(slopes)
    for field, ours, theirs in (
        ("mean", mean.value, two_stage["mean"]), ("lower", mean.lower, two_stage["ci"][0]),
        ("upper", mean.upper, two_stage["ci"][1]), ("p", two_stage_test(slopes).p, two_stage["p"]),
    ):  # fmt: skip
        found.of("two-stage", field, ours, theirs, 1e-9)
    assert found.differing == []


def test_the_total_slope_is_the_declared_mixture_of_both_slopes(reference):
    folder = reference / "small_sample"
    model = fit_two_slope(of_cohort(folder, 1, has_arms=False), KNOT)
    slope = dict(zip(model.terms, model.coefficients, strict=True))
    mixed = (slope["acute"] * KNOT + slope["chronic"] * (2 - KNOT)) / 2
    assert total_slope(model, 2.0).estimate.value == pytest.approx(mixed, rel=1e-12)
    with pytest.raises(ValueError, match="knot"):
        total_slope(model, KNOT)


def test_the_difference_of_two_arms_is_the_slope_of_one_minus_the_other(reference):
    model = fit_two_slope(of_cohort(reference / "small_sample", 13, has_arms=True), KNOT)
    arms = [total_slope(model, 2.0, arm).estimate.value for arm in (0, 1)]
    difference = total_slope_difference(model, 2.0)
    assert difference.estimate.value == pytest.approx(arms[1] - arms[0], rel=1e-10)
    assert difference.estimate.lower < difference.estimate.value < difference.estimate.upper
