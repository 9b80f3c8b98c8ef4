"""Designs, boundaries, where a trial stands and what comes next: small cases that can be checked by hand."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from graftrial.stats.stopping import (
    RULES,
    BetaMixture,
    Boundary,
    StoppingDesign,
    WrongDesign,
    crossing,
    in_calendar_time,
    largest_rate_rarely_stopped,
    next_patients,
    pending_at_stop,
)
from graftrial.stats.stopping.evaluability import simulated_size

POCOCK = StoppingDesign("pocock", 0.1, 20, 0.05)


def imported(*pairs, n_max):
    return StoppingDesign("table", 0.1, n_max, imported=pairs)


IMPORTED = imported((1, 2), (2, 2), (3, 3), n_max=3)
SMALL = IMPORTED.boundary
UNIFORM = BetaMixture.beta(1, 1)
ROBUST = BetaMixture(((0.8, 11, 32), (0.2, 1, 1)))


def refused(code, *given, **named):
    with pytest.raises(WrongDesign) as told:
        StoppingDesign(*given, **named)
    assert told.value.code == code
    return told.value


def test_a_design_is_a_key_and_says_what_is_wrong_with_it():
    assert len({POCOCK, StoppingDesign("pocock", 0.1, 20, 0.05)}) == 1
    assert "did you mean pocock?" in refused("GT-STOP-001", "pocok", 0.1, 20, 0.05).words["suggestion"]
    assert refused("GT-STOP-002", "sprt", 0.1, 20, 0.05).name == "p1"
    assert refused("GT-STOP-002", "pocock", 0.1, 20).name == "alpha"
    assert refused("GT-STOP-003", "pocock", 1.0, 20, 0.05).name == "p0"
    assert refused("GT-STOP-003", "pocock", 0.1, 0, 0.05).name == "n_max"
    assert refused("GT-STOP-003", "sprt", 0.2, 20, 0.05, p1=0.2).name == "p1"
    assert refused("GT-STOP-004", "pocock", 0.1, 20, 0.05, (5, 5, 20)).name == "looks"
    assert refused("GT-STOP-004", "pocock", 0.1, 20, 0.05, (5, 21)).name == "looks"
    assert refused("GT-STOP-005", "pocock", 0.1, 20, 0.05, delta=0.25).name == "delta"
    assert refused("GT-STOP-005", "posterior", 0.1, 20, 0.05, prior=UNIFORM, cut=0.9).name == "alpha"
    with pytest.raises(ValueError):
        BetaMixture(((0.5, 1, 1), (0.4, 2, 2)))


def test_every_rule_has_words_and_a_source():
    assert len({each.id for each in RULES}) == len(RULES) == 12
    assert all(each.title and each.looks_at and each.citation for each in RULES)


def test_the_example_of_the_knowledge_page():
    found = POCOCK.boundary
    assert found.stop_if_at_least == (2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 6, 6, 6)
    exact = POCOCK.operating_characteristics([0.1, 0.2, 0.3])
    assert [round(each.p_stop, 3) for each in exact] == [0.049, 0.328, 0.7]
    assert (round(exact[0].e_n, 2), round(exact[2].e_n, 2)) == (19.45, 12.54)


def test_a_rule_that_cannot_keep_its_size_never_stops():
    found = StoppingDesign("pocock", 0.5, 2, 0.01).boundary
    assert not found.can_stop
    assert found.constant is None
    assert found.stop_if_at_least == (2, 3)
    assert largest_rate_rarely_stopped(found) is None


def test_equal_excess_is_a_tie_and_not_broken_by_rounding():
    """0.2 of 15, 30, 45, 60: the peer rounds 10, 13, 16, 18; equal excess is 10, 13, 16, 19."""
    found = StoppingDesign("obrien_fleming", 0.2, 60, 0.05, (15, 30, 45, 60)).boundary
    assert found.stop_if_at_least == (10, 13, 16, 19)


def test_delta_runs_in_opposite_directions():
    """Wang-Tsiatis 0 is O'Brien-Fleming; the power family 0 is Pocock."""
    brien = StoppingDesign("obrien_fleming", 0.1, 20, 0.05).boundary
    assert (
        StoppingDesign("wang_tsiatis", 0.1, 20, 0.05, delta=0.0).boundary.stop_if_at_least
        == brien.stop_if_at_least
    )
    family = StoppingDesign("power_family", 0.1, 20, 0.05, delta=0.0).boundary
    assert family.stop_if_at_least == POCOCK.boundary.stop_if_at_least


