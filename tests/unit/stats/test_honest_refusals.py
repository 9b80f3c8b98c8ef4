"""What cannot be estimated is a sentence with a reason: never NaN, a warning, a traceback or a p value."""

from __future__ import annotations

import dataclasses
import math
import warnings

import pytest

from graftrial.stats import binomial, paired, rates, risk_difference, two_by_two, two_sample
from graftrial.stats.interrupted_series import summarise_interrupted_series
from graftrial.stats.longitudinal import composite_rank, mixed_model, slopes
from graftrial.stats.longitudinal.measurements import measurements
from graftrial.stats.outcomes import NotEstimable, PValue
from graftrial.stats.survival.aalen_johansen import estimate_aalen_johansen
from graftrial.stats.survival.cox import fit_cox
from graftrial.stats.survival.fine_gray import fit_fine_gray
from graftrial.stats.survival.kaplan_meier import (
    estimate_kaplan_meier,
    median_survival,
    restricted_mean,
    restricted_mean_difference,
)
from graftrial.stats.survival.log_rank import log_rank, log_rank_exact

ONE_PATIENT = measurements(["P1"] * 4, [0, 1, 2, 3], [40, 38, 37, 33])
NO_VALUE_AFTER_BASELINE = measurements(["P1", "P2", "P3"], [0, 0, 0], [40, 35, 30])
IDENTICAL = measurements([f"P{i}" for i in range(4) for _ in range(4)], [0, 1, 2, 3] * 4, [30.0] * 16)
ON_LINES = measurements(
    [f"P{i}" for i in range(4) for _ in range(4)], [0, 1, 2, 3] * 4, [40 + i - t for i in range(4) for t in range(4)]
)  # fmt: skip
NOBODY = measurements([], [], [])


@pytest.fixture(autouse=True)
def no_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def numbers_of(result):
    """Every number and reason inside a result, however deep."""
    if isinstance(result, NotEstimable) or not dataclasses.is_dataclass(result):
        if isinstance(result, (tuple, list)):
            return [one for each in result for one in numbers_of(each)]
        return [result]
    return [one for each in dataclasses.fields(result) for one in numbers_of(getattr(result, each.name))]


