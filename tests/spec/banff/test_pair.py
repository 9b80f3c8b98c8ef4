"""Two biopsies of one graft: what a change of g + ptc may be called.

g + ptc fall in a graft that dies, too. A fall is called an improvement only where the graft is known to function, there
is no thrombotic microangiopathy, and neither tubular injury nor chronic damage can have risen.
"""

from __future__ import annotations

import itertools
from datetime import date

import polars as pl
import pytest

from graftrial.derive.banff_pair import Graft, compare_pair
from graftrial.derive.biopsy_pair import INJURY, Seen, read_pair
from graftrial.errors import UsageError
from tests.spec.banff.case import frame

FUNCTIONS, LOST, UNKNOWN = "functioning", "lost", "unknown"
FELL, OUTRANKED, OPEN, ROSE, SAME, NOT_ASSESSABLE = (
    "fell", "fell, outranked", "fell, open", "rose", "unchanged", "not assessable",
)  # fmt: skip
CASES = [
    # before  after  graft  reading  because
    ("g=2 ptc=3",         "g=1 ptc=0",                  FUNCTIONS,  FELL,            "lower, and nothing speaks against it"),
    ("g=2 ptc=3",         "g=1 ptc=0",                  LOST,       OUTRANKED,       "the graft was lost"),
    ("g=2 ptc=3",         "g=1 ptc=0",                  UNKNOWN,    OPEN,            "whether the graft functions is not known"),
    ("g=2 ptc=3",         "g=1 ptc=0 tma_acute",        FUNCTIONS,  OUTRANKED,       "thrombotic microangiopathy is new"),
    ("g=2 ptc=3",         "g=1 ptc=0 tma_chronic",      FUNCTIONS,  OUTRANKED,       "chronic thrombotic microangiopathy is new"),
    ("g=2 ptc=3 tma_acute", "g=1 ptc=0 tma_acute",      FUNCTIONS,  OUTRANKED,       "thrombotic microangiopathy is still there"),
    ("g=2 ptc=3",         "g=1 ptc=0 ati",              FUNCTIONS,  OUTRANKED,       "tubular injury rose"),
    ("g=2 ptc=3 ati",     "g=1 ptc=0",                  FUNCTIONS,  FELL,            "tubular injury fell too"),
    ("g=2 ptc=3",         "g=1 ptc=0 ci=2 ct=2 cg=2",   FUNCTIONS,  OUTRANKED,       "the chronicity index rose from 0 to 8"),
    ("g=2 ptc=3",         "g=1 ptc=0 tma_acute=?",      FUNCTIONS,  OPEN,            "thrombotic microangiopathy is not stated"),
    ("g=2 ptc=3",         "g=1 ptc=0 ati=?",            FUNCTIONS,  OPEN,            "whether tubular injury rose is not known"),
    ("g=2 ptc=3",         "g=1 ptc=0 ci=?",             FUNCTIONS,  OPEN,            "ci may have risen"),
    ("g=2 ptc=3",         "g=1 ptc=?",                  FUNCTIONS,  FELL,            "5 before and at most 4 after"),
    ("g=2 ptc=2",         "g=1 ptc=?",                  FUNCTIONS,  NOT_ASSESSABLE,  "1 to 4 after may be the same"),
    ("g=1 ptc=0",         "g=2 ptc=0",                  FUNCTIONS,  ROSE,            "higher"),
    ("g=1 ptc=1",         "g=2 ptc=0",                  LOST,       SAME,            "the same, the loss is told beside it"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "graft", "reading", "because"), CASES)
def test_a_change_of_g_and_ptc_is_read_with_the_graft(before, after, graft, reading, because):
    pair = compare_pair(frame(before), frame(after), edition="2022", graft=Graft(graft))
    assert pair.reading.state == reading, because
    assert ("improved" in pair.reading.sentence) == (reading == FELL)
    if because.startswith(
        ("the graft was", "thrombotic", "tubular injury rose", "whether", "the chronicity")
    ):
        assert because in pair.reading.sentence


def test_no_wording_says_improved_where_the_graft_is_lost_or_tma_or_injury_rose():
    """Every combination of g + ptc, microangiopathy, tubular injury, chronicity and graft."""
    sums, indices = [(5, 5), (1, 1), (0, 6), (2, 3)], [(3, 3), (7, 7), (2, 9)]
    sides = [Seen(*each) for each in itertools.product(sums, (True, False, None), INJURY.values(), indices)]
    n_improved = 0
    for before, after, graft in itertools.product(sides, sides, (FUNCTIONS, LOST, UNKNOWN)):
        sentence = read_pair(before, after, graft, "2021-05").sentence.lower()
        said = "improve" in sentence or "better" in sentence.replace(
            "whether the graft is better is open", ""
        )
        allowed = (
            graft == FUNCTIONS
            and after.tma is False
            and after.injury[1] <= before.injury[0]
            and after.chronicity[1] <= before.chronicity[0]
            and after.mvi[1] < before.mvi[0]
        )
        assert said == allowed, sentence
        n_improved += said
    assert n_improved


def test_the_graft_and_its_date_stand_in_the_table_beside_injury():
    pair = compare_pair(
        frame("g=3 ptc=3"), frame("g=0 ati tma_acute"), edition="2022", graft=Graft(LOST, date(2021, 5, 2))
    )
    table = {row["item"]: row for row in pair.table.iter_rows(named=True)}
    assert table["graft"]["after"] == "lost, 2021-05-02"
    assert table["g + ptc"]["change"] == -6 and table["activity_index"]["change"] == -6
    assert (table["tma_acute"]["before"], table["tma_acute"]["after"]) == ("False", "True")
    assert "the graft was lost (2021-05-02) and thrombotic microangiopathy is new" in pair.reading.sentence


def test_a_graft_that_was_reported_before_the_later_biopsy_counts_as_unknown():
    sides = [frame(f"g={g} biopsy_date={day}") for g, day in ((3, "2021-01-01"), (0, "2021-06-01"))]
    early, late = Graft(FUNCTIONS, date(2021, 5, 31)), Graft(FUNCTIONS, date(2021, 6, 1))
    assert compare_pair(*sides, edition="2022", graft=early).reading.state == OPEN
    assert compare_pair(*sides, edition="2022", graft=late).reading.state == FELL


def test_what_is_no_pair_is_refused():
    one = frame("g=1")
    days = [frame(f"g=1 biopsy_date={day}") for day in ("2021-06-01", "2021-01-01")]
    with pytest.raises(UsageError, match="GT-BANFF-006"):
        compare_pair(*days, edition="2022", graft=Graft(FUNCTIONS))
    with pytest.raises(UsageError, match="GT-BANFF-006"):
        compare_pair(one, one, edition="2022", graft=Graft("fine"))
    with pytest.raises(UsageError, match="GT-BANFF-006"):
        compare_pair(one, pl.concat([one, one]), edition="2022", graft=Graft(FUNCTIONS))
