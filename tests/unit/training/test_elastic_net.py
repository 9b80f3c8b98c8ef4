"""The fast elastic net has the minimum of scikit-learn's own, and the parts around it do what they say."""

import warnings

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from training.elastic_net import centre_weights, minimise, rank_genes
from training.ensemble import (
    LEAST_SLOPE,
    SETTINGS,
    bootstrap,
    calibrate,
    centre_groups,
    relative_to_sample,
    train,
)
from training.honest_figures import figures, splits


def invented(n=120, genes=12, seed=7):
    draw = np.random.default_rng(seed)
    values = draw.normal(size=(n, genes))
    chance = 1 / (1 + np.exp(-(2 * values[:, 0] - values[:, 1] - 0.5)))
    return values, draw.random(n) < chance


@pytest.mark.parametrize(("strength", "l1_ratio"), [(0.1, 0.5), (0.5, 0.01), (0.05, 0.9)])
def test_the_minimum_is_that_of_scikit_learn(strength, l1_ratio):
    values, labels = invented()
    weights = np.linspace(0.5, 1.5, len(labels))
    with warnings.catch_warnings():  # the name of the option changed between releases of scikit-learn
        warnings.simplefilter("ignore", FutureWarning)
        peer = LogisticRegression(
            C=strength, l1_ratio=l1_ratio, penalty="elasticnet", solver="saga", tol=1e-9, max_iter=100_000
        ).fit(values, labels, sample_weight=weights)
    coefficients, intercept = minimise(values, labels, weights, strength, l1_ratio, tolerance=1e-10)
    assert coefficients == pytest.approx(peer.coef_[0], abs=1e-4)
    assert intercept == pytest.approx(peer.intercept_[0], abs=1e-4)


def test_genes_that_separate_come_first_and_centres_weigh_by_the_root_of_their_size():
    values, labels = invented()
    assert list(rank_genes(values, labels)[:2]) == [0, 1]
    weights = centre_weights(np.array(["a"] * 9 + ["b"]))
    assert weights[-1] == pytest.approx(3 * weights[0]) and weights.mean() == pytest.approx(1)


def test_a_bootstrap_keeps_the_size_of_each_centre_and_the_seed_decides():
    _, labels = invented()
    centres = np.array(["a"] * 80 + ["b"] * 30 + ["c"] * 10)
    drawn, again = (bootstrap(labels, centres, np.random.default_rng(3)) for _ in range(2))
    assert list(drawn) == list(again)
    assert [int((centres[drawn] == each).sum()) for each in "abc"] == [80, 30, 10]


def test_calibration_finds_the_slope_that_was_taken_away():
    draw = np.random.default_rng(5)
    linear = draw.normal(scale=2, size=4000)
    labels = draw.random(4000) < 1 / (1 + np.exp(-(linear + 0.3)))
    a, b = calibrate(np.tile(linear * 4, (3, 1)), np.ones((3, 4000), dtype=bool), labels)
    assert a == pytest.approx(0.25, abs=0.02) and b == pytest.approx(0.3, abs=0.1)


def test_every_biopsy_is_held_out_once_by_each_plan():
    _, labels = invented()
    centres = np.array(["a"] * 60 + ["b"] * 40 + ["c"] * 20)
    plans = {}
    for held in splits(labels, centres, 1):
        plans.setdefault(held.plan, []).extend(held.places)
    assert set(plans) == {"fold 0", "fold 1", "centre"}
    assert all(sorted(places) == list(range(120)) for places in plans.values())
    assert [len(each) for each in centre_groups(centres, labels)] == [60, 40, 20]


def test_a_model_of_noise_is_neither_confident_nor_turned_round():
    """Labels without any relation to the values: held out they are not told apart, and calibration flattens the model."""
    draw = np.random.default_rng(11)
    values = relative_to_sample(draw.normal(size=(160, 60)))
    labels, centres = draw.random(160) < 0.4, np.array(["a", "b"] * 80)
    fitted = train(values[:80], labels[:80], centres[:80], 10, 1, SETTINGS[2])
    outside = figures(fitted.probabilities(values[80:]).mean(axis=1), labels[80:], 1)
    assert fitted.calibration[0] == pytest.approx(LEAST_SLOPE)
    assert 0.3 < outside["auc"] < 0.7
    assert outside["brier"] < outside["brier_of_prevalence"] + 0.02
