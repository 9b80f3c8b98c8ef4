"""Donor-specific antibodies of a serum and their course."""

import csv
from pathlib import Path

import polars as pl
import pytest

from graftrial.derive.antibody_course import SERUM, baseline_sera, derive_response, follow_antigens
from graftrial.derive.sera import derive_antigens, derive_positive, summarise_sera

GOLDEN = Path(__file__).parents[2] / "golden/antibodies/sera.csv"
ROWS = {
    "subject_id": pl.String, "date": pl.String, "day": pl.Int32, "specificity": pl.String, "mfi": pl.Float64,
    "positive": pl.Boolean, "complement_binding": pl.Boolean, "is_donor_specific": pl.Boolean, "locus": pl.String,
    "hla_class": pl.String, "kit": pl.String,
}  # fmt: skip


def bead(day, specificity, mfi, dsa=True, **others):
    row = {
        "subject_id": "S1",
        "date": f"D{day}",
        "day": day,
        "specificity": specificity,
        "mfi": mfi,
        "is_donor_specific": dsa,
    }
    row["locus"], row["hla_class"] = ("DQB1", "II") if specificity.startswith("D") else ("A", "I")
    return row | others


def frame(*rows, cutoff=1000.0):
    return derive_positive(pl.DataFrame(list(rows), schema=ROWS), cutoff, 15000.0)


def serum(*rows, cutoff=1000.0):
    return summarise_sera(frame(*rows, cutoff=cutoff)).row(0, named=True)


def response(*rows, cutoff=1000.0):
    known = frame(*rows, cutoff=cutoff)
    sera = summarise_sera(known, serum=SERUM)
    return derive_response(sera, known, baseline_sera(sera, -30, 0), saturation_mfi=15000.0).row(
        0, named=True
    )


def cases():
    lines = GOLDEN.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["case"])
def test_the_worked_cases_hold(case):
    beads = [
        bead(day, f"A*{number:02d}:01", float(mfi))
        for day, cell in ((0, case["baseline_mfi"]), (90, case["followup_mfi"]))
        for number, mfi in enumerate(cell.split("|"), start=1)
    ]
    cutoff = float(case["threshold_mfi"])
    before, after = (serum(*[each for each in beads if each["day"] == day], cutoff=cutoff) for day in (0, 90))
    told = [before[name] for name in ("n_dsa", "immunodominant_mfi", "cumulative_mfi")]
    told += [after[name] for name in ("n_dsa", "immunodominant_mfi", "cumulative_mfi")]
    assert told == [
        float(case[name])
        for name in ("n_pos_base", "imm_dom_base", "sum_base", "n_pos_fu", "imm_dom_fu", "sum_fu")
    ]
    answer = response(*beads, cutoff=cutoff)
    assert answer["response_class"] == case["response_class"]
    for name, column in (("percent_change", "pct_change_imm_dom"), ("log2_change", "log2_fc_imm_dom")):
        expected = pytest.approx(float(case[column]), abs=1e-6) if case[column] else None
        assert answer[name] == expected


def test_the_cutoff_is_the_study_s_and_the_boundary_is_positive():
    assert serum(bead(0, "A*01:01", 1400.0), cutoff=1400.0)["n_dsa"] == 1
    assert serum(bead(0, "A*01:01", 1399.0), cutoff=1400.0)["n_dsa"] == 0
    assert serum(bead(0, "A*01:01", 600.0), cutoff=500.0)["n_dsa"] == 1


def test_sums_run_over_antigens_and_not_over_beads():
    told = serum(bead(0, "A*01:01", 5000.0), bead(0, "A*01:01", 4000.0), bead(0, "A*02:01", 2000.0))
    assert (told["cumulative_mfi"], told["n_dsa"], told["immunodominant"]) == (7000.0, 2, "A*01:01")


def test_class_and_locus_are_told_apart():
    told = serum(bead(0, "A*01:01", 5000.0), bead(0, "DQB1*02:01", 8000.0), bead(0, "DQB1*03:01", 900.0))
    assert (told["n_class_i"], told["n_class_ii"], told["n_dq"], told["loci"]) == (1, 1, 1, "A;DQB1")


