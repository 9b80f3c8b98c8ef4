"""Checklists: every answer points at a section that exists, and what is not there is said."""

import pytest

from graftrial.report.checklists import checklists
from graftrial.report.material import Material
from graftrial.report.page import SECTIONS
from graftrial.report.sections import checklists as section
from tests.unit.report.frames import INDEX, THREE, inputs_of


@pytest.fixture(scope="module")
def material_of(tmp_path_factory):
    return lambda tables: Material(inputs_of(tmp_path_factory.mktemp("checklists") / "study", tables))


def answers(material):
    return {
        (table.caption, row.cells[1].text): row.cells[2]
        for fold in section.section(material).blocks[1:]
        for table in fold.blocks
        for row in table.rows
    }


def test_every_section_that_an_item_names_exists(material_of):
    material = material_of(THREE)
    anchors = {made.anchor for build in SECTIONS if (made := build(material))}
    named = {each for checklist in checklists() for item in checklist.items for each in item.sections}
    assert named <= anchors
    assert named <= set(section.TITLES)


def test_every_item_is_answered_somewhere_or_has_no_place():
    for checklist in checklists():
        for item in checklist.items:
            assert bool(item.sections) == bool(item.any_of), item.asks
            assert not (item.is_for_manuscript and item.any_of), item.asks


def test_a_study_without_rows_answers_little_and_one_with_rows_more(material_of):
    asked = ("CONSORT Harms 2022", "Deaths and serious events told one by one")
    assert answers(material_of({}))[asked].text.startswith("not reported")
    found = answers(material_of(INDEX))[asked]
    assert (found.text, found.link) == ("Adverse events", "#adverse-events")


def test_how_harms_were_collected_is_never_assumed(material_of):
    asked = "How harms were collected: asked for systematically or told by the patient, by whom, how often"
    assert answers(material_of(THREE))["CONSORT Harms 2022", asked].text == "not reported"
