"""The diagnoses of categories 2 to 4, each with the criteria that carry it: one biopsy a line, edition by edition.

A biopsy is written as what is found; everything else was looked for and is absent, and `?` is unknown. C4d is stained
by immunofluorescence unless the line says otherwise. `open` is an answer that a missing score decides.
"""

from __future__ import annotations

import pytest

from tests.spec.banff.case import EDITIONS, said, tables

YES, NO, OPEN = "yes", "no", "open"
ACTIVE_AMR = [
    # found  2017  2019  2022  because
    ("",                                NO,   NO,   NO,    "nothing is found"),
    ("g=1 c4d=2",                       YES,  YES,  YES,   "criterion 1 by glomerulitis, 2 and 3 by C4d"),
    ("v=1 c4d=2",                       YES,  YES,  YES,   "criterion 1 by arteritis"),
    ("tma_acute c4d=2",                 YES,  YES,  YES,   "criterion 1 by acute TMA"),
    ("ati c4d=2",                       YES,  YES,  NO,    "K: criterion 1 by tubular injury until 2019"),
    ("c4d=2 dsa",                       NO,   NO,   NO,    "criterion 1 is not met"),
    ("g=1 dsa",                         NO,   NO,   NO,    "criterion 2 is not met"),
    ("g=1 ptc=1 dsa",                   YES,  YES,  YES,   "criterion 2 by g + ptc of 2"),
    ("g=1 transcripts_amr",             YES,  YES,  YES,   "criteria 2 and 3 by transcripts"),
    ("g=2",                             NO,   NO,   NO,    "criterion 3 is not met"),
    ("g=2 prior_dsa",                   NO,   NO,   NO,    "criterion 3 is not met by remote antibody"),
    ("g=2 dsa",                         YES,  YES,  YES,   "criterion 3 by antibody now"),
    ("g=2 c4d=3",                       YES,  YES,  YES,   "criterion 3 by C4d"),
    ("g=2 dsa cg=1a",                   NO,   NO,   NO,    "double contours make it chronic active"),
    ("g=2 dsa ptcml",                   NO,   NO,   NO,    "multilayering makes it chronic active"),
    ("g=2 dsa new_intimal_fibrosis",    NO,   NO,   YES,   "K: new arterial fibrosis made it chronic active until 2019"),
    ("g=2 dsa=?",                       OPEN, OPEN, OPEN,  "antibody decides"),
    ("g=2 dsa c4d=?",                   YES,  YES,  YES,   "g of 2 is criterion 2 whatever C4d is"),
    ("g=? ptc=3 dsa",                   YES,  YES,  YES,   "at least 3"),
    ("g=? ptc=1 dsa",                   OPEN, OPEN, OPEN,  "the sum is 1 to 4"),
    ("ptc=3 dsa i=? t=?",               OPEN, OPEN, OPEN,  "borderline may restrict ptc"),
    ("g=2 dsa ptcml=?",                 OPEN, OPEN, OPEN,  "active or chronic active"),
]  # fmt: skip
CHRONIC_ACTIVE_AMR = [
    # found  2017  2019  2022  because
    ("",                                NO,   NO,   NO,    "nothing is found"),
    ("cg=1a g=2 dsa",                   YES,  YES,  YES,   "double contours by electron microscopy only"),
    ("cg=1b c4d=3",                     YES,  YES,  YES,   "no acute injury is needed; C4d is criteria 2 and 3"),
    ("cg=2 transcripts_amr",            YES,  YES,  YES,   "transcripts are criteria 2 and 3"),
    ("ptcml g=2 dsa",                   YES,  YES,  YES,   "multilayering"),
    ("new_intimal_fibrosis g=2 dsa",    YES,  YES,  NO,    "K: new arterial intimal fibrosis until 2019"),
    ("cv=3 g=2 dsa",                    NO,   NO,   NO,    "arterial fibrosis that is not of new onset"),
    ("cg=2 g=2",                        NO,   NO,   NO,    "criterion 3 is not met"),
    ("cg=2 g=2 prior_dsa",              NO,   NO,   NO,    "criterion 3 is not met by remote antibody"),
    ("cg=2 dsa",                        NO,   NO,   NO,    "criterion 2 is not met"),
    ("cg=2 tma_chronic g=2 dsa",        NO,   NO,   NO,    "chronic TMA explains the double contours"),
    ("cg=2 dsa g=? ptc=?",              OPEN, OPEN, OPEN,  "g and ptc decide"),
    ("cg=? g=2 dsa",                    OPEN, OPEN, OPEN,  "cg decides"),
]  # fmt: skip
ACTIVE_OR_CHRONIC_ACTIVE_AMR = [
    # found  2017  2019  2022  because
    ("",                                NO,   NO,   NO,    "nothing is found"),
    ("g=2 dsa",                         YES,  YES,  YES,   "active"),
    ("cg=2 g=2 dsa",                    YES,  YES,  YES,   "chronic active"),
    ("g=2 dsa ptcml=?",                 YES,  YES,  YES,   "one of the two, whichever"),
    ("ati c4d=2",                       YES,  YES,  NO,    "K: tubular injury is criterion 1 until 2019"),
    ("g=2",                             NO,   NO,   NO,    "no antibody"),
    ("g=2 dsa=?",                       OPEN, OPEN, OPEN,  "antibody decides"),
]  # fmt: skip
CHRONIC_AMR = [
    # found  2017  2019  2022  because
    ("cg=2",                            NO,   NO,   NO,    "no history"),
    ("cg=2 dsa",                        YES,  YES,  YES,   "K, R3: antibody now, no interaction now"),
    ("cg=2 prior_dsa",                  YES,  YES,  YES,   "earlier antibody"),
    ("ptcml prior_dsa",                 YES,  YES,  YES,   "multilayering with earlier antibody"),
    ("cg=2 prior_active_amr",           NO,   YES,  YES,   "K, R11: 2017 names antibody only"),
    ("cg=2 prior_chronic_active_amr",   NO,   YES,  YES,   "K, R11: 2017 names antibody only"),
    ("new_intimal_fibrosis prior_dsa",  YES,  NO,   NO,    "K: chronic injury of the note of 2017 only"),
    ("cg=2 g=2 prior_dsa",              NO,   NO,   NO,    "interaction now: not inactive"),
    ("cg=2 c4d=2 prior_dsa",            NO,   NO,   NO,    "interaction now: not inactive"),
    ("cg=2 gn_recurrent prior_dsa",     NO,   NO,   NO,    "glomerulonephritis explains the double contours"),
    ("cg=2 tma_chronic prior_dsa",      NO,   NO,   NO,    "chronic TMA explains the double contours"),
    ("cg=1 g=1 dsa",                    YES,  YES,  YES,   "K, R6: below the threshold, chronic AMR goes before probable"),
    ("cg=2 dsa=?",                      OPEN, OPEN, OPEN,  "antibody decides"),
    ("cg=2 prior_dsa g=? ptc=?",        OPEN, OPEN, OPEN,  "g and ptc decide"),
]  # fmt: skip
MVI_DSA_NEG_C4D_NEG = [
    # found  2017  2019  2022  because
    ("",                                NO,   NO,   NO,    "nothing is found"),
    ("g=2",                             NO,   NO,   YES,   "new in 2022"),
    ("ptc=2",                           NO,   NO,   YES,   "by ptc alone where nothing restricts it"),
    ("g=1 ptc=1",                       NO,   NO,   YES,   "the sum is 2"),
    ("cg=2 g=2",                        NO,   NO,   YES,   "with double contours too"),
    ("g=2 c4d=1",                       NO,   NO,   YES,   "C4d 1 by immunofluorescence is negative"),
    ("g=2 prior_dsa",                   NO,   NO,   YES,   "negative now"),
    ("g=1",                             NO,   NO,   NO,    "below the threshold"),
    ("g=2 dsa",                         NO,   NO,   NO,    "antibody"),
    ("g=2 c4d=2",                       NO,   NO,   NO,    "C4d"),
    ("g=2 transcripts_amr",             NO,   NO,   NO,    "transcripts"),
    ("ptc=3 i=1 t=1",                   NO,   NO,   NO,    "beside borderline g must be at least 1"),
    ("g=2 gn_recurrent",                NO,   NO,   NO,    "glomerulonephritis"),
    ("g=2 dsa=?",                       NO,   NO,   OPEN,  "not tested is not negative"),
    ("g=2 c4d=?",                       NO,   NO,   OPEN,  "C4d decides"),
]  # fmt: skip
PROBABLE_AMR = [
    # found  2017  2019  2022  because
    ("g=1 dsa",                         NO,   NO,   YES,   "new in 2022: below the threshold with antibody"),
    ("ptc=1 dsa",                       NO,   NO,   YES,   "by ptc"),
    ("v=1 dsa",                         NO,   NO,   YES,   "K, R9: arteritis alone"),
    ("tma_acute dsa",                   NO,   NO,   YES,   "K, R9: acute TMA alone"),
    ("ati dsa",                         NO,   NO,   NO,    "tubular injury is no criterion 1 in 2022"),
    ("dsa",                             NO,   NO,   NO,    "no tissue injury"),
    ("g=1",                             NO,   NO,   NO,    "no antibody"),
    ("g=1 prior_dsa",                   NO,   NO,   NO,    "no antibody now"),
    ("g=1 c4d=2 dsa",                   NO,   NO,   NO,    "C4d makes it active AMR"),
    ("g=1 ptc=1 dsa",                   NO,   NO,   NO,    "at the threshold it is active AMR"),
    ("ptc=1 i=1 t=1 dsa",               NO,   NO,   NO,    "beside borderline ptc alone does not count"),
    ("cg=1 g=1 dsa",                    NO,   NO,   NO,    "K, R6: chronic AMR goes before it"),
    ("g=1 dsa=?",                       NO,   NO,   OPEN,  "antibody decides"),
    ("g=? ptc=1 dsa",                   NO,   NO,   OPEN,  "g decides"),
]  # fmt: skip
C4D_WITH_ATI = [
    # found  2017  2019  2022  because
    ("c4d=2 ati",                       NO,   NO,   YES,   "an entity of 2022; active AMR until 2019"),
    ("c4d=1 c4d_method=IHC ati",        NO,   NO,   YES,   "C4d 1 by immunohistochemistry is positive"),
    ("c4d=1 ati",                       NO,   NO,   NO,    "C4d 1 by immunofluorescence is negative"),
    ("c4d=2",                           NO,   NO,   NO,    "no tubular injury"),
    ("ati",                             NO,   NO,   NO,    "no C4d"),
    ("c4d=2 ati g=1",                   NO,   NO,   NO,    "glomerulitis makes it active AMR"),
    ("c4d=2 ati cg=1",                  NO,   NO,   NO,    "double contours make it chronic active AMR"),
    ("c4d=2 ati transcripts_amr",       NO,   NO,   NO,    "transcripts speak for AMR"),
    ("c4d=2 ati i=1 t=1",               NO,   NO,   NO,    "K, R5: not beside borderline"),
    ("c4d=2 ati i=2 t=2",               NO,   NO,   NO,    "K, R5: not beside TCMR"),
    ("c4d=2 ati=?",                     NO,   NO,   OPEN,  "tubular injury decides between two entities"),
]  # fmt: skip
C4D_WITHOUT_REJECTION = [
    # found  2017  2019  2022  because
    ("",                                NO,   NO,   NO,    "no C4d"),
    ("c4d=2",                           YES,  YES,  YES,   "C4d and nothing else"),
    ("c4d=1 c4d_method=IHC",            YES,  YES,  YES,   "C4d 1 by immunohistochemistry is positive"),
    ("c4d=1",                           NO,   NO,   NO,    "C4d 1 by immunofluorescence is negative"),
    ("c4d=2 dsa",                       YES,  YES,  YES,   "antibody without tissue injury"),
    ("c4d=2 g=1",                       NO,   NO,   NO,    "glomerulitis"),
    ("c4d=2 cg=1",                      NO,   NO,   NO,    "double contours"),
    ("c4d=2 ati",                       NO,   NO,   NO,    "tubular injury: active AMR until 2019, its own entity in 2022"),
    ("c4d=2 t=1",                       NO,   YES,  YES,   "R4: i0 with t1 is borderline in 2017"),
    ("c4d=2 i=1 t=1",                   NO,   NO,   NO,    "borderline"),
    ("c4d=2 i=2 t=2",                   NO,   NO,   NO,    "acute TCMR"),
    ("c4d=2 inflamed_intimal_fibrosis", NO,   NO,   NO,    "chronic active TCMR"),
    ("c4d=2 transcripts_amr",           NO,   NO,   NO,    "transcripts speak for AMR"),
    ("c4d=?",                           OPEN, OPEN, OPEN,  "C4d decides"),
]  # fmt: skip
BORDERLINE = [
    # found  2017  2019  2022  because
    ("",                                NO,   NO,   NO,    "nothing is found"),
    ("t=1",                             YES,  NO,   NO,    "R4: foci of tubulitis with i0 are enough in 2017"),
    ("t=3",                             YES,  NO,   NO,    "R4: i0 in 2017, no label since 2019"),
    ("i=1 t=1",                         YES,  YES,  YES,   "i1 with t1"),
    ("i=1 t=3",                         YES,  YES,  YES,   "i1 with t3 is below acute TCMR"),
    ("i=3 t=1",                         YES,  YES,  YES,   "i3 with t1 is below acute TCMR"),
    ("i=2",                             NO,   NO,   NO,    "no tubulitis"),
    ("i=2 t=2",                         NO,   NO,   NO,    "acute TCMR"),
    ("i=1 t=1 v=1",                     NO,   NO,   NO,    "arteritis is acute TCMR"),
    ("i=1 t=1 v=?",                     OPEN, OPEN, OPEN,  "arteritis would make it TCMR"),
    ("i=1 t=?",                         OPEN, OPEN, OPEN,  "tubulitis decides"),
    ("i=? t=1",                         YES,  OPEN, OPEN,  "i decides since 2019"),
]  # fmt: skip
ACUTE_TCMR = [
    # found  2017  2019  2022  because
    ("i=1 t=1",                         NO,   NO,   NO,    "borderline"),
    ("i=3 t=1",                         NO,   NO,   NO,    "t is below 2"),
    ("i=2 t=2",                         YES,  YES,  YES,   "i and t of 2"),
    ("v=1",                             YES,  YES,  YES,   "arteritis, with or without i and t"),
    ("i=2 t=2 v=?",                     YES,  YES,  YES,   "of some grade"),
    ("i=1 t=1 v=?",                     OPEN, OPEN, OPEN,  "arteritis decides"),
    ("i=? t=2",                         OPEN, OPEN, OPEN,  "i decides"),
]  # fmt: skip
ACUTE_TCMR_GRADE = [
    # found  2017  2019  2022  because
    ("i=1 t=3",                         "none", "none", "none",  "i is below 2"),
    ("i=2 t=2",                         "IA",   "IA",   "IA",    "moderate tubulitis"),
    ("i=3 t=2",                         "IA",   "IA",   "IA",    "t decides between IA and IB"),
    ("i=2 t=3",                         "IB",   "IB",   "IB",    "severe tubulitis"),
    ("v=1",                             "IIA",  "IIA",  "IIA",   "mild to moderate arteritis, with or without i and t"),
    ("v=1 i=3 t=3",                     "IIA",  "IIA",  "IIA",   "arteritis goes before i and t"),
    ("v=2",                             "IIB",  "IIB",  "IIB",   "severe arteritis"),
    ("v=3",                             "III",  "III",  "III",   "transmural arteritis"),
    ("i=2 t=2 v=?",                     OPEN,   OPEN,   OPEN,    "IA to III"),
    ("i=2 t=? v=0",                     OPEN,   OPEN,   OPEN,    "t decides"),
]  # fmt: skip
CA_TCMR = [
    # found  2017  2019  2022  because
    ("",                                NO,   NO,   NO,    "nothing is found"),
    ("ti=2 i_ifta=2 t=2",               YES,  YES,  YES,   "all three are 2"),
    ("ti=1 i_ifta=2 t=2",               NO,   NO,   NO,    "total inflammation is below 2"),
    ("ti=2 i_ifta=1 t=2",               NO,   NO,   NO,    "inflammation of scarred cortex is below 2"),
    ("ti=2 i_ifta=2 t=1",               NO,   NO,   NO,    "tubulitis is below 2"),
    ("ti=2 i_ifta=2 t_ifta=2",          NO,   YES,  YES,   "K: tubulitis of scarred cortex counts since 2019"),
    ("ti=2 i_ifta=2 t=2 pvl=1",         NO,   NO,   NO,    "R10: polyomavirus is another cause"),
    ("ti=2 i_ifta=2 t=2 infection",     NO,   NO,   NO,    "R10: infection is another cause"),
    ("ti=2 i_ifta=2 t=2 drug_interstitial_nephritis", NO, NO, NO, "R10: a drug is another cause"),
    ("inflamed_intimal_fibrosis",       YES,  YES,  YES,   "grade II needs no i or t"),
    ("ti=2 i_ifta=2 t=0 t_ifta=?",      NO,   OPEN, OPEN,  "K: t-IFTA decides since 2019"),
    ("ti=? i_ifta=2 t=2",               OPEN, OPEN, OPEN,  "ti decides"),
]  # fmt: skip
CA_TCMR_GRADE = [
    # found  2017  2019  2022  because
    ("ti=2 i_ifta=2 t=2",               "IA",   "IA",   "IA",    "moderate tubulitis"),
    ("ti=3 i_ifta=3 t=3",               "IB",   "IB",   "IB",    "severe tubulitis"),
    ("ti=2 i_ifta=2 t_ifta=2",          "none", "IA",   "IA",    "K: t-IFTA since 2019"),
    ("ti=2 i_ifta=2 t_ifta=3",          "none", "IB",   "IB",    "K: t-IFTA since 2019"),
    ("ti=2 i_ifta=2 t=2 t_ifta=3",      "IA",   "IB",   "IB",    "K: the worse of the two since 2019"),
    ("inflamed_intimal_fibrosis",       "II",   "II",   "II",    "mononuclear cells in arterial intimal fibrosis"),
    ("cv=3",                            "none", "none", "none",  "arterial fibrosis without cells"),
    ("inflamed_intimal_fibrosis ti=2 i_ifta=2 t=2", "IA+II", "IA+II", "IA+II", "both are stated"),
    ("inflamed_intimal_fibrosis ti=2 i_ifta=2 t=3", "IB+II", "IB+II", "IB+II", "both are stated"),
    ("ti=2 i_ifta=2 t=?",               OPEN,   OPEN,   OPEN,    "t decides"),
]  # fmt: skip
MIXED = [
    # found  2017  2019  2022  because
    ("g=2 dsa i=2 t=2",                 "1",  "1",  "1",   "active AMR with acute TCMR"),
    ("cg=2 g=2 dsa i=2 t=2",            "1",  "1",  "1",   "chronic active AMR with acute TCMR"),
    ("g=2 dsa ti=2 i_ifta=2 t=2",       "1",  "1",  "1",   "active AMR with chronic active TCMR"),
    ("g=2 dsa i=1 t=1",                 "0",  "0",  "0",   "K: borderline beside AMR is not called mixed"),
    ("cg=2 prior_dsa i=2 t=2",          "0",  "0",  "0",   "chronic (inactive) AMR is not active"),
    ("g=2 dsa",                         "0",  "0",  "0",   "AMR alone"),
    ("i=2 t=2",                         "0",  "0",  "0",   "TCMR alone"),
    ("g=2 dsa=? i=2 t=2",               OPEN, OPEN, OPEN,  "antibody decides"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "found", "expected", "because"), tables(globals()))
def test_a_diagnosis_is_made_as_the_table_says(name, found, expected, because):
    assert tuple(said(name, found, edition) for edition in EDITIONS) == expected, because
