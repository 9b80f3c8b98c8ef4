"""Random numbers for invented studies: reproducible, and with the shape that they claim."""

from __future__ import annotations

from statistics import mean, median, stdev

import pytest

from graftrial.simulate.draws import Draws

MANY = 4000
FIRST_NUMBERS = [0.439059, 0.905826, 0.271564]


def test_a_stream_is_fixed_by_its_name_alone() -> None:
    assert [Draws(1, 2, 3).uniform() for _ in range(3)] == [Draws(1, 2, 3).uniform()] * 3
    assert Draws(1, 2, 3).uniform() != Draws(1, 2, 4).uniform()


def test_the_stream_is_the_one_of_the_committed_example() -> None:
    draws = Draws(20260101, 1, 2)
    assert [round(draws.uniform(), 6) for _ in range(3)] == FIRST_NUMBERS


def test_a_normal_number_has_the_mean_and_spread_asked_for() -> None:
    draws = Draws(7)
    numbers = [draws.normal(10, 2) for _ in range(MANY)]
    assert mean(numbers) == pytest.approx(10, abs=0.12)
    assert stdev(numbers) == pytest.approx(2, abs=0.1)
    assert min(numbers) >= 2
    assert max(numbers) <= 18


def test_a_lognormal_number_has_the_median_asked_for() -> None:
    draws = Draws(8)
    assert median(draws.lognormal(850, 0.6) for _ in range(MANY)) == pytest.approx(850, rel=0.05)


def test_a_whole_number_reaches_both_ends_and_nothing_beyond() -> None:
    draws = Draws(9)
    assert {draws.between(-1, 2) for _ in range(MANY)} == {-1, 0, 1, 2}


def test_picking_follows_the_weights() -> None:
    draws = Draws(10)
    picked = [draws.pick("abc", (0.7, 0.3, 0.0)) for _ in range(MANY)]
    assert picked.count("a") / MANY == pytest.approx(0.7, abs=0.03)
    assert "c" not in picked


def test_shuffling_keeps_every_item() -> None:
    assert sorted(Draws(11).shuffled(range(12))) == list(range(12))
    assert Draws(11).shuffled(range(12)) != list(range(12))
