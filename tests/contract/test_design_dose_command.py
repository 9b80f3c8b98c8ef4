"""What an outside program may rely on in `graftrial design dose` and `graftrial design two-stage`."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout

import pytest

from graftrial.cli import commands as cli

COLUMNS = ("n", "escalate_if_at_most", "deescalate_if_at_least", "eliminate_if_at_least")
BOIN = ("dose", "--method", "boin", "--target", "0.3", "--doses", "5", "--cohort", "3", "--subjects", "30")
SIMON = ("two-stage", "--method", "simon", "--p0", "0.1", "--p1", "0.3", "--alpha", "0.05", "--beta", "0.2")
OTHERS = (
    ("3+3",), ("mtpi2", "--target", "0.3", "--doses", "5"), ("keyboard", "--target", "0.3", "--doses", "5"),
    ("i3+3", "--target", "0.3", "--doses", "5"), ("boin12", "--target", "0.35", "--doses", "5", "--efficacy", "0.25"),
    ("crm", "--target", "0.25", "--skeleton", "0.08,0.16,0.25,0.35,0.46"),
    ("tite-crm", "--target", "0.25", "--skeleton", "0.08,0.16,0.25", "--window-days", "84"),
)  # fmt: skip


def run(*words):
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said), pytest.raises(SystemExit) as ended:
        cli.main(["design", *map(str, words)])
    return ended.value.code, said.getvalue()


def answer(*words):
    code, said = run(*words, "--json")
    assert code == 0, said
    return json.loads(said)


def test_the_decision_table_of_boin():
    found = answer(*BOIN)
    assert found["n"] == list(range(1, 31))
    assert found["escalate_if_at_most"][:6] == [0, 0, 0, 0, 1, 1]
    assert found["deescalate_if_at_least"][:6] == [1, 1, 2, 2, 2, 3]
    assert found["eliminate_if_at_least"][:6] == [None, None, 3, 3, 4, 4]
    assert found["table"][2] == {name: found[name][2] for name in COLUMNS}
    assert found["operating_characteristics"] == []


@pytest.mark.parametrize("words", OTHERS, ids=lambda words: words[0])
def test_every_method_prints_its_table(words):
    found = answer("dose", "--method", *words)
    assert found["method"] == words[0]
    assert len({len(found[name]) for name in COLUMNS}) == 1
    assert found["n"] and found["citation"]


def test_scenarios_may_be_repeated_and_are_exact():
    found = answer(*BOIN, "--scenario", "0.05,0.15,0.3,0.45,0.6", "--scenario", "0.3,0.45,0.55,0.65,0.75")
    first, second = found["operating_characteristics"]
    assert first["method"] == "exact" and first["p_select"][2] == pytest.approx(0.5463301643354064, abs=1e-9)
    assert second["p_select_none"] == pytest.approx(0.18034921827137143, abs=1e-9)


def test_a_simulation_says_how_far_it_may_be_off():
    code, said = run(
        *BOIN, "--scenario", "0.05,0.15,0.3,0.45,0.6", "--simulate", "--seed", 5, "--trials", 500
    )
    assert code == 0
    assert "500 trials, seed 5, Monte Carlo error up to" in said
    assert run(*BOIN, "--scenario", "0.05,0.15,0.3,0.45,0.6", "--simulate")[0] == 2


def test_the_numbers_of_simon():
    found = answer(*SIMON)
    names = ("r1", "n1", "r", "n")
    assert [found["optimal"][name] for name in names] == [1, 10, 5, 29]
    assert [found["minimax"][name] for name in names] == [1, 15, 5, 25]
    assert found["optimal"]["expected_n"] == pytest.approx(15.0141203471, abs=1e-9)
    assert found["optimal"]["pet"] == pytest.approx(0.7360989291, abs=1e-9)
    assert len(found["admissible_between"]) == 2


def test_the_other_methods_of_phase_2():
    toxicity = ("--toxicity-bad", "0.4", "--toxicity-good", "0.2")
    found = answer(
        "two-stage",
        "--method",
        "bryant-day",
        "--p0",
        "0.2",
        "--p1",
        "0.4",
        "--alpha",
        "0.1",
        "--beta",
        "0.2",
        *toxicity,
    )
    assert [found["optimal"][name] for name in ("n1", "r1", "s1", "n", "r", "s")] == [19, 5, 13, 37, 11, 26]
    found = answer(
        "two-stage", "--method", "bop2", "--p0", "0.2", "--p1", "0.4", "--alpha", "0.1", "--looks", "10,20,30"
    )
    assert found["optimal"]["stop_if_at_most"] == [1, 5, 8]
    found = answer("two-stage", "--method", "single", *SIMON[3:])
    assert (found["designs"][0]["r"], found["designs"][0]["n"]) == (5, 25)


@pytest.mark.parametrize("words", [
    (*BOIN, "--scenario", "0.05,0.15,0.3,0.45,0.6"), SIMON, ("dose", "--method", *OTHERS[4]), ("dose", "--method", "3+3"),
], ids=["boin", "simon", "boin12", "3+3"])  # fmt: skip
def test_the_report_stands_alone_and_reproduces_itself(words, tmp_path):
    code, said = run(*words, "--out", tmp_path / "design")
    assert code == 0 and "written" in said
    page = (tmp_path / "design/design.html").read_text(encoding="utf-8")
    assert "To reproduce" in page and f"graftrial design {words[0]}" in page
    assert "https://" not in page.split("<script")[0] and str(tmp_path) not in page


@pytest.mark.parametrize(("words", "code"), [
    (("dose", "--target", "0.3", "--doses", "5"), "GT-DSGN-008"),
    (("dose", "--method", "boin", "--target", "0.3"), "GT-DSGN-009"),
    ((*BOIN, "--scenario", "0.1,0.2"), "GT-DSGN-001"),
    ((*BOIN, "--efficacy", "0.2"), "GT-DSGN-002"),
    ((*SIMON, "--looks", "10,20"), "GT-DSGN-002"),
    (SIMON[:-2], "GT-DSGN-009"),
    (("two-stage", "--method", "simon", "--p0", "0.3", "--p1", "0.1", "--alpha", "0.05", "--beta", "0.2"), "GT-DSGN-001"),
])  # fmt: skip
def test_wrong_usage_has_its_code(words, code):
    exit_code, said = run(*words)
    assert exit_code == 2
    assert code in said and "Traceback" not in said
