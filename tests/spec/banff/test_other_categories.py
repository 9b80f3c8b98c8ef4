"""Categories 1, 5 and 6, adequacy and the indices, one biopsy a line, edition by edition.

A biopsy is written as what is found; everything else was looked for and is absent, and `?` is unknown. `open` is an
answer that a missing score decides; its bounds stand in the next table.
"""

from __future__ import annotations

import pytest

from tests.spec.banff.case import EDITIONS, answer, answers, said, tables

YES, NO, OPEN = "yes", "no", "open"
CATEGORY1 = [
    # found  2017  2019  2022  because
    ("",                        "1",  "1",  "1",   "nothing is found"),
    ("ci=3 ct=3",               "1",  "1",  "1",   "IFTA may stand beside it"),
    ("cv=3 ah=3",               "1",  "1",  "1",   "vascular scars are no diagnosis of categories 2 to 4 and 6"),
    ("g=1",                     "1",  "1",  "1",   "below the threshold without antibody"),
    ("g=2",                     "1",  "1",  "0",   "an entity of its own in 2022"),
    ("g=1 dsa",                 "1",  "1",  "0",   "probable AMR in 2022"),
    ("g=2 dsa",                 "0",  "0",  "0",   "active AMR"),
    ("cg=2 prior_dsa",          "0",  "0",  "0",   "chronic AMR"),
    ("c4d=2",                   "0",  "0",  "0",   "C4d without rejection is a label of category 2"),
    ("t=1",                     "0",  "1",  "1",   "R4: borderline with i0 in 2017"),
    ("i=1 t=1",                 "0",  "0",  "0",   "borderline"),
    ("v=1",                     "0",  "0",  "0",   "acute TCMR"),
    ("inflamed_intimal_fibrosis", "0", "0", "0",   "chronic active TCMR"),
    ("tma_chronic",             "0",  "0",  "0",   "K, R12: recorded TMA blocks it"),
    ("gn_recurrent",            "0",  "0",  "0",   "a diagnosis of category 6"),
    ("ptld",                    "0",  "0",  "0",   "a diagnosis of category 6"),
    ("pvl=1",                   "0",  "0",  "0",   "polyomavirus is a diagnosis of category 6"),
    ("i=1 t=?",                 OPEN, OPEN, OPEN,  "tubulitis decides"),
]  # fmt: skip
RECORDED_IN_CATEGORY_6 = [
    # found  2017  2019  2022  because
    ("",                        NO,   NO,   NO,    "nothing is recorded"),
    ("ptld",                    YES,  YES,  YES,   "PTLD"),
    ("cni_toxicity",            YES,  YES,  YES,   "calcineurin-inhibitor toxicity"),
    ("ati",                     YES,  YES,  YES,   "acute tubular injury"),
    ("gn_recurrent",            YES,  YES,  YES,   "recurrent glomerulonephritis"),
    ("gn_de_novo",              YES,  YES,  YES,   "de novo glomerulonephritis"),
    ("infection",               YES,  YES,  YES,   "infection of the graft"),
    ("pvl=1",                   YES,  YES,  YES,   "polyomavirus"),
    ("drug_interstitial_nephritis", YES, YES, YES, "drug-induced interstitial nephritis"),
    ("tma_acute",               YES,  YES,  YES,   "K, R12: thrombotic microangiopathy"),
    ("ci=3 ct=3",               NO,   NO,   NO,    "IFTA is category 5"),
    ("ptld=?",                  OPEN, OPEN, OPEN,  "not known"),
]  # fmt: skip
IFTA = [
    # found  2017  2019  2022  because
    ("",                        "0",  "0",  "0",   "none"),
    ("ci=1",                    "1",  "1",  "1",   "I by fibrosis"),
    ("ct=2",                    "2",  "2",  "2",   "II by atrophy"),
    ("ci=1 ct=3",               "3",  "3",  "3",   "III, the worse of the two"),
    ("ci=3 ct=?",               "3",  "3",  "3",   "R7: III is final"),
    ("ci=1 ct=?",               OPEN, OPEN, OPEN,  "R7: at least I"),
]  # fmt: skip
PVN_CLASS = [
    # found  2017  2019  2022  because
    ("",                        "0",  "0",  "0",   "none"),
    ("pvl=1 ci=1",              "1",  "1",  "1",   "class 1; shown in 2017 as an addition, the edition has no class"),
    ("pvl=1 ci=2",              "2",  "2",  "2",   "class 2 by fibrosis"),
    ("pvl=2 ci=0",              "2",  "2",  "2",   "class 2 by load"),
    ("pvl=2 ci=3",              "2",  "2",  "2",   "class 2 whatever the fibrosis"),
    ("pvl=3 ci=1",              "2",  "2",  "2",   "class 2: high load, little fibrosis"),
    ("pvl=3 ci=2",              "3",  "3",  "3",   "class 3"),
    ("pvl=3 ci=?",              OPEN, OPEN, OPEN,  "class 2 or 3"),
]  # fmt: skip
ADEQUATE, MARGINAL, INADEQUATE = "adequate", "marginal", "inadequate"
ADEQUACY = [
    # found  2017  2019  2022  because
    ("n_glomeruli=10 n_arteries=2", ADEQUATE,    ADEQUATE,   ADEQUATE,    "10 glomeruli and 2 arteries"),
    ("n_glomeruli=12 n_arteries=1", MARGINAL,    MARGINAL,   MARGINAL,    "one artery"),
    ("n_glomeruli=9 n_arteries=3",  MARGINAL,    MARGINAL,   MARGINAL,    "below 10 glomeruli"),
    ("n_glomeruli=7 n_arteries=1",  MARGINAL,    MARGINAL,   MARGINAL,    "7 glomeruli and 1 artery"),
    ("n_glomeruli=6 n_arteries=4",  INADEQUATE,  INADEQUATE, INADEQUATE,  "below 7 glomeruli"),
    ("n_glomeruli=20 n_arteries=0", INADEQUATE,  INADEQUATE, INADEQUATE,  "no artery"),
    ("n_glomeruli=12 n_arteries=?", OPEN,        OPEN,       OPEN,        "the number of arteries decides"),
    ("n_glomeruli=5 n_arteries=?",  INADEQUATE,  INADEQUATE, INADEQUATE,  "whatever the arteries"),
]  # fmt: skip
ACTIVITY_INDEX = [
    # found  2017  2019  2022  because
    ("",                        "0",  "0",  "0",   "none"),
    ("g=3 ptc=2 v=1 c4d=3",     "9",  "9",  "9",   "g + ptc + v + C4d"),
    ("g=3 ptc=3 v=3 c4d=3",     "12", "12", "12",  "the highest"),
    ("g=1 c4d_if=1 c4d_ihc=3",  "4",  "4",  "4",   "the higher C4d of two techniques"),
    ("g=1 ptc=?",               OPEN, OPEN, OPEN,  "1 to 4"),
]  # fmt: skip
CHRONICITY_INDEX = [
    # found  2017  2019  2022  because
    ("",                        "0",  "0",  "0",   "none"),
    ("ci=1 ct=2 cv=3 cg=1a",    "8",  "8",  "8",   "ci + ct + cv + 2 cg, 1a counts 1"),
    ("cg=1b",                   "2",  "2",  "2",   "1b counts 1"),
    ("ci=3 ct=3 cv=3 cg=3",     "15", "15", "15",  "the highest"),
    ("ci=1 ct=2 cv=3 cg=?",     OPEN, OPEN, OPEN,  "6 to 12"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "found", "expected", "because"), tables(globals()))