CASES = {
    "nobody in the denominator": lambda: binomial.proportion_clopper_pearson(0, 0),
    "an empty group": lambda: risk_difference.difference_miettinen_nurminen(0, 0, 1, 4),
    "no event in either group": lambda: two_by_two.relative_risk(0, 5, 0, 6),
    "events in all of both groups": lambda: two_by_two.odds_ratio(5, 5, 6, 6),
    "no exposure": lambda: rates.garwood(0, 0.0),
    "no event in either rate": lambda: rates.compare_rates(0, 2.0, 0, 3.0),
    "one pair, t": lambda: paired.mean_difference_t([3.0]),
    "identical differences, t": lambda: paired.paired_t([2.0, 2.0, 2.0]),
    "no difference moved": lambda: paired.signed_rank_pratt([0.0, 0.0, 0.0]),
    "no difference at all": lambda: paired.sign_test([None, float("nan")]),
    "no discordant pair": lambda: paired.mcnemar_exact(0, 0),
    "one pair, exact limits": lambda: paired.hodges_lehmann([1.0]),
    "identical values in two groups": lambda: two_sample.mann_whitney([1, 1], [1, 1, 1]),
    "an empty second group": lambda: two_sample.permutation_of_means([1.0, 2.0], []),
    "no value after the start": lambda: summarise_interrupted_series([40, 39, 38], [], "increase"),
    "too short a phase": lambda: summarise_interrupted_series([40, 39, 38], [41], "increase"),
    "identical values of one patient": lambda: summarise_interrupted_series([4, 4, 4], [4, 4, 4], "increase"),
    "one patient, model": lambda: mixed_model.fit_total_slope(ONE_PATIENT),
    "no value after baseline, model": lambda: mixed_model.fit_two_slope(NO_VALUE_AFTER_BASELINE, 0.25),
    "identical values, model": lambda: mixed_model.fit_total_slope(IDENTICAL),
    "exact lines, model": lambda: mixed_model.fit_total_slope(ON_LINES),
    "nobody, model": lambda: mixed_model.fit_total_slope(NOBODY),
    "no value after baseline, slopes": lambda: slopes.estimate_slopes(NO_VALUE_AFTER_BASELINE),
    "identical values, slopes": lambda: slopes.estimate_slopes(IDENTICAL),
    "identical slopes": lambda: slopes.two_stage_test(slopes.estimate_slopes(IDENTICAL)),
    "no slope at all": lambda: slopes.two_stage_mean(slopes.estimate_slopes(NO_VALUE_AFTER_BASELINE)),
    "one slope": lambda: slopes.two_stage_mean(slopes.estimate_slopes(ONE_PATIENT)),
    "composite of nobody": lambda: composite_rank.compare_composite([], [], []),
    "all censored, median": lambda: median_survival(estimate_kaplan_meier([1, 2, 3], [0, 0, 0])),
    "all censored, curve": lambda: estimate_kaplan_meier([1, 2, 3], [0, 0, 0]),
    "all censored, cause": lambda: estimate_aalen_johansen([1, 2, 3], [0, 0, 0], 1),
    "all censored, mean": lambda: restricted_mean(estimate_kaplan_meier([1, 2, 3], [0, 0, 0]), 2),
    "all censored, two means": lambda: restricted_mean_difference(
        *(estimate_kaplan_meier([1, 2, 3], [0, 0, 0]) for _ in (0, 1)), 2
    ),
    "all censored, log-rank": lambda: log_rank([1, 2, 3], [0, 0, 0], ["a", "b", "b"]),
    "all censored, Cox": lambda: fit_cox([1, 2, 3], [0, 0, 0], {"arm": [0, 1, 1]}),
    "separated outcome, Cox": lambda: fit_cox([1, 2, 3, 4], [1, 1, 0, 0], {"arm": [1, 1, 0, 0]}),
    "separated by two terms, Cox": lambda: fit_cox(
        [1, 2, 3, 4, 9, 9], [1, 1, 1, 1, 0, 0], {"a": [1, 0, 1, 0, 0, 0], "b": [0, 1, 0, 1, 0, 0]}
    ),
    "one group, log-rank": lambda: log_rank_exact([1, 2], [1, 0], ["a", "a"]),
    "too few events, Fine-Gray": lambda: fit_fine_gray([1, 2, 3, 4], [1, 2, 1, 0], 1, {"x": [0, 1, 1, 0]}),
    "after the end of follow-up": lambda: estimate_kaplan_meier([1, 2, 3], [1, 0, 0]).at(10),
    "horizon after follow-up": lambda: restricted_mean(estimate_kaplan_meier([1, 2], [1, 0]), 5),
    "nobody, curve": lambda: estimate_kaplan_meier([None, -1.0], [1, 1]),
    "nobody, cause": lambda: estimate_aalen_johansen([], [], 1),
}


@pytest.mark.parametrize("because", CASES)
def test_what_cannot_be_estimated_says_why(because):
    """Every case of bad input gives at least one reason, and no NaN beside it."""
    found = numbers_of(CASES[because]())
    reasons = [each for each in found if isinstance(each, NotEstimable)]
    assert reasons, found
    assert all(len(each.reason.split()) >= 3 for each in reasons)
    assert not any(isinstance(each, float) and not math.isfinite(each) for each in found)


@pytest.mark.parametrize("because", [name for name in CASES if isinstance(CASES[name](), PValue)])
def test_a_test_that_cannot_be_made_has_no_p_value(because):
    """No p value stands beside a reason, and nothing is called significant."""
    test = CASES[because]()
    assert isinstance(test.p, NotEstimable)
    assert not test.reaches(0.999)


