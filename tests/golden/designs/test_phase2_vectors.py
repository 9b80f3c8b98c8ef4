"""Two-stage designs and monitoring against the vectors: selected rows, and every row where the reference folder is."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest

from graftrial.stats.designs import (
    BryantDay,
    BryantDayRates,
    Simon,
    bop2,
    bryant_day,
    inference,
    posterior_bounds,
    predictive_bounds,
    predictive_probability,
    simon,
    single_stage,
    superiority_bounds,
)
from graftrial.stats.designs.monitoring import posterior_probability, probability_of_difference
from graftrial.stats.priors import BetaMixture

UNIFORM = BetaMixture.beta(1, 1)
searched = cache(simon)


def asked(row):
    return tuple(float(row[name]) for name in ("p0", "p1", "alpha", "beta"))


def test_simon_designs_are_equal_and_exact(rows):
    for row in rows("simon_two_stage"):
        found = getattr(searched(*asked(row)), row["design"])
        expected = ("stop_if_at_most_r1", "n1", "reject_treatment_if_at_most_r", "n")
        assert found == Simon(*(int(row[name]) for name in expected)), row
        poor, good = found.operating_characteristics(asked(row)[:2])
        assert poor.expected_n == pytest.approx(float(row["EN_p0"]), abs=1e-9)
        assert poor.pet == pytest.approx(float(row["PET_p0"]), abs=1e-9)
        assert poor.p_accept == pytest.approx(float(row["type1"]), abs=1e-9)
        assert good.p_accept == pytest.approx(float(row["power"]), abs=1e-9)


def test_admissible_designs_with_their_weights(rows):
    for row in rows("simon_admissible"):
        found = searched(*asked(row)).admissible
        for ours, theirs in zip(found, row["designs"], strict=True):
            assert ours.design == Simon(theirs["r1"], theirs["n1"], theirs["r"], theirs["n"])
            assert ours.expected_n == pytest.approx(theirs["EN_p0"], abs=1e-8)
            assert (ours.q_low, ours.q_high) == pytest.approx((theirs["qLo"], theirs["qHi"]), abs=1e-3)


def test_inference_after_two_stages(rows):
    for row in rows("simon_inference"):
        design = Simon(*(int(row[name]) for name in ("r1", "n1", "r", "n")))
        found = inference(design, int(row["x"]), float(row["p0"]))
        assert found.umvue == pytest.approx(float(row["umvue"]), abs=1e-9)
        assert found.p_value == pytest.approx(float(row["p_value"]), abs=1e-9)
        assert found.lower == pytest.approx(float(row["lower95_one_sided"]), abs=1e-8)
        assert found.upper == pytest.approx(float(row["upper95_one_sided"]), abs=1e-8)
        if row["peer_upper_koyama_chen"]:  # the peer searches on a grid of 1e-4
            assert found.upper_koyama_chen == pytest.approx(float(row["peer_upper_koyama_chen"]), abs=1.01e-4)


def test_single_stage_designs(rows):
    for row in rows("single_stage"):
        found = {each.n: each for each in single_stage(*asked(row))}[int(row["n"])]
        assert found.r == int(row["reject_treatment_if_at_most_r"])
        poor, good = found.operating_characteristics(asked(row)[:2])
        assert poor.p_accept == pytest.approx(float(row["type1"]), abs=1e-9)
        assert 1 - good.p_accept == pytest.approx(float(row["type2"]), abs=1e-9)


def test_bryant_day_designs_are_equal_and_exact(rows):
    names = ("n1", "r1_min_continue", "s1_min_continue", "n", "r_min_accept", "s_min_accept")
    for row in rows("bryant_day_exact"):
        rates = BryantDayRates(row["resp_poor"], row["resp_good"], row["tox_bad"], row["tox_good"],
                               row["alpha"], row["alpha"], row["power"])  # fmt: skip
        search = bryant_day(rates, row["n_max_searched"])
        for kind in ("optimal", "minimax"):
            expected, found = row[kind], getattr(search, kind)
            assert found == BryantDay(*(expected[name] for name in names)), row["id"]
            for name in ("alpha_response", "alpha_toxicity", "power", "max_null_en"):
                assert getattr(found.errors(rates), name) == pytest.approx(expected[name], abs=1e-9)


def test_bryant_day_rates_of_the_peer_and_never_a_worse_design(rows):
    for row in rows("bryant_day_eurosarcbayes"):
        rates = BryantDayRates(row["r0"], row["r1"], row["tox_bad"], row["tox_good"],
                               row["alpha"], row["alpha"], row["power"])  # fmt: skip
        search = bryant_day(rates)
        for kind, ours in (("optimal", search.optimal), ("minmax", search.minimax)):
            peer = row[kind]
            design = BryantDay(
                *(
                    peer[name]
                    for name in ("Interim", "Iresponse", "Itoxicity", "final", "response", "toxicity")
                )
            )
            found = design.errors(rates)
            given = (found.alpha_response, found.alpha_toxicity, found.power, found.max_null_en)
            assert given == pytest.approx(
                [peer[name] for name in ("alpha.r", "alpha.t", "power", "ssanynull")], abs=1e-8
            )
            if kind == "optimal":
                assert ours.errors(rates).max_null_en <= found.max_null_en + 1e-9
            else:
                assert ours.n <= design.n


def test_bop2_boundaries_are_equal_and_exact(rows):
    for row in rows("bop2_futility_exact"):
        found = bop2(row["p0"], row["p1"], row["alpha"], row["looks"])
        assert list(found.design.stop_if_at_most) == row["stop_if_le"]
        assert found.distinct == row["distinct"]
        for name in ("h0", "h1"):
            at = found.design.operating_characteristics([row[name]["p"]])[0]
            given = (at.p_effective, at.p_stop_before_last_look, at.e_n)
            assert given == pytest.approx([row[name][key] for key in ("reject", "pet", "en")], abs=1e-9)


def test_predictive_and_posterior_probabilities(rows):
    for row in rows("predictive_probability"):
        prior = BetaMixture.beta(float(row["a"]), float(row["b"]))
        x, n, most = (int(row[name]) for name in ("x", "n", "Nmax"))
        p, theta = float(row["p"]), float(row["thetaT"])
        found = predictive_probability(x, n, most, p, theta, prior)
        assert found == pytest.approx(float(row["pred_prob"]), abs=1e-9)
        assert posterior_probability(x, n, p, prior) == pytest.approx(float(row["post_prob"]), abs=1e-7)


def test_bounds_and_their_exact_characteristics(rows):
    row = rows("posterior_and_predictive_bounds")[0]
    given = row["posterior_bounds"]
    found = posterior_bounds([each["n"] for each in given["looks"]], given["p0"], given["p1"],
                             given["t_lower"], given["t_upper"], UNIFORM)  # fmt: skip
    assert found.table() == tuple(tuple(each.values()) for each in given["looks"])
    exact = row["operating_characteristics_exact"]
    at = found.operating_characteristics([exact["p_true"]])[0]
    told = (
        at.expected_n,
        at.p_stop_early,
        at.p_early_efficacy,
        at.p_early_futility,
        at.p_efficacy,
        at.p_futility,
        at.p_gray,
    )
    names = ("ExpectedN", "PrStopEarly", "PrEarlyEff", "PrEarlyFut", "PrEfficacy", "PrFutility", "PrGray")
    assert told == pytest.approx([exact[name] for name in names], abs=1e-9)
    for each in row["predictive_bounds"]:
        bounds = predictive_bounds([each["look"]], each["n_max"], each["p0"], each["theta_t"],
                                   each["phi_lower"], each["phi_upper"], UNIFORM)  # fmt: skip
        assert bounds.table() == ((each["look"], each["futile_if_at_most"], each["efficacious_if_at_least"]),)


def test_the_published_value_of_lee_and_liu(rows):
    given = rows("posterior_and_predictive_bounds")[0]["lee_liu_published"]
    prior = BetaMixture.beta(*given["prior"])
    found = predictive_probability(
        given["x"], given["n"], given["n_max"], given["p0"], given["theta_t"], prior
    )
    assert found == pytest.approx(given["predictive_probability"], abs=1e-9)
    assert round(found, 4) == given["published"]


def test_the_difference_of_two_posteriors(rows):
    """Where the peer's integral is off, the definition decides; see decisions.csv."""
    from scipy.integrate import quad
    from scipy.stats import beta

    for row in rows("posterior_and_predictive_bounds")[0]["beta_difference"]:
        z = row["z"]
        found = probability_of_difference(BetaMixture.beta(*row["y"]), BetaMixture.beta(*row["x"]), z)
        corners = sorted({0.0, min(max(-z, 0.0), 1.0), min(max(1 - z, 0.0), 1.0), 1.0})
        exact = sum(
            quad(
                lambda x, z=z, row=row: beta.pdf(x, *row["x"]) * beta.cdf(x + z, *row["y"]),
                low,
                high,
                epsabs=1e-13,
            )[0]
            for low, high in pairwise(corners)
        )
        assert found == pytest.approx(exact, abs=1e-10)
        assert found == pytest.approx(row["p_y_minus_x_at_most_z"], abs=2e-7 if z == 0.1 else 1e-9)


def test_bounds_against_an_uncertain_control(rows):
    known = [row for row in rows("thall_simon_bounds") if row["efficacious_if_at_least"]]
    control, prior = BetaMixture.beta(15, 35), BetaMixture.beta(0.4, 1.6)
    found = superiority_bounds(range(1, 31), prior, control, 0.95)
    first = {}
    for n, least in zip(found.n_at_look, found.efficacious_if_at_least, strict=True):
        if least <= n:
            first.setdefault(least, n)
    assert first == {int(float(row["efficacious_if_at_least"])): int(row["n_from"]) for row in known}