def test_a_possible_antibody_withholds_only_what_it_may_change():
    weak = serum(bead(0, "A*01:01", 5000.0), bead(0, "A*02:01", 2000.0, dsa=None))
    assert (weak["n_dsa"], weak["n_dsa_max"], weak["immunodominant_mfi"], weak["cumulative_mfi"]) == (
        1,
        2,
        5000.0,
        None,
    )
    strong = serum(bead(0, "A*01:01", 5000.0), bead(0, "A*02:01", 9000.0, dsa=None))
    assert strong["immunodominant_mfi"] is None and "may be" in strong["summary_reason"]


def test_a_negative_antibody_is_not_possible_and_another_person_s_is_not_counted():
    told = serum(
        bead(0, "A*01:01", 5000.0), bead(0, "A*02:01", 200.0, dsa=None), bead(0, "A*03:01", 9000.0, dsa=False)
    )
    assert (told["n_dsa"], told["n_possible"], told["cumulative_mfi"]) == (1, 0, 5000.0)


def test_a_positive_antibody_without_intensity_is_counted_but_not_summed():
    told = serum(bead(0, "A*01:01", None, positive=True))
    assert (told["n_dsa"], told["immunodominant_mfi"]) == (1, None) and "no intensity" in told[
        "summary_reason"
    ]


def test_a_statement_that_nothing_is_positive_is_zero_and_silence_is_not():
    assert serum(bead(0, "any", None, dsa=None, positive=False))["immunodominant_mfi"] == 0
    told = serum(bead(0, "any", None, dsa=None))
    assert told["n_dsa"] is None and told["summary_reason"]


def test_complement_binding_is_that_of_the_donor_specific_ones():
    told = serum(
        bead(0, "A*01:01", 5000.0, complement_binding=True),
        bead(0, "A*03:01", 9000.0, dsa=False, complement_binding=True),
    )
    assert told["is_complement_binding"] is True
    assert serum(bead(0, "A*01:01", 5000.0))["is_complement_binding"] is None


def test_an_antigen_that_was_not_tested_is_not_cleared():
    told = response(bead(0, "A*01:01", 5000.0), bead(90, "A*02:01", 200.0))
    assert (told["response_class"], told["n_untested"]) == (None, 1) and "not tested" in told[
        "response_reason"
    ]
    assert (
        response(bead(0, "A*01:01", 5000.0), bead(90, "any", None, positive=False))["response_class"]
        == "cleared"
    )


def test_another_kit_is_flagged_and_saturation_asks_for_dilution():
    told = response(bead(0, "A*01:01", 16000.0, kit="one"), bead(90, "A*01:01", 4000.0, kit="two"))
    assert (told["response_class"], told["methods_differ"], told["needs_dilution"]) == (
        "fall_ge_50",
        True,
        True,
    )


def test_each_antigen_is_followed_for_itself():
    known = frame(
        bead(0, "A*01:01", 8000.0), bead(0, "A*02:01", 300.0), bead(0, "A*03:01", 2000.0),
        bead(90, "A*01:01", 200.0), bead(90, "A*02:01", 4000.0), bead(90, "A*03:01", 2000.0), bead(90, "A*11:01", 5000.0),
    )  # fmt: skip
    antigens = derive_antigens(known, serum=SERUM)
    followed = follow_antigens(antigens, baseline_sera(summarise_sera(known, serum=SERUM), -30, 0))
    status = dict(followed.select("specificity", "status").iter_rows())
    assert status == {"A*01:01": "vanished", "A*02:01": "new", "A*03:01": "persisting", "A*11:01": None}
    assert dict(followed.select("specificity", "log2_change").iter_rows())["A*03:01"] == 0


def test_a_zero_enters_the_log_scale_only_as_the_declared_floor():
    known = frame(bead(0, "A*01:01", 8000.0), bead(90, "A*01:01", 0.0))
    antigens, baseline = (
        derive_antigens(known, serum=SERUM),
        baseline_sera(summarise_sera(known, serum=SERUM), -30, 0),
    )
    assert follow_antigens(antigens, baseline)["log2_change"].to_list() == [None]
    assert follow_antigens(antigens, baseline, floor_mfi=500.0)["log2_change"].to_list() == [-4.0]


def test_row_order_changes_nothing():
    rows = [bead(day, f"A*{n:02d}:01", 1000.0 * n) for day in (0, 90) for n in (1, 2, 3)]
    assert summarise_sera(frame(*rows), serum=SERUM).equals(
        summarise_sera(frame(*reversed(rows)), serum=SERUM)
    )
