"""`graftrial design follow-up`: the object it prints, against rows of the reference (stoppingrule 0.5.2, re-derived)."""

import json

import pytest

from graftrial import cli

ROW = {  # reference/stopping/survival_rules.json, first row
    "stop_if_events": [2, 3, 4, 5],
    "while_total_follow_up_at_most": [173.1380112414, 525.6967016182, 953.5120623036, 1080],
    "p_stop": {0.1: 0.050474835836, 0.2: 0.27400163992, 0.3: 0.58821989849, 0.4: 0.83278190153},
}
OPTIONS = (
    "design follow-up --rule gamma_poisson --p0 0.1 --subjects 12 --alpha 0.05 --window-days 90 "
    "--calibrated-to expected --prior-shape 0.10536051566 --prior-rate 90 --rates 0.1,0.2,0.3,0.4"
)


def told(capsys, line):
    with pytest.raises(SystemExit) as ended:
        cli.main(line.split())
    return ended.value.code, capsys.readouterr()


def test_the_object_has_the_names_and_numbers_of_the_reference(capsys):
    code, said = told(capsys, f"{OPTIONS} --json")
    found = json.loads(said.out)
    assert code == 0
    assert found["stop_if_events"] == ROW["stop_if_events"]
    assert found["while_total_follow_up_at_most"] == pytest.approx(
        ROW["while_total_follow_up_at_most"], rel=1e-3
    )
    stops = {each["p"]: each["p_stop"] for each in found["operating_characteristics"]}
    assert stops == pytest.approx(ROW["p_stop"], rel=2e-3)


def test_a_size_above_alpha_is_said(capsys):
    code, said = told(capsys, OPTIONS)
    assert code == 0
    assert "above alpha" in said.out
    assert "Stop at the 2nd event if it comes within 173 days" in said.out


def test_calibrated_to_the_maximum_the_size_is_alpha(capsys):
    line = "design follow-up --rule pocock --p0 0.2 --subjects 20 --alpha 0.1 --window-days 90 --calibrated-to maximum"
    _, said = told(capsys, f"{line} --json")
    assert json.loads(said.out)["size"] == pytest.approx(0.1, abs=1e-9)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("--rule pocok", "GT-STOP-001"),
        ("--rule sprt", "GT-STOP-002"),
        ("--rule pocock --delta 0.1", "GT-STOP-005"),
    ],
)
def test_a_wrong_design_is_refused_with_its_code(capsys, line, code):
    rest = "--p0 0.2 --subjects 20 --alpha 0.1 --window-days 90 --calibrated-to maximum"
    ended, said = told(capsys, f"design follow-up {line} {rest}")
    assert ended == 2
    assert code in said.err
