"""A mixed model of visits: where it must equal the paired t test, and a second computation with whole matrices."""

from __future__ import annotations

import numpy as np
import pytest

from graftrial.stats.longitudinal.repeated_visits import fit_visits, visit_contrast
from graftrial.stats.outcomes import NotEstimable
from graftrial.stats.paired import mean_difference_t, paired_t

VISITS = ("M3", "M6", "M12")


def drawn(n, seed=1, is_complete=True):
    draw = np.random.default_rng(seed)
    table = draw.multivariate_normal([1, 2, 3], [[4, 2, 1], [2, 5, 2], [1, 2, 6]], n)
    if not is_complete:
        table[0, 2] = table[3, 1] = table[5, 1] = table[5, 2] = table[8, 0] = np.nan
    return table


def listed(table):
    return [[None if np.isnan(each) else float(each) for each in row] for row in table]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_complete_data_give_the_paired_t_test_at_every_visit_with_n_minus_1_degrees_of_freedom(seed):
    table = drawn(11, seed)
    model = fit_visits(listed(table), VISITS)
    assert np.allclose(model.covariance, np.cov(table.T), rtol=1e-9)
    for line in ([1, 0, 0], [0, 0, 1], [1, -1, 0], [1, 1, 1]):
        values = list(map(float, table @ np.array(line)))
        ours, theirs = visit_contrast(model, line, ""), mean_difference_t(values)
        assert ours.df == pytest.approx(10, rel=1e-9)
        assert ours.estimate.value == pytest.approx(theirs.value, rel=1e-10)
        assert (ours.estimate.lower, ours.estimate.upper) == (
            pytest.approx(theirs.lower, rel=1e-8),
            pytest.approx(theirs.upper, rel=1e-8),
        )
        assert ours.p.p == pytest.approx(paired_t(values).p, rel=1e-8)


def test_a_second_visit_that_some_missed_is_predicted_from_the_first():
    """Anderson 1957, J Am Stat Assoc 52:200: the mean moves by the slope among those seen twice."""
    table = drawn(12, 4)[:, :2]
    table[9:, 1] = np.nan
    both, first = table[:9], table[:, 0]
    slope = np.cov(both.T)[0, 1] / np.cov(both.T)[0, 0]
    expected = both[:, 1].mean() + slope * (first.mean() - both[:, 0].mean())
    model = fit_visits(listed(table), VISITS[:2])
    assert model.means[1] == pytest.approx(expected, rel=1e-8)
    assert model.means[0] == pytest.approx(first.mean(), rel=1e-10)


def whole(table):
    """Design, values and the derivatives of V with one row a value: the matrices that our code never builds."""
    places = [
        (who, visit) for who in range(len(table)) for visit in range(3) if np.isfinite(table[who, visit])
    ]
    design = np.eye(3)[[visit for _, visit in places]]
    values = np.array([table[place] for place in places])
    pairs = [(a, b) for a in range(3) for b in range(a + 1)]
    derivatives = [
        np.array([
            [float(w == x and {u, v} == {a, b} and (u == v) == (a == b)) for x, v in places] for w, u in places
        ])
        for a, b in pairs
    ]  # fmt: skip
    return design, values, derivatives, pairs


def by_definition(table, covariance, line):
    """-2 log REML, its gradient, and estimate, se and df of Kenward and Roger (1997), written out once more."""
    design, values, derivatives, pairs = whole(table)
    v = sum(covariance[a, b] * each for (a, b), each in zip(pairs, derivatives, strict=True))
    inverse = np.linalg.inv(v)
    phi = np.linalg.inv(design.T @ inverse @ design)
    beta = phi @ design.T @ inverse @ values
    rest = values - design @ beta
    project = inverse - inverse @ design @ phi @ design.T @ inverse
    deviance = (
        (len(values) - 3) * np.log(2 * np.pi) + np.linalg.slogdet(v)[1] - np.linalg.slogdet(phi)[1]
        + rest @ inverse @ rest
    )  # fmt: skip
    gradient = [np.trace(project @ d) - values @ project @ d @ project @ values for d in derivatives]
    p = [-design.T @ inverse @ d @ inverse @ design for d in derivatives]
    q = [[design.T @ inverse @ d @ inverse @ e @ inverse @ design for e in derivatives] for d in derivatives]
    info = [[np.trace(project @ d @ project @ e) for e in derivatives] for d in derivatives]
    w = 2 * np.linalg.inv(info)
    k = range(len(pairs))
    middle = sum(w[i, j] * (q[i][j] - p[i] @ phi @ p[j]) for i in k for j in k)
    adjusted = phi + 2 * phi @ middle @ phi
    theta = np.outer(line, line) / (line @ phi @ line)
    traces = [np.trace(theta @ phi @ each @ phi) for each in p]
    a1 = sum(w[i, j] * traces[i] * traces[j] for i in k for j in k)
    a2 = sum(w[i, j] * np.trace(theta @ phi @ p[i] @ phi @ theta @ phi @ p[j] @ phi) for i in k for j in k)
    b, g = (a1 + 6 * a2) / 2, (2 * a1 - 5 * a2) / (3 * a2)
    c1, c2, c3 = (each / (3 + 2 * (1 - g)) for each in (g, 1 - g, 3 - g))
    rho = 2 * (1 + c1 * b) / ((1 - c2 * b) ** 2 * (1 - c3 * b)) / (2 / (1 - a2) ** 2)
    return deviance, gradient, line @ beta, np.sqrt(line @ adjusted @ line), 4 + 3 / (rho - 1)


@pytest.mark.parametrize("seed", [1, 5])
def test_missing_visits_agree_with_the_definition_in_whole_matrices(seed):
    table = drawn(12, seed, is_complete=False)
    model = fit_visits(listed(table), VISITS)
    assert (model.n_patients, model.n_values, model.n_at) == (12, 31, (11, 10, 10))
    for line in ([0.0, 0.0, 1.0], [-1.0, 0.0, 1.0]):
        deviance, gradient, value, se, df = by_definition(table, model.covariance, np.array(line))
        assert np.abs(gradient).max() < 1e-6
        assert -2 * model.log_likelihood == pytest.approx(deviance, rel=1e-10)
        ours = visit_contrast(model, line, "")
        assert (ours.estimate.value, ours.se) == (pytest.approx(value, rel=1e-9), pytest.approx(se, rel=1e-8))
        assert ours.df == pytest.approx(df, rel=1e-7)
        assert 6 < ours.df < 11


def test_three_patients_for_a_visit_are_too_few():
    table = listed(drawn(10))
    assert not isinstance(fit_visits(table, VISITS), NotEstimable)
    said = fit_visits(table[:9], VISITS)
    assert said == NotEstimable(
        "an unstructured model of 3 visits needs more than 9 patients with values, there are 9"
    )


def test_two_visits_that_hardly_anybody_has_both_are_refused():
    table = drawn(10)
    table[:5, 1] = np.nan
    table[4:, 2] = np.nan
    said = fit_visits(listed(table), VISITS)
    assert said == NotEstimable("only 0 patients have a value at both M6 and M12, fewer than 3")
    assert "all values at M3 are identical" in str(fit_visits([[1.0, each] for each in range(8)], VISITS[:2]))
