"""Biopsies after the cells beside the last one before them, in a study."""

from __future__ import annotations

import pytest

from graftrial import pipeline
from tests.conftest import ROOT

STUDY = '[study]\nid = "T"\ntitle = "T"\n[rules]\n"banff.amr" = "2022"\n'
HEADER = "subject_id,biopsy_id,reader,graft_id,timing,g,ptc,v,c4d,cg,ci,ct,cv,tma,tubular_injury\n"
BEFORE = "S01,B1,R1,1,before,2,3,0,0,1,1,1,0,absent,mild\n"
AFTER = "S01,B2,R1,1,after,0,1,0,0,1,1,1,0,{}\n"
SEEN = "subject_id,milestone,day\nS01,infused,0\nS01,completed,300\n"
CASES = [
    # tma and injury,    outcome,                           reading
    ("absent,mild",      SEEN,                              "fell"),
    ("absent,absent",    SEEN,                              "fell"),
    ("present,mild",     SEEN,                              "fell, outranked"),
    ("absent,severe",    SEEN,                              "fell, outranked"),
    ("absent,present",   SEEN,                              "fell, open"),
    (",mild",            SEEN,                              "fell, open"),
    ("absent,mild",      SEEN + "S01,graft_loss,400\n",     "fell, outranked"),
    ("absent,mild",      "subject_id,milestone,day\n",      "fell, open"),
]  # fmt: skip


def biopsies_of(study_folder, rows, disposition=SEEN):
    tables = {"biopsies": HEADER + rows, "disposition": disposition}
    return pipeline.run(study_folder(tables, STUDY))


@pytest.mark.parametrize(("beside", "disposition", "state"), CASES)
def test_a_later_biopsy_is_read_with_the_graft(study_folder, beside, disposition, state):
    run = biopsies_of(study_folder, BEFORE + AFTER.format(beside), disposition)
    frame = run.derived.frame("biopsies").sort("biopsy_id")
    assert frame["pair_state"].to_list() == [None, state]
    assert frame["pair_with"].to_list() == [None, "B1"]
    assert ("improved" in frame["pair_reading"][1]) == (state == "fell")
    rows = {row["key"]: row for row in run.results.frame.iter_rows(named=True)}
    assert rows["biopsy.pair.S01.B2"]["value"] == state


def test_another_graft_and_another_reader_are_no_pair_where_there_is_a_closer_one(study_folder):
    rows = BEFORE + BEFORE.replace("R1,1,before,2,3", "R2,1,before,0,0")
    rows += AFTER.format("absent,mild") + AFTER.format("absent,mild").replace("R1,1,after", "R2,2,after")
    frame = biopsies_of(study_folder, rows).derived.frame("biopsies")
    after = {row["reader"]: row for row in frame.iter_rows(named=True) if row["period"] == "after"}
    assert after["R1"]["pair_with"] == "B1.R1"
    assert after["R2"]["pair_with"] is None


def test_the_index_patient_lost_the_graft_and_no_fall_reads_as_recovery():
    run = pipeline.run(ROOT / "examples/late-amr-published")
    pairs = {
        row["key"]: row
        for row in run.results.frame.iter_rows(named=True)
        if row["key"].startswith("biopsy.pair.")
    }
    assert pairs
    for row in pairs.values():
        assert row["value"] != "fell"
        assert "improved" not in row["method"]
