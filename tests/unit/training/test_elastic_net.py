"""The fast elastic net has the minimum of scikit-learn's own, and the parts around it do what they say."""

import warnings

import numpy as np
import pytest
from sklearn.gaussian_process.kernels import RBF
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from training.elastic_net import minimise
from training.honest_figures import auc_by_ranks, figures, is_reached, splits
from training.parts import (
    PLAIN_PART,
    PROTOTYPE_PART,
    SETTINGS,
    bootstrap,
    put_together,
    relative_to_sample,
    train,
)
from training.prototypes import FEWEST_BIOPSIES, find_prototypes, fit_likeness, whitened


def invented(n=120, genes=12, seed=7):
    draw = np.random.default_rng(seed)
    values = draw.normal(size=(n, genes))
    chance = 1 / (1 + np.exp(-(2 * values[:, 0] - values[:, 1] - 0.5)))
    return values, draw.random(n) < chance


@pytest.mark.parametrize(("strength", "l1_ratio"), [(0.1, 0.5), (0.5, 0.01), (0.05, 0.9)])
def test_the_minimum_is_that_of_scikit_learn(strength, l1_ratio):
    values, labels = invented()
    with warnings.catch_warnings():  # the name of the option changed between releases of scikit-learn
        warnings.simplefilter("ignore", FutureWarning)
        peer = LogisticRegression(
            C=strength, l1_ratio=l1_ratio, penalty="elasticnet", solver="saga", tol=1e-9, max_iter=100_000
        ).fit(values, labels)
    coefficients, intercept = minimise(values, labels, strength, l1_ratio, tolerance=1e-10)
    assert coefficients == pytest.approx(peer.coef_[0], abs=1e-4)
    assert intercept == pytest.approx(peer.intercept_[0], abs=1e-4)


def test_a_bootstrap_keeps_the_size_of_each_centre_and_the_seed_decides():
    _, labels = invented()
    centres = np.array(["a"] * 80 + ["b"] * 30 + ["c"] * 10)
    drawn, again = (bootstrap(labels, centres, np.random.default_rng(3)) for _ in range(2))
    assert list(drawn) == list(again)
    assert [int((centres[drawn] == each).sum()) for each in "abc"] == [80, 30, 10]


def test_the_weights_of_parts_are_those_that_made_the_labels_and_a_part_of_noise_has_none():
    draw = np.random.default_rng(5)
    first, second = draw.normal(scale=2, size=(2, 4000))
    labels = draw.random(4000) < 1 / (1 + np.exp(-(0.5 * first + second + 0.3)))
    weights, intercept, loss = put_together(np.array([first * 4, second]), labels)
    assert weights == pytest.approx([0.125, 1.0], rel=0.15) and intercept == pytest.approx(0.3, abs=0.1)
    against, _, alone = put_together(np.array([-first, second]), labels)
    assert against[0] == 0 and alone > loss


def in_two_places(n=90, genes=20, seed=3):
    """Profiles around two points, labelled by nearness to the first, and one that is like no other."""
    draw = np.random.default_rng(seed)
    places = draw.normal(scale=3, size=(2, genes))
    labels = np.arange(n) % 2 == 0
    values = np.where(labels[:, None], places[0], places[1]) + draw.normal(size=(n, genes))
    values[-1] += 40 * np.where(np.arange(genes) % 2, 1, -1)
    return values, labels


def test_a_prototype_is_the_mean_of_at_least_three_biopsies_and_never_one():
    values, _ = in_two_places()
    found = find_prototypes(values)
    assert found.biopsies.min() >= FEWEST_BIOPSIES and found.biopsies.sum() <= len(values) - 1
    standard = (values - found.center) / found.scale
    assert (np.abs(found.profiles[:, None] - standard[None]).max(axis=2) > 0.05).all()
    # every prototype lies amid the biopsies: none was made of the one that is like no other
    assert np.abs(found.profiles).max() < np.abs(standard[-1]).max() / 2
    again = find_prototypes(values)
    assert (again.profiles == found.profiles).all()


def test_likeness_is_the_kernel_of_scikit_learn_and_its_ridge_that_of_the_kernel():
    values, labels = in_two_places()
    found = find_prototypes(values)
    near, turn = found.likeness(values, 0.5), whitened(found, 0.5)
    peer = RBF(length_scale=np.sqrt(values.shape[1]))
    assert near == pytest.approx(peer((values - found.center) / found.scale, found.profiles), abs=1e-12)
    inside = peer(found.profiles)
    coefficients, intercept = fit_likeness(near, turn, labels, 10.0)
    assert turn.T @ inside @ turn == pytest.approx(np.eye(turn.shape[1]), abs=1e-6)
    assert (
        coefficients @ inside @ coefficients > 0 and ((near @ coefficients + intercept > 0) == labels).all()
    )


def test_every_biopsy_is_held_out_once_by_each_plan():
    _, labels = invented()
    centres = np.array(["a"] * 60 + ["b"] * 40 + ["c"] * 20)
    plans = {}
    for held in splits(labels, centres, 1):
        plans.setdefault(held.plan, []).extend(held.places)
    assert set(plans) == {*(f"fold {each}" for each in range(5)), "centre"}
    assert all(sorted(places) == list(range(120)) for places in plans.values())


def test_a_model_of_noise_is_neither_confident_nor_turned_round():
    """Labels without any relation to the values: held out they are not told apart, and the weights flatten the model."""
    draw = np.random.default_rng(11)
    values = draw.normal(size=(160, 60))
    labels, centres = draw.random(160) < 0.4, np.array(["a", "b"] * 80)
    fitted = train(values[:80], labels[:80], centres[:80], 0, 1)
    outside = figures(fitted.chances(values[80:]), labels[80:], 1)
    assert all(0 <= part.weight < 0.5 for part in fitted.parts.values())
    assert 0.3 < outside["auc"] < 0.7
    assert outside["brier"] < outside["brier_of_prevalence"] + 0.02


def test_the_setting_has_the_least_loss_and_refits_touch_no_probability():
    values, labels = invented()
    centres = np.array(["a", "b"] * 60)
    without, with_refits = (train(values, labels, centres, refits, 1) for refits in (0, 4))
    assert list(without.chances(values)) == list(with_refits.chances(values))
    assert list(with_refits.parts) == [PLAIN_PART, PROTOTYPE_PART]
    assert [len(part.members[1]) for part in with_refits.parts.values()] == [4, 4]
    assert 0.7 < figures(without.chances(values), labels, 1)["auc"] < 1
    assert list(without.inner) == [each.told() for each in SETTINGS]
    assert without.inner[without.setting.told()] == min(without.inner.values())


def test_the_prototype_part_does_not_see_a_constant_added_to_a_sample():
    values, _ = invented()
    assert relative_to_sample(values + 1) == pytest.approx(relative_to_sample(values), abs=1e-12)


@pytest.mark.parametrize(
    ("ten_fold", "left_out", "expected"),
    [(0.90, 0.82, True), (0.8999, 0.83, False), (0.91, 0.8199, False)],
)
def test_both_figures_of_amr_have_to_be_reached(ten_fold, left_out, expected):
    amr = {"nested_10_fold": {"auc": ten_fold}, "leave_one_centre_out": {"all": {"auc": left_out}}}
    assert is_reached(amr) is expected


def test_the_auc_by_ranks_is_that_of_scikit_learn_with_ties():
    values, labels = invented()
    for chances in (values[:, 0], values[:, 0].round()):
        assert auc_by_ranks(labels, chances) == pytest.approx(roc_auc_score(labels, chances), abs=1e-12)
