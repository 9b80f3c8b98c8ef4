"""What an outside program may rely on in `graftrial monitor`: names of the answer, exit codes, what is undecidable."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from graftrial.cli import commands as cli

EXAMPLES = Path(__file__).parents[2] / "examples"
PUBLISHED, SYNTHETIC = EXAMPLES / "late-amr-published", EXAMPLES / "late-amr-synthetic"
KEYS = {"state", "layer_a", "layer_b", "layer_c", "pending", "undecided_because", "data_cut"}
COMPLETE = '[intake]\ncomplete = ["adverse_events", "disposition", "infusions", "decisions"]\n'
EVENT = """
[[safety.events]]
id = "related_serious"
title = "serious event related to the cells"
serious = true
"""
RULE = """
[[safety.rules]]
id = "related_serious"
layer = "event"
text = "one serious event related to the cells pauses the trial"
event = "related_serious"
window_days = 30
"""
INFUSED = """
subject_id,product_id,start
S01,P1,2024-01-01
S02,P2,2024-02-01
S03,P3,2024-03-01
"""
SUBJECTS = "subject_id,sex,age_years\nS01,F,50\nS02,M,40\nS03,M,45\n"
NO_EVENT = "subject_id,ae_id,term,start,serious,related_cells_investigator,aware_date\n"
SERIOUS = NO_EVENT + "S02,1,capillary leak,2024-02-05,yes,probable,2024-02-10\n"


def run(*words: object) -> tuple[int, str]:
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said), pytest.raises(SystemExit) as ended:
        cli.main([*map(str, words)])
    return int(ended.value.code or 0), said.getvalue()


def monitored(folder: Path, *words: str) -> tuple[int, dict[str, object]]:
    code, said = run("monitor", folder, "--json", *words)
    return code, json.loads(said)


@pytest.fixture
def trial(study_folder):
    """A trial of three infused patients; tables and study file can be replaced."""

    def write(study=EVENT + RULE + COMPLETE, **tables):
        given = {"subjects": SUBJECTS, "infusions": INFUSED, "adverse_events": NO_EVENT} | tables
        return study_folder(given, study)

    return write


def test_the_published_trial_is_undecidable_and_names_what_is_missing():
    code, answer = monitored(PUBLISHED)
    assert code == 11
    assert answer.keys() >= KEYS
    assert answer["state"] == "undecidable"
    told = " | ".join(answer["undecided_because"])
    assert "no rule" in told
    assert "onset: adverse_events.start" in told
    assert "order of infusion: infusions.start" in told
    assert "2 of 3 treated patients have no rows" in told


@pytest.mark.parametrize(
    ("cut", "code", "state", "a", "c"),
    [
        ("2023-07-20", 0, "continue", "clear", "continue"),
        ("2023-07-26", 0, "continue", "clear", "continue"),  # the leak of 25 July is entered on the 27th
        ("2023-07-28", 10, "pause", "pause", "continue"),
        ("2023-07-31", 10, "pause", "pause", "pause"),
        ("2023-08-06", 0, "continue", "pause", "resume"),
    ],
)
def test_the_invented_trial_at_earlier_cuts(cut, code, state, a, c):
    found, answer = monitored(SYNTHETIC, "--cutoff", cut)
    assert (found, answer["state"], answer["layer_a"], answer["layer_c"]) == (code, state, a, c)


def test_no_event_is_clear_and_a_serious_related_event_pauses(trial):
    assert monitored(trial(), "--cutoff", "2024-06-01")[0] == 0
    code, answer = monitored(trial(adverse_events=SERIOUS), "--cutoff", "2024-06-01")
    assert (code, answer["state"], answer["layer_a"], answer["layer_b"]) == (10, "pause", "pause", "none")


def test_what_the_sponsor_did_not_know_does_not_count(trial):
    folder = trial(adverse_events=SERIOUS)
    assert monitored(folder, "--cutoff", "2024-02-09")[1]["state"] == "continue"
    assert monitored(folder, "--cutoff", "2024-02-10")[1]["state"] == "pause"


def test_an_open_window_is_pending_and_not_missing(trial):
    code, answer = monitored(trial(), "--cutoff", "2024-03-15")
    assert (code, answer["pending"], answer["undecided_because"]) == (0, 1, [])


@pytest.mark.parametrize(
    ("tables", "study", "missing"),
    [
        ({"adverse_events": NO_EVENT + "S02,1,leak,,yes,probable,2024-02-10\n"}, "", "adverse_events.start"),
        ({"adverse_events": NO_EVENT + "S02,1,leak,2024-02-05,yes,,2024-02-10\n"}, "", "related_cells_investigator"),
        ({"adverse_events": NO_EVENT + "S02,1,leak,2024-02-05,,probable,2024-02-10\n"}, "", "adverse_events.serious"),
        ({"infusions": INFUSED.replace("2024-02-01", "")}, "", "infusions.start"),
        ({}, EVENT + RULE, "adverse_events is not declared complete"),
        ({}, RULE + COMPLETE, "is not defined in the study file"),
        ({"disposition": "subject_id,milestone,date\nS02,withdrawn,2024-02-03\n"}, "", "withdrawn_before_window"),
        ({"reported": "statement,events,n,source\ntreated,4,4,register\n"}, "", "1 of 4 treated patients have no rows"),
    ],
)  # fmt: skip
def test_a_fact_that_should_be_there_and_is_not_is_undecidable(trial, tables, study, missing):
    code, answer = monitored(trial(study or EVENT + RULE + COMPLETE, **tables), "--cutoff", "2024-06-01")
    assert (code, answer["state"]) == (11, "undecidable")
    assert missing in " ".join(answer["undecided_because"])


def test_a_later_decision_answers_and_a_new_event_pauses_again(trial):
    decisions = (
        "date,data_cut,decision,answers,reason\n2024-02-20,2024-02-19,resume,related_serious,seen early\n"
    )
    folder = trial(adverse_events=SERIOUS, decisions=decisions)
    code, answer = monitored(folder, "--cutoff", "2024-06-01")
    assert (code, answer["state"], answer["layer_a"]) == (0, "continue", "pause")
    again = SERIOUS + "S03,2,sepsis,2024-03-05,yes,possible,2024-03-06\n"
    code, answer = monitored(trial(adverse_events=again, decisions=decisions), "--cutoff", "2024-06-01")
    assert (code, answer["state"]) == (10, "pause")


def test_a_board_that_stopped_stands_whatever_the_rules_say(trial):
    decisions = "date,data_cut,decision,answers,reason\n2024-04-20,,stop,,futility\n"
    code, answer = monitored(trial(decisions=decisions), "--cutoff", "2024-06-01")
    assert (code, answer["state"], answer["layer_a"], answer["layer_c"]) == (10, "stop", "clear", "stop")


def test_events_of_consecutive_patients(trial):
    rule = RULE + "at_least = 2\namong_consecutive = 2\n"
    first_and_last = SERIOUS.replace("S02,1", "S01,1").replace("2024-02", "2024-01") + (
        "S03,2,sepsis,2024-03-05,yes,possible,2024-03-06\n"
    )
    apart = monitored(trial(EVENT + rule + COMPLETE, adverse_events=first_and_last), "--cutoff", "2024-06-01")
    assert apart[1]["layer_a"] == "clear"
    together = SERIOUS + "S03,2,sepsis,2024-03-05,yes,possible,2024-03-06\n"
    assert (
        monitored(trial(EVENT + rule + COMPLETE, adverse_events=together), "--cutoff", "2024-06-01")[0] == 10
    )


@pytest.fixture(scope="module")
def fragment() -> str:
    code, said = run(
        "design", "stopping", "--rule", "pocock", "--p0", "0.1", "--subjects", "20", "--alpha", "0.05",
        "--event", "related_serious", "--window-days", "30",
    )  # fmt: skip
    assert code == 0
    return said[said.index("[[safety.rules]]") :]


def test_the_designed_rule_is_pasted_and_turns_as_events_come_in(trial, fragment):
    study = EVENT + fragment + "\n" + COMPLETE
    answers = []
    rows = ["S01,1,leak,2024-01-05,yes,probable,2024-01-06", "S02,2,leak,2024-02-05,yes,probable,2024-02-06"]
    for number in range(3):
        events = NO_EVENT + "".join(f"{each}\n" for each in rows[:number])
        code, answer = monitored(trial(study, adverse_events=events), "--cutoff", "2024-06-01")
        answers.append((code, answer["layer_b"]))
    assert answers == [(0, "continue"), (0, "continue"), (10, "stop")]


def test_pending_patients_that_could_reach_the_boundary_hold_where_declared(trial, fragment):
    events = NO_EVENT + "S02,2,leak,2024-02-05,yes,probable,2024-02-06\n"
    both_open = INFUSED.replace("2024-01-01", "2024-01-31")
    for extra, code, state in (("", 0, "pending"), ('while_pending = "hold"\n', 10, "hold")):
        study = EVENT + fragment.rstrip() + "\n" + extra + COMPLETE
        folder = trial(study, adverse_events=events, infusions=both_open)
        found, answer = monitored(folder, "--cutoff", "2024-02-20")
        assert (found, answer["layer_b"], answer["pending"]) == (code, state, 1)
        closed = monitored(trial(study, adverse_events=events), "--cutoff", "2024-02-20")
        assert closed[1]["layer_b"] == "continue", "the first patient's window is closed: 1 of 2 cannot stop"


def test_a_rule_with_words_alone_is_undecidable(trial):
    words = '[[safety.rules]]\nid = "any_death"\nlayer = "event"\ntext = "any death pauses the trial"\n'
    code, answer = monitored(trial(words + COMPLETE), "--cutoff", "2024-06-01")
    assert code == 11
    assert "words alone" in answer["undecided_because"][0]


def test_the_board_report_says_what_each_rule_would_say_of_one_in_three(tmp_path):
    code, said = run("monitor", PUBLISHED, "--out", tmp_path / "board")
    assert code == 11 and "written" in said
    page = (tmp_path / "board/board.html").read_text(encoding="utf-8")
    for told in (
        "0.8% to 90.6%",
        "0.819",
        "0.616",
        "0.271, 0.488, 0.657",
        "0 of 108 conventional designs",
        "pause",
    ):
        assert told in page, told
    assert "http" not in page.split("<body", 1)[1].split("<script", 1)[0].replace("https://doi.org", "")
