"""What history adds to the report of the board: the rows of the prior made from it, and what its weight changes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import polars as pl
import pytest

from graftrial.stats.priors.beta_mixture import BetaMixture
from tests.contract.test_monitor_command import COMPLETE, EVENT, INFUSED, NO_EVENT, SUBJECTS, run
from tests.study_folder import write_study

REFERENCE = Path(__file__).parents[1] / "golden/priors/map_binomial.json"
BOUNDARY = """
[[safety.rules]]
id = "limit"
layer = "boundary"
text = "Stop by the Pocock boundary"
action = "stop"
event = "related_serious"
window_days = 30
rule = "pocock"
p0 = 0.2
n_max = 20
alpha = 0.05
"""
PRIOR = """
[safety.prior]
evidence = "history.csv"
stratum = "cells"
event_type = "serious"
robust_weight = 0.2
"""
COLUMNS = "row_id,study_id,citation,registry_id,stratum,event_type,events,n_at_risk,event_definition,status,overlaps_with"


def known():
    """The reference prior of five small cohorts."""
    rows = json.loads(REFERENCE.read_text(encoding="utf-8"))
    return next(each for each in rows if each["id"] == 4)


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    """Page and numbers of a trial with one event among three, beside the reference cohorts."""
    cohorts = zip(known()["r"], known()["n"], strict=True)
    lines = [
        f"{k}.serious,study_{k},Study {k},,cells,serious,{r},{n},serious event,reported,"
        for k, (r, n) in enumerate(cohorts)
    ]
    event = NO_EVENT + "S02,2,leak,2024-02-05,yes,probable,2024-02-06\n"
    tables = {"subjects": SUBJECTS, "infusions": INFUSED, "adverse_events": event}
    folder = write_study(tmp_path_factory.mktemp("trial"), tables, EVENT + BOUNDARY + PRIOR + COMPLETE)
    (folder / "history.csv").write_text("\n".join([COLUMNS, *lines]) + "\n", encoding="utf-8")
    code, said = run("monitor", folder, "--cutoff", "2024-06-01", "--out", folder / "board")
    assert code == 0, said
    page = (folder / "board/board.html").read_text(encoding="utf-8")
    return page, pl.read_csv(folder / "board/board_results.csv"), folder / "board"


def cells(page, label):
    """The cells of the row of a table that begins so."""
    row = page[page.index(label) :].split("</tr>", 1)[0]
    return [re.sub(r"<[^>]+>", "", each).strip() for each in row.split("<td")]


def test_the_prior_from_history_is_that_of_the_reference(board):
    page, _, _ = board
    told = " ".join(cells(page, "history (MAP)"))
    assert f"{known()['map_mean']:.3f}" in told
    robust = " ".join(cells(page, "robust, weight 0.2"))
    assert f"{0.8 * known()['map_mean'] + 0.2 * 0.5:.3f}" in robust
    for study in range(len(known()["r"])):
        assert f"Study {study}" in page


def test_the_weight_of_the_history_has_its_rows_and_its_picture(board):
    page, numbers, folder = board
    rows = dict(numbers.select("key", "value").iter_rows())
    stem = "safety.prior_weight.limit"
    nothing = BetaMixture.beta(1, 1).given(3, 1)
    assert float(rows[f"{stem}.0.p_above_limit"]) == pytest.approx(nothing.probability_above(0.2), abs=1e-12)
    assert float(rows[f"{stem}.0.mean"]) == pytest.approx(2 / 5, abs=1e-12)
    above = [float(rows[f"{stem}.{5 * step}.p_above_limit"]) for step in range(21)]
    assert above == sorted(above, reverse=True), "history speaks for fewer events than one in three"
    printed = cells(page, "robust, weight 0.2")
    assert any(f"{float(rows[f'{stem}.80.p_above_limit']):.3f}" in each for each in printed)
    picture = (folder / "figures/prior-weight-limit.svg").read_text(encoding="utf-8")
    assert "weight of the history" in picture
    assert f"{100 * above[0]:.1f}% without history to {100 * above[-1]:.1f}% with history alone" in page
