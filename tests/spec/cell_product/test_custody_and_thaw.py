"""Custody in the order of its times, and the hours from thaw to infusion: exact, as bounds, or open with a reason."""

from itertools import permutations

import polars as pl
import pytest

from graftrial.dates import read_moment
from graftrial.derive.custody import derive_custody, derive_thaw_to_infusion
from graftrial.intake.table import absent


def rows(name, *given):
    """Typed rows of a table from moments as they are written."""
    schema = absent(name).frame.schema
    typed = []
    for place, row in enumerate(given, start=2):
        moment = read_moment(row["start"])
        parts = {
            "start": moment.text,
            "start_earliest": moment.earliest,
            "start_latest": moment.latest,
            "start_stated_day": moment.day,
            "start_time": moment.time or None,
            "source_row": place,
        }
        typed.append({"product_id": "P1", **row, **parts})
    return pl.DataFrame(typed, schema=schema) if typed else absent(name).frame


def event(start, giver, taker, name="handed over"):
    return {"start": start, "event": name, "from": giver, "to": taker}


LABORATORY = event("2024-03-01T08:00", None, "laboratory")
COURIER = event("2024-03-01T09:00", "laboratory", "courier")
WARD = event("2024-03-02", "Courier", "ward")

CUSTODY = [
    ([LABORATORY, COURIER, WARD], "complete", "each hands over what they received"),
    ([LABORATORY, event("2024-03-01T09:00", "courier", "ward")], "1 gap", "the courier never received it"),
    ([LABORATORY], "complete", "one event has no gap"),
    ([event("2024-03-01T08:00", None, None), COURIER], "not assessable", "who received is not recorded"),
    ([LABORATORY, COURIER | {"start": "2024-03-01T08:00"}], "not assessable", "both in one minute"),
    ([LABORATORY, COURIER | {"start": "2024-03-01"}], "not assessable", "a day without a time"),
    ([LABORATORY, COURIER | {"start": "2024-03"}], "not assessable", "a month without a day"),
    ([LABORATORY | {"start": "2024-02-29"}, COURIER], "complete", "days alone order what lies on two days"),
    ([LABORATORY, COURIER | {"start": "2024-03-01T08"}], "not assessable", "the hour does not tell"),
    ([LABORATORY, COURIER | {"start": "2024-03-01T09"}], "complete", "the hour is enough"),
    (
        [LABORATORY | {"start": "2024-03-01T09:30+02:00"}, COURIER | {"start": "2024-03-01T09:00+01:00"}],
        "complete",
        "in universal time 07:30 is before 08:00",
    ),
    (
        [LABORATORY | {"start": "2024-03-01T09:30+02:00"}, COURIER | {"start": "2024-03-01T10:00"}],
        "not assessable",
        "one of the two zones is not recorded",
    ),
]


@pytest.mark.parametrize(("events", "told", "because"), CUSTODY)
def test_custody_is_judged_in_the_order_of_time_and_never_of_the_file(events, told, because):
    for order in permutations(events):
        row = derive_custody(rows("custody", *order)).row(0, named=True)
        assert row["custody"] == told, because
        assert (row["custody_reason"] is None) == (told != "not assessable")


THAWED, STARTED = "thawed", "infusion started"
HOURS = [
    # thaw                 start in custody    start in infusions    low, high         because
    ("2024-03-01T08:30", "2024-03-01T10:00", None, (1.5, 1.5), "both to the minute"),
    ("2024-03-01T08:30", None, "2024-03-01T10:00", (1.5, 1.5), "the start of the infusion itself"),
    ("2024-03-01T08:30", "2024-03-01T10:00", "2024-03-01", (1.5, 1.5), "a day holds the minute"),
    ("2024-03-01T08:30", "2024-03-01T10", None, (1.5, 149 / 60), "10 o'clock is 10:00 to 10:59"),
    ("2024-03-01T22:30", None, "2024-03-02", (1.5, 25 + 29 / 60), "a day is its 24 hours"),
    ("2024-03-01T08:30", None, "2024-03-01", (0.0, 15 + 29 / 60), "nobody infuses before the thaw"),
    ("2024-03-01T09:30+02:00", "2024-03-01T09:00+01:00", None, (0.5, 0.5), "zones are told apart"),
]


def thaw(thawed, logged, given):
    custody = [event(thawed, None, None, THAWED)] if thawed else []
    custody += [event(logged, None, None, STARTED)] if logged else []
    infused = [{"subject_id": "S1", "start": given}] if given else []
    return derive_thaw_to_infusion(rows("custody", *custody), rows("infusions", *infused)).row(0, named=True)


@pytest.mark.parametrize(("thawed", "logged", "given", "bounds", "because"), HOURS)
def test_hours_from_thaw_to_infusion_are_as_exact_as_their_times(thawed, logged, given, bounds, because):
    row = thaw(thawed, logged, given)
    assert (row["hours_low"], row["hours_high"]) == pytest.approx(bounds), because
    exact = row["hours_thaw_to_infusion"]
    assert exact == pytest.approx(bounds[0]) if bounds[0] == bounds[1] else exact is None
    assert row["thaw_reason"] is None


OPEN = [
    (None, "2024-03-01T10:00", None, "no thaw is recorded"),
    ("2024-03-01T08:30", None, None, "no start of the infusion is recorded"),
    ("2024-03-01T10:00", "2024-03-01T08:30", None, "before the thaw"),
    ("2024-03-01T08:30", "2024-03-01T10:00", "2024-03-01T11:00", "different starts"),
    ("2024-03-01T08:30", "D0", None, "no date"),
]


@pytest.mark.parametrize(("thawed", "logged", "given", "reason"), OPEN)
def test_without_two_moments_that_fit_there_are_no_hours(thawed, logged, given, reason):
    row = thaw(thawed, logged, given)
    assert reason in row["thaw_reason"]
    assert (row["hours_low"], row["hours_high"], row["hours_thaw_to_infusion"]) == (None, None, None)
