"""A rule over total follow-up in `graftrial monitor`: as designed, by the days that are known, on the board's page."""

from __future__ import annotations

import pytest

from tests.contract.test_monitor_command import COMPLETE, EVENT, INFUSED, NO_EVENT, SUBJECTS, monitored, run
from tests.study_folder import write_study

LEAK_2 = "S02,1,leak,2024-02-05,yes,probable,2024-02-06\n"  # 35 + 4 days of follow-up
LEAK_3 = "S03,2,leak,2024-03-05,yes,probable,2024-03-06\n"  # 64 + 4 + 4 days
CUT = ("--cutoff", "2024-06-01")
LIMITS = {1: 28.869641787758457, 2: 102.18014880044461, 3: 207.08501315769385}


@pytest.fixture(scope="module")
def fragment() -> str:
    code, said = run(
        "design", "follow-up", "--rule", "pocock", "--p0", "0.2", "--subjects", "20", "--alpha", "0.1",
        "--window-days", "90", "--calibrated-to", "maximum", "--event", "related_serious",
    )  # fmt: skip
    assert code == 0
    return said[said.index("[[safety.rules]]") :] + "\n"


@pytest.fixture
def trial(study_folder, fragment):
    def write(*events, more="", **tables):
        given = {"subjects": SUBJECTS, "infusions": INFUSED, "adverse_events": NO_EVENT + "".join(events)}
        return study_folder(given | tables, EVENT + more + fragment + COMPLETE)

    return write


def test_the_designed_rule_is_pasted_and_turns_as_events_come_in(trial):
    answers = [monitored(trial(*events), *CUT) for events in ((), (LEAK_2,), (LEAK_2, LEAK_3))]
    assert [(code, answer["layer_b"]) for code, answer in answers] == [
        (0, "continue"),
        (0, "continue"),
        (10, "stop"),
    ]
    none, one, two = (answer["rules"][0] for _, answer in answers)
    assert (none["follow_up_days"], none["next_stop"]) == (270, [4, pytest.approx(335.944, abs=1e-3)])
    assert (one["follow_up_days"], one["next_stop"]) == (184, [3, pytest.approx(LIMITS[3], abs=1e-6)])
    assert (two["events"], two["stopped_at_event"], two["stopped_at_follow_up"]) == (2, 2, 72)
    assert two["stops_up_to"] == pytest.approx(LIMITS[2], abs=1e-6)


def test_an_earlier_cut_gives_the_state_of_that_day(trial):
    folder = trial(LEAK_2, LEAK_3)
    states = [
        monitored(folder, "--cutoff", day)[1]["layer_b"] for day in ("2024-02-20", "2024-03-05", "2024-03-06")
    ]
    assert states == ["continue", "continue", "stop"]
    early = monitored(folder, "--cutoff", "2024-02-20")[1]["rules"][0]
    assert early["follow_up_days"] == 50 + 4, (
        "the third patient is not infused yet, the window of the first is open"
    )


def test_leaving_ends_the_follow_up(trial):
    left = "subject_id,milestone,date\nS01,withdrawn,2024-01-21\n"
    more = 'withdrawn_before_window = "no_event"\n'
    code, answer = monitored(trial(more=more, disposition=left), *CUT)
    assert (code, answer["rules"][0]["follow_up_days"]) == (0, 20 + 90 + 90)


@pytest.mark.parametrize(
    ("events", "tables", "missing"),
    [
        ((LEAK_2, LEAK_3.replace("probable", "")), {}, "related_cells_investigator: subject S03"),
        ((LEAK_2, LEAK_3.replace("2024-03-05,", "2024-03,")), {}, "day of the event is known as a range of days: S03"),
        ((LEAK_2,), {"infusions": INFUSED.replace("2024-03-01", "")}, "infusions.start"),
    ],
)  # fmt: skip
def test_a_day_that_would_decide_and_is_not_known_is_undecidable(trial, events, tables, missing):
    code, answer = monitored(trial(*events, **tables), *CUT)
    assert (code, answer["layer_b"]) == (11, "undecidable")
    assert missing in " ".join(answer["undecided_because"])


def test_a_range_of_days_that_changes_nothing_is_decided(trial):
    """Two events of January: whatever the day of the second, the first alone stops."""
    first = "S01,1,leak,2024-01-05,yes,probable,2024-01-06\n"
    vague = LEAK_2.replace("2024-02-05,", "2024-02,")
    assert monitored(trial(first, vague), *CUT)[0] == 10


def test_the_board_sees_the_rule_over_follow_up(tmp_path, fragment):
    tables = {"subjects": SUBJECTS, "infusions": INFUSED, "adverse_events": NO_EVENT + LEAK_2}
    folder = write_study(tmp_path / "trial", tables, EVENT + fragment + COMPLETE)
    code, said = run("monitor", folder, *CUT, "--out", tmp_path / "board")
    assert code == 0
    assert "184 days of follow-up together; the 3rd event would stop up to 207 days" in said
    page = (tmp_path / "board/board.html").read_text(encoding="utf-8")
    for told in ("Events over follow-up", "Patient-years followed", "Which events would stop", "3rd event"):
        assert told in page, told
    assert (tmp_path / "board/figures/path-follow_up_pocock.svg").is_file()


@pytest.mark.parametrize(
    ("replaced", "by", "told"),
    [
        ("window_days = 90\n", "", "window_days"),
        ('calibrated_to = "maximum"\n', "", "calibrated_to"),
        ("p0 = 0.2\n", "p0 = 0.2\nlooks = [5, 10]\n", "looks does not belong"),
        ('over = "follow_up"\n', "", "calibrated_to does not belong"),
        ("alpha = 0.1\n", "alpha = 0.1\ndelta = 0.25\n", "delta"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(study_folder, fragment, replaced, by, told):
    assert replaced in fragment
    folder = study_folder({"subjects": SUBJECTS}, EVENT + fragment.replace(replaced, by) + COMPLETE)
    code, said = run("monitor", folder)
    assert code == 3
    assert told in said


def test_follow_up_has_one_start(study_folder, fragment):
    study = EVENT + 'counts_from = "each_infusion"\n' + fragment + COMPLETE
    code, said = run("monitor", study_folder({"subjects": SUBJECTS}, study))
    assert code == 3
    assert "counts from the first infusion" in said
