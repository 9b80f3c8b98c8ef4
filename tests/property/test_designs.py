"""What every dose-finding design keeps: no untried dose skipped, no closed dose given, nothing after the end, sums of 1."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graftrial.stats.designs import (
    Boin,
    Crm,
    I3Plus3,
    Keyboard,
    Mtpi2,
    Patient,
    ThreePlusThree,
    TrialData,
    inference,
    simon,
    skeleton,
)
from graftrial.stats.designs.two_stage import Simon
from graftrial.stats.designs.two_stage_inference import at_least, at_most

GUESS = skeleton(0.05, 0.3, 2, 4)
DESIGNS = (
    Boin(0.3, 4, 3, 18),
    Boin(0.25, 4, 1, 12, extra_safe=True),
    Mtpi2(0.3, 4, 3, 18),
    Keyboard(0.3, 4, 2, 18),
    I3Plus3(0.3, 4, 3, 18),
    ThreePlusThree(0.3, 4),
    Crm(0.3, 4, 3, 18, skeleton=GUESS, stop_cut=0.9),
    Crm(0.3, 4, 2, 12, skeleton=GUESS, model="logistic"),
)
by_id = pytest.mark.parametrize("design", DESIGNS, ids=lambda each: f"{each.id} {each.cohort_size}")


@by_id
@settings(max_examples=25, deadline=None)
@given(outcomes=st.lists(st.booleans(), min_size=30, max_size=30))
def test_a_trial_keeps_its_promises(design, outcomes):
    data, tried, closed = TrialData(()), 0, design.n_doses + 1
    told, left = design.decide(data), iter(outcomes)
    while not told.is_end:
        assert told.dose is not None and told.dose <= tried + 1, "an untried dose was skipped"
        assert told.dose < closed, "a closed dose was given"
        assert told.dose in told.admissible_doses
        cohort = tuple(Patient(told.dose, next(left)) for _ in range(design.cohort_size))
        tried = max(tried, told.dose)
        data = TrialData((*data.patients, *cohort), closed_from=told.closed_from)
        told = design.decide(data)
        closed = min(closed, told.closed_from or closed)
    if told.action == "stop no dose is safe":
        assert told.dose is None
        later = TrialData((*data.patients, Patient(1, False)), closed_from=told.closed_from)
        if design.id != "3+3" and len(later.patients) <= design.max_n:
            assert design.decide(later).action == "stop no dose is safe"
    else:
        assert told.dose is not None and told.dose <= tried and told.dose < closed


@by_id
@settings(max_examples=10, deadline=None)
@given(p=st.lists(st.floats(0.01, 0.95), min_size=4, max_size=4).map(sorted))
def test_probabilities_sum_to_one_and_expectations_agree(design, p):
    found = design.operating_characteristics([p])[0]
    assert sum(found.p_select) + found.p_select_none == pytest.approx(1, abs=1e-12)
    assert sum(found.e_n_per_dose) == pytest.approx(found.e_n, abs=1e-9)
    assert found.e_n <= design.max_n + 1e-9


@by_id
def test_paths_sum_to_one_and_never_more_toxicity_for_a_higher_dose(design):
    start = design.paths(TrialData(()), 2)
    assert sum(each.probability for each in start) == pytest.approx(1, abs=1e-12)
    by_events = [each.decision for each in design.paths(TrialData(()), 1)]
    doses = [0 if each.dose is None else each.dose for each in by_events]
    assert doses == sorted(doses, reverse=True)


@settings(max_examples=25, deadline=None)
@given(x=st.integers(0, 29), p=st.floats(0.01, 0.99))
def test_orderings_of_two_stages_cover_every_outcome_once(x, p):
    design = Simon(1, 10, 5, 29)
    after = at_least(design, x + 1, p) if x < design.n else 0.0
    assert at_most(design, x, p) + after == pytest.approx(1, abs=1e-10)
    found = inference(design, x, 0.1)
    assert found.lower <= found.umvue <= found.upper


@settings(max_examples=6, deadline=None)
@given(p0=st.sampled_from([0.1, 0.2, 0.3]), gap=st.sampled_from([0.2, 0.3]))
def test_simon_keeps_both_errors_and_its_two_criteria(p0, gap):
    found = simon(p0, p0 + gap, 0.05, 0.2)
    for design in (found.optimal, found.minimax):
        poor, good = design.operating_characteristics([p0, p0 + gap])
        assert poor.p_accept <= 0.05 + 1e-12 and good.p_accept >= 0.8 - 1e-12
    assert found.minimax.n <= found.optimal.n
