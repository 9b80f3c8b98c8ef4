"""The criteria of antibody-mediated rejection, of borderline and of acute TCMR: one biopsy a line, edition by edition.

A biopsy is written as what is found; everything else was looked for and is absent, and `?` is unknown. C4d is stained
by immunofluorescence unless the line says otherwise. `open` is an answer that a missing score decides.
"""

from __future__ import annotations

import pytest

from tests.spec.banff.case import EDITIONS, said, tables

YES, NO, OPEN = "yes", "no", "open"
RESTRICTS_PTC = [
    # found  2017  2019  2022  because
    ("",                            NO,   NO,   NO,    "nothing is found"),
    ("t=1",                         YES,  NO,   NO,    "R4: i0 with t1 is borderline in 2017 only"),
    ("i=1 t=1",                     YES,  YES,  YES,   "borderline"),
    ("i=2 t=2",                     YES,  YES,  YES,   "acute TCMR"),
    ("i=3",                         NO,   NO,   NO,    "inflammation without tubulitis is neither"),
    ("v=1",                         YES,  YES,  YES,   "R1: isolated arteritis is acute TCMR"),
    ("infection",                   YES,  YES,  YES,   "K: infection"),
    ("pvl=1",                       YES,  YES,  YES,   "K: polyomavirus is an infection"),
    ("t=1 i=?",                     YES,  OPEN, OPEN,  "borderline of 2017 needs no i"),
    ("t=? i=0",                     OPEN, NO,   NO,    "without i no tubulitis makes borderline since 2019"),
    ("infection=?",                 OPEN, OPEN, OPEN,  "infection is not known"),
]  # fmt: skip
MVI_COUNTED = [
    # found  2017  2019  2022  because
    ("",                            NO,   NO,   NO,    "neither g nor ptc"),
    ("g=1",                         YES,  YES,  YES,   "glomerulitis"),
    ("ptc=1",                       YES,  YES,  YES,   "capillaritis"),
    ("ptc=3 t=1",                   NO,   YES,  YES,   "beside borderline ptc alone is not enough; i0 is borderline in 2017"),
    ("ptc=3 i=1 t=1",               NO,   NO,   NO,    "beside borderline ptc alone is not enough"),
    ("g=1 i=1 t=1",                 YES,  YES,  YES,   "beside borderline g counts"),
    ("ptc=2 v=1",                   NO,   NO,   NO,    "R1: beside arteritis ptc alone is not enough"),
    ("ptc=2 infection",             NO,   NO,   NO,    "K: beside infection ptc alone is not enough"),
    ("g=2 gn_de_novo",              NO,   NO,   NO,    "glomerulonephritis"),
    ("ptc=2 gn_recurrent",          NO,   NO,   NO,    "R2: the clause covers ptc too"),
    ("g=? ptc=1",                   YES,  YES,  YES,   "whatever g is"),
    ("g=?",                         OPEN, OPEN, OPEN,  "g decides"),
    ("g=1 gn_recurrent=?",          OPEN, OPEN, OPEN,  "glomerulonephritis decides"),
]  # fmt: skip
MVI_AT_THRESHOLD = [
    # found  2017  2019  2022  because
    ("g=1 ptc=1",                   YES,  YES,  YES,   "the sum is 2"),
    ("g=2",                         YES,  YES,  YES,   "the sum is 2"),
    ("ptc=2",                       YES,  YES,  YES,   "the sum is 2, nothing restricts ptc"),
    ("g=1",                         NO,   NO,   NO,    "the sum is 1"),
    ("ptc=1",                       NO,   NO,   NO,    "the sum is 1"),
    ("ptc=3 i=1 t=1",               NO,   NO,   NO,    "beside borderline g must be at least 1"),
    ("ptc=3 v=1",                   NO,   NO,   NO,    "R1: beside arteritis g must be at least 1"),
    ("g=1 ptc=1 i=1 t=1",           YES,  YES,  YES,   "g is 1"),
    ("g=1 ptc=3 infection",         YES,  YES,  YES,   "g is 1"),
    ("g=2 i=2 t=2",                 YES,  YES,  YES,   "g alone reaches 2 beside TCMR"),
    ("g=3 ptc=3 gn_recurrent",      NO,   NO,   NO,    "glomerulonephritis"),
    ("g=2 ptc=?",                   YES,  YES,  YES,   "2 to 5"),
    ("g=? ptc=2",                   YES,  YES,  YES,   "2 to 5"),
    ("g=? ptc=1",                   OPEN, OPEN, OPEN,  "1 to 4"),
    ("g=? ptc=3 i=1 t=1",           OPEN, OPEN, OPEN,  "g decides beside borderline"),
]  # fmt: skip
ACUTE_TISSUE_INJURY = [
    # found  2017  2019  2022  because
    ("",                            NO,   NO,   NO,    "nothing is found"),
    ("g=1",                         YES,  YES,  YES,   "item 1, microvascular inflammation"),
    ("ptc=1",                       YES,  YES,  YES,   "item 1, microvascular inflammation"),
    ("ptc=2 i=1 t=1",               NO,   NO,   NO,    "item 1 not met beside borderline"),
    ("g=2 gn_recurrent",            NO,   NO,   NO,    "item 1 not met in glomerulonephritis"),
    ("v=1",                         YES,  YES,  YES,   "item 2, arteritis"),
    ("tma_acute",                   YES,  YES,  YES,   "item 3, acute TMA without other cause"),
    ("tma_chronic",                 NO,   NO,   NO,    "chronic TMA is no acute injury"),
    ("ati",                         YES,  YES,  NO,    "K: item 4, tubular injury, until 2019"),
    ("ati=?",                       OPEN, OPEN, NO,    "K: tubular injury decides until 2019"),
    ("v=?",                         OPEN, OPEN, OPEN,  "arteritis decides"),
    ("g=1 v=?",                     YES,  YES,  YES,   "glomerulitis is enough"),
]  # fmt: skip
TRANSPLANT_GLOMERULOPATHY = [
    # found  2017  2019  2022  because
    ("",                            NO,   NO,   NO,    "no double contours"),
    ("cg=1a",                       YES,  YES,  YES,   "seen by electron microscopy only"),
    ("cg=1b",                       YES,  YES,  YES,   "seen by light microscopy"),
    ("cg=1",                        YES,  YES,  YES,   "the letter is not needed"),
    ("cg=3",                        YES,  YES,  YES,   "double contours"),
    ("cg=2 tma_chronic",            NO,   NO,   NO,    "double contours of chronic TMA"),
    ("cg=2 tma_acute",              YES,  YES,  YES,   "acute TMA does not explain them"),
    ("cg=2 gn_recurrent",           NO,   NO,   NO,    "double contours of glomerulonephritis"),
    ("cg=2 gn_de_novo",             NO,   NO,   NO,    "double contours of glomerulonephritis"),
    ("cg=2 tma_chronic=?",          OPEN, OPEN, OPEN,  "chronic TMA decides"),
    ("cg=? tma_chronic",            NO,   NO,   NO,    "whatever cg is"),
]  # fmt: skip
CHRONIC_TISSUE_INJURY = [
    # found  2017  2019  2022  because
    ("",                            NO,   NO,   NO,    "nothing is found"),
    ("cg=1a",                       YES,  YES,  YES,   "item 1, transplant glomerulopathy"),
    ("ptcml",                       YES,  YES,  YES,   "item 2, severe multilayering"),
    ("new_intimal_fibrosis",        YES,  YES,  NO,    "K: item 3, new arterial intimal fibrosis, until 2019"),
    ("cv=3",                        NO,   NO,   NO,    "arterial fibrosis that is not of new onset"),
    ("cg=2 tma_chronic",            NO,   NO,   NO,    "chronic TMA explains cg"),
    ("cg=2 gn_recurrent ptcml",     YES,  YES,  YES,   "multilayering stands for itself"),
    ("cg=? ptcml",                  YES,  YES,  YES,   "multilayering is enough"),
    ("ptcml=?",                     OPEN, OPEN, OPEN,  "multilayering decides"),
    ("ptcml=not_done",              NO,   NO,   NO,    "K: what a test must show is not met where it was not done"),
]  # fmt: skip
ANTIBODY_INTERACTION = [
    # found  2017  2019  2022  because
    ("",                            NO,   NO,   NO,    "nothing is found"),
    ("c4d=2",                       YES,  YES,  YES,   "item 1, C4d 2 by immunofluorescence"),
    ("c4d=1",                       NO,   NO,   NO,    "C4d 1 by immunofluorescence is negative"),
    ("c4d=1 c4d_method=IHC",        YES,  YES,  YES,   "item 1, C4d 1 by immunohistochemistry"),
    ("g=1 ptc=1",                   YES,  YES,  YES,   "item 2, g + ptc of 2"),
    ("g=1",                         NO,   NO,   NO,    "g + ptc of 1"),
    ("transcripts_amr",             YES,  YES,  YES,   "item 3, transcripts"),
    ("transcripts_amr=not_done",    NO,   NO,   NO,    "K: what a test must show is not met where it was not done"),
    ("dsa",                         NO,   NO,   NO,    "antibody in the blood is criterion 3"),
    ("c4d=?",                       OPEN, OPEN, OPEN,  "C4d decides"),
    ("c4d=1 c4d_method=?",          OPEN, OPEN, OPEN,  "the method decides C4d 1"),
    ("c4d=? g=2",                   YES,  YES,  YES,   "g of 2 is enough"),
]  # fmt: skip
SEROLOGY = [
    # found  2017  2019  2022  because
    ("",                            NO,   NO,   NO,    "nothing is found"),
    ("dsa",                         YES,  YES,  YES,   "donor-specific antibody now"),
    ("c4d=3",                       YES,  YES,  YES,   "C4d stands in for it"),
    ("transcripts_amr",             YES,  YES,  YES,   "transcripts stand in for it"),
    ("prior_dsa",                   NO,   NO,   NO,    "remote antibody never counts"),
    ("g=3 ptc=3",                   NO,   NO,   NO,    "microvascular inflammation does not stand in for it"),
    ("dsa=?",                       OPEN, OPEN, OPEN,  "not tested is not negative"),
    ("dsa=? c4d=2",                 YES,  YES,  YES,   "C4d is enough"),
]  # fmt: skip
AMR_HISTORY = [
    # found  2017  2019  2022  because
    ("",                            NO,   NO,   NO,    "no history"),
    ("dsa",                         YES,  YES,  YES,   "K, R3: antibody present now"),
    ("prior_dsa",                   YES,  YES,  YES,   "earlier antibody"),
    ("prior_active_amr",            NO,   YES,  YES,   "K, R11: the note of 2017 names antibody only"),
    ("prior_chronic_active_amr",    NO,   YES,  YES,   "K, R11: the note of 2017 names antibody only"),
    ("prior_tcmr",                  NO,   NO,   NO,    "TCMR is no evidence of antibody"),
    ("pretransplant_crossmatch",    NO,   NO,   NO,    "before the transplantation is no history of the graft"),
    ("c4d=3",                       NO,   NO,   NO,    "C4d stands in for criterion 3, not for history"),
    ("prior_dsa=?",                 OPEN, OPEN, OPEN,  "earlier antibody decides"),
]  # fmt: skip
TUBULOINTERSTITIAL_TCMR = [
    # found  2017  2019  2022  because
    ("i=2 t=2",                     YES,  YES,  YES,   "both are 2"),
    ("i=3 t=1",                     NO,   NO,   NO,    "t is below 2"),
    ("i=1 t=3",                     NO,   NO,   NO,    "i is below 2"),
    ("i=2 t=?",                     OPEN, OPEN, OPEN,  "t decides"),
    ("i=1 t=?",                     NO,   NO,   NO,    "whatever t is"),
]  # fmt: skip
BORDERLINE_INFILTRATE = [
    # found  2017  2019  2022  because
    ("t=1",                         YES,  NO,   NO,    "R4: i0 is enough in 2017"),
    ("i=1 t=1",                     YES,  YES,  YES,   "i1 with t1"),
    ("i=3",                         NO,   NO,   NO,    "no tubulitis"),
    ("i=2 t=2",                     YES,  YES,  YES,   "borderline or more"),
    ("i=0 t=?",                     OPEN, NO,   NO,    "i0 excludes it since 2019"),
    ("i=? t=1",                     YES,  OPEN, OPEN,  "i decides since 2019"),
]  # fmt: skip
C4D_POSITIVE_ONE_TECHNIQUE = [
    # found  2017  2019  2022  because
    ("c4d=0",                       NO,   NO,   NO,    "none"),
    ("c4d=1",                       NO,   NO,   NO,    "1 by immunofluorescence is negative"),
    ("c4d=2",                       YES,  YES,  YES,   "2 by immunofluorescence"),
    ("c4d=3",                       YES,  YES,  YES,   "3 by immunofluorescence"),
    ("c4d=1 c4d_method=IHC",        YES,  YES,  YES,   "1 by immunohistochemistry is positive"),
    ("c4d=0 c4d_method=?",          NO,   NO,   NO,    "0 is negative by any method"),
    ("c4d=1 c4d_method=?",          OPEN, OPEN, OPEN,  "the method decides"),
    ("c4d=2 c4d_method=?",          YES,  YES,  YES,   "2 is positive by any method"),
    ("c4d=?",                       OPEN, OPEN, OPEN,  "not stained or not reported"),
]  # fmt: skip
C4D_POSITIVE_TWO_TECHNIQUES = [
    # found  2017  2019  2022  because
    ("c4d_if=0 c4d_ihc=0",          NO,   NO,   NO,    "both negative"),
    ("c4d_if=1 c4d_ihc=0",          NO,   NO,   NO,    "1 by immunofluorescence is negative"),
    ("c4d_if=2 c4d_ihc=0",          YES,  YES,  YES,   "one of the two is enough"),
    ("c4d_if=0 c4d_ihc=1",          YES,  YES,  YES,   "1 by immunohistochemistry is positive"),
    ("c4d_if=? c4d_ihc=1",          YES,  YES,  YES,   "one of the two is enough"),
    ("c4d_if=? c4d_ihc=0",          OPEN, OPEN, OPEN,  "immunofluorescence decides"),
    ("c4d_if=not_done c4d_ihc=0",   NO,   NO,   NO,    "one technique was done, and is negative"),
]  # fmt: skip
GLOMERULONEPHRITIS = [
    # found  2017  2019  2022  because
    ("",                            NO,   NO,   NO,    "none"),
    ("gn_recurrent",                YES,  YES,  YES,   "recurrent"),
    ("gn_de_novo",                  YES,  YES,  YES,   "de novo"),
    ("gn_recurrent=?",              OPEN, OPEN, OPEN,  "recurrence is not known"),
    ("gn_recurrent=? gn_de_novo",   YES,  YES,  YES,   "one is enough"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "found", "expected", "because"), tables(globals()))
def test_a_criterion_holds_as_the_table_says(name, found, expected, because):
    assert tuple(said(name, found, edition) for edition in EDITIONS) == expected, because
