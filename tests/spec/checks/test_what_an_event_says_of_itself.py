"""Seriousness, grade, outcome and causality of an adverse event agree. Seriousness is not severity."""

from __future__ import annotations

import pytest

EVENT = {"subject_id": "S01", "ae_id": "1", "term": "sepsis", "start": "2024-03-10", "ctcae_edition": "5.0"}
INFUSED = "subject_id,start\nS01,2024-03-01"
DEATH = "subject_id,milestone,date\nS01,infused,2024-03-01\nS01,death,2024-04-01"
RELATED = {"related_cells_investigator": "possible"}
NOTHING = set()
EVENTS = [
    # event                                                       codes            because
    ({}, NOTHING, "nothing said, nothing wrong"),
    ({"serious": "no", "outcome": "fatal"}, {"GT-AE-001"}, "death makes it serious"),
    ({"outcome": "fatal"}, {"GT-AE-001"}, "and somebody has to say so"),
    ({"grade": "5"}, {"GT-AE-001"}, "grade 5 is death"),
    ({"grade": "5", "serious": "yes", "serious_death": "yes", "outcome": "fatal"}, NOTHING, "one story"),
    ({"serious_death": "yes", "outcome": "fatal"}, NOTHING, "the criterion makes it serious"),
    (
        {"serious": "no", "serious_death": "yes", "outcome": "fatal"},
        {"GT-AE-001", "GT-AE-003"},
        "denied twice",
    ),
    ({"serious": "yes"}, {"GT-AE-002"}, "by which criterion"),
    ({"serious": "no", "serious_hospitalisation": "yes"}, {"GT-AE-003"}, "in hospital is serious"),
    ({"serious": "no", "serious_hospitalisation": "no"}, NOTHING, "neither"),
    ({"serious": "no", "grade": "3"}, NOTHING, "severe is not serious"),
    (
        {"serious": "yes", "serious_death": "yes", "grade": "5", "outcome": "recovered"},
        {"GT-AE-004"},
        "dead and recovered",
    ),
    ({"serious": "yes", "serious_life_threatening": "yes", "grade": "3"}, {"GT-AE-005"}, "grade 4 at least"),
    ({"serious": "yes", "serious_life_threatening": "yes", "grade": "4"}, NOTHING, "grade 4"),
    ({"serious": "yes", "serious_life_threatening": "yes"}, NOTHING, "not graded"),
    ({"grade": "2", "ctcae_edition": ""}, {"GT-AE-006"}, "graded by which edition"),
    ({"start": ""}, {"GT-AE-007"}, "no onset"),
    ({"start": "2024"}, NOTHING, "a year is an onset"),
    ({"start": "D3"}, NOTHING, "so is a study day"),
    ({"ongoing": "yes", "end": "2024-03-12"}, {"GT-AE-009"}, "over, or not"),
    ({"ongoing": "yes", "outcome": "recovered"}, {"GT-AE-011"}, "over, or not"),
    (
        {"serious": "yes", "serious_death": "yes", "grade": "4", "outcome": "fatal"},
        {"GT-AE-012"},
        "5 is death",
    ),
    ({"related_cells_sponsor": "not_related"}, {"GT-AE-010"}, "the investigator's word counts"),
    ({"related_cells_sponsor": "possible"}, NOTHING, "they agree"),
    (
        {"related_procedure_investigator": "definite", "related_procedure_sponsor": "unlikely"},
        {"GT-AE-010"},
        "of the procedure too",
    ),
]


@pytest.mark.parametrize(("said", "codes", "because"), EVENTS)
def test_an_event_says_one_thing_of_itself(said, codes, because, codes_of):
    event = EVENT | RELATED | said
    rows = ",".join(event) + "\n" + ",".join(event.values())
    found = {
        each for each in codes_of(infusions=INFUSED, disposition=DEATH, adverse_events=rows) if "AE" in each
    }
    assert found == codes, because


def test_a_product_of_the_study_has_causality_columns_of_its_own(codes_of):
    event = (
        EVENT
        | RELATED
        | {"related_tocilizumab_investigator": "probable", "related_tocilizumab_sponsor": "unlikely"}
    )
    rows = ",".join(event) + "\n" + ",".join(event.values())
    assert "GT-AE-010" in codes_of(infusions=INFUSED, adverse_events=rows)


def test_a_milestone_is_enough_to_have_been_infused(codes_of):
    rows = ",".join(EVENT) + "\n" + ",".join(EVENT.values())
    assert "GT-AE-008" in codes_of(adverse_events=rows)
    assert "GT-AE-008" not in codes_of(adverse_events=rows, disposition="subject_id,milestone\nS01,infused")
