"""Curves, competing events, comparisons and regressions of times against R: survival, survRM2, cmprsk."""

from __future__ import annotations

import pytest

from graftrial.stats.survival.aalen_johansen import estimate_aalen_johansen
from graftrial.stats.survival.cox import fit_cox
from graftrial.stats.survival.fine_gray import fit_fine_gray
from graftrial.stats.survival.kaplan_meier import (
    estimate_kaplan_meier,
    median_survival,
    restricted_mean,
    restricted_mean_difference,
    restricted_mean_se,
)
from graftrial.stats.survival.log_rank import log_rank
from tests.golden.stats.reference import Comparison, rows


def test_curves_medians_and_restricted_means_of_small_sets(reference):
    found, given = Comparison("small_sets.json"), rows(reference / "survival", "small_sets.json")
    for row in given:
        curve = estimate_kaplan_meier(row["t"], [int(cause > 0) for cause in row["e"]])
        assert list(curve.times) == row["km_time"]
        for field, ours in (
            ("km_surv", curve.survival), ("km_se_greenwood", curve.se),
            ("km_lo_loglog", curve.lower), ("km_hi_loglog", curve.upper),
        ):  # fmt: skip
            for time, value, theirs in zip(curve.times, ours, row[field], strict=True):
                found.of((row["id"], time), field, value, theirs, 1e-9)
        median = median_survival(curve)
        for field, value in (
            ("median", median.value), ("median_lo", median.lower), ("median_hi", median.upper),
            ("rmst", restricted_mean(curve, row["tau"]).value), ("rmst_se", restricted_mean_se(curve, row["tau"])),
        ):  # fmt: skip
            found.of(row["id"], field, value, row[field], 1e-9)
    assert found.differing == []
    assert found.agreed > 20 * len(given)


def test_probabilities_of_competing_causes_with_ties(reference):
    found, given = Comparison("small_sets.json"), rows(reference / "survival", "small_sets.json")
    for row in given:
        first, second = (estimate_aalen_johansen(row["t"], row["e"], cause) for cause in (1, 2))
        assert list(first.times) == row["aj_time"]
        for field, ours in (
            ("aj_cause1", first.incidence), ("aj_cause2", second.incidence), ("aj_se1", first.se),
        ):  # fmt: skip
            for time, value, theirs in zip(first.times, ours, row[field], strict=True):
                found.of((row["id"], time), field, value, theirs, 1e-9)
        found.of(row["id"], "aj_tau", first.at(row["tau"]).value, row["aj_tau_cause1"], 1e-9)
    assert found.differing == []
    assert found.agreed > 10 * len(given)


def test_two_arms(reference):
    found, given = Comparison("two_arm_sets.json"), rows(reference / "survival", "two_arm_sets.json")
    for row in given:
        curves = []
        for arm in (1, 0):
            own = [place for place, each in enumerate(row["arm"]) if each == arm]
            curves.append(
                estimate_kaplan_meier(*([row[name][place] for place in own] for name in ("time", "event")))
            )
        difference, of_difference = restricted_mean_difference(*curves, row["tau"])
        test = log_rank(row["time"], row["event"], row["arm"])
        cox = fit_cox(row["time"], row["event"], {"arm": row["arm"]})
        for field, ours, tolerance in (
            ("rmst1", restricted_mean(curves[0], row["tau"]).value, 1e-8),
            ("rmst1_se", restricted_mean_se(curves[0], row["tau"]), 1e-8),
            ("rmst0", restricted_mean(curves[1], row["tau"]).value, 1e-8),
            ("rmst0_se", restricted_mean_se(curves[1], row["tau"]), 1e-8),
            ("rmst_diff", difference.value, 1e-8), ("rmst_diff_lo", difference.lower, 1e-8),
            ("rmst_diff_hi", difference.upper, 1e-8), ("rmst_diff_p", of_difference.p, 1e-8),
            ("logrank_chisq", test.statistic, 1e-8), ("logrank_p", test.p, 1e-8),
            ("cox_coef", cox.effects[0].coefficient.value, 1e-6), ("cox_se", cox.effects[0].se, 1e-6),
            ("cox_lr_p", cox.overall.p, 1e-6),
        ):  # fmt: skip
            found.of(row["id"], field, ours, row[field], tolerance)
    assert found.differing == []
    assert found.agreed == 13 * len(given)


def test_regression_of_one_cause(reference):
    found, given = Comparison("fine_gray_sets.json"), rows(reference / "survival", "fine_gray_sets.json")
    for row in given:
        terms = {"x1": row["x1"], "x2": row["x2"]}
        fit = fit_fine_gray(row["time"], row["status"], 1, terms, events_per_coefficient=0)
        for place, effect in enumerate(fit.effects):
            found.of(row["id"], f"coef {place}", effect.coefficient.value, row["coef"][place], 1e-4)
            found.of(row["id"], f"se {place}", effect.se, row["se"][place], 1e-4)
            found.of(row["id"], f"p {place}", effect.p.p, row["p"][place], 1e-4)
    assert found.differing == []
    assert found.agreed == 6 * len(given)


@pytest.fixture(scope="module")
def transplants(shared):
    given = rows(shared / "data/kidney_transplant", "kidney_transplant.csv")
    for row in given:
        marked = [name for name in ("black_male", "white_male", "black_female") if row[name] == "1"]
        row["group"] = marked[0] if marked else "white_female"
        row["male"] = int(row["group"].endswith("_male"))
    return given