def test_thall_and_simon_with_the_robust_mixture_stop_as_the_peer_does():
    """RBesT 1.6-6 decision1S_boundary, P(p > 0.3) > 0.8: stop if more than 2, 4, 5, 6, 10, 13 at 3, 6, 9, 12, 20, 30."""
    design = StoppingDesign("posterior", 0.3, 30, looks=(3, 6, 9, 12, 20, 30), prior=ROBUST, cut=0.8)
    assert [least - 1 for least in design.boundary.stop_if_at_least] == [2, 4, 5, 6, 10, 13]


def test_a_control_that_is_uncertain():
    """ph2bayes 0.0.2: control Beta(15, 35), experimental Beta(.4, 1.6), .95: first at least 3 of 3, 4 of 4."""
    design = StoppingDesign(
        "posterior_vs_control", 0.3, 6, prior=BetaMixture.beta(0.4, 1.6), control=BetaMixture.beta(15, 35),
        margin=0.0, cut=0.95,
    )  # fmt: skip
    assert design.boundary.stop_if_at_least[:4] == (2, 3, 3, 4)


def test_a_control_that_is_known_is_a_fixed_limit():
    """A control that weighs a million patients is its mean."""
    known = BetaMixture.beta(2e5, 8e5)
    against = StoppingDesign(
        "posterior_vs_control", 0.3, 20, prior=UNIFORM, control=known, margin=0.1, cut=0.9
    )
    fixed = StoppingDesign("posterior", 0.3, 20, prior=UNIFORM, cut=0.9)
    assert against.boundary.stop_if_at_least == fixed.boundary.stop_if_at_least


def test_the_predictive_probability_goes_to_the_planned_number_of_patients():
    """Lee and Liu 2008: 16 of 23, N 40, p0 .6, Beta(.6, .4), theta .9: .5656; so .56 stops there and .57 does not."""
    prior = BetaMixture.beta(0.6, 0.4)
    for cut, least in ((0.5655588, 16), (0.5655590, 17)):
        design = StoppingDesign("predictive", 0.6, 40, looks=(23,), prior=prior, cut=0.9, predictive_cut=cut)
        assert design.boundary.stop_if_at_least == (least,)


def test_a_table_is_taken_over_and_what_lies_above_n_is_impossible():
    design = StoppingDesign("table", 0.1, 6, imported=((2, 5), (4, 3), (6, 4)))
    assert design.boundary.stop_if_at_least == (3, 3, 4)
    assert design.operating_characteristics([1.0])[0].e_n == 4


def test_a_cut_that_stops_without_an_event_is_refused():
    with pytest.raises(WrongDesign) as told:
        StoppingDesign("posterior", 0.1, 5, prior=UNIFORM, cut=0.5).table()
    assert told.value.code == "GT-STOP-009"


def brute(found, p):
    """Every sequence of events and non-events."""
    p_stop = e_n = e_events = before = 0.0
    for path in product((0, 1), repeat=found.n_max):
        chance = float(np.prod([p if each else 1 - p for each in path]))
        n = next(
            (n for n, b in zip(found.n_at_look, found.stop_if_at_least, strict=True) if sum(path[:n]) >= b),
            None,
        )
        p_stop += chance * (n is not None)
        before += chance * (n is not None and n < found.n_at_look[-1])
        e_n += chance * (n or found.n_max)
        e_events += chance * sum(path[: n or found.n_max])
    return p_stop, e_n, e_events, before


@pytest.mark.parametrize("looks", [(), (3, 7), (2, 5, 9)])
def test_operating_characteristics_are_those_of_all_paths(looks):
    design = StoppingDesign("pocock", 0.2, 9, 0.2, looks)
    found, exact = design.boundary, design.operating_characteristics([0.35])[0]
    assert (exact.p_stop, exact.e_n, exact.e_events, exact.p_stop_before_last_look) == pytest.approx(
        brute(found, 0.35), abs=1e-12
    )


def test_the_largest_rate_that_is_rarely_stopped():
    found = POCOCK.boundary
    rate = largest_rate_rarely_stopped(found)
    assert POCOCK.operating_characteristics([rate])[0].p_stop == pytest.approx(0.5, abs=1e-9)


