"""Cells of each kind: choices, yes and no, moments, texts."""

from datetime import date

import pytest

from graftrial.intake.cells import reader
from graftrial.intake.declaration import Column
from graftrial.intake.reading import Notation

SEX = Column("sex", "category", "sex", choices=("F", "M"))
MILESTONE = Column("milestone", "category", "milestone", choices=("lost_to_follow_up", "graft_loss"))
EDITION = Column("edition", "category", "edition", choices=("5.0", "6.0"))
SERIOUS = Column("serious", "yes_no", "serious")
TERM = Column("term", "free_text", "term")
DAY = Column("date", "moment", "date")

CASES = [
    # column    text                    value                code
    (SEX,       "f",                    "F",                 ""),
    (SEX,       "Male",                 None,                "GT-IN-023"),
    (MILESTONE, "Lost to follow-up",    "lost_to_follow_up", ""),
    (MILESTONE, "GRAFT_LOSS",           "graft_loss",        ""),
    (MILESTONE, "graft los",            None,                "GT-IN-023"),
    (EDITION,   "5",                    "5.0",               ""),
    (EDITION,   "7",                    None,                "GT-IN-023"),
    (SERIOUS,   "Yes",                  True,                ""),
    (SERIOUS,   "x",                    True,                ""),
    (SERIOUS,   "N",                    False,               ""),
    (SERIOUS,   "FALSE",                False,               ""),
    (SERIOUS,   "ja",                   None,                "GT-IN-024"),
    (SERIOUS,   "?",                    None,                "GT-IN-024"),
    (TERM,      "two\nlines",           "two\nlines",        ""),
    (TERM,      "Z\u030calec",          "Z\u030calec".replace("Z\u030c", "Ž"), ""),
    (TERM,      "damaged \ufffd text",  None,                "GT-IN-011"),
    (TERM,      "#REF!",                None,                "GT-IN-012"),
    (TERM,      "# of events",          "# of events",       ""),
    (TERM,      "2024-11-03 00:00:00",  "2024-11-03",        "GT-IN-036"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "text", "value", "code"), CASES)
def test_a_cell_is_read_or_refused(column, text, value, code):
    reading = reader(column, Notation())(text)
    assert (reading.value, reading.code) == (value, code)


@pytest.mark.parametrize(
    ("column", "text", "near"),
    [
        (SEX, "Male", "did you mean M?"),
        (SEX, "female", "did you mean F?"),
        (MILESTONE, "graft los", "graft_loss"),
    ],
)
def test_a_wrong_choice_comes_with_a_suggestion(column, text, near):
    assert near in reader(column, Notation())(text).words["suggestion"]


MOMENTS = [
    # text                  canonical       code
    ("2019-03-11",          "2019-03-11",   ""),
    ("2019-3-11",           "2019-03-11",   ""),
    ("2019-03",             "2019-03",      ""),
    ("2019",                "2019",         ""),
    ("2019-03-11 00:00:00", "2019-03-11",   ""),
    ("2019-03-11T14:30",    "2019-03-11",   ""),
    ("28",                  "D28",          ""),
    ("−3",                  "D-3",          ""),
    ("28.0",                "D28",          ""),
    ("Day 28",              "D28",          ""),
    ("11.3.2019",           None,           "GT-IN-027"),
    ("25.3.2019",           None,           "GT-IN-027"),
    ("03/11/2019",          None,           "GT-IN-027"),
    ("11-Mar-2019",         None,           "GT-IN-027"),
    ("2019-02-30",          None,           "GT-IN-027"),
    ("2019-13",             None,           "GT-IN-035"),
    ("43535",               None,           "GT-IN-028"),
    ("43535.5",             None,           "GT-IN-028"),
    ("soon",                None,           "GT-IN-035"),
    ("28.5",                None,           "GT-IN-035"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "canonical", "code"), MOMENTS)
def test_a_moment_is_read_or_refused(text, canonical, code):
    reading = reader(DAY, Notation())(text)
    assert (getattr(reading.value, "text", None), reading.code) == (canonical, code)


def test_only_a_workbook_counts_its_dates():
    moment = reader(DAY, Notation(has_serial_dates=True))("43535.60416666666").value
    assert (moment.earliest, moment.time) == (date(2019, 3, 11), "14:30")


def test_under_the_name_of_a_day_a_number_is_a_study_day():
    assert reader(DAY, Notation(), is_day=True)("2019").value.day == 2019
    assert reader(DAY, Notation(), is_day=True)("43535").code == "GT-IN-028"
