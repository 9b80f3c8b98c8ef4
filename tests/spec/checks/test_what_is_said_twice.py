"""Milestones and published aggregates agree with the rows they speak of."""

from __future__ import annotations

import pytest

EVENTS = "subject_id,ae_id,term,start,serious\nS01,1,sepsis,2024-03-10,yes\nS01,2,fever,2024-04-10,yes"
REPORTED = [
    # statement                              events  code          because
    ("serious_adverse_events", 1, "GT-RP-001", "two rows are serious events"),
    ("serious_adverse_events", 2, None, "as many"),
    ("ae.serious.events", 3, "GT-RP-002", "the rows cover a part"),
    ("patients_with_serious_adverse_events", 1, None, "both events are of one person"),
    ("disposition.infused", 3, "GT-RP-002", "three were infused, one is here"),
    ("amr_improved", 0, None, "no row counts it"),
]


@pytest.mark.parametrize(("statement", "events", "code", "because"), REPORTED)
def test_a_reported_count_is_compared_with_the_rows(statement, events, code, because, codes_of):
    reported = f"statement,events,n,source\n{statement},{events},3,registry"
    found = codes_of(reported=reported, adverse_events=EVENTS, infusions="subject_id,start\nS01,2024-03-01")
    assert {each for each in found if each.startswith("GT-RP")} == ({code} if code else set()), because


def test_events_may_outnumber_persons_but_persons_may_not(codes_of):
    row = "statement,events,n,source\n{},7,3,registry"
    assert "GT-RP-003" not in codes_of(reported=row.format("adverse_events"))
    assert "GT-RP-003" in codes_of(reported=row.format("amr_improved"))


AFTER_LOSS = [
    ("", "2024-06-10", True, "nobody says what became of the person"),
    ("S01,dialysis,", "2024-06-10", False, "on dialysis"),
    ("S01,retransplanted,2024-06-01", "2024-06-10", False, "another graft"),
    ("", "2024-05-10", False, "the loss may have been later in May"),
]


@pytest.mark.parametrize(("explained", "measured", "noted", "because"), AFTER_LOSS)
def test_creatinine_after_the_loss_of_the_graft_wants_an_explanation(
    explained, measured, noted, because, codes_of
):
    disposition = f"subject_id,milestone,date\nS01,graft_loss,2024-05\n{explained}".strip()
    labs = f"subject_id,date,analyte,value,unit\nS01,{measured},creatinine,520,umol/L"
    assert ("GT-DP-004" in codes_of(disposition=disposition, labs=labs)) is noted, because


def test_nobody_both_completes_and_withdraws(codes_of):
    both = "subject_id,milestone,date\nS01,completed,2024-12-01\nS01,withdrawn,2024-10-01"
    assert "GT-DP-001" in codes_of(disposition=both)
