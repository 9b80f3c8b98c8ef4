"""Numbers as people write them: read, remarked on, or refused, never guessed."""

import pytest

from graftrial.intake.declaration import Column
from graftrial.intake.numbers import number_reader
from graftrial.intake.reading import Notation

VALUE = Column("value", "number", "a number")
POINT, COMMA = Notation(), Notation(decimal_comma=True)

CASES = [
    # text        notation  value       code          because
    ("1.5",       POINT,    1.5,        "",           "a decimal point"),
    ("-3.86",     POINT,    -3.86,      "",           "a sign"),
    ("−3.86",     POINT,    -3.86,      "",           "a typographic minus"),
    ("1e6",       POINT,    1e6,        "",           "an exponent"),
    ("3.0E+06",   POINT,    3e6,        "",           "an exponent as spreadsheets write it"),
    (".5",        POINT,    0.5,        "",           "no zero before the point"),
    ("1.234",     POINT,    1.234,      "",           "a point is a decimal point"),
    ("1,5",       POINT,    1.5,        "GT-IN-029",  "one comma and one digit after it: a decimal comma, said once"),
    ("12,75",     POINT,    12.75,      "GT-IN-029",  "no thousands have two digits"),
    ("0,123",     POINT,    0.123,      "GT-IN-029",  "no thousands begin with 0"),
    ("1234,567",  POINT,    1234.567,   "GT-IN-029",  "no thousands have four digits before the mark"),
    ("1,234",     POINT,    None,       "GT-IN-030",  "a thousand, or one and a bit"),
    ("-1,234",    POINT,    None,       "GT-IN-030",  "as above"),
    ("1,234,567", POINT,    None,       "GT-IN-032",  "thousands marks"),
    ("1,234.5",   POINT,    None,       "GT-IN-032",  "thousands marks"),
    ("1 234",     POINT,    None,       "GT-IN-032",  "a blank between digits"),
    ("1 5",       POINT,    None,       "GT-IN-032",  "a blank between digits"),
    ("1'234",     POINT,    None,       "GT-IN-032",  "thousands marks"),
    ("1_000",     POINT,    None,       "GT-IN-022",  "no number outside programs"),
    ("<0.5",      POINT,    None,       "GT-IN-031",  "a limit is no number"),
    ("> 100",     POINT,    None,       "GT-IN-031",  "a limit is no number"),
    ("≤0,5",      COMMA,    None,       "GT-IN-031",  "a limit is no number"),
    ("nan",       POINT,    None,       "GT-IN-033",  "not finite"),
    ("-Inf",      POINT,    None,       "GT-IN-033",  "not finite"),
    ("1e999",     POINT,    None,       "GT-IN-033",  "not finite"),
    ("12 mg/dL",  POINT,    None,       "GT-IN-022",  "a unit has its own column"),
    ("5%",        POINT,    None,       "GT-IN-022",  "a unit has its own column"),
    ("١٢",        POINT,    None,       "GT-IN-022",  "digits of another script"),
    ("1,5",       COMMA,    1.5,        "",           "declared"),
    ("1,234",     COMMA,    1.234,      "",           "declared"),
    ("1.5",       COMMA,    1.5,        "",           "no thousands have one digit"),
    ("1.234",     COMMA,    None,       "GT-IN-030",  "a thousand, or one and a bit"),
    ("1.234,5",   COMMA,    None,       "GT-IN-032",  "thousands marks"),
    ("1.234",     Notation(decimal_comma=True, has_typed_numbers=True), 1.234, "", "a number of a spreadsheet"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "notation", "value", "code", "because"), CASES)
def test_a_number_is_read_or_refused(text, notation, value, code, because):
    reading = number_reader(VALUE, notation)(text)
    assert (reading.value, reading.code) == (value, code), because


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("2", 2, ""),
        ("2.0", 2, ""),
        ("1-2", None, "GT-IN-022"),
        ("1.5", None, "GT-IN-026"),
        ("4", None, "GT-IN-025"),
    ],
)
def test_a_score_is_a_whole_number_of_its_scale(text, value, code):
    reading = number_reader(Column("g", "integer", "glomerulitis", low=0, high=3), POINT)(text)
    assert (reading.value, reading.code) == (value, code)
    assert reading.value is None or isinstance(reading.value, int)


@pytest.mark.parametrize("text", ["2", "300"])
def test_the_ends_of_a_range_belong_to_it(text):
    reading = number_reader(Column("weight_kg", "number", "weight", low=2, high=300), POINT)(text)
    assert reading.value == float(text)


def test_an_integer_that_no_column_can_hold_is_refused():
    assert number_reader(Column("n", "integer", "n"), POINT)("3000000000").code == "GT-IN-026"
