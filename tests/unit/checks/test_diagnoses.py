import pytest

from graftrial.clinical.diagnoses import BY_CODE, DIAGNOSES, label, recorded_codes

CELLS = [
    (None, ()),
    ("", ()),
    ("tma", ("tma",)),
    ("chronic_active_amr; recurrent_gn", ("chronic_active_amr", "recurrent_gn")),
    ("tma;;ati;", ("tma", "ati")),
]


@pytest.mark.parametrize(("cell", "codes"), CELLS)
def test_the_codes_of_a_cell(cell, codes):
    assert recorded_codes(cell) == codes


def test_every_code_stands_once():
    assert len(BY_CODE) == len(DIAGNOSES)


def test_an_unknown_code_stands_for_itself():
    assert (label("chronic_active_amr"), label("zebra")) == ("Chronic active AMR", "zebra")
