"""Designs decide as their text says: pending patients, failed products, closed doses, departures, refusals."""

from __future__ import annotations

from datetime import date

import pytest

from graftrial.stats.designs import (
    Boin,
    Boin12,
    Crm,
    DecisionTable,
    FeasibilityRule,
    I3Plus3,
    Keyboard,
    Patient,
    Responses,
    Simon,
    SingleStage,
    Staggering,
    ThreePlusThree,
    TiteCrm,
    TrialData,
    bop2,
    committed,
    fit,
    level_given,
    skeleton,
)
from graftrial.stats.designs.bryant_day import BryantDay
from graftrial.stats.designs.crm_model import CrmModel
from graftrial.stats.stopping import WrongDesign

BOIN = Boin(0.3, 5)
GUESS = skeleton(0.05, 0.25, 3, 5)
SCENARIO = (0.05, 0.15, 0.3, 0.45, 0.6)


def patients(*rows):
    return TrialData(tuple(Patient(dose, dlt) for dose, dlt in rows))


def test_designs_are_hashable_and_equal_by_what_fixes_them():
    assert len({Boin(0.3, 5), Boin(0.3, 5), Boin(0.25, 5)}) == 2
    with pytest.raises(AttributeError):
        BOIN.target = 0.2
    assert repr(BOIN) in BOIN.cite() and "Liu S" in BOIN.cite()


@pytest.mark.parametrize(("given", "name"), [
    ({"target": 30.0}, "target"), ({"n_doses": 0}, "n_doses"), ({"max_n": 2}, "max_n"), ({"start_dose": 6}, "start_dose"),
    ({"subtherapeutic": 0.4}, "subtherapeutic"), ({"offset": 0.99}, "offset"), ({"stop_at_n": 0}, "stop_at_n"),
])  # fmt: skip
def test_what_cannot_be_is_refused_by_its_name(given, name):
    with pytest.raises(WrongDesign) as told:
        Boin(**{"target": 0.3, "n_doses": 5} | given)
    assert (told.value.code, told.value.name) == ("GT-DSGN-001", name)


def test_nobody_observed_is_the_start_dose():
    assert BOIN.decide(TrialData(())).dose == 1


def test_wait_only_where_a_pending_patient_can_change_the_action():
    waits = BOIN.decide(TrialData.of_counts([3, 3, 0, 0, 0], [0, 0, 0, 0, 0], pending=[0, 1, 0, 0, 0]))
    assert waits.action == "wait" and waits.dose is None
    assert waits.undecided_because == (
        "0 of 1 pending with DLT: escalate (dose 3)",
        "1 of 1 pending with DLT: stay (dose 2)",
    )
    acts = BOIN.decide(TrialData.of_counts([3, 6, 0, 0, 0], [0, 0, 0, 0, 0], pending=[0, 1, 0, 0, 0]))
    assert (acts.action, acts.dose) == ("escalate", 3)
    with pytest.raises(WrongDesign):
        BOIN.decide(TrialData.of_counts([15, 0, 0, 0, 0], [0] * 5, pending=[13, 0, 0, 0, 0]))


def test_a_failed_product_is_not_a_patient_at_the_dose():
    rows = (Patient(1, False), Patient(1, False), Patient(1, False), Patient(2, True, product="failed"))
    assert BOIN.decide(TrialData(rows)) == BOIN.decide(patients((1, False), (1, False), (1, False)))
    assert TrialData(rows).failed == 1
    with pytest.raises(WrongDesign):
        Patient(1, False, product="half")


def test_a_dose_that_was_closed_stays_closed():
    data = TrialData(patients((1, False), (1, False), (1, False)).patients, closed_from=2)
    assert BOIN.decide(data).dose == 1
    none = TrialData(data.patients, closed_from=1)
    assert BOIN.decide(none).action == "stop no dose is safe"
    assert Crm(0.25, 5, skeleton=GUESS).decide(none).action == "stop no dose is safe"


def test_the_end_of_the_trial_names_a_dose():
    told = Boin(0.3, 2, 3, 6).decide(TrialData.of_counts([3, 3], [0, 1]))
    assert (told.action, told.dose) == ("stop dose found", 2)
    assert (
        Boin(0.3, 2, 3, 30, stop_at_n=6).decide(TrialData.of_counts([6, 0], [2, 0])).action
        == "stop dose found"
    )


def test_more_patients_than_planned_are_refused():
    with pytest.raises(WrongDesign) as told:
        BOIN.decide(TrialData.of_counts([31, 0, 0, 0, 0], [5, 0, 0, 0, 0]))
    assert told.value.code == "GT-DSGN-006"


