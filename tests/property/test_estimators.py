"""What holds for every estimator: limits around the estimate, monotone, indifferent to the order of rows and to units."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from graftrial.stats import paired, rates, risk_difference, two_by_two, two_sample
from graftrial.stats.binomial import PROPORTIONS
from graftrial.stats.longitudinal.measurements import measurements
from graftrial.stats.longitudinal.mixed_model import contrast, fit_two_slope, total_slope
from graftrial.stats.longitudinal.slopes import estimate_slopes
from graftrial.stats.outcomes import NotEstimable
from graftrial.stats.survival.aalen_johansen import estimate_aalen_johansen
from graftrial.stats.survival.cox import fit_cox
from graftrial.stats.survival.kaplan_meier import estimate_kaplan_meier, median_survival, restricted_mean
from graftrial.stats.survival.log_rank import log_rank

TABLES = [
    (events, n, other, m)
    for n, m in ((3, 3), (6, 4), (1, 5))
    for events, other in itertools.product(range(n + 1), range(m + 1))
]


def is_ordered(estimate):
    numbers = [
        each
        for each in (estimate.lower, estimate.value, estimate.upper)
        if not isinstance(each, NotEstimable)
    ]
    return all(low <= high + 1e-12 for low, high in itertools.pairwise(numbers))


@pytest.mark.parametrize("method", PROPORTIONS)
def test_a_proportion_lies_between_its_limits_which_rise_with_the_events_and_shrink_with_confidence(method):
    estimate = PROPORTIONS[method]
    for n in range(1, 21):
        shares = [estimate(events, n, 0.95) for events in range(n + 1)]
        assert all(is_ordered(each) and each.lower >= 0 and each.upper <= 1 for each in shares)
        for fewer, more in itertools.pairwise(shares):
            assert fewer.lower <= more.lower + 1e-12 and fewer.upper <= more.upper + 1e-12
        for events, wide in enumerate(shares):
            narrow = estimate(events, n, 0.8)
            assert wide.lower <= narrow.lower + 1e-12 and narrow.upper <= wide.upper + 1e-12


def test_blaker_lies_within_clopper_pearson():
    for n in range(1, 21):
        for events in range(n + 1):
            inner, outer = (
                PROPORTIONS["blaker"](events, n, 0.95),
                PROPORTIONS["clopper_pearson"](events, n, 0.95),
            )
            assert outer.lower <= inner.lower + 1e-12 and inner.upper <= outer.upper + 1e-12


@pytest.mark.parametrize("table", TABLES)
def test_swapping_the_groups_turns_differences_and_ratios_round(table):
    events, n, other, m = table
    for method in (
        risk_difference.difference_miettinen_nurminen,
        risk_difference.difference_newcombe,
        risk_difference.difference_wald,
    ):
        there, back = method(events, n, other, m), method(other, m, events, n)
        assert is_ordered(there)
        if not isinstance(there.lower, NotEstimable):
            assert (there.lower, there.upper) == (pytest.approx(-back.upper), pytest.approx(-back.lower))
    for method in (two_by_two.relative_risk, two_by_two.odds_ratio):
        there, back = method(events, n, other, m), method(other, m, events, n)
        assert is_ordered(there)
        if not isinstance(there.upper, NotEstimable) and not isinstance(back.upper, NotEstimable):
            assert there.lower * back.upper == pytest.approx(1) and there.upper * back.lower == pytest.approx(
                1
            )
    assert two_by_two.fisher_exact(*table).p == pytest.approx(two_by_two.fisher_exact(other, m, events, n).p)
    assert two_by_two.fisher_exact(*table).p >= two_by_two.fisher_exact(*table).smallest_p


def test_a_rate_lies_between_its_limits_and_scales_with_the_unit_of_exposure():
    for events in range(12):
        for method in (rates.garwood, rates.rate_mid_p):
            years, hundreds = method(events, 8.2), method(events, 0.082)
            assert is_ordered(years)
            assert hundreds.upper == pytest.approx(100 * years.upper)
        assert rates.rate_mid_p(events, 8.2).upper < rates.garwood(events, 8.2).upper
        ratio = rates.rate_ratio(events, 3.0, 2, 5.0)
        assert is_ordered(ratio)
        covers = ratio.lower <= 1 <= ratio.upper
        assert covers == (rates.compare_rates(events, 3.0, 2, 5.0).p > 0.05)


@pytest.mark.parametrize("seed", range(8))
def test_paired_tests_know_neither_order_nor_unit_nor_direction(seed):
    draw = np.random.default_rng(seed)
    d = (draw.integers(-4, 7, 9) / 2).tolist()
    shuffled = draw.permutation(d).tolist()
    for method in (paired.signed_rank_pratt, paired.signed_rank_wilcoxon, paired.sign_test, paired.sign_flip):
        p = method(d).p
        assert method(shuffled).p == p
        assert method([3.7 * each for each in d]).p == pytest.approx(p)
        assert method([-each for each in d]).p == pytest.approx(p)
        assert method(d).smallest_p <= p <= 1
    for method in (paired.hodges_lehmann, paired.mean_difference_t):
        assert is_ordered(method(d))
        assert method([each + 5 for each in d]).value == pytest.approx(method(d).value + 5)


@pytest.mark.parametrize("seed", range(8))
def test_two_sample_tests_know_neither_order_nor_the_name_of_the_groups(seed):
    draw = np.random.default_rng(seed)
    first, second = draw.integers(-3, 6, 7).tolist(), draw.integers(-3, 4, 6).tolist()
    for method in (two_sample.mann_whitney, two_sample.permutation_of_means):
        p = method(first, second).p
        assert method(second, first).p == pytest.approx(p)
        assert method(first[::-1], second[::-1]).p == pytest.approx(p)
        assert method(first, second).smallest_p <= p + 1e-12
    assert is_ordered(two_sample.shift_hodges_lehmann(first, second))


@pytest.mark.parametrize("seed", range(8))
def test_survival_estimates_know_no_order_and_causes_add_up(seed):
    draw = np.random.default_rng(seed)
    times, causes = draw.integers(0, 12, 15).tolist(), draw.integers(0, 3, 15).tolist()
    events = [int(cause > 0) for cause in causes]
    order = draw.permutation(15)
    curve = estimate_kaplan_meier(times, events)
    again = estimate_kaplan_meier([times[i] for i in order], [events[i] for i in order])
    assert curve == again
    assert all(later <= earlier for earlier, later in itertools.pairwise(curve.survival))
    for low, value, high in zip(curve.lower, curve.survival, curve.upper, strict=True):
        assert isinstance(low, NotEstimable) or low <= value <= high
    assert is_ordered(median_survival(curve)) and is_ordered(restricted_mean(curve, 3))
    first, second = (estimate_aalen_johansen(times, causes, cause) for cause in (1, 2))
    for one, other, free in zip(first.incidence, second.incidence, curve.survival, strict=True):
        assert one + other + free == pytest.approx(1)
    groups = [place % 2 for place in range(15)]
    test = log_rank(times, events, groups)
    assert (
        log_rank([times[i] for i in order], [events[i] for i in order], [groups[i] for i in order]).p
        == test.p
    )
    fit = fit_cox(times, events, {"group": groups})
    assert isinstance(fit, NotEstimable) or is_ordered(fit.effects[0].hazard_ratio)


@pytest.mark.parametrize("seed", range(4))
def test_mixed_models_know_no_order_of_rows_and_scale_with_units(seed):
    draw = np.random.default_rng(seed)
    patients = [f"P{i}" for i in range(7) for _ in range(6)]
    years = [0, 0.1, 0.25, 0.5, 1, 2] * 7
    level, slope = np.repeat(draw.normal(40, 9, 7), 6), np.repeat(draw.normal(-3, 2, 7), 6)
    values = (level + slope * np.array(years) + draw.normal(0, 2, 42)).tolist()
    order = draw.permutation(42)
    shuffled = [[column[i] for i in order] for column in (patients, years, values)]
    there, again = (
        fit_two_slope(measurements(*rows), 0.25) for rows in ((patients, years, values), shuffled)
    )
    assert there.coefficients == again.coefficients
    days = fit_two_slope(measurements(patients, [365.25 * year for year in years], values), 0.25 * 365.25)
    for freedom in ("kenward_roger", "satterthwaite"):
        one, other = total_slope(there, 2.0, freedom=freedom), total_slope(days, 2 * 365.25, freedom=freedom)
        assert is_ordered(one.estimate)
        assert other.estimate.value * 365.25 == pytest.approx(one.estimate.value, rel=1e-6)
        assert other.se * 365.25 == pytest.approx(one.se, rel=1e-5)
        if freedom == "kenward_roger":
            assert other.df == pytest.approx(one.df, rel=1e-4)
    doubled = fit_two_slope(measurements(patients, years, [2 * value for value in values]), 0.25)
    twice, once = (contrast(model, {"chronic": 1.0}, "chronic") for model in (doubled, there))
    assert twice.p.p == pytest.approx(once.p.p, rel=1e-4)
    slopes = estimate_slopes(measurements(*shuffled))
    assert slopes == estimate_slopes(measurements(patients, years, values))
