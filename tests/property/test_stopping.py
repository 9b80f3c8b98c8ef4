"""What holds for every boundary: size, monotone probabilities, Wald's identity, fewer looks, bounds of the state."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from graftrial.stats.stopping import (
    BetaMixture,
    StoppingDesign,
)

RATES = [0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.8, 1.0]


@st.composite
def designs(draw):
    rule = draw(
        st.sampled_from(
            [
                "pocock",
                "obrien_fleming",
                "wang_tsiatis",
                "power_family",
                "beta_binomial",
                "chen_chaloner",
                "sprt",
                "maxsprt",
            ]
        )
    )
    p0 = draw(st.integers(1, 50)) / 100
    n_max = draw(st.integers(2, 40))
    looks = tuple(sorted(draw(st.sets(st.integers(1, n_max), max_size=8))))
    more = {}
    if rule in ("wang_tsiatis", "power_family"):
        more["delta"] = draw(st.sampled_from([0.0, 0.1, 0.25, 0.5]))
    if rule in ("beta_binomial", "chen_chaloner"):
        weight = draw(st.sampled_from([1.0, 5.0]))
        more["prior"] = BetaMixture.beta(weight * p0, weight * (1 - p0))
    if rule in ("chen_chaloner", "sprt"):
        more["p1"] = p0 + draw(st.integers(1, 40)) / 100
    if rule == "chen_chaloner":
        more["nu"] = draw(st.sampled_from([0.0, 0.1, 0.3]))
    return StoppingDesign(rule, p0, n_max, draw(st.sampled_from([0.02, 0.05, 0.1, 0.2])), looks, **more)


@given(designs())
@settings(max_examples=120, deadline=None)
def test_the_size_is_within_alpha_and_stopping_grows_with_the_event_probability(design):
    assert design.operating_characteristics([design.p0])[0].p_stop <= design.alpha + 1e-12
    exact = design.operating_characteristics(RATES)
    for low, high in pairwise(exact):
        assert low.p_stop <= high.p_stop + 1e-12
        assert low.e_n >= high.e_n - 1e-9
    for each in exact:
        assert abs(each.e_events - each.p * each.e_n) < 1e-9
        assert each.p_stop_before_last_look <= each.p_stop + 1e-15


@given(designs(), st.data())
@settings(max_examples=60, deadline=None)
def test_fewer_looks_never_raise_the_size_of_the_same_boundary(design, data):
    found = design.boundary
    kept = sorted(data.draw(st.sets(st.sampled_from(found.n_at_look), min_size=1)))
    coarser = StoppingDesign("table", design.p0, found.n_max, imported=tuple((n, found.at(n)) for n in kept))
    for all_looks, fewer in zip(
        design.operating_characteristics(RATES), coarser.operating_characteristics(RATES), strict=True
    ):
        assert fewer.p_stop <= all_looks.p_stop + 1e-12


@given(designs(), st.data())
@settings(max_examples=100, deadline=None)
def test_closing_a_window_never_takes_back_a_stop_and_never_surprises_a_continue(design, data):
    outcomes = data.draw(st.lists(st.sampled_from([True, False, None]), max_size=design.n_max))
    before = design.decide(outcomes)
    closed = [data.draw(st.booleans()) if each is None else each for each in outcomes]
    after = design.decide(closed)
    assert after.action != "wait"
    if before.action != "wait":
        assert after.action == before.action
