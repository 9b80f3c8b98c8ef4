"""Proportions, rates, exact tests and interrupted series against the reference rows, to the tolerances of its README."""

from __future__ import annotations

import pytest

from graftrial.stats import binomial, paired, rates, risk_difference, two_by_two, two_sample
from graftrial.stats.interrupted_series import summarise_interrupted_series
from graftrial.stats.outcomes import NotEstimable
from tests.golden.stats.reference import Comparison, rows


def compared(reference, name, compare):
    found = Comparison(name)
    given = rows(reference / "small_sample", name)
    for row in given:
        compare(found, row)
    assert found.differing == []
    assert found.agreed >= len(given)


def test_proportions(reference):
    methods = {
        "cp": (binomial.proportion_clopper_pearson, 1e-9),
        "wilson": (binomial.proportion_wilson, 1e-9),
        "blaker": (binomial.proportion_blaker, 1e-7),
        "midp": (binomial.proportion_mid_p, 1e-9),
        "jeffreys": (binomial.proportion_jeffreys, 1e-9),
    }

    def compare(found, row):
        events, n = int(row["x"]), int(row["n"])
        for name, (method, tolerance) in methods.items():
            share = method(events, n)
            found.of((events, n), f"{name}_lo", share.lower, row[f"{name}_lo"], tolerance)
            found.of((events, n), f"{name}_hi", share.upper, row[f"{name}_hi"], tolerance)
        upper = binomial.proportion_upper(events, n).upper
        found.of((events, n), "upper", upper, row["cp_upper_one_sided95"], 1e-9)

    compared(reference, "binomial_ci.csv", compare)


def test_rates_per_hundred_patient_years(reference):
    def compare(found, row):
        events, hundreds = int(row["events"]), float(row["py"]) / 100
        exact, mid = rates.garwood(events, hundreds), rates.rate_mid_p(events, hundreds)
        for name, ours in (
            ("rate100", exact.value), ("garwood_lo", exact.lower), ("garwood_hi", exact.upper),
            ("midp_lo", mid.lower), ("midp_hi", mid.upper),
        ):  # fmt: skip
            found.of((events, hundreds), name, ours, row[name], relative=1e-8)

    compared(reference, "poisson_rate_ci.csv", compare)


def test_rate_ratios(reference):
    def compare(found, row):
        given = int(row["e1"]), float(row["py1"]), int(row["e0"]), float(row["py0"])
        ratio = rates.rate_ratio(*given)
        for name, ours in (
            ("ratio", ratio.value), ("ci_lo", ratio.lower), ("ci_hi", ratio.upper),
            ("p_central", rates.compare_rates(*given).p),
            ("p_minlike", rates.compare_rates_by_likelihood(*given).p),
        ):  # fmt: skip
            found.of(given, name, ours, row[name], 1e-8, 1e-8)

    compared(reference, "rate_ratio_exact.csv", compare)


def test_two_proportions(reference):
    def compare(found, row):
        given = [int(row[name]) for name in ("x1", "n1", "x0", "n0")]
        score = risk_difference.difference_miettinen_nurminen(*given)
        hybrid = risk_difference.difference_newcombe(*given)
        for name, ours, tolerance in (
            ("rd", score.value, 1e-9), ("mn_lo", score.lower, 1e-6), ("mn_hi", score.upper, 1e-6),
            ("newcombe_lo", hybrid.lower, 1e-9), ("newcombe_hi", hybrid.upper, 1e-9),
            ("fisher_p_minlike", two_by_two.fisher_exact(*given).p, 1e-9),
            ("fisher_midp_central", two_by_two.fisher_mid_p(*given).p, 1e-9),
        ):  # fmt: skip
            found.of(given, name, ours, row[name], tolerance)
        odds = two_by_two.odds_ratio(*given)
        for name, ours in (("or_cond", odds.value), ("or_lo", odds.lower), ("or_hi", odds.upper)):
            # R's root finder stops within 1e-4 of the ratio, or of its inverse above 1
            if row[name] not in ("", "inf") and float(row[name]) > 1:
                found.of(given, name, 1 / ours, 1 / float(row[name]), 1e-4)
            else:
                found.of(given, name, ours, row[name], 1e-4)

    compared(reference, "risk_difference_ci.csv", compare)