def test_the_answer_is_as_the_table_says(name, found, expected, because):
    assert tuple(said(name, found, edition) for edition in EDITIONS) == expected, because


BOUNDS = [
    # found  column  at least or at most  because
    ("ci=1 ct=?",                   "ifta_min",              "1",   "R7: at least I"),
    ("ci=1 ct=?",                   "ifta_max",              "3",   "R7: III is not excluded"),
    ("pvl=3 ci=?",                  "pvn_class_min",         "2",   "class 2 or 3"),
    ("pvl=3 ci=?",                  "pvn_class_max",         "3",   "class 2 or 3"),
    ("g=1 ptc=?",                   "activity_index_min",    "1",   "ptc may be 0"),
    ("g=1 ptc=?",                   "activity_index_max",    "4",   "ptc may be 3"),
    ("ci=1 ct=2 cv=3 cg=?",         "chronicity_index_min",  "6",   "cg may be 0"),
    ("ci=1 ct=2 cv=3 cg=?",         "chronicity_index_max",  "12",  "cg may be 3, and counts twice"),
]  # fmt: skip


@pytest.mark.parametrize(("found", "column", "bound", "because"), BOUNDS)
def test_a_number_that_is_not_decided_has_bounds(found, column, bound, because):
    assert answers(found, column) == [bound] * 3, because


UNKNOWN = [
    # edition  found  diagnosis  state  because
    ("2022", "i=2 t=2 v=?",    "acute_tcmr", "established", "grade IA to III open"),
    ("2022", "t=2 v=0 i=?",    "borderline", "possible",    "borderline, IA or nothing"),
    ("2017", "t=2 v=0 i=?",    "acute_tcmr", "possible",    "borderline or IA"),
    ("2019", "t=0 i=?",        "borderline", "excluded",    "no tubulitis, no borderline"),
    ("2019", "ti=1 t=?",       "ca_tcmr",    "excluded",    "ti below 2"),
]  # fmt: skip


@pytest.mark.parametrize(("edition", "found", "diagnosis", "state", "because"), UNKNOWN)
def test_what_is_missing(edition, found, diagnosis, state, because):
    assert answer(found, edition, f"{diagnosis}_state") == state, because


def test_a_third_public_calculator_is_wrong_in_three_points():
    assert answer("g=1 dsa", "2019") == "none", "any g with DSA is not active AMR"
    assert answer("cv=2", "2019", "ca_tcmr") == "none", "cv alone is not chronic active TCMR II"
    assert answer("c4d=1 c4d_method=IHC g=1", "2019") == "active_amr", (
        "C4d 1 by immunohistochemistry is positive"
    )