def test_three_pairs_never_reach_the_five_percent_level():
    test = paired.signed_rank_pratt([5.0, 6.0, 9.0])
    assert (test.p, test.smallest_p) == (0.25, 0.25)
    assert not test.reaches(0.05)
    assert paired.signed_rank_pratt([1.0, 2, 3, 4, 5, 6]).reaches(0.05)


def test_no_event_of_three_stays_zero_with_its_upper_limit():
    share = binomial.proportion_upper(0, 3)
    assert (share.value, share.lower, round(share.upper, 3), share.sided) == (0.0, 0.0, 0.632, "upper")


def test_times_in_the_wrong_order_are_sorted():
    forward = measurements(["P1"] * 4, [0, 1, 2, 3], [40, 38, 37, 33])
    backward = measurements(["P1"] * 4, [3, 2, 1, 0], [33, 37, 38, 40])
    assert slopes.estimate_slopes(forward) == slopes.estimate_slopes(backward)


def test_two_values_at_one_time_become_their_mean_and_a_note():
    data = measurements(["P1"] * 5, [0, 1, 1, 2, 3], [40, 38, 36, 37, 33])
    assert data.values.tolist() == [40, 37, 37, 33]
    assert data.notes == ("1 time with several values of one patient: their mean used",)


def test_time_zero_is_kept_and_a_negative_time_is_left_out_with_a_note():
    curve = estimate_kaplan_meier([0, -3, 2, None], [1, 1, 0, 1])
    assert (curve.n, curve.times, curve.survival) == (2, (0.0, 2.0), (0.5, 0.5))
    assert curve.notes == ("1 without a time left out", "1 with a negative time left out")


def test_identical_values_have_slope_zero_and_no_test():
    slope = slopes.estimate_slopes(IDENTICAL)[0]
    assert (slope.estimate.value, slope.se) == (0.0, 0.0)
    assert slope.estimate.lower == NotEstimable("all values are identical")


def test_before_and_after_the_infusion():
    before = slopes.estimate_slopes(measurements(["P1"] * 4, [-3, -2, -1, 0], [50, 44, 41, 35]))[0]
    after = slopes.estimate_slopes(measurements(["P1"] * 4, [0, 1, 2, 3], [35, 34, 34, 32]))[0]
    difference = slopes.slope_difference(before, after)
    assert difference.value == pytest.approx(after.estimate.value - before.estimate.value)
    assert difference.lower < difference.value < difference.upper
    short = slopes.estimate_slopes(measurements(["P1"] * 2, [0, 1], [35, 34]))[0]
    assert slopes.slope_difference(before, short).value == NotEstimable("after: 2 points, at least 3 needed")


def test_a_patient_in_two_arms_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="two arms"):
        measurements(["P1", "P1"], [0, 1], [1, 2], [0, 1])


def test_the_earliest_loss_is_the_worst_outcome():
    found = composite_rank.composite_ranks([None, 0.5, 0.2, None, None], [3.0, 9.0, None, -2.0, None])
    assert found.ranks == (4.0, 2.0, 1.0, 3.0, None)
    assert (found.n_lost, found.n_without) == (2, 1)
    lost = composite_rank.sign_of_composite([None, 0.5, 0.2, None], [3.0, None, None, -2.0])
    assert lost.statistic == 1.0


def test_the_exact_log_rank_test_agrees_with_the_exact_rank_test_without_ties_and_censoring():
    """All events at different times: the extreme split has the same p as every other exact test."""
    test = log_rank_exact([1, 2, 3, 4, 5, 6], [1] * 6, ["a", "a", "a", "b", "b", "b"])
    assert test.p == pytest.approx(0.1)
    assert test.p == test.smallest_p


def test_a_drawn_permutation_says_its_seed_and_error_and_repeats_itself():
    many = [0.3 * (-1) ** place + 0.1 * place for place in range(30)]
    first, second = paired.sign_flip(many), paired.sign_flip(many)
    assert first == second
    assert "Monte Carlo standard error" in first.notes[-1]
    assert 0 < first.p < 0.05