def test_discordant_pairs(reference):
    def compare(found, row):
        pair = int(row["b"]), int(row["c"])
        found.of(pair, "p_exact", paired.mcnemar_exact(*pair).p, row["p_exact"], 1e-9)
        found.of(pair, "p_midp", paired.mcnemar_mid_p(*pair).p, row["p_midp"], 1e-9)

    compared(reference, "mcnemar_exact.csv", compare)


def test_paired_differences(reference):
    def compare(found, row):
        d, mean = row["d"], paired.mean_difference_t(row["d"])
        for name, ours in (
            ("wilcoxon_dropzero_p", paired.signed_rank_wilcoxon(d).p),
            ("pratt_p", paired.signed_rank_pratt(d).p),
            ("sign_p", paired.sign_test(d).p),
            ("sign_flip_permutation_p", paired.sign_flip(d).p),
            ("hodges_lehmann_all", paired.hodges_lehmann(d).value),
            ("hodges_lehmann_nonzero", paired.hodges_lehmann(d, drops_zeros=True).value),
            ("t_mean", mean.value), ("t_lo", mean.lower), ("t_hi", mean.upper),
            ("t_p", paired.paired_t(d).p),
        ):  # fmt: skip
            found.of(row["id"], name, ours, row[name], 1e-9)

    compared(reference, "paired_tests.json", compare)


def test_two_groups_with_ties(reference):
    def compare(found, row):
        ours = two_sample.mann_whitney(row["a"], row["b"]).p
        found.of(row["id"], "p_exact", ours, row["p_exact"], 1e-9)
        ours = two_sample.permutation_of_means(row["a"], row["b"]).p
        found.of(row["id"], "permutation_mean_p", ours, row["permutation_mean_p"], 1e-9)

    compared(reference, "mann_whitney_ties.json", compare)


def test_one_patient_before_and_after(reference):
    def compare(found, row):
        ours = summarise_interrupted_series(row["A"], row["B"], "increase", row["min_phase"])
        found.of(row["id"], "start_points", ours.start_points, row["start_points"])
        for name, value in (
            ("nap", ours.nap), ("mean_diff", ours.mean_difference),
            ("p_one_sided_increase", ours.one_sided.p), ("p_two_sided", ours.two_sided.p),
        ):  # fmt: skip
            found.of(row["id"], name, value, row[name], 1e-9)
        for start, value, theirs in zip(ours.start_points, ours.differences, row["stat"], strict=False):
            found.of(row["id"], f"statistic {start}", value, theirs, 1e-9)

    compared(reference, "nof1_ab.json", compare)


def test_the_felzartamab_difference_and_ratio_are_the_published_ones():
    """9/11 against 2/10 resolved: difference 62 points (19 to 100); ratio of non-resolution 0.23 (0.06 to 0.83)."""
    wald = risk_difference.difference_wald(9, 11, 2, 10, is_corrected=True)
    assert [round(each, 3) for each in (wald.value, wald.lower, wald.upper)] == [0.618, 0.186, 1.0]
    ratio = two_by_two.relative_risk_wald(2, 11, 8, 10)
    assert [round(each, 3) for each in (ratio.value, ratio.lower, ratio.upper)] == [0.227, 0.062, 0.827]


def test_the_score_limits_of_a_risk_ratio_are_near_those_of_koopman():
    """Koopman 1984: 36/40 against 16/80 has 2.94 to 7.15; ours add N / (N - 1) to the variance."""
    ratio = two_by_two.relative_risk(36, 40, 16, 80)
    assert ratio.value == pytest.approx(4.5)
    assert (ratio.lower, ratio.upper) == (pytest.approx(2.94, rel=5e-3), pytest.approx(7.15, rel=5e-3))
    back = two_by_two.relative_risk(16, 80, 36, 40)
    assert (1 / back.upper, 1 / back.lower) == (pytest.approx(ratio.lower), pytest.approx(ratio.upper))
    assert isinstance(two_by_two.relative_risk(0, 5, 0, 6).value, NotEstimable)
