"""What `[safety.reporting]` takes and refuses, and that every clause says where it stands."""

import pytest
from pydantic import ValidationError

from graftrial.clinical.adverse_events.clauses import MARKS, Clause, clauses
from graftrial.study.reporting import Reporting

REFUSED = [
    ({"regime": "mars"}, "regime"),
    ({"development_birth_date": "2022-09"}, "whole day"),
    ({"data_lock": "2024-08-31"}, "without development_birth_date"),
    ({"development_birth_date": "2024-09-01", "data_lock": "2024-08-31"}, "before development_birth_date"),
    ({"products": ()}, "products"),
    ({"narrative_days_before": -1}, "narrative_days_before"),
    ({"regimes": "eu"}, "regimes"),
]


@pytest.mark.parametrize(("given", "said"), REFUSED)
def test_what_is_refused(given, said):
    with pytest.raises(ValidationError, match=said):
        Reporting(**given)


def test_no_law_counts_unless_the_study_file_names_it():
    assert Reporting().regime == ""
    assert not clauses("")


@pytest.mark.parametrize("regime", ["eu", "uk", "us"])
def test_every_clause_has_days_source_locator_and_mark(regime):
    law = clauses(regime)
    assert {"severe", "other", "became_severe", "annual"} <= law.keys()
    for each in law.values():
        assert each.days > 0 and each.document and each.locator and each.mark in MARKS
        assert ("(" in each.citation.removeprefix(each.document)) or each.mark == "read"
    assert (law["severe"].days, law["other"].days, law["became_severe"].days) == (7, 15, 7)


def test_a_clause_without_a_known_mark_does_not_load():
    with pytest.raises(TypeError, match="declared in full"):
        Clause("eu", "x", "t", 7, "aware", "d", "l", "believed")
