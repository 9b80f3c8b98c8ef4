"""What an outside program may rely on in `graftrial design stopping`."""

from __future__ import annotations

import io
import json
import tomllib
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from graftrial.cli import commands as cli

GOLDEN = Path(__file__).parents[1] / "golden/stopping/binary_rules.json"
POCOCK = ["--rule", "pocock", "--p0", "0.1", "--subjects", "20", "--alpha", "0.05"]
KEYS = ("rule", "p0", "n_max", "alpha", "n_at_look", "parameters")


def run(*words):
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said), pytest.raises(SystemExit) as ended:
        cli.main(["design", "stopping", *map(str, words)])
    return ended.value.code, said.getvalue()


def answer(*words):
    code, said = run(*words, "--json")
    assert code == 0, said
    return json.loads(said)


def test_the_names_of_the_answer():
    found = answer(*POCOCK, "--rates", "0.1,0.2,0.3")
    assert found["n_at_look"] == list(range(1, 21))
    assert found["stop_if_at_least"] == [2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 6, 6, 6]
    assert "at least" in found["convention"]
    assert [each["p"] for each in found["operating_characteristics"]] == [0.1, 0.2, 0.3]
    assert set(found["operating_characteristics"][0]) == {
        "p",
        "p_stop",
        "e_n",
        "e_events",
        "p_stop_before_last_look",
    }
    assert found["size"] == found["operating_characteristics"][0]["p_stop"] <= 0.05


def test_p0_is_always_judged_and_looks_and_parameters_are_taken():
    found = answer(*POCOCK, "--rates", "0.25", "--looks", "5,10,15,20")
    assert [each["p"] for each in found["operating_characteristics"]] == [0.1, 0.25]
    assert found["n_at_look"] == [5, 10, 15, 20]
    told = answer(
        "--rule",
        "chen_chaloner",
        *POCOCK[2:],
        "--prior-a",
        "0.1",
        "--prior-b",
        "0.9",
        "--p1",
        "0.25",
        "--nu",
        "0.1",
    )
    assert told["parameters"] == {"p1": 0.25, "nu": 0.1, "prior_a": 0.1, "prior_b": 0.9}


def test_a_batch_answers_the_vectors_in_their_order(tmp_path):
    rows = json.loads(GOLDEN.read_text(encoding="utf-8"))["rows"]
    asked = [
        {name: row[name] for name in KEYS}
        | {"rates": [each["p"] for each in row["operating_characteristics"]]}
        for row in rows
    ]
    file = tmp_path / "designs.json"
    file.write_text(json.dumps(asked), encoding="utf-8")
    found = answer("--batch", file)
    assert len(found) == len(rows)
    for ours, theirs in zip(found, rows, strict=True):
        assert ours["stop_if_at_least"] == theirs["stop_if_at_least"]
        for one, other in zip(
            ours["operating_characteristics"], theirs["operating_characteristics"], strict=True
        ):
            assert one == pytest.approx(other, abs=1e-9)
    file.write_text(json.dumps(found), encoding="utf-8")
    again = answer("--batch", file)
    assert [each["stop_if_at_least"] for each in again] == [each["stop_if_at_least"] for each in found]


def test_a_key_that_is_misspelt_is_refused(tmp_path):
    file = tmp_path / "designs.json"
    file.write_text(
        '[{"rule": "pocock", "p0": 0.1, "n_max": 20, "alpha": 0.05, "n_at_lok": [5, 20]}]', encoding="utf-8"
    )
    code, said = run("--batch", file)
    assert code == 2
    assert "GT-STOP-007" in said and "n_at_lok" in said


def test_an_imported_table_is_judged_by_its_own_size(tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("n,stop_if_at_least\n3,2\n6,3\n", encoding="utf-8")
    found = answer("--rule", "table", "--p0", "0.1", "--subjects", "6", "--table", table)
    assert found["stop_if_at_least"] == [2, 3]
    assert found["alpha"] is None
    assert found["size"] == pytest.approx(0.028 + 0.243 * (3 * 0.01 * 0.9 + 0.001) + 0.729 * 0.001)


def test_the_text_has_the_sentence_and_the_lines_of_the_study_file():
    code, said = run(*POCOCK, "--event", "serious_related", "--window-days", "90")
    assert code == 0
    assert "After 3 to 6 patients: stop if the number of patients with the event is at least 3." in said
    assert "After 1 patient: the rule cannot stop the trial." in said
    lines = tomllib.loads(said[said.index("[[safety.rules]]") :])
    (rule,) = lines["safety"]["rules"]
    assert {name: rule[name] for name in ("layer", "action", "rule", "p0", "n_max", "alpha", "event", "window_days")} == {
        "layer": "boundary", "action": "stop", "rule": "pocock", "p0": 0.1, "n_max": 20, "alpha": 0.05,
        "event": "serious_related", "window_days": 90,
    }  # fmt: skip


def test_the_study_file_lines_are_toml_whatever_the_rule():
    for more in (
        [
            "--rule",
            "posterior_vs_control",
            "--prior",
            "0.8:11:32,0.2:1:1",
            "--control",
            "1:15:35",
            "--margin",
            "0.1",
            "--cut",
            "0.9",
        ],
        [
            "--rule",
            "predictive",
            "--prior-a",
            "0.2",
            "--prior-b",
            "0.8",
            "--cut",
            "0.9",
            "--predictive-cut",
            "0.9",
        ],
    ):
        code, said = run(*more, "--p0", "0.3", "--subjects", "12", "--looks", "4,8,12")
        assert code == 0, said
        (rule,) = tomllib.loads(said[said.index("[[safety.rules]]") :])["safety"]["rules"]
        assert rule["looks"] == [4, 8, 12]
        assert "event" not in rule, "what was not said is not made up"


def test_the_design_report_stands_alone(tmp_path):
    out = tmp_path / "design"
    code, said = run(*POCOCK, "--out", out, "--window-days", 90, "--accrual-days", 720)
    assert code == 0, said
    page = (out / "design.html").read_text(encoding="utf-8")
    for words in (
        "Assumptions",
        "Operating characteristics",
        "Biometrika 1977",
        "graftrial design stopping --rule pocock",
    ):
        assert words in page
    assert "stop if the number of patients with the event is at least 6" in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert {each.name for each in (out / "figures").glob("*.vl.json")} == {
        "boundary.vl.json", "p-stop.vl.json", "expected-patients.vl.json",
    }  # fmt: skip
    again = tmp_path / "again" / "design"
    run(*POCOCK, "--out", again, "--window-days", 90, "--accrual-days", 720)
    assert (again / "design.html").read_bytes() == (out / "design.html").read_bytes()
