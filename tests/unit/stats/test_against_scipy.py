"""Own code beside scipy.stats where that is right: curves, two-sample log-rank, exact tests without ties."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from graftrial.stats import binomial, paired, two_by_two, two_sample
from graftrial.stats.survival.kaplan_meier import estimate_kaplan_meier
from graftrial.stats.survival.log_rank import log_rank

SEEDS = range(6)


def cohort(seed):
    draw = np.random.default_rng(seed)
    return draw.integers(1, 30, 25).astype(float), draw.random(25) < 0.6, draw.integers(0, 2, 25)


def censored(times, events):
    return stats.CensoredData(uncensored=times[events], right=times[~events])


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")
@pytest.mark.parametrize("seed", SEEDS)
def test_the_survival_curve_and_its_log_log_limits_are_those_of_scipy(seed):
    times, events, _ = cohort(seed)
    curve = estimate_kaplan_meier(times.tolist(), events.astype(int).tolist())
    theirs = stats.ecdf(censored(times, events)).sf
    limits = theirs.confidence_interval(method="log-log")
    for place, time in enumerate(curve.times):
        assert curve.survival[place] == pytest.approx(float(theirs.evaluate(time)), abs=1e-12)
        if isinstance(curve.lower[place], float):
            assert curve.lower[place] == pytest.approx(float(limits.low.evaluate(time)), abs=1e-12)
            assert curve.upper[place] == pytest.approx(float(limits.high.evaluate(time)), abs=1e-12)
        else:
            assert np.isnan(limits.low.evaluate(time))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_log_rank_test_of_two_groups_is_that_of_scipy(seed):
    times, events, group = cohort(seed)
    first, second = (censored(times[group == each], events[group == each]) for each in (0, 1))
    theirs = stats.logrank(first, second)
    ours = log_rank(times.tolist(), events.astype(int).tolist(), group.tolist())
    assert ours.statistic == pytest.approx(float(theirs.statistic) ** 2, rel=1e-9)
    assert ours.p == pytest.approx(float(theirs.pvalue), rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_exact_tests_without_ties_are_those_of_scipy(seed):
    draw = np.random.default_rng(seed)
    first, second = draw.normal(0.4, 1, 9), draw.normal(0, 1, 7)
    ours = paired.signed_rank_pratt(first.tolist())
    assert ours.p == pytest.approx(float(stats.wilcoxon(first, method="exact").pvalue), rel=1e-12)
    ours = two_sample.mann_whitney(first.tolist(), second.tolist())
    assert ours.p == pytest.approx(float(stats.mannwhitneyu(first, second, method="exact").pvalue), rel=1e-12)
    for sided in ("greater", "less"):
        theirs = stats.wilcoxon(first, alternative=sided, method="exact").pvalue
        assert paired.signed_rank_pratt(first.tolist(), sided).p == pytest.approx(float(theirs), rel=1e-12)


def test_exact_limits_of_a_proportion_and_fisher_are_those_of_scipy():
    for events, n in ((0, 7), (2, 9), (9, 9)):
        theirs = stats.binomtest(events, n).proportion_ci(method="exact")
        ours = binomial.proportion_clopper_pearson(events, n)
        assert (ours.lower, ours.upper) == (pytest.approx(theirs.low), pytest.approx(theirs.high))
    theirs = stats.fisher_exact([[3, 7], [1, 11]])
    assert two_by_two.fisher_exact(3, 10, 1, 12).p == pytest.approx(float(theirs.pvalue), rel=1e-12)
