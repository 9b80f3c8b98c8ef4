"""Propensity scores against closed forms, matching against a full table of distances."""

from itertools import product
from math import log

import numpy as np
import pytest
from scipy.optimize import minimize

from graftrial.stats.outcomes import NotEstimable
from graftrial.stats.propensity import (
    match_greedily,
    pooled_spread,
    propensity_scores,
    standardised_difference,
)


@pytest.mark.parametrize(("a", "b", "c", "d"), [(7, 3, 4, 9), (6, 0, 2, 8), (5, 0, 0, 5), (20, 1, 0, 12)])
def test_one_binary_covariate_adds_one_half_to_every_cell(a, b, c, d):
    """Treated a with and b without, controls c with and d without; zero cells separate the groups."""
    found = propensity_scores([[1.0]] * a + [[0.0]] * b, [[1.0]] * c + [[0.0]] * d, ["x"])
    odds = log((a + 0.5) * (d + 0.5) / ((b + 0.5) * (c + 0.5)))
    assert found.coefficients[0] == pytest.approx(odds, abs=1e-7)
    assert found.intercept == pytest.approx(log((b + 0.5) / (d + 0.5)), abs=1e-7)


def test_two_covariates_reach_the_maximum_that_a_general_optimiser_finds():
    random = np.random.default_rng(7)
    treated, controls = random.normal([1, 50], [1, 9], (12, 2)), random.normal([0, 55], [1, 9], (15, 2))
    found = propensity_scores(treated.tolist(), controls.tolist(), ["x", "y"])
    design = np.column_stack([np.ones(27), np.vstack([treated, controls])])
    outcome = np.repeat([1.0, 0.0], [12, 15])

    def loss(beta):
        chance = 1 / (1 + np.exp(-design @ beta))
        information = design.T @ np.diag(chance * (1 - chance)) @ design
        likelihood = np.sum(outcome * np.log(chance) + (1 - outcome) * np.log(1 - chance))
        return -likelihood - np.linalg.slogdet(information)[1] / 2

    start = np.zeros(3)
    best = minimize(
        loss, start, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 9000}
    )
    assert (found.intercept, *found.coefficients) == pytest.approx(best.x, rel=1e-4, abs=1e-5)


def test_complete_separation_by_a_number_stays_finite():
    found = propensity_scores([[float(k)] for k in range(10, 16)], [[float(k)] for k in range(6)], ["x"])
    assert np.isfinite([*found.treated, *found.controls]).all()
    assert min(found.treated) > max(found.controls)


@pytest.mark.parametrize(
    ("treated", "controls", "names", "why"),
    [
        ([[1.0]] * 4, [[0.0]] * 9, ["x"], "there are 4 treated and 9 controls"),
        ([[1.0, 2.0]] * 8, [[0.0, 1.0]] * 12, ["x", "y"], "2 covariates are more than one for each 5 of the 8"),
        ([[1.0]] * 6, [[1.0]] * 6, ["x"], "all patients have the same x"),
        ([[float(k), 2.0 * k] for k in range(10)], [[k + 0.5, 2 * k + 1.0] for k in range(10)], ["x", "y"], "determine"),
    ],
)  # fmt: skip
def test_what_the_data_cannot_carry_is_refused_with_a_sentence(treated, controls, names, why):
    found = propensity_scores(treated, controls, names)
    assert isinstance(found, NotEstimable)
    assert why in found.reason


def test_a_missing_covariate_is_never_imputed():
    with pytest.raises(ValueError, match="covariate is missing"):
        propensity_scores([[float("nan")]] * 5, [[0.0]] * 5, ["x"])


def by_table(treated, controls, width, ratio, again):
    """The same by crossing out cells of the whole table of distances."""
    table = {
        (t, c): abs(treated[t] - controls[c]) for t, c in product(range(len(treated)), range(len(controls)))
    }
    table = {cell: far for cell, far in table.items() if far <= width}
    pairs = {t: [] for t in range(len(treated))}
    for _ in range(ratio):
        for t in sorted(pairs, key=lambda each: treated[each], reverse=True):
            row = sorted((far, c) for (who, c), far in table.items() if who == t)
            if row:
                c = row[0][1]
                pairs[t].append(c)
                table = {k: v for k, v in table.items() if k != (t, c) and (again or k[1] != c)}
    return tuple(tuple(pairs[t]) for t in sorted(pairs))


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("ratio", [1, 2, 3])
@pytest.mark.parametrize("seed", range(8))
def test_matching_is_that_of_the_whole_table(seed, ratio, again):
    random = np.random.default_rng(seed)
    treated, controls = random.normal(0.5, 1, 9).round(1).tolist(), random.normal(0, 1, 14).round(1).tolist()
    found = match_greedily(treated, controls, 0.35, ratio, again)
    assert found.controls == by_table(treated, controls, 0.35, ratio, again)


def test_the_highest_score_chooses_first_and_the_caliper_leaves_one_unmatched():
    found = match_greedily([0.0, 1.0], [0.6, 5.0], 0.7)
    assert found.controls == ((), (0,))
    assert found.n_matched == 1


def test_standardised_differences_by_hand():
    spread = pooled_spread([1, 2, 3], [2, 4, 6])  # variances 1 and 4
    assert spread == pytest.approx(2.5**0.5)
    assert standardised_difference([1, 2, 3], [2, 4, 6], spread) == pytest.approx(-2 / 2.5**0.5)
    binary = pooled_spread([1, 1, 0, 0], [1, 0, 0, 0], is_binary=True)
    assert binary == pytest.approx(((0.25 + 0.1875) / 2) ** 0.5)
    assert isinstance(standardised_difference([], [], spread), NotEstimable)
    assert standardised_difference([1, 1], [1, 1], 0.0) == 0.0
