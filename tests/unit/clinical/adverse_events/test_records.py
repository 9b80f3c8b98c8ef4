"""A record with a key that nobody reads does not load."""

import pytest

from graftrial.clinical.adverse_events import records
from graftrial.clinical.adverse_events.records import edition


def test_an_unknown_key_is_refused():
    body = {"text": "x", "any": [{"abvoe": {"uln": 1.0}}]}
    with pytest.raises(TypeError, match="abvoe"):
        records._grade(1, body)


def test_an_unknown_clause_is_refused():
    with pytest.raises(TypeError, match="hungry"):
        records._condition({"above": {"uln": 1.0}, "clauses": {"hungry": True}})


def test_an_unknown_baseline_state_is_refused():
    with pytest.raises(TypeError, match="abnormal"):
        records._condition({"above": {"uln": 1.0}, "baseline_state": ["abnormal"]})


@pytest.mark.parametrize("label", ["5.0", "6.0"])
def test_grades_rise_and_every_record_compares(label):
    for record in edition(label).records.values():
        numbers = [each.number for each in record.grades]
        assert numbers == sorted(numbers)
        assert set(numbers) <= {1, 2, 3, 4}
        assert all(each.comparisons for each in record.conditions), record.id
        assert record.direction in ("low", "high")