def curve_of(given):
    return estimate_kaplan_meier([float(row["time"]) for row in given], [int(row["death"]) for row in given])


def test_863_kidney_transplants(shared, transplants):
    found, curve = Comparison("kidney_transplant_overall.json"), curve_of(transplants)
    theirs = rows(shared / "reference/survival", "kidney_transplant_overall.json")
    assert (curve.n, sum(curve.events)) == (theirs["n"], theirs["deaths"])
    for place, time in enumerate(theirs["times"]):
        at = curve.at(time)
        for field, ours in (
            ("atrisk", curve.at_risk_at(time)), ("surv", at.value), ("se", curve.se_at(time)),
            ("lower", at.lower), ("upper", at.upper),
        ):  # fmt: skip
            found.of(time, field, ours, theirs[field][place], 1e-8)
    found.of("", "rmst1825", restricted_mean(curve, 1825).value, theirs["rmst1825"], 0, 1e-8)
    found.of("", "rmst1825_se", restricted_mean_se(curve, 1825), theirs["rmst1825_se"], 0, 1e-8)
    times, deaths, male = ([float(row[name]) for row in transplants] for name in ("time", "death", "male"))
    test = log_rank(times, [int(death) for death in deaths], [int(each) for each in male])
    found.of("", "chisq", test.statistic, theirs["logrank_sex"]["chisq"], 1e-8)
    found.of("", "p", test.p, theirs["logrank_sex"]["p"], 1e-8)
    terms = {"age": [float(row["age"]) for row in transplants], "sexM": male}
    for effect, row in zip(
        fit_cox(times, [int(d) for d in deaths], terms).effects, theirs["cox"]["rows"], strict=True
    ):
        numbers = (
            effect.coefficient.value,
            effect.hazard_ratio.value,
            effect.se,
            effect.p.statistic,
            effect.p.p,
        )
        for field, ours, value in zip(theirs["cox"]["columns"], numbers, row, strict=True):
            found.of(effect.term, field, ours, value, 1e-6)
    assert found.differing == []


def test_kidney_transplants_by_group(shared, transplants):
    name = "kidney_transplant_by_group.csv"
    found, given = Comparison(name), rows(shared / "reference/survival", name)
    for row in given:
        curve = curve_of([each for each in transplants if each["group"] == row["group"]])
        time = float(row["time"])
        at, label = curve.at(time), f"{row['group']} {row['time']}"
        for field, ours in (
            ("n_risk", curve.at_risk_at(time)), ("surv", at.value), ("se", curve.se_at(time)),
            ("lower", at.lower), ("upper", at.upper),
        ):  # fmt: skip
            found.of(label, field, ours, row[field], 1e-8)
    assert found.differing == []
    assert (found.agreed, found.decided) == (5 * len(given) - 2, 2)


def test_time_to_the_first_dermatologic_event(shared):
    """CDISC pilot: medians not reached, 36 and 33 days; chi-square of the log-rank test 60.27."""
    pyreadstat = pytest.importorskip("pyreadstat")
    table, _ = pyreadstat.read_xport(str(shared / "data/cdisc_pilot/adtte.xpt"))
    name = "cdisc_time_to_dermatologic_event.json"
    found, theirs = Comparison(name), rows(shared / "reference/survival", name)
    times, events, arms = table.AVAL.tolist(), [int(flag == 0) for flag in table.CNSR], table.TRTP.tolist()
    for place, arm in enumerate(each.removeprefix("TRTP=") for each in theirs["strata"]):
        own = [index for index, each in enumerate(arms) if each == arm]
        curve = estimate_kaplan_meier([times[index] for index in own], [events[index] for index in own])
        line, median = theirs["tab"][place], median_survival(curve)
        for field, ours in (
            ("records", curve.n), ("events", sum(curve.events)), ("median", median.value),
            ("0.95LCL", median.lower), ("0.95UCL", median.upper),
            ("rmean", restricted_mean(curve, max(times)).value),
        ):  # fmt: skip
            found.of(arm, field, ours, line.get(field), 1e-8)
        mean, se = theirs["rmean180"][place]
        found.of(arm, "rmean180", restricted_mean(curve, 180).value, mean, 1e-8)
        found.of(arm, "se(rmean180)", restricted_mean_se(curve, 180), se, 1e-8)
        for stratum, time, *numbers in zip(
            *(theirs[each] for each in ("st", "times", "surv", "lower", "upper")), strict=True
        ):
            if stratum == f"TRTP={arm}":
                at = curve.at(time)
                for field, ours, value in zip(
                    ("surv", "lower", "upper"), (at.value, at.lower, at.upper), numbers, strict=True
                ):
                    found.of(f"{arm} {time}", field, ours, value, 1e-8)
    test = log_rank(times, events, arms)
    found.of("", "chisq", test.statistic, theirs["logrank_chisq"], 1e-8)
    found.of("", "p", test.p, theirs["logrank_p"], 1e-8)
    terms = {dose: [float(arm.endswith(f"{dose} Dose")) for arm in arms] for dose in ("High", "Low")}
    for effect, row in zip(fit_cox(times, events, terms).effects, theirs["cox"], strict=True):
        numbers = (
            effect.coefficient.value,
            effect.hazard_ratio.value,
            effect.se,
            effect.p.statistic,
            effect.p.p,
        )
        for field, ours, value in zip(("coef", "hr", "se", "z", "p"), numbers, row, strict=True):
            found.of(effect.term, field, ours, value, 1e-6)
    assert found.differing == []
    assert found.decided == 2
