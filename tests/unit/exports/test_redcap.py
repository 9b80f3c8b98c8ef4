"""The REDCap data dictionary keeps REDCap's rules."""

import re

import pytest

from graftrial.exports.csv_cells import csv_text
from graftrial.exports.redcap import PREFIXES, redcap_dictionary, variable_names
from graftrial.intake.declaration import tables

FRAME = redcap_dictionary()
FIELDS = FRAME.to_dicts()
HEADER = (
    '"Variable / Field Name","Form Name","Section Header","Field Type","Field Label",'
    '"Choices, Calculations, OR Slider Labels","Field Note","Text Validation Type OR Show Slider Number",'
    '"Text Validation Min","Text Validation Max","Identifier?",'
    '"Branching Logic (Show field only if...)","Required Field?","Custom Alignment",'
    '"Question Number (surveys only)","Matrix Group Name","Matrix Ranking?","Field Annotation"'
)
RESERVED = {
    "redcap_event_name",
    "redcap_repeat_instrument",
    "redcap_repeat_instance",
    "redcap_data_access_group",
}


def field(name):
    (found,) = (each for each in FIELDS if each["Variable / Field Name"] == name)
    return found


def test_the_header_is_that_of_redcap():
    assert [f'"{each}"' for each in FRAME.columns] == re.findall(r'"[^"]*"', HEADER)
    assert csv_text(FRAME).startswith("Variable / Field Name,Form Name,Section Header,Field Type,")


def test_the_first_field_is_the_record_id_and_stands_once():
    names = [each["Variable / Field Name"] for each in FIELDS]
    assert names[0] == "subject_id"
    assert len(names) == len(set(names))


def test_variable_names_are_as_redcap_wants_them():
    for each in FIELDS:
        name = each["Variable / Field Name"]
        assert re.fullmatch(r"[a-z](_?[a-z0-9])*", name), name
        assert len(name) <= 26, name
        assert name not in RESERVED
        assert re.fullmatch(r"[a-z](_?[a-z0-9])*", each["Form Name"])


def test_the_fields_of_a_form_stand_together():
    forms = [each["Form Name"] for each in FIELDS]
    assert list(dict.fromkeys(forms)) == list(PREFIXES)
    assert forms == sorted(forms, key=list(PREFIXES).index)


def test_every_column_about_a_subject_has_its_field():
    about_subjects = {
        name
        for name, table in tables().items()
        if {"subject_id", "product_id", "biopsy_id"} & set(table.columns)
    }
    about_subjects -= {"bead_samples"}  # names the samples of a laboratory's file, and is no form of a site
    assert set(PREFIXES) == about_subjects
    for name in about_subjects:
        for column in tables()[name].columns:
            annotation = field(variable_names()[name, column])["Field Annotation"]
            assert annotation == f"graftrial: {name}.{column}" or column == "subject_id"


@pytest.mark.parametrize("given", [each for each in FIELDS if each["Field Type"] == "dropdown"])
def test_choices_have_codes_and_labels(given):
    for choice in given["Choices, Calculations, OR Slider Labels"].split(" | "):
        assert re.fullmatch(r"[A-Za-z0-9_.]+, \S.*", choice)


def test_kinds_become_field_types_and_limits():
    assert field("sex")["Choices, Calculations, OR Slider Labels"] == "F, F | M, M"
    assert field("ae_serious")["Field Type"] == "yesno"
    assert field("note")["Field Type"] == "notes"
    cells = field("inf_viable_cells")
    assert cells["Text Validation Type OR Show Slider Number"] == "number"
    assert (cells["Text Validation Min"], cells["Text Validation Max"]) == ("10000", "100000000000")
    assert cells["Field Note"] == "cells"


def test_dates_may_stay_partial_and_are_marked_as_identifying():
    start = field("ae_start")
    assert start["Text Validation Type OR Show Slider Number"] == ""
    assert "2019-03" in start["Field Note"]
    assert start["Identifier?"] == "y"
    assert field("birth_year")["Identifier?"] == "y"


def test_repeating_instruments_say_so_on_their_first_field():
    assert "Repeating instrument" in field("ae_id")["Section Header"]
    assert not any(each["Section Header"] for each in FIELDS if each["Form Name"] == "subjects")
