"""Priors from history agree with the reference to its tolerance; where they do not, a direct sum decides."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit, logit, ndtr

from graftrial.stats.priors import (
    BetaMixture,
    Component,
    fit_beta_mixture,
    meta_analytic_prior,
    meta_analytic_prior_normal,
    robust,
)

GOLDEN = Path(__file__).parents[2] / "golden/priors"
DECIDED = {
    8: ("0.2", "0.3"),
    13: ("0.2",),
    14: ("0.3",),
    16: ("0.3", "median"),
}  # golden/priors/decisions.csv


def rows(name):
    return json.loads((GOLDEN / name).read_text(encoding="utf-8"))


def mixture_of(row):
    mixture = BetaMixture(tuple(Component(each["w"], each["a"], each["b"]) for each in row["components"]))
    return robust(mixture, row["robust_weight"]) if row["robust_weight"] else mixture


@pytest.mark.parametrize("row", rows("beta_mixture_posteriors.json"), ids=lambda row: str(row["id"]))
def test_a_mixture_and_its_posterior(row):
    prior = mixture_of(row)
    after = prior.given(row["n"], row["r"])
    assert [each.weight for each in after.components] == pytest.approx(row["post_w"], abs=1e-9)
    assert [each.a for each in after.components] == pytest.approx(row["post_a"], abs=1e-9)
    assert after.mean == pytest.approx(row["post_mean"], abs=1e-9)
    assert after.sd == pytest.approx(row["post_sd"], abs=1e-9)
    assert after.probability_above(row["cut"]) == pytest.approx(row["p_gt_cut"], abs=1e-9)
    assert prior.predictive(row["n"])[row["r"]] == pytest.approx(row["prior_pred_r"], abs=1e-9)
    assert prior.ess_moment() == pytest.approx(row["ess_moment_prior"], rel=1e-9)
    if row["ess_elir_prior"] is None:
        assert prior.ess_elir() is None
    elif row["id"] == 28:
        assert prior.ess_elir() == pytest.approx(21.428343602363, rel=1e-5)  # decisions.csv
    else:
        assert prior.ess_elir() == pytest.approx(row["ess_elir_prior"], rel=1e-3)


def test_the_published_robust_mixture():
    whole = rows("robust_mixture_deterministic.json")
    prior = BetaMixture(tuple(Component(*each) for each in whole["prior"]))
    assert prior.ess_elir() == pytest.approx(27.910679751957, rel=1e-6)
    assert prior.ess_moment() == pytest.approx(6.140244272954, rel=1e-9)
    assert prior.predictive(12) == pytest.approx(whole["pred12"], abs=1e-9)
    for row in whole["post"]:
        after = prior.given(row["n"], row["r"])
        assert after.mean == pytest.approx(row["mean"], abs=1e-9)
        assert after.ess_elir() == pytest.approx(row["ess_elir"], rel=1e-3)
        assert [after.quantile(each) for each in (0.025, 0.5, 0.975)] == pytest.approx(row["q"], abs=1e-9)
    for row in whole["stop"]:
        largest = max(
            x for x in range(row["n"] + 1) if prior.given(row["n"], x).probability_above(0.3) <= 0.8
        )
        assert largest == row["stop_if_more_than"]


@pytest.mark.parametrize("row", rows("map_binomial.json"), ids=lambda row: str(row["id"]))
def test_the_prior_from_earlier_studies(row):
    prior = meta_analytic_prior(row["r"], row["n"], row["tau_scale"])
    assert prior.mean == pytest.approx(row["map_mean"], abs=1e-6)
    assert prior.sd == pytest.approx(row["map_sd"], abs=1e-6)
    assert prior.tau_mean == pytest.approx(row["tau_mean"], abs=1e-6)
    assert prior.mu_mean == pytest.approx(row["b_mean"], abs=1e-6)
    decided = DECIDED.get(row["id"], ())
    for limit, expected in row["p_greater"].items():
        if limit not in decided:
            assert prior.probability_above(float(limit)) == pytest.approx(expected, abs=1e-4), limit
    for probability, expected in zip((0.025, 0.5, 0.975), row["map_q"], strict=True):
        if not (probability == 0.5 and "median" in decided):
            assert prior.quantile(probability) == pytest.approx(expected, abs=1e-4)
    if "rbest_mcmc" in row:
        assert prior.mean == pytest.approx(row["rbest_mcmc"]["mean"], abs=3e-3)


def direct(events, n, tau_scale, limits):
    """P(p* > limit) by plain sums: no Fourier transform, mu in steps below tau/4, theta in steps of 0.02."""
    x, w = np.polynomial.legendre.leggauss(48)
    tau = np.maximum(6.5 * tau_scale * ((x + 1) / 2) ** 2, 0.008)  # below, the law is as narrow as nothing
    width = w * 6.5 * tau_scale * (x + 1) / 2 * np.exp(-0.5 * (tau / tau_scale) ** 2)
    theta = np.arange(-12, 12, 0.02)
    likelihoods = [
        np.exp(
            r * np.log(expit(theta))
            + (m - r) * np.log(expit(-theta))
            - r * np.log(r / m)
            - (m - r) * np.log(1 - r / m)
        )
        for r, m in zip(events, n, strict=True)
    ]
    total, above = 0.0, np.zeros(len(limits))
    for each, weight in zip(tau, width, strict=True):
        step = min(0.02, each / 4)
        mu = np.arange(-6, 6, step)
        if each >= 0.1:
            kernel = np.exp(-0.5 * ((theta - mu[:, None]) / each) ** 2)
            product = np.prod([kernel @ like / kernel.sum(axis=1) for like in likelihoods], axis=0)
        else:
            z, c = np.polynomial.hermite_e.hermegauss(31)
            places = mu[:, None] + each * z
            product = np.prod(
                [
                    np.exp(
                        r * np.log(expit(places))
                        + (m - r) * np.log(expit(-places))
                        - r * np.log(r / m)
                        - (m - r) * np.log(1 - r / m)
                    )
                    @ c
                    / c.sum()
                    for r, m in zip(events, n, strict=True)
                ],
                axis=0,
            )
        mass = product * np.exp(-0.5 * (mu / 2) ** 2) * step * weight
        total += mass.sum()
        above += [float(np.sum(mass * ndtr((mu - logit(limit)) / each))) for limit in limits]
    return above / total


@pytest.mark.parametrize("identity", [8, 16])
def test_the_tails_agree_with_a_direct_sum(identity):
    row = next(each for each in rows("map_binomial.json") if each["id"] == identity)
    prior = meta_analytic_prior(row["r"], row["n"], row["tau_scale"])
    ours = [prior.probability_above(limit) for limit in (0.1, 0.2, 0.3)]
    assert ours == pytest.approx(direct(row["r"], row["n"], row["tau_scale"], (0.1, 0.2, 0.3)), abs=2e-5)


@pytest.mark.parametrize("row", rows("map_normal.json"), ids=lambda row: str(row["id"]))
def test_the_prior_of_a_normal_quantity(row):
    prior = meta_analytic_prior_normal(
        row["y"], row["se"], row["mu_prior_mean"], row["mu_prior_sd"], row["tau_halfnormal_scale"]
    )
    ours = (prior.mean, prior.sd, prior.tau_mean, prior.tau_sd, prior.mu_mean, prior.mu_sd)
    names = ("map_mean", "map_sd", "tau_mean", "tau_sd", "b_mean", "b_sd")
    assert ours == pytest.approx([row[each] for each in names], abs=1e-6)
    assert [prior.quantile(each) for each in (0.025, 0.5, 0.975)] == pytest.approx(row["map_q"], abs=1e-6)


def test_a_mixture_stands_for_the_prior_to_within_its_printed_error():
    prior = meta_analytic_prior([1, 0, 2], [12, 10, 15])
    fitted = fit_beta_mixture(prior)
    assert fitted.worst_cdf_error < 0.003
    for limit in (0.05, 0.1, 0.2, 0.4):
        difference = fitted.mixture.probability_above(limit) - prior.probability_above(limit)
        assert abs(difference) <= fitted.worst_cdf_error + 1e-3


def test_studies_in_another_order_give_the_same_prior():
    one, other = meta_analytic_prior([1, 0, 2], [12, 10, 15]), meta_analytic_prior([2, 1, 0], [15, 12, 10])
    assert one.mean == pytest.approx(other.mean, abs=1e-13)


def test_more_history_without_events_lowers_the_prior():
    assert meta_analytic_prior([0, 0], [20, 20]).mean < meta_analytic_prior([0], [20]).mean


def test_one_event_in_three_under_a_uniform_prior():
    after = BetaMixture.beta(1, 1).given(3, 1)
    assert after.probability_above(0.2) == pytest.approx(0.8192, abs=1e-12)
    assert after.predictive(1)[1] == pytest.approx(0.4, abs=1e-12)


def test_a_surprising_result_has_a_small_predictive_probability():
    prior = BetaMixture((Component(1.0, 11, 32),))
    assert prior.surprise(10, 10) < 1e-3 < prior.surprise(3, 10)


@pytest.mark.parametrize(
    "components",
    [(), (Component(0.5, 1, 1),), (Component(1.0, 0, 1),), (Component(-0.5, 1, 1), Component(1.5, 1, 1))],
)
def test_what_is_no_mixture_is_refused(components):
    with pytest.raises(ValueError):
        BetaMixture(components)


@pytest.mark.parametrize(("events", "n"), [([], []), ([3], [2]), ([-1], [2]), ([1, 2], [3])])
def test_what_is_no_history_is_refused(events, n):
    with pytest.raises(ValueError):
        meta_analytic_prior(events, n)
