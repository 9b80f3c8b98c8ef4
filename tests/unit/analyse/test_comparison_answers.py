"""Responders, events and slopes beside matched controls, and the methods that pairs cannot carry."""

from __future__ import annotations

import re

import pytest

from graftrial import pipeline
from graftrial.errors import StudyFileError
from graftrial.pipeline.write import report_inputs
from graftrial.report.material import Material
from graftrial.report.sections import historical_controls
from graftrial.stats.paired import hodges_lehmann
from graftrial.stats.paired_shares import paired_difference_tango
from tests.unit.analyse.test_comparison import COMPARISON, CONTROLS, TREATED, folder_of, rows_of

HEAD = '[[endpoints]]\nkind = "secondary"\npopulation = "everybody"\n'
MORE = f"""
{HEAD}id = "low"
title = "Low creatinine"
variable = "creatinine"
method = "responder"
at = "M12"
threshold = 1.9
direction = "at_most"

{HEAD}id = "lost"
title = "Graft loss by month 12"
variable = "graft_loss"
method = "proportion"
until_day = 360

{HEAD}id = "slope"
title = "Slope of creatinine"
variable = "creatinine"
method = "slope_within_patient"
window_days = [-20, 380]

[intake]
complete = ["disposition"]
"""
NAMED = COMPARISON.replace('["creatinine_12m"]', '["low", "lost", "slope"]')
RISE = {who: place / 10 for place, who in enumerate(TREATED, 1)} | {
    who: 0.35 + place / 20 for place, who in enumerate(CONTROLS)
}


def labs():
    """Lines with a rise of so much over 364 days; treated have dates, controls study days."""
    rows = ["subject_id,date,analyte,value,unit"]
    for who, rise in RISE.items():
        days = ("2024-01-01", "2024-07-01", "2024-12-30") if who in TREATED else ("D0", "D182", "D364")
        rows += [f"{who},{day},creatinine,{1.5 + rise * place / 2},mg/dL" for place, day in enumerate(days)]
    return "\n".join(rows) + "\n"


def study_of(study_folder, comparison=NAMED, lost=("C05", "C07", "T1")):
    folder = folder_of(study_folder, comparison + MORE, lab_rows=labs())
    lines = ["subject_id,milestone,date"]
    for who in RISE:
        days = ("2024-04-01", "2024-12-31") if who in TREATED else ("D91", "D365")
        lines.append(f"{who},graft_loss,{days[0]}" if who in lost else f"{who},completed,{days[1]}")
    (folder / "tables" / "disposition.csv").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture
def found(study_folder):
    return rows_of(study_of(study_folder, lost=()))


def pairs_of(found):
    kept = {who: found[f"comparison.pair.{who}"]["value"] for who in TREATED}
    return {who: control for who, control in kept.items() if control}


def of(found, endpoint, part):
    return found[f"comparison.endpoint.{endpoint}.{part}"]


def test_matched_responders_give_a_risk_difference_with_score_limits_and_the_exact_test(found):
    pairs = pairs_of(found)
    answers = {who: 1.5 + RISE[who] <= 1.9 for who in RISE}
    only_treated = sum(answers[who] and not answers[control] for who, control in pairs.items())
    only_controls = sum(answers[control] and not answers[who] for who, control in pairs.items())
    assert only_treated + only_controls > 0
    theirs = paired_difference_tango(only_treated, only_controls, len(pairs))
    row = of(found, "low", "estimate")
    assert (row["number"], row["n"]) == (pytest.approx(theirs.value), len(pairs))
    assert float(row["lower"]) == pytest.approx(theirs.lower)
    assert "Tango" in row["method"]
    assert "confounding by what was not measured remains" in row["warnings"]
    test = of(found, "low", "p")
    assert "McNemar" in test["method"]
    who = next(iter(pairs))
    assert re.fullmatch(f"{who} (yes|no); {pairs[who]} (yes|no)", of(found, "low", f"pair.{who}")["method"])


def test_matched_slopes_give_the_difference_of_each_pair(found):
    expected = [(RISE[who] - RISE[control]) / 364 * 365.25 for who, control in pairs_of(found).items()]
    row = of(found, "slope", "estimate")
    assert row["number"] == pytest.approx(hodges_lehmann(expected).value, rel=1e-6)
    assert row["unit"] == "mg/dL per year"
    assert float(row["lower"]) < row["number"] < float(row["upper"])


def test_an_event_by_a_day_counts_in_treated_and_controls(study_folder):
    folder = study_of(study_folder)
    found = rows_of(folder)
    pairs = pairs_of(found)
    lost = {who: who in ("C05", "C07", "T1") for who in RISE}
    expected = sum(lost[who] - lost[control] for who, control in pairs.items()) / len(pairs)
    assert of(found, "lost", "estimate")["number"] == pytest.approx(expected)
    section = historical_controls.section(Material(report_inputs(pipeline.run(folder))))
    cells = [
        cell.text + cell.below
        for block in section.blocks
        for row in getattr(block, "rows", ())
        for cell in row.cells
    ]
    assert [each for each in cells if "percentage points95% CI" in each]


def test_several_controls_leave_the_difference_without_limits(study_folder):
    more = NAMED.replace("caliper = 0.5", "caliper = 3\nratio = 2")
    row = of(rows_of(study_of(study_folder, more)), "low", "estimate")
    assert row["number"] is not None
    assert row["lower"] is None
    assert "several controls" in row["warnings"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'method = "proportion"',
            'method = "time_to_event"',
            "curves of matched patients are not independent",
        ),
        ('method = "proportion"', 'method = "rmst"', "declare the event up to a day, as a proportion"),
        ('"graft_loss"', '"ae_serious"', "begin with an infusion, which controls do not have"),
        ('"slope_within_patient"', '"mixed_model_slope"', "declare slope_within_patient"),
        ('"slope_within_patient"', '"interrupted_series"\nbetter = "lower"', "compared with himself alone"),
    ],
)
def test_what_pairs_cannot_carry_is_refused_with_its_reason(study_folder, old, new, said):
    folder = study_of(study_folder)
    path = folder / "study.toml"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(StudyFileError, match=said):
        pipeline.run(folder)


@pytest.mark.parametrize(
    ("counts", "limits"),
    [
        (
            (1, 7, 21),
            (-0.5172, -0.0260),
        ),  # counts of Bentur 2009, the example of the R package contingencytables
        ((0, 0, 5), (-0.4345, 0.4345)),  # no discordant pair: z squared over n plus z squared
    ],
)
def test_score_limits_of_paired_shares(counts, limits):
    found = paired_difference_tango(*counts)
    assert (round(found.lower, 4), round(found.upper, 4)) == limits


def test_score_limits_are_where_the_likelihood_says():
    """The constrained maximum is found once more by trying every share of discordant pairs."""
    b, c, n, z = 5, 2, 12, 1.959963984540054
    found = paired_difference_tango(b, c, n)
    for delta, sign in ((found.lower, 1), (found.upper, -1)):
        low = max(0.0, -delta)
        shares = [low + (1 - abs(delta)) / 2 * k / 200_000 for k in range(1, 200_000)]
        best = max(shares, key=lambda q: _log_likelihood(b, c, n, q, delta))
        score = (b - c - n * delta) / (n * (2 * best + delta - delta**2)) ** 0.5
        assert score == pytest.approx(sign * z, abs=1e-3)


def _log_likelihood(b, c, n, q, delta):
    from math import log

    rest = 1 - 2 * q - delta
    if rest <= 0:
        return float("-inf")
    return b * log(q + delta) + c * log(q) + (n - b - c) * log(rest)
