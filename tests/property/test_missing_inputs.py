"""Filling in a missing input never changes an answer that a rule has given, and a rule asked one by one answers as a column."""

from itertools import product

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graftrial.clinical.card import NotAssessable, Value
from graftrial.clinical.conditions import Comparison
from graftrial.clinical.egfr.ckd_epi_cr_2021 import RULE as EGFR
from graftrial.clinical.kleene import Bounds, at_least, either, graded, highest_met, how_many

SCORES = (0, 1, 2, 3)


def test_the_sum_of_two_scores_is_decided_exactly_when_every_filling_agrees():
    rows = list(product((*SCORES, None), repeat=2))
    frame = pl.DataFrame(rows, schema={"g": pl.Int32, "ptc": pl.Int32}, orient="row")
    answer = at_least(graded(pl.col("g")) + graded(pl.col("ptc")), 2)
    known = {
        (row["g"], row["ptc"]): row["answer"]
        for row in frame.with_columns(answer=answer).iter_rows(named=True)
    }
    for (g, ptc), decided in known.items():
        fillings = {
            known[a, b] for a in (SCORES if g is None else (g,)) for b in (SCORES if ptc is None else (ptc,))
        }
        assert fillings == ({True, False} if decided is None else {decided})


YES_NO = (True, False, None)


def test_either_and_counts_never_change_when_a_blank_is_filled():
    rows = list(product(YES_NO, repeat=3))
    frame = pl.DataFrame(rows, schema={"c": pl.Boolean, "y": pl.Boolean, "n": pl.Boolean}, orient="row")
    c, y, n = (pl.col(name) for name in "cyn")
    asked = frame.with_columns(
        chosen=either(c, y, n),
        two=at_least(how_many(c, y, n), 2),
        grade=highest_met({1: c, 2: y, 3: n}),
    )
    known = {tuple(row[name] for name in "cyn"): row for row in asked.iter_rows(named=True)}
    for blanks, row in known.items():
        for filled in product(*[YES_NO[:2] if each is None else (each,) for each in blanks]):
            for name in ("chosen", "two", "grade"):
                assert row[name] is None or row[name] == known[filled][name], (blanks, filled, name)


@pytest.mark.parametrize("limit", ["at_least", "more_than", "at_most", "less_than"])
def test_a_criterion_on_bounds_is_decided_exactly_when_both_ends_agree(limit):
    frame = pl.DataFrame({"low": [0, 0, 2, 3], "high": [1, 3, 2, 3]})
    comparison = Comparison(**{limit: 2})
    decided = (
        frame.select(comparison.holds_for_number(Bounds(pl.col("low"), pl.col("high")))).to_series().to_list()
    )
    holds = {
        "at_least": lambda x: x >= 2,
        "more_than": lambda x: x > 2,
        "at_most": lambda x: x <= 2,
        "less_than": lambda x: x < 2,
    }[limit]
    for (low, high), answer in zip(frame.iter_rows(), decided, strict=True):
        possible = {holds(value) for value in range(low, high + 1)}
        assert answer == (possible.pop() if len(possible) == 1 else None)


@settings(max_examples=150, deadline=None)
@given(
    creatinine=st.none() | st.floats(0.05, 40),
    age=st.none() | st.floats(1, 120),
    sex=st.sampled_from(["F", "M", "Male", None]),
)
def test_egfr_one_by_one_equals_egfr_in_a_column(creatinine, age, sex):
    alone = EGFR(creatinine_mg_per_dl=creatinine, age_years=age, sex=sex)
    frame = pl.DataFrame(
        {"c": [1.0, creatinine], "a": [50.0, age], "s": ["F", sex]},
        schema={"c": pl.Float64, "a": pl.Float64, "s": pl.String},
    )
    column = frame.select(
        EGFR.answer(creatinine_mg_per_dl=pl.col("c"), age_years=pl.col("a"), sex=pl.col("s"))
    ).item(1, 0)
    if isinstance(alone, Value):
        # a power of one number and of many may differ in the last bit
        assert column == {"value": pytest.approx(alone.value, rel=1e-14), "reason": None}
    else:
        assert isinstance(alone, NotAssessable)
        assert column == {"value": None, "reason": alone.reason}
    assert isinstance(alone, NotAssessable) == (
        creatinine is None
        or age is None
        or sex not in ("F", "M")
        or not 0.2 <= creatinine <= 25
        or not 18 <= age <= 110
    )
