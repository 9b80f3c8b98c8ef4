"""Every row belongs to a person, and every product to the person it was made for."""

from __future__ import annotations

import pytest

TWO = "subject_id,sex,age_years\nS01,F,50\nS02,M,40"


def test_a_biopsy_without_subject_is_withheld_and_blocks(findings_of):
    found = findings_of(biopsies="subject_id,biopsy_id,date\nS02,B1,2024-01-10")
    assert [(each.code, each.row, each.withholds, each.blocking) for each in found] == [
        ("GT-ID-001", 2, "row", True)
    ]


def test_an_adverse_event_without_subject_blocks_but_stays(findings_of):
    events = "subject_id,ae_id,term,start\nS02,1,fever,2024-01-10"
    found = [each for each in findings_of(adverse_events=events) if each.blocking]
    assert [(each.code, each.withholds) for each in found] == [("GT-ID-002", "nothing")]


AUTOLOGOUS = '[product]\nname = "cells"\nautologous = true\n'
CELLS = [
    # autologous by row  by protocol   wrong   because
    ("yes", "", True, "the row says that the cells are the person's own"),
    ("no", "", False, "donor cells may go to anybody"),
    ("", "", False, "nobody says that they are autologous"),
    ("", AUTOLOGOUS, True, "the protocol says so"),
    ("no", AUTOLOGOUS, False, "the row is nearer to the fact than the protocol"),
]


@pytest.mark.parametrize(("autologous", "study", "wrong", "because"), CELLS)
def test_autologous_cells_go_back_to_their_person(autologous, study, wrong, because, findings_of):
    products = f"product_id,subject_id,autologous\nP2,S02,{autologous}"
    infusions = "subject_id,product_id,start\nS01,P2,2024-01-10"
    found = findings_of(study=study, subjects=TWO, products=products, infusions=infusions)
    mixed_up = [each for each in found if each.code == "GT-ID-007"]
    assert bool(mixed_up) is wrong, because
    assert all(each.withholds == "nothing" for each in mixed_up)


def test_a_study_without_a_table_of_products_or_sites_is_not_reproached(codes_of):
    subjects = "subject_id,site_id,sex,age_years\nS01,LJU,F,50"
    infusions = "subject_id,product_id,start\nS01,P2,2024-01-10"
    tests = "product_id,test,verdict\nP2,viability,passed"
    found = codes_of(subjects=subjects, infusions=infusions, product_tests=tests)
    assert not found & {"GT-ID-003", "GT-ID-006", "GT-PR-007", "GT-PR-008"}


def test_a_misspelt_cohort_is_met_with_a_suggestion(findings_of):
    study = '[[cohorts]]\nid = "low_dose"\ntitle = "Low dose"\n'
    found = findings_of(study=study, subjects="subject_id,sex,age_years,cohort\nS01,F,50,lowdose")
    assert ["did you mean low_dose?" in each.why for each in found if each.code == "GT-ID-005"] == [True]


def test_a_site_may_put_an_amendment_into_force_later(codes_of):
    study = '[[amendments]]\nversion = "2.0"\neffective_date = "2024-03-01"\nwhat_changed = "dose"\n'
    at_site = "version,effective_date,site_id\n2.0,2024-05-01,LJU"
    unknown = "version,effective_date,site_id\n3.0,2024-05-01,LJU"
    assert "GT-ID-009" not in codes_of(study=study, amendments=at_site)
    assert "GT-ID-009" in codes_of(study=study, amendments=unknown)
