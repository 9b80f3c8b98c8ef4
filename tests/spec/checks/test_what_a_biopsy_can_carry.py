"""A sample carries only the grades that it can show."""

from __future__ import annotations

import pytest

NOTHING = set()
BIOPSIES = [
    ({}, NOTHING, "nothing said, nothing wrong"),
    (
        {"n_arteries": "0", "n_glomeruli": "12", "v": "0"},
        {"GT-BX-001", "GT-BX-004"},
        "v 0 without an artery is no grade",
    ),
    ({"n_arteries": "1", "v": "0"}, NOTHING, "one artery shows it"),
    ({"v": "1"}, NOTHING, "arteries not counted"),
    ({"c4d": "1"}, {"GT-BX-002"}, "positive or negative, depending on the method"),
    ({"c4d": "1", "c4d_method": "IHC"}, NOTHING, "positive"),
    ({"c4d": "2"}, NOTHING, "positive by either method"),
    ({"i_ifta": "1", "ci": "0", "ct": "0"}, {"GT-BX-003"}, "no scar to inflame"),
    ({"t_ifta": "1", "ci": "0", "ct": "1"}, NOTHING, "a scar"),
    ({"i_ifta": "1", "ci": "0"}, NOTHING, "ct is not known"),
    ({"n_glomeruli": "6"}, {"GT-BX-004"}, "inadequate"),
    ({"n_glomeruli": "7", "n_arteries": "1"}, NOTHING, "marginal"),
    ({"pathologist_diagnosis": "chronic_active_amr; recurrent_gn"}, {"GT-BX-007"}, "by which edition"),
    (
        {"pathologist_diagnosis": "chronic active AMR", "edition_used": "2022"},
        {"GT-BX-006"},
        "words, not a code",
    ),
    ({"inferred_scores": "c4d=0; t=0"}, NOTHING, "as it should be"),
    ({"inferred_scores": "c4d=0; cg=1a;"}, NOTHING, "cg 1a is a grade"),
    ({"inferred_scores": "c4d=7"}, {"GT-BX-008"}, "no such grade"),
    ({"inferred_scores": "zz=1"}, {"GT-BX-008"}, "no such lesion"),
    (
        {"pathologist_diagnosis": "no_rejection; ifta", "edition_used": "2022"},
        NOTHING,
        "scars are no rejection",
    ),
    ({"pathologist_diagnosis": "no_rejection; acute_tcmr_ia", "edition_used": "2022"}, {"GT-BX-009"}, "both"),
    (
        {"pathologist_diagnosis": "no_rejection; borderline", "edition_used": "2022"},
        NOTHING,
        "borderline leaves it open",
    ),
]


@pytest.mark.parametrize(("said", "codes", "because"), BIOPSIES)
def test_a_biopsy_carries_what_it_shows(said, codes, because, codes_of):
    biopsy = {"subject_id": "S01", "biopsy_id": "B1", "date": "2024-01-10"} | said
    found = codes_of(biopsies=",".join(biopsy) + "\n" + ",".join(biopsy.values()))
    assert found == codes, because


def test_an_unknown_diagnosis_is_met_with_a_suggestion(findings_of):
    rows = "subject_id,biopsy_id,date,pathologist_diagnosis,edition_used\nS01,B1,2024-01-10,Chronic-active AMR,2022"
    assert ["did you mean chronic_active_amr?" in each.why for each in findings_of(biopsies=rows)] == [True]
