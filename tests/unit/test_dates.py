"""Moments: whole, partial, in study days; what is none of these is refused."""

from datetime import date

import pytest

from graftrial.dates import (
    NotAMoment,
    from_excel_serial,
    month_end,
    read_day_or_date,
    read_moment,
    study_day,
)

READ = [
    # text                    canonical      earliest            latest               day    time
    ("2019-03-11",            "2019-03-11",  date(2019, 3, 11),  date(2019, 3, 11),   None,  ""),
    (" 2019-3-1 ",            "2019-03-01",  date(2019, 3, 1),   date(2019, 3, 1),    None,  ""),
    ("2019-02",               "2019-02",     date(2019, 2, 1),   date(2019, 2, 28),   None,  ""),
    ("2020-02",               "2020-02",     date(2020, 2, 1),   date(2020, 2, 29),   None,  ""),
    ("2019",                  "2019",        date(2019, 1, 1),   date(2019, 12, 31),  None,  ""),
    ("2019-03-11T14:30:05Z",  "2019-03-11",  date(2019, 3, 11),  date(2019, 3, 11),   None,  "14:30+00:00"),
    ("2019-03-11 14:30+0100", "2019-03-11",  date(2019, 3, 11),  date(2019, 3, 11),   None,  "14:30+01:00"),
    ("2019-03-11T14:30",      "2019-03-11",  date(2019, 3, 11),  date(2019, 3, 11),   None,  "14:30"),
    ("2019-03-11T14",         "2019-03-11",  date(2019, 3, 11),  date(2019, 3, 11),   None,  "14"),
    ("2019-03-11 00:00:00",   "2019-03-11",  date(2019, 3, 11),  date(2019, 3, 11),   None,  ""),
    ("28",                    "D28",         None,               None,                28,    ""),
    ("D28",                   "D28",         None,               None,                28,    ""),
    ("day -3",                "D-3",         None,               None,                -3,    ""),
    ("+7",                    "D7",          None,               None,                7,     ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "canonical", "earliest", "latest", "day", "time"), READ)
def test_a_moment_is_read_as_it_was_recorded(text, canonical, earliest, latest, day, time):
    moment = read_moment(text)
    assert (moment.text, moment.earliest, moment.latest, moment.day, moment.time) == (
        canonical, earliest, latest, day, time,
    )  # fmt: skip


@pytest.mark.parametrize(("text", "canonical"), [(row[0], row[1]) for row in READ])
def test_the_canonical_spelling_reads_back_as_itself(text, canonical):
    assert read_moment(canonical).text == canonical


@pytest.mark.parametrize(
    "text",
    [
        "",
        "11.3.2019",
        "2019-03-11T24:30",
        "2019-03-11T14:60",
        "03/11/2019",
        "2019-02-30",
        "2019-13",
        "2019-00-01",
        "43535",
        "spring",
        "28.5",
        "2019-03-",
    ],
)
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(NotAMoment):
        read_moment(text)


def test_under_the_name_of_a_day_a_year_is_a_day():
    assert read_day_or_date("2019").day == 2019
    assert read_day_or_date("2019-03").day is None


def test_study_days_count_from_the_anchor_which_is_day_0():
    anchor = date(2020, 2, 28)
    assert [study_day(when, anchor) for when in (date(2020, 2, 27), anchor, date(2020, 3, 1))] == [-1, 0, 2]


def test_months_end_on_their_last_day():
    assert [month_end(2019, 2), month_end(2020, 2), month_end(2019, 12)] == [
        date(2019, 2, 28), date(2020, 2, 29), date(2019, 12, 31),
    ]  # fmt: skip


def test_an_excel_number_is_its_day_in_the_1900_system():
    assert from_excel_serial(43535) == date(2019, 3, 11)
    assert from_excel_serial(61) == date(1900, 3, 1)
    for number in (60, 0, -1, 110_000):
        with pytest.raises(NotAMoment):
            from_excel_serial(number)
