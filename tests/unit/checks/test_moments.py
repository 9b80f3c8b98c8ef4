from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from graftrial.checks.moments import anchors, first_infusion, placed, proven_before
from graftrial.dates import read_moment
from graftrial.intake.declaration import tables as declarations
from graftrial.intake.table import Table, Tables, absent, schema
from graftrial.study.model import Study

STUDY = Study.model_validate({"study": {"id": "TINY", "title": "A tiny study"}})


def moment(column: str, text: str) -> dict[str, object]:
    if not text:
        return {}
    read = read_moment(text)
    parts = {"earliest": read.earliest, "latest": read.latest, "stated_day": read.day}
    return {column: read.text, **{f"{column}_{part}": value for part, value in parts.items()}}


def tables_with(infusions: list[str], biopsy: str = "") -> Tables:
    rows = {
        "infusions": [
            {"subject_id": "S01", "source_row": n + 2, **moment("start", text)}
            for n, text in enumerate(infusions)
        ],
        "biopsies": [{"subject_id": "S01", "source_row": 2, **moment("date", biopsy)}],
    }
    by_name = {name: absent(name) for name in declarations()}
    for name, given in rows.items():
        by_name[name] = Table(
            declarations()[name], pl.DataFrame(given, schema=schema(declarations()[name])), name
        )
    return Tables(by_name)


ANCHORS = [
    (["2024-03-01"], (date(2024, 3, 1), date(2024, 3, 1))),
    (["2024-03-08", "2024-03-01"], (date(2024, 3, 1), date(2024, 3, 1))),
    (["2024-03"], (date(2024, 3, 1), date(2024, 3, 31))),
    (["2024-03-08", ""], (None, date(2024, 3, 8))),
    (["2024-03-01", "D7"], (date(2024, 3, 1), date(2024, 3, 1))),
]


@pytest.mark.parametrize(("infusions", "bounds"), ANCHORS)
def test_day_0_is_the_first_infusion_as_far_as_it_is_known(infusions, bounds):
    assert anchors(STUDY, tables_with(infusions)).select("anchor_low", "anchor_high").row(0) == bounds


PLACED = [
    (["2024-03-01"], "D10", (date(2024, 3, 11), date(2024, 3, 11), 10, 10)),
    (["2024-03-01"], "2024-04", (date(2024, 4, 1), date(2024, 4, 30), 31, 60)),
    (["2024-03"], "D10", (date(2024, 3, 11), date(2024, 4, 10), 10, 10)),
    (["2024-03"], "2024-03-20", (date(2024, 3, 20), date(2024, 3, 20), -11, 19)),
    ([""], "D10", (None, None, 10, 10)),
    ([], "2024-03-20", (date(2024, 3, 20), date(2024, 3, 20), None, None)),
]


@pytest.mark.parametrize(("infusions", "biopsy", "bounds"), PLACED)
def test_a_moment_has_bounds_in_days_and_in_study_days(infusions, biopsy, bounds):
    rows = placed(STUDY, tables_with(infusions, biopsy), "biopsies", "date")
    assert rows.select("low", "high", "day_low", "day_high").row(0) == bounds


def test_an_empty_moment_is_not_placed():
    assert placed(STUDY, tables_with(["2024-03-01"]), "biopsies", "date").is_empty()


def test_the_first_infusion_is_day_0_even_where_it_is_not_dated():
    assert first_infusion(STUDY, tables_with([""])).select("low", "day_low").row(0) == (None, 0)


@pytest.mark.parametrize(
    ("first", "second"), [((1, 3), (3, 5)), ((None, 3), (None, 5)), ((1, None), (0, None))]
)
def test_what_may_be_the_same_day_is_not_before(first, second):
    row = {"a_day_low": first[0], "a_day_high": first[1], "b_day_low": second[0], "b_day_high": second[1]}
    frame = pl.DataFrame(
        row | {"a_high": None, "b_low": None}, schema_overrides={"a_high": pl.Date, "b_low": pl.Date}
    )
    assert frame.select(proven_before("a_", "b_")).item() is False