def test_three_plus_three_in_words():
    design = ThreePlusThree(0.3, 2)
    for n, y, action, dose in [
        (3, 0, "escalate", 2), (3, 1, "stay", 1), (3, 2, "stop no dose is safe", None), (6, 1, "escalate", 2),
        (6, 2, "stop no dose is safe", None), (2, 2, "stop no dose is safe", None), (1, 0, "stay", 1),
    ]:  # fmt: skip
        told = design.decide(TrialData.of_counts([n, 0], [y, 0]))
        assert (told.action, told.dose) == (action, dose), (n, y)
    assert design.decide(TrialData.of_counts([3, 3], [0, 2])).dose == 1
    assert design.decide(TrialData.of_counts([3, 3], [0, 0])).dose == 2
    with pytest.raises(WrongDesign) as told:
        ThreePlusThree(0.3, 5, cohort_size=4)
    assert told.value.code == "GT-DSGN-002"


def test_ends_of_intervals_are_rationals():
    design = I3Plus3(0.33, 5, below=0.03, above=0.03)
    assert (design.letter(10, 3), design.letter(10, 4)) == ("S", "D")
    with pytest.raises(WrongDesign):
        Keyboard(0.3, 5, below=0.3)


def test_crm_does_not_escalate_right_after_a_toxicity_and_does_not_skip():
    design = Crm(0.25, 5, 1, 24, skeleton=GUESS)
    good = [(1, False)] * 9
    assert design.decide(patients(*good)).dose == 2
    assert design.decide(patients(*good, (1, True))).dose == 1
    assert (
        Crm(0.25, 5, 1, 24, skeleton=GUESS, is_coherent=False)
        .decide(patients(*[(1, False)] * 20, (1, True)))
        .dose
        == 2
    )
    counts = TrialData.of_counts([21, 0, 0, 0, 0], [1, 0, 0, 0, 0])
    with pytest.raises(WrongDesign) as told:
        design.decide(counts)
    assert told.value.code == "GT-DSGN-005"


def test_crm_stops_where_the_lowest_dose_is_too_toxic():
    design = Crm(0.25, 5, 3, 24, skeleton=GUESS, stop_cut=0.9)
    assert design.decide(patients((1, True), (1, True), (1, True))).action == "stop no dose is safe"
    assert Crm(0.25, 5, 3, 24, skeleton=GUESS).decide(patients((1, True), (1, True), (1, True))).dose == 1


def test_maximum_likelihood_needs_both_outcomes():
    model = CrmModel(GUESS)
    assert fit(model, 0.25, [1, 1, 1], [False] * 3, method="mle") is None
    assert fit(model, 0.25, [1, 1, 1], [False, True, False], method="mle") is not None


def test_tite_crm_weighs_open_windows_and_waits_only_at_the_end():
    design = TiteCrm(0.25, 5, 3, 6, skeleton=GUESS, window=84)
    rows = tuple(Patient(1, None, days_observed=day) for day in (84, 60, 10))
    told = design.decide(TrialData(rows))
    assert told.action in ("escalate", "stay")
    assert design.decide(TrialData((*rows, *rows))).action == "wait"
    with pytest.raises(WrongDesign):
        design.decide(TrialData((Patient(1, None),)))
    over = tuple(Patient(1, False) for _ in range(3))
    same = Crm(0.25, 5, 3, 6, skeleton=GUESS).decide(TrialData(over))
    assert design.decide(TrialData(over)).dose == same.dose


def test_simulation_needs_a_seed_repeats_itself_and_agrees_with_the_exact_walk():
    with pytest.raises(WrongDesign):
        BOIN.operating_characteristics([SCENARIO], "simulate")
    exact = BOIN.operating_characteristics([SCENARIO])[0]
    one = BOIN.operating_characteristics([SCENARIO], "simulate", seed=7, trials=4000)[0]
    assert one == BOIN.operating_characteristics([SCENARIO], "simulate", seed=7, trials=4000)[0]
    two_processes = BOIN.operating_characteristics([SCENARIO], "simulate", seed=7, trials=4000, jobs=2)[0]
    assert two_processes == one, "the numbers do not depend on the processes"
    assert one.standard_error is not None and one.trials == 4000
    assert one.p_select == pytest.approx(exact.p_select, abs=5 * one.standard_error)
    with pytest.raises(WrongDesign) as told:
        Crm(0.25, 5, 3, 60, skeleton=GUESS).operating_characteristics([SCENARIO])
    assert told.value.code == "GT-DSGN-003"


def test_tite_crm_is_simulated_with_staggered_entry():
    design = TiteCrm(0.25, 5, 3, 18, skeleton=GUESS, window=84, accrual_interval=14)
    told = design.operating_characteristics([SCENARIO], "simulate", seed=3, trials=200)[0]
    assert sum(told.p_select) + told.p_select_none == pytest.approx(1, abs=1e-12)
    assert told.e_n == pytest.approx(18, abs=1e-9)