def test_pending_patients_by_bounds():
    assert Boundary((1, 2, 3), (2, 2, 3), 3) == SMALL
    assert IMPORTED.decide([]).action == "go on"
    assert IMPORTED.decide([True, True, None]).action == "stop too many events"
    assert IMPORTED.decide([True, True, None]).decisive.n == 2
    pending = IMPORTED.decide([True, None])
    assert pending.undecided_because == ("1 of 1 pending with the event would stop at 2",)
    assert (
        pending.action,
        pending.decisive.n,
        pending.decisive.pending,
        pending.decisive.missing_events,
    ) == (
        "wait",
        2,
        1,
        1,
    )
    assert IMPORTED.decide([False, None]).action == "go on"
    later = imported((2, 2), (4, 2), n_max=4)
    assert later.decide([True, None, True, False]).decisive.n == 4, (
        "a later look can stop while an earlier is open"
    )


def test_a_look_is_not_reached_by_counting_later_patients():
    assert imported((3, 2), n_max=3).decide([True, True]).action == "go on"
    assert imported((2, 2), n_max=4).decide([True, False, True, True]).action == "go on"


def test_crossing_by_hand():
    assert crossing(SMALL, 1, 1, 1, rate=0.25) == 0.25
    assert crossing(SMALL, 1, 1, 1, prior=UNIFORM) == pytest.approx(2 / 3)
    assert crossing(SMALL, 2, 2, 1, rate=0.0) == 1.0
    assert crossing(SMALL, 1, 0, 2, rate=1.0) == 0.0
    with pytest.raises(WrongDesign):
        crossing(SMALL, 1, 1, 1)
    with pytest.raises(WrongDesign):
        crossing(SMALL, 1, 1, 3, rate=0.1)


@pytest.mark.parametrize("prior", [UNIFORM, ROBUST])
def test_crossing_under_a_posterior_is_the_mean_over_it(prior):
    found = POCOCK.boundary
    nodes, weights = np.polynomial.legendre.leggauss(80)
    p, w = (nodes + 1) / 2, weights / 2
    from scipy.special import beta as beta_function

    density = sum(
        share * p ** (a - 1) * (1 - p) ** (b - 1) / beta_function(a, b)
        for share, a, b in prior.given(3, 1).components
    )
    mean = float(np.sum(w * density * [crossing(found, 3, 1, 6, rate=float(each)) for each in p]))
    assert crossing(found, 3, 1, 6, prior=prior) == pytest.approx(mean, abs=1e-9)


def test_from_the_start_crossing_is_the_probability_of_stopping():
    found = POCOCK.boundary
    exact = POCOCK.operating_characteristics([0.3])[0].p_stop
    assert crossing(found, 0, 0, 20, rate=0.3) == pytest.approx(exact, abs=1e-12)


def test_what_the_next_two_could_bring():
    none, one, both = next_patients(SMALL, 1, 1, 2)
    assert (none.stops, none.first_stop_n) == ("no", None)
    assert (one.stops, one.share_of_orders, one.first_stop_n) == ("depends on their order", 0.5, 2)
    assert (both.stops, both.n, both.total_events) == ("yes", 3, 3)


def test_pending_and_calendar_time_under_uniform_accrual():
    """Three patients in 12 months, window as long as accrual: after the first, both others are always still open."""
    assert pending_at_stop(SMALL, 12, 12) == pytest.approx((2, 1, 0))
    assert pending_at_stop(Boundary((1,), (1,), 2), 10, 1) == pytest.approx((1 - 0.9**2,))
    told = in_calendar_time(SMALL, [0.0], 12, 3)[0]
    assert (told.e_pending, told.e_calendar_time) == pytest.approx((0, 12 * 3 / 4 + 3))


def test_the_order_of_evaluability_inflates_the_size():
    """Knowledge table: Pocock .1, 20, .05: .080 at 24 months and 90 days, .219 at 12 months and 180 days."""
    found = POCOCK.boundary
    slow = simulated_size(found, 0.1, 720, 90, 0.7, seed=1)
    fast = simulated_size(found, 0.1, 360, 180, 0.7, seed=1)
    assert slow.infusion_order == pytest.approx(0.0488, abs=4 * slow.standard_error)
    assert slow.evaluability_order == pytest.approx(0.080, abs=4 * slow.standard_error)
    assert fast.evaluability_order == pytest.approx(0.219, abs=0.02)
    assert slow == simulated_size(found, 0.1, 720, 90, 0.7, seed=1)
    assert slow.method == "simulated"


def test_a_rule_without_any_attainable_value_never_stops():
    tiny = StoppingDesign("chen_chaloner", 0.01, 2, 0.02, p1=0.37, nu=0.3, prior=BetaMixture.beta(0.05, 4.95))
    assert tiny.boundary.stop_if_at_least == (2, 3)
