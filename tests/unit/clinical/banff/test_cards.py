"""Every Banff rule has its card; a declared reading says so; the open points are complete."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from graftrial.clinical.banff.editions import edition, rules
from graftrial.clinical.banff.lesions import FEEDERS
from graftrial.clinical.banff.readings import OPEN_POINTS, Readings, readings_from
from graftrial.clinical.card import NotAssessable, Value

GOLDEN = Path(__file__).parents[3] / "golden"


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.pin)
def test_a_rule_reproduces_its_vectors(rule):
    lines = (GOLDEN / rule.golden / "vectors.csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    assert rows
    inputs = {each.name: each.dtype for each in rule.inputs}
    columns = {
        name: pl.Series([None if row[name] == "" else row[name] for row in rows], dtype=pl.String)
        .replace({"true": "1", "false": "0"})
        .cast(pl.Int8 if dtype == pl.Boolean else dtype)
        .cast(dtype)
        for name, dtype in inputs.items()
    }
    given = pl.DataFrame(columns).select(answer=rule.expression(**{name: pl.col(name) for name in inputs}))
    answers = [None if each is None else str(each).lower() for each in given["answer"].to_list()]
    assert answers == [row["answer"].lower() or None for row in rows]


def test_a_rule_asked_for_one_biopsy_answers_or_names_what_is_missing():
    mvi = next(each for each in rules() if each.pin == "banff.mvi_at_threshold@2022")
    known = {"i": 0, "t": 0, "v": 0, "pvl": 0, "glomerulonephritis": False, "infection": False}
    assert mvi(g=None, ptc=3, **known) == Value(True)
    assert mvi(g=None, ptc=1, **known) == NotAssessable("g is missing")


@pytest.mark.parametrize(
    "name", ["chronic_amr", "amr_history", "probable_amr", "mvi_counted", "restricts_ptc"]
)
def test_a_declared_reading_says_so_on_its_card(name):
    cards = [each for each in rules() if each.id == f"banff.{name}"]
    assert cards and all("declared reading" in each.source.locator for each in cards)


def test_the_two_entities_of_2022_are_not_in_earlier_editions():
    for name in ("2017", "2019"):
        assert not {"probable_amr", "mvi_dsa_neg_c4d_neg", "c4d_with_ati"} & set(
            edition(name, Readings()).statements
        )


def test_there_are_twelve_open_points_and_each_can_be_chosen():
    assert [each.code for each in OPEN_POINTS.values()] == [f"R{number}" for number in range(1, 13)]
    for name, point in OPEN_POINTS.items():
        other = readings_from({point.code: point.other})
        assert getattr(other, name) != getattr(Readings(), name)
        assert other.other_than_declared() == (point.code,)
        assert readings_from({point.code: point.declared}) == Readings()


def test_a_percentage_never_lowers_its_score():
    percentages = pl.DataFrame({"x": [each / 10 for each in range(1001)]})
    for feeder in FEEDERS:
        scores = percentages.select(feeder.convert(pl.col("x")))
        assert scores.to_series().is_sorted() and scores.to_series().max() == 3
