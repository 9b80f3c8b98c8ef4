"""Category 2 of the Banff classification: one biopsy a line, the answer of each edition, and why.

A biopsy is written as what is found; everything else was looked for and is absent.
"""

from __future__ import annotations

import pytest

from tests.spec.banff.case import EDITIONS, answer, answers

NONE, ACTIVE, CHRONIC_ACTIVE, CHRONIC = "none", "active_amr", "chronic_active_amr", "chronic_amr"
MVI, PROBABLE, ATI, C4D = "mvi_dsa_neg_c4d_neg", "probable_amr", "c4d_with_ati", "c4d_without_rejection"
AMR = [
    # found                                     2017            2019            2022            because
    ("",                                        NONE,           NONE,           NONE,           "nothing is found"),
    ("g=1 ptc=1 dsa",                           ACTIVE,         ACTIVE,         ACTIVE,         "g + ptc reaches 2, DSA"),
    ("ptc=2 dsa",                               ACTIVE,         ACTIVE,         ACTIVE,         "ptc alone counts without TCMR or infection"),
    ("ptc=3 t=1 i=1 dsa",                       NONE,           NONE,           NONE,           "beside borderline g must be at least 1"),
    ("ptc=3 v=1 dsa",                           NONE,           NONE,           PROBABLE,       "K, R1: isolated v restricts ptc; v is acute injury, with DSA probable in 2022"),
    ("ptc=3 infection dsa",                     NONE,           NONE,           NONE,           "K: infection restricts ptc"),
    ("ptc=3 pvl=1 dsa",                         NONE,           NONE,           NONE,           "K: polyomavirus restricts ptc"),
    ("g=1 ptc=1 t=1 i=1 dsa",                   ACTIVE,         ACTIVE,         ACTIVE,         "with g the sum counts beside borderline"),
    ("g=3 ptc=3 gn_recurrent dsa",              NONE,           NONE,           NONE,           "R2: in glomerulonephritis g and ptc do not count"),
    ("g=2 c4d=2",                               ACTIVE,         ACTIVE,         ACTIVE,         "C4d stands in for DSA"),
    ("g=2 c4d=1",                               NONE,           NONE,           MVI,            "C4d 1 by immunofluorescence is negative"),
    ("g=2 c4d=1 c4d_method=IHC",                ACTIVE,         ACTIVE,         ACTIVE,         "C4d 1 by immunohistochemistry is positive"),
    ("g=1 transcripts_amr",                     ACTIVE,         ACTIVE,         ACTIVE,         "transcripts are criteria 2 and 3"),
    ("v=1 c4d=2",                               ACTIVE,         ACTIVE,         ACTIVE,         "arteritis is acute injury of AMR too"),
    ("tma_acute c4d=2",                         ACTIVE,         ACTIVE,         ACTIVE,         "acute TMA is acute injury"),
    ("ati c4d=2",                               ACTIVE,         ACTIVE,         ATI,            "K: tubular injury is criterion 1 until 2019, an entity of its own in 2022"),
    ("cg=1a g=2 dsa",                           CHRONIC_ACTIVE, CHRONIC_ACTIVE, CHRONIC_ACTIVE, "cg 1a, seen by electron microscopy only, counts"),
    ("cg=1b dsa c4d=3",                         CHRONIC_ACTIVE, CHRONIC_ACTIVE, CHRONIC_ACTIVE, "no acute injury is needed"),
    ("ptcml g=2 dsa",                           CHRONIC_ACTIVE, CHRONIC_ACTIVE, CHRONIC_ACTIVE, "severe multilayering"),
    ("new_intimal_fibrosis g=2 dsa",            CHRONIC_ACTIVE, CHRONIC_ACTIVE, ACTIVE,         "K: new arterial intimal fibrosis is chronic injury until 2019"),
    ("cg=2 tma_chronic g=2 dsa",                ACTIVE,         ACTIVE,         ACTIVE,         "cg from chronic TMA is no transplant glomerulopathy"),
    ("cg=2 dsa",                                CHRONIC,        CHRONIC,        CHRONIC,        "R3: DSA now, no interaction now"),
    ("cg=2 prior_dsa",                          CHRONIC,        CHRONIC,        CHRONIC,        "earlier DSA"),
    ("cg=2 prior_active_amr",                   NONE,           CHRONIC,        CHRONIC,        "K, R11: the note of 2017 names DSA only"),
    ("new_intimal_fibrosis dsa",                CHRONIC,        NONE,           NONE,           "K: not the chronic injury of chronic AMR since 2019"),
    ("cg=2",                                    NONE,           NONE,           NONE,           "no history"),
    ("g=2",                                     NONE,           NONE,           MVI,            "suspicious AMR ended with 2017; 2022 has an entity of its own"),
    ("cg=2 g=2",                                NONE,           NONE,           MVI,            "with or without cg"),
    ("g=2 prior_dsa",                           NONE,           NONE,           MVI,            "remote DSA is no criterion 3"),
    ("g=1 dsa",                                 NONE,           NONE,           PROBABLE,       "below the threshold with DSA"),
    ("ptc=1 dsa",                               NONE,           NONE,           PROBABLE,       "below the threshold by ptc"),
    ("v=2 dsa",                                 NONE,           NONE,           PROBABLE,       "K, R9: arteritis alone with DSA"),
    ("cg=1 g=1 dsa",                            CHRONIC,        CHRONIC,        CHRONIC,        "K, R6: chronic AMR goes before probable"),
    ("c4d=3",                                   C4D,            C4D,            C4D,            "C4d and nothing else"),
    ("c4d=3 i=2 t=2",                           NONE,           NONE,           NONE,           "not beside TCMR"),
    ("c4d=3 inflamed_intimal_fibrosis",         NONE,           NONE,           NONE,           "not beside chronic active TCMR"),
    ("c4d=3 ati i=1 t=1",                       ACTIVE,         ACTIVE,         NONE,           "K, R5: not beside borderline in 2022"),
    ("c4d=3 transcripts_amr",                   NONE,           NONE,           NONE,           "transcripts speak for AMR, so it is not 'without rejection'"),
    ("c4d=3 g=1 abo_incompatible",              ACTIVE,         ACTIVE,         ACTIVE,         "R8: positive C4d counts, with a note"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("found", "y2017", "y2019", "y2022", "because"), AMR, ids=[each[0] or "nothing" for each in AMR]
)
def test_category_2(found, y2017, y2019, y2022, because):
    assert answers(found) == [y2017, y2019, y2022], because


YES, OPEN, NO = "established", "possible", "excluded"
UNKNOWN = [
    # edition, found,                            diagnosis,                      state, decided by,  because
    ("2022", "g=2 ptc=1 dsa=?",                  "active_amr",                   OPEN, "dsa",        "DSA decides"),
    ("2022", "g=2 ptc=1 dsa=?",                  "mvi_dsa_neg_c4d_neg",          OPEN, "dsa",        "not tested is never negative"),
    ("2019", "g=2 ptc=1 dsa=?",                  "active_amr",                   OPEN, "dsa",        "possible, not suspicious"),
    ("2022", "g=2 dsa c4d=?",                    "active_amr",                   YES,  None,         "g of 2 is interaction already"),
    ("2022", "ptc=3 dsa g=?",                    "active_amr",                   YES,  None,         "3 + g is at least 2"),
    ("2022", "ptc=1 dsa g=?",                    "active_amr",                   OPEN, "g",          "the sum is 1 to 4"),
    ("2022", "ptc=1 dsa g=?",                    "probable_amr",                 OPEN, "g",          "the sum is 1 to 4"),
    ("2022", "ptc=3 dsa i=? t=?",                "active_amr",                   OPEN, "i;t",        "either score may restrict ptc"),
    ("2017", "ptc=3 dsa i=? t=?",                "active_amr",                   OPEN, "t",          "borderline of 2017 needs no i"),
    ("2022", "g=1 c4d=1 c4d_method=?",           "active_amr",                   OPEN, "c4d_method", "the method decides C4d 1"),
    ("2022", "g=1 c4d=2 c4d_method=?",           "active_amr",                   YES,  None,         "C4d 2 needs no method"),
    ("2022", "g=2 dsa ptcml=?",                  "active_amr",                   OPEN, "ptcml",      "active or chronic active"),
    ("2022", "g=2 dsa ptcml=?",                  "active_or_chronic_active_amr", YES,  None,         "one of the two for certain"),
    ("2022", "cg=2 dsa g=? ptc=?",               "chronic_active_amr",           OPEN, "g;ptc",      "interaction is open"),
    ("2022", "cg=2 dsa g=? ptc=?",               "chronic_amr",                  OPEN, "g;ptc",      "interaction is open"),
    ("2022", "g=2 dsa ptcml=not_done",           "active_amr",                   YES,  None,         "K: what a test must show is not met when it was not done"),
    ("2022", "g=1 dsa transcripts_amr=not_done", "probable_amr",                 YES,  None,         "K: no transcripts, no criterion 2 by them"),
]  # fmt: skip


@pytest.mark.parametrize(("edition", "found", "diagnosis", "state", "inputs", "because"), UNKNOWN)
def test_what_is_missing(edition, found, diagnosis, state, inputs, because):
    assert answer(found, edition, f"{diagnosis}_state") == state, because
    assert answer(found, edition, f"{diagnosis}_decides") == inputs, because


def test_leukocytes_in_the_sclerotic_intima_and_prior_tcmr_change_no_label():
    """K: they favour the arterial lesion as AMR; they are neither needed nor enough."""
    for edition in EDITIONS:
        assert answer("c4d=3 intimal_leukocytes", edition) == C4D
        assert answer("cg=2 g=2 dsa prior_tcmr", edition) == CHRONIC_ACTIVE
