"""Boundaries and probabilities against the vectors: the selected rows, and every row where the reference folder is."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from graftrial.stats.stopping import (
    BetaMixture,
    FollowUpBoundary,
    FollowUpDesign,
    StoppingDesign,
)
from graftrial.stats.stopping.follow_up import (
    calibrated_constant,
    follow_up_characteristics,
    limits,
    maxsprt_poisson_critical_value,
    stopping,
)
from graftrial.stats.stopping.futility import FutilityBoundary, futility_boundary, futility_characteristics
from graftrial.stats.stopping.group_sequential import group_sequential
from graftrial.stats.stopping.small_counts import small_count

HERE = Path(__file__).parent
ROWS = {"binary_rules": 229, "survival_rules": 69, "toxbdry_power_family": 86, "group_sequential_normal": 14,
        "maxsprt_sequential": 15, "one_in_three": 8, "maxsprt_peer_fails": 1, "futility_boundary_clinfun": 1}  # fmt: skip
DELTA = {"OF": 0.0, "WT": 0.25, "P": 0.5}


@pytest.fixture(params=["selected", "all"])
def rows(request):
    """A function that gives the rows of a file: those copied here, or all of them."""

    def read(name):
        if request.param == "selected":
            return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))["rows"]
        folder = request.getfixturevalue("shared") / "reference/stopping"
        found = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        assert len(found) == ROWS[name]
        return found

    return read


def design_of(row):
    given = dict(row["parameters"])
    a, b = given.pop("prior_a", None), given.pop("prior_b", None)
    prior = None if a is None else BetaMixture.beta(a, b)
    return StoppingDesign(
        row["rule"], row["p0"], row["n_max"], row["alpha"], tuple(row["n_at_look"]), prior=prior, **given
    )


def assert_characteristics(exact, expected):
    for ours, theirs in zip(exact, expected, strict=True):
        for name, value in theirs.items():
            assert getattr(ours, name) == pytest.approx(value, abs=1e-9), name


@pytest.mark.parametrize("name", ["binary_rules", "maxsprt_peer_fails"])
def test_every_binary_boundary_is_equal_and_every_probability_to_1e_9(rows, name):
    for row in rows(name):
        found = design_of(row)
        assert [least for _, least in found.table()] == row["stop_if_at_least"], row
        rates = [each["p"] for each in row["operating_characteristics"]]
        assert_characteristics(found.operating_characteristics(rates), row["operating_characteristics"])


def test_where_the_peer_is_wrong_the_text_is_followed(rows):
    """SPRT: the peer's constant is stuck; O'Brien-Fleming: its rounding breaks a tie."""
    wrong = [row for row in rows("binary_rules") if "peer_defect" in row]
    assert wrong
    for row in wrong:
        found = design_of(row)
        assert [least for _, least in found.table()] != row["peer_stop_if_at_least"]
        assert found.operating_characteristics([row["p0"]])[0].p_stop <= row["alpha"] + 1e-12


def test_the_power_family_equals_the_upper_boundary_of_the_peer_or_lies_between_its_two(rows):
    with (HERE / "decisions.csv").open(encoding="utf-8") as file:
        decided = {each["rows"] for each in csv.DictReader(file) if each["file"] == "toxbdry_power_family"}
    for row in rows("toxbdry_power_family"):
        looks, p0, alpha, power = row["n_at_look"], row["p_acceptable"], row["alpha"], row["power_parameter"]
        found = StoppingDesign(
            "power_family", p0, row["n_max"], alpha, tuple(looks), delta=float(power)
        ).boundary
        rates = [each["p"] for each in row["operating_characteristics"]]
        edges = {}
        for side in ("lower", "upper"):
            edge = tuple(
                min(more + 1, n + 1) for more, n in zip(row[f"stop_if_more_than_{side}"], looks, strict=True)
            )
            edges[side] = edge
            given = StoppingDesign("table", p0, row["n_max"], imported=tuple(zip(looks, edge, strict=True)))
            exact = given.operating_characteristics(rates)
            for ours, theirs in zip(exact, row["operating_characteristics"], strict=True):
                assert ours.p_stop == pytest.approx(theirs[f"p_cross_{side}"], abs=1e-9)
                assert ours.p_stop_before_last_look == pytest.approx(
                    theirs[f"p_stop_before_last_{side}"], abs=1e-9
                )
                assert ours.e_n == pytest.approx(theirs[f"e_n_{side}"], abs=1e-9)
        named = f"p_acceptable {p0} alpha {alpha} power {power} looks {' '.join(map(str, looks))}"
        if named in decided:
            assert all(
                low <= ours <= high
                for low, ours, high in zip(
                    edges["lower"], found.stop_if_at_least, edges["upper"], strict=True
                )
            )
        else:
            assert found.stop_if_at_least == edges["upper"], named


def test_a_futility_boundary_and_its_probabilities(rows):
    for row in rows("futility_boundary_clinfun"):
        found = futility_boundary(row["p_poor"], row["p_good"], row["n_at_look"], row["size"])
        assert list(found.stop_if_at_most) == row["stop_if_at_most_lower"]
        upper = FutilityBoundary(tuple(row["n_at_look"]), tuple(row["stop_if_at_most_upper"]))
        rates = [each["presp"] for each in row["operating_characteristics"]]
        for side, edge in (("lo", found), ("hi", upper)):
            for ours, theirs in zip(
                futility_characteristics(edge, rates), row["operating_characteristics"], strict=True
            ):
                assert ours.p_effective == pytest.approx(theirs[f"peffective.{side}"], abs=1e-9)
                assert ours.p_stop_before_last_look == pytest.approx(theirs[f"pstop.{side}"], abs=1e-9)
                assert ours.e_n == pytest.approx(theirs[f"ess.{side}"], abs=1e-9)


def follow_up_design(row, calibrated_to="expected"):
    return FollowUpDesign(
        row["rule"],
        row["p0"],
        row["n_max"],
        row["alpha"],
        row["window_tau"],
        calibrated_to,
        **row["parameters"],
    )


def test_rules_over_follow_up_have_the_probabilities_of_the_given_boundary(rows):
    for row in rows("survival_rules"):
        given = FollowUpBoundary(
            tuple(row["stop_if_events"]),
            tuple(row["while_total_follow_up_at_most"]),
            row["window_tau"],
            row["constant"],
            "expected",
            0.0,
        )
        rates = [each["p"] for each in row["operating_characteristics"]]
        for ours, theirs in zip(
            follow_up_characteristics(given, rates), row["operating_characteristics"], strict=True
        ):
            assert ours.p_stop == pytest.approx(theirs["p_stop"], abs=1e-8)
            assert ours.e_events == pytest.approx(theirs["e_events"], abs=1e-8)


@pytest.mark.slow
def test_rules_over_follow_up_have_the_boundary_of_the_peers_constant_and_a_better_constant(rows):
    """See decisions.csv: the peer stops its root search early."""
    for row in rows("survival_rules"):
        design = follow_up_design(row)
        events, at_most = limits(design, row["constant"], design.maximum)
        assert list(events) == row["stop_if_events"]
        assert list(at_most) == pytest.approx(row["while_total_follow_up_at_most"], abs=5e-5)
        constant = calibrated_constant(design)
        assert constant == pytest.approx(row["constant"], abs=3e-5)
        size, _ = stopping(*limits(design, constant, design.expected), design.rate0)
        assert size == pytest.approx(row["alpha"], abs=1e-12)
        assert design.boundary.stop_if_events == events
        assert follow_up_design(row, "maximum").boundary.size == pytest.approx(row["alpha"], abs=1e-12)


def test_group_sequential_boundaries(rows):
    for row in rows("group_sequential_normal"):
        found = group_sequential(row["K"], row["alpha"], DELTA[row["type"]])
        assert found.critical_values == pytest.approx(row["crit"], abs=1e-6)
        assert found.stage_levels == pytest.approx(row["stage"], abs=1e-6)
        assert found.spent == pytest.approx(row["spent"], abs=1e-6)


def test_maxsprt_sizes_and_poisson_critical_values(rows):
    for row in rows("maxsprt_sequential"):
        if "poisson_T" in row:
            found = maxsprt_poisson_critical_value(row["poisson_T"], row["alpha"])
            assert found == pytest.approx(row["cv"], abs=1e-5)
        else:
            found = StoppingDesign("maxsprt", row["p"], row["N"], row["alpha"])
            size = found.operating_characteristics([row["p"]])[0].p_stop
            assert size == pytest.approx(row["realised"], abs=1e-9)


def test_what_a_small_count_says(rows):
    for row in rows("one_in_three"):
        for p0 in (0.1, 0.2, 0.3):
            found = small_count(row["n"], row["k"], p0)
            assert (found.lower, found.upper) == pytest.approx(row["cp95"], abs=1e-9)
            assert found.tail == pytest.approx(row[f"binom_tail_{p0}"], abs=1e-9)
            assert found.p_above_uniform == pytest.approx(row[f"P(p>{p0})|Beta(1,1)"], abs=1e-9)
            assert found.p_above_one_patient == pytest.approx(row[f"P(p>{p0})|Beta(p0,1-p0)"], abs=1e-9)
            assert found.p_next_event == pytest.approx(row["pred_next_event_Beta(1,1)"], abs=1e-9)
