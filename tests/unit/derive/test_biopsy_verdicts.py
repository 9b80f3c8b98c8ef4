"""What the pinned Banff edition says of the biopsies of a study, beside the pathologist."""

import pytest

from graftrial import pipeline
from tests.conftest import ROOT

HEADER = "subject_id,biopsy_id,timing,g,ptc,c4d,c4d_method,cg,v,t,i,ti,i_ifta,ci,ct,tma,tubular_injury,gn_recurrent,gn_de_novo,infection,pvl,dsa,ptcml,pathologist_diagnosis\n"
CASES = [
    # row after the subject                                          edition  verdict                     agreement
    ("B1,before,2,2,0,IF,2,0,0,0,0,0,1,1,absent,absent,no,no,no,0,yes,no,chronic_active_amr", "2022", "chronic active AMR", "agrees"),
    ("B1,before,2,2,0,IF,0,0,0,0,0,0,0,0,absent,absent,no,no,no,0,yes,no,chronic_active_amr", "2022", "active AMR", "differs"),
    ("B1,before,0,0,0,IF,0,0,0,0,0,0,0,0,absent,absent,no,no,no,0,no,no,no_rejection", "2022", "no antibody-mediated rejection", "agrees"),
    ("B1,before,2,2,0,IF,0,0,0,0,0,0,0,0,absent,absent,no,no,no,0,no,no,", "2022", "microvascular inflammation, DSA-negative and C4d-negative", None),
    ("B1,before,2,2,0,IF,0,0,0,0,0,0,0,0,absent,absent,no,no,no,0,,no,active_amr", "2022", "not assessable: active AMR, microvascular inflammation, DSA-negative and C4d-negative possible; dsa would decide", "not assessable"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "edition", "verdict", "agreement"), CASES)
def test_the_verdict_stands_beside_the_diagnosis(study_folder, row, edition, verdict, agreement):
    study = f'[study]\nid = "T"\ntitle = "T"\n[rules]\n"banff.amr" = "{edition}"\n'
    biopsies = pipeline.run(study_folder({"biopsies": HEADER + "S01," + row + "\n"}, study)).derived.frame(
        "biopsies"
    )
    assert biopsies["banff_diagnosis"].to_list() == [verdict]
    assert biopsies["banff_agreement"].to_list() == [agreement]


def test_without_a_pin_there_is_no_verdict(study_folder):
    biopsies = pipeline.run(study_folder({"biopsies": HEADER + "S01," + CASES[0][0] + "\n"})).derived.frame(
        "biopsies"
    )
    assert biopsies["banff_diagnosis"].to_list() == [None]


def test_the_index_case_is_not_assessable_and_eligible_by_the_pathologist():
    run = pipeline.run(ROOT / "examples/late-amr-published")
    rows = {row["key"]: row for row in run.results.frame.iter_rows(named=True)}
    before = rows["banff.chronic_active_amr.INDEX.BX-2019-03"]
    assert before["value"] == "possible"
    assert "c4d" in before["warnings"]
    assert "graft lost" in before["warnings"]
    assert rows["eligibility.biopsy_proven_chronic_active_amr.INDEX"]["value"] == "met"
    assert rows["banff.chronicity_index.INDEX.BX-2019-03"]["value"] == "15"
