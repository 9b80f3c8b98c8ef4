"""A laboratory value has the grade that every admissible baseline and clause agrees on; otherwise bounds."""

import polars as pl
import pytest

from graftrial.clinical.adverse_events.grading import (
    CTCAE_5_0,
    CTCAE_6_0,
    GIVEN,
    Given,
    grade_bounds,
)
from graftrial.clinical.adverse_events.records import edition

TEXTS = ("unit", "baseline_state", "gap")
CLAUSES = ("symptomatic", "on_anticoagulation", "fasting", "physiologic_consequences")
SCHEMA = {
    name: pl.String if name in TEXTS else pl.Boolean if name in CLAUSES else pl.Float64 for name in GIVEN
}
CREATININE = {"lower_limit": 60.0, "upper_limit": 120.0, "unit": "umol/L"}
SODIUM = {"lower_limit": 135.0, "upper_limit": 145.0, "unit": "mmol/L"}
POTASSIUM = {"lower_limit": 3.5, "upper_limit": 5.0, "unit": "mmol/L"}
CASES = [
    # edition term                     given                                          low   high  because
    ("5.0", "creatinine_increased", CREATININE | {"value": 110.0, "baseline": 60.0}, 2, 2, "1.8 times the baseline"),
    ("5.0", "creatinine_increased", CREATININE | {"value": 110.0}, 0, 3, "baseline missing: nothing may be said"),
    ("5.0", "creatinine_increased", CREATININE | {"value": 480.0}, 3, 3, "4 x ULN, whatever the baseline"),
    ("5.0", "creatinine_increased", CREATININE | {"value": 721.0}, 4, 4, "above 6 x ULN"),
    ("5.0", "creatinine_increased", CREATININE | {"value": 216.0, "baseline": 216.0}, 2, 2,
     "a graft at 1.8 x ULN is grade 2 before anything happens"),
    ("6.0", "creatinine_increased", CREATININE | {"value": 110.0, "baseline": 60.0}, 0, 0,
     "v6.0 reads the baseline only below LLN"),
    ("6.0", "creatinine_increased", CREATININE | {"value": 110.0, "baseline": 50.0}, 2, 2, "baseline below LLN"),
    ("5.0", "hyponatremia", SODIUM | {"value": 129.5}, 1, 3, "the printed gap, symptoms unknown"),
    ("5.0", "hyponatremia", SODIUM | {"value": 129.5, "gap": "mild"}, 1, 1, "read on the mild side"),
    ("5.0", "hyponatremia", SODIUM | {"value": 129.5, "gap": "severe", "symptomatic": False}, 2, 2, "severe side"),
    ("6.0", "hyponatremia", SODIUM | {"value": 129.5, "symptomatic": False}, 2, 2, "v6.0 closed the gap"),
    ("5.0", "hyponatremia", SODIUM | {"value": 127.0}, 2, 3, "symptoms decide"),
    ("5.0", "hypokalemia", POTASSIUM | {"value": 3.2}, 1, 2, "symptoms decide"),
    ("5.0", "hypokalemia", POTASSIUM | {"value": 2.7}, 3, 3, "symptoms do not matter here"),
    ("5.0", "hyperkalemia", POTASSIUM | {"value": 5.5}, 1, 1, "the upper end is inside"),
    ("5.0", "hyperkalemia", {"value": 6.5, "unit": "mmol/L"}, 3, 3, "without ULN the number alone decides"),
    ("5.0", "hyperkalemia", {"value": 5.2, "unit": "mmol/L"}, 0, 1, "without ULN grade 0 or 1"),
    ("5.0", "hyperkalemia", POTASSIUM | {"value": 6.5, "unit": "mg/dL"}, None, None, "not a unit of the text"),
    ("5.0", "hyperkalemia", POTASSIUM | {"value": 6.5, "unit": None}, None, None, "no unit, no grade"),
    ("5.0", "anemia", {"value": 6.2, "unit": "mmol/L", "lower_limit": 8.0}, 1, 1, "graded in the unit of the text"),
    ("5.0", "anemia", {"value": 99.9, "unit": "g/L", "lower_limit": 120.0}, 2, 2, "100 g/L is the end of grade 1"),
    ("6.0", "hyperglycemia", {"value": 10.0, "unit": "mmol/L", "upper_limit": 6.0}, 0, 2, "fasting not declared"),
    ("6.0", "creatinine_clearance_decreased", {"value": 9.0, "unit": "mL/min"}, None, None, "another term"),
    ("5.0", "neutrophil_count_decreased", {"value": 0.3 / 3, "unit": "10^9/L", "lower_limit": 2.0}, 4, 4, "0.1"),
    ("6.0", "neutrophil_count_decreased", {"value": 0.1, "unit": "10^9/L", "lower_limit": 2.0}, 3, 3, "not below 0.1"),
]  # fmt: skip


def bounds(label, term, given):
    row = pl.DataFrame([{name: given.get(name) for name in GIVEN}], schema=SCHEMA)
    found = grade_bounds(edition(label).records[term], Given(**{name: pl.col(name) for name in GIVEN}))
    return row.select(low=found.low, high=found.high).row(0)


@pytest.mark.parametrize(("label", "term", "given", "low", "high", "because"), CASES)
def test_lowest_and_highest_grade(label, term, given, low, high, because):
    assert bounds(label, term, given) == (low, high), because


def test_comparisons_are_made_after_fifteen_significant_digits():
    """1.5 x 0.7 is 1.0499999999999998 in binary: a value of 1.05 is not above it."""
    given = {"value": 1.05, "upper_limit": 0.7, "lower_limit": 0.1, "unit": "mg/dL", "baseline": 0.7}
    assert bounds("5.0", "creatinine_increased", given) == (1, 1)


@pytest.mark.parametrize("rule", [CTCAE_5_0, CTCAE_6_0])
def test_potassium_has_a_low_and_a_high_term(rule):
    given = (
        dict.fromkeys(each.name for each in rule.inputs) | POTASSIUM | {"value": 2.7, "symptomatic": False}
    )
    assert rule(**given | {"term": "hypokalemia"}).value == 3
    assert rule(**given | {"term": "hyperkalemia"}).value == 0


FILLINGS = {
    "baseline": (20.0, 60.0, 90.0, 120.0, 200.0, 1000.0),
    "symptomatic": (True, False),
    "gap": ("severe", "mild"),
    "fasting": (True, False),
    "on_anticoagulation": (True, False),
}


@pytest.mark.parametrize("label", ["5.0", "6.0"])
@pytest.mark.parametrize("name", FILLINGS)
def test_filling_in_a_missing_input_stays_inside_the_bounds(label, name):
    """Property (a) for every record: whatever a missing input turns out to be, the grade was within the bounds."""
    limits = {"lower_limit": 60.0, "upper_limit": 120.0}
    for term, record in edition(label).records.items():
        unit = record.units[0] if record.units else "umol/L"
        for value in (1.0, 2.9, 29.5, 55.0, 59.5, 100.0, 119.0, 129.5, 200.0, 420.0, 900.0):
            given = limits | {"value": value, "unit": unit}
            low, high = bounds(label, term, given)
            if low is None:
                continue
            for filling in FILLINGS[name]:
                low_filled, high_filled = bounds(label, term, given | {name: filling})
                assert low <= low_filled <= high_filled <= high, (term, value, name, filling)
