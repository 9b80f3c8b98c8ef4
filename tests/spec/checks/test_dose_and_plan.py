"""The dose recorded, the dose computed from cells and weight, and the dose planned agree, or somebody is asked."""

from __future__ import annotations

import pytest

PLAN = "[dose]\nplanned_cells_per_kg = 3e6\ntolerance_percent = 10\n"
NOTHING = set()
DOSES = [
    # cells   kg    recorded  codes            because
    ("180e6", "60", "", NOTHING, "3e6 as planned"),
    ("180e6", "60", "3e6", NOTHING, "all agree"),
    ("180e6", "60.4", "3e6", NOTHING, "0.7 % is rounding"),
    ("180e6", "61", "3e6", {"GT-DS-001"}, "1.6 % is not"),
    ("198e6", "60", "", NOTHING, "10 % is within the tolerance"),
    ("199e6", "60", "", {"GT-DS-002"}, "10.6 % is not"),
    ("150e6", "60", "", {"GT-DS-002"}, "too little as well"),
    ("1800e6", "60", "", {"GT-DS-003"}, "ten times: a slip until confirmed"),
    ("18e6", "60", "", {"GT-DS-003"}, "a tenth"),
    ("18e9", "60", "", {"GT-DS-003"}, "a hundred times"),
    ("600e6", "60", "", {"GT-DS-002"}, "3.3 times is a deviation, not a slip"),
    ("", "60", "", {"GT-DS-004"}, "no cells"),
    ("", "", "", {"GT-DS-004"}, "nothing"),
    ("", "", "3e6", NOTHING, "the recorded dose stands"),
    ("", "", "3e7", {"GT-DS-003"}, "the recorded dose is ten times the plan"),
]


@pytest.mark.parametrize(("cells", "weight", "recorded", "codes", "because"), DOSES)
def test_a_dose_agrees_with_itself_and_with_the_plan(cells, weight, recorded, codes, because, codes_of):
    infusions = f"subject_id,start,viable_cells,weight_kg,given_cells_per_kg\nS01,2024-03-01,{cells},{weight},{recorded}"
    found = {each for each in codes_of(study=PLAN, infusions=infusions) if each.startswith("GT-DS")}
    assert found == codes, because


def test_without_a_tolerance_in_the_protocol_no_deviation_is_called_one(codes_of):
    infusions = "subject_id,start,viable_cells,weight_kg\nS01,2024-03-01,150e6,60"
    found = codes_of(study="[dose]\nplanned_cells_per_kg = 3e6\n", infusions=infusions)
    assert "GT-DS-002" not in found


def test_a_cohort_has_its_own_plan(codes_of):
    study = PLAN + '[[cohorts]]\nid = "low"\ntitle = "Low dose"\nplanned_cells_per_kg = 3e5\n'
    subjects = "subject_id,sex,age_years,cohort\nS01,F,50,low"
    infusions = "subject_id,start,viable_cells,weight_kg\nS01,2024-03-01,18e6,60"
    assert not {
        each
        for each in codes_of(study=study, subjects=subjects, infusions=infusions)
        if each.startswith("GT-DS")
    }


ROUTES = [("intravenous", False), ("IV", False), ("i.v.", False), ("intra-arterial", True), ("", False)]


@pytest.mark.parametrize(("route", "differs"), ROUTES)
def test_the_route_is_the_one_of_the_protocol(route, differs, codes_of):
    found = codes_of(
        study='[dose]\nroute = "Intravenous"\n', infusions=f"subject_id,start,route\nS01,2024-03-01,{route}"
    )
    assert ("GT-DS-005" in found) is differs