def test_boin12_takes_the_most_desirable_admissible_dose():
    design = Boin12(0.35, 0.25, 5)
    told = design.decide(TrialData.of_counts([3, 3, 0, 0, 0], [0, 1, 0, 0, 0], efficacy=[1, 2, 0, 0, 0]))
    assert (told.dose, told.admissible_doses) == (2, (1, 2, 3))
    row = (Patient(1, False, efficacy=True), Patient(1, False), Patient(1, False, efficacy=False))
    assert design.decide(TrialData(row)).action == "wait"
    toxic = design.decide(TrialData.of_counts([6, 0, 0, 0, 0], [6, 0, 0, 0, 0], efficacy=[1, 0, 0, 0, 0]))
    assert toxic.action == "stop no dose is safe"


def test_an_imported_table_is_a_design_with_exact_characteristics():
    cells = tuple((n, y, letter) for n in range(3, 31, 3) for y, letter in enumerate(BOIN.letters(n)))
    ours = DecisionTable(0.3, 5, cells=cells).operating_characteristics([SCENARIO])[0]
    assert ours.p_select == pytest.approx(BOIN.operating_characteristics([SCENARIO])[0].p_select, abs=1e-12)
    with pytest.raises(WrongDesign) as told:
        DecisionTable(0.3, 5, cells=cells[:-1])
    assert told.value.code == "GT-DSGN-004"


def test_a_departure_is_recorded_with_reason_and_name():
    said = BOIN.decide(TrialData.of_counts([3, 0, 0, 0, 0], [0, 0, 0, 0, 0]))
    assert BOIN.override(said, "stay", 1, "late event outside the window", "chair").said.dose == 2
    with pytest.raises(WrongDesign):
        BOIN.override(said, "stay", 1, "", "chair")


def test_partial_doses_are_analysed_at_the_level_they_reached():
    levels = (1.0, 2.0, 4.0)
    assert level_given(3.3, levels, 0.2, 3) == (3, "full")
    assert level_given(3.0, levels, 0.2, 3) == (2, "partial")
    assert level_given(0.5, levels, 0.2, 3) == (None, "failed")
    assert level_given(9.0, levels, 0.2, 2) == (2, "full")


def test_feasibility_has_its_own_boundary():
    rule = FeasibilityRule(0.7, 0.9, 12)
    least = dict(rule.table())
    assert rule.decide([False] * (6 - least[6]) + [True] * least[6]).action == "stop too many events"
    assert rule.decide([False] * (7 - least[6]) + [True] * (least[6] - 1)).action == "go on"
    assert rule.decide([False] * 12).action == "go on"
    assert rule.operating_characteristics([0.8])[0].p_stop > rule.operating_characteristics([0.3])[0].p_stop


def test_the_next_allowed_date_and_who_came_too_early():
    rule = Staggering(14, 28)
    days = [date(2026, 1, 5), date(2026, 1, 12), date(2026, 1, 26), date(2026, 2, 20)]
    assert rule.next_allowed_date([], 3) is None
    assert rule.next_allowed_date(days[:3], 3) == date(2026, 2, 23)
    assert rule.conflicts(days, 3) == (2, 4)
    assert committed([True, True, False], [True, False, False]) == (2,)


def test_two_stage_decisions_and_patients_beyond_the_design():
    design = Simon(1, 10, 5, 29)
    assert design.decide(Responses(1, 10)).action == "stop futile"
    assert design.decide(Responses(2, 10)).action == "go on"
    assert design.decide(Responses(6, 29)).action == "stop efficacious"
    assert design.decide(Responses(0, 8)).action == "go on"
    assert design.decide(Responses(0, 9)).action == "stop futile", "whatever the tenth brings"
    assert design.decide(Responses(5, 29)).action == "stop futile"
    with pytest.raises(WrongDesign) as told:
        design.decide(Responses(6, 30))
    assert told.value.code == "GT-DSGN-006"
    assert design.conditional_power(6, 20, 0.3) == 1.0
    assert 0 < design.conditional_power(4, 20, 0.3) < 1
    assert sum(chance for _, chance, _ in design.paths(2, 10, 0.2)) == pytest.approx(1, abs=1e-12)
    assert SingleStage(5, 25).decide(Responses(6, 20)).action == "stop efficacious"
    assert (
        BryantDay(19, 5, 13, 37, 11, 26).decide(Responses(5, 19, without_toxicity=12)).action
        == "stop no dose is safe"
    )
    assert bop2(0.2, 0.4, 0.1, (10, 20, 30)).design.decide(Responses(1, 10)).action == "stop futile"
