"""Dose given per kg, and its deviation from the plan."""

import pytest

from graftrial.clinical.card import NotAssessable, Value
from graftrial.clinical.dose.given import RULE, RULE_DEVIATION

CASES = [
    # viable_cells  weight_kg  given                           because
    (2.1e8,         70.0,      3e6,                            "210 million cells for 70 kg"),
    (1.5e8,         80.0,      1.875e6,                        "the weight of the infusion counts, not the plan"),
    (None,          70.0,      "viable_cells is missing",      "the plan is not what was given"),
    (2.1e8,         None,      "weight_kg is missing",         "no dose per kg without a weight"),
    (2.1e8,         0.7,       "weight_kg is 0.7, expected 2 to 300 kg", "tonnes for kilograms"),
]  # fmt: skip


@pytest.mark.parametrize(("viable_cells", "weight_kg", "given", "because"), CASES)
def test_the_dose_is_viable_cells_by_weight(viable_cells, weight_kg, given, because):
    expected = NotAssessable(given) if isinstance(given, str) else Value(given)
    assert RULE(viable_cells=viable_cells, weight_kg=weight_kg) == expected, because


def test_a_dose_a_third_below_plan_deviates_by_minus_33_percent():
    answer = RULE_DEVIATION(given_cells_per_kg=2e6, planned_cells_per_kg=3e6)
    assert isinstance(answer, Value)
    assert answer.value == pytest.approx(-100 / 3)
