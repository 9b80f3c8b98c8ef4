"""Categories 1 and 3 to 6, adequacy and the indices, one biopsy a line."""

from __future__ import annotations

import pytest

from tests.spec.banff.test_antibody_mediated import answer

EDITIONS = ("2017", "2019", "2022")
CASES = [
    # column,           found,                                             2017, 2019, 2022,       because
    ("borderline",      "t=1",                                             "1", "0", "0",          "R4: i0 is enough in 2017 only"),
    ("borderline",      "i=1 t=1",                                         "1", "1", "1",          "i1 t1"),
    ("borderline",      "i=3 t=1",                                         "1", "1", "1",          "t below 2 is no TCMR"),
    ("borderline",      "i=2 t=2",                                         "0", "0", "0",          "TCMR excludes borderline"),
    ("borderline",      "i=1 t=1 v=1",                                     "0", "0", "0",          "arteritis is TCMR"),
    ("acute_tcmr",      "i=2 t=2",                                         "IA", "IA", "IA",       "t2"),
    ("acute_tcmr",      "i=3 t=3",                                         "IB", "IB", "IB",       "t3"),
    ("acute_tcmr",      "v=1",                                             "IIA", "IIA", "IIA",    "with or without i and t"),
    ("acute_tcmr",      "v=2 i=3 t=3",                                     "IIB", "IIB", "IIB",    "v goes before i and t"),
    ("acute_tcmr",      "v=3",                                             "III", "III", "III",    "transmural"),
    ("acute_tcmr",      "i=3 t=1",                                         "none", "none", "none", "t1 is no TCMR"),
    ("ca_tcmr",         "ti=2 i_ifta=2 t=2",                               "IA", "IA", "IA",       "by t"),
    ("ca_tcmr",         "ti=2 i_ifta=2 t_ifta=2",                          "none", "IA", "IA",     "K: t-IFTA counts since 2019"),
    ("ca_tcmr",         "ti=2 i_ifta=2 t=2 t_ifta=3",                      "IA", "IB", "IB",       "K: the worse of t and t-IFTA since 2019"),
    ("ca_tcmr",         "ti=2 i_ifta=2 t=2 pvl=1",                         "none", "none", "none", "R10: a recorded other cause blocks"),
    ("ca_tcmr",         "ti=2 i_ifta=2 t=2 drug_interstitial_nephritis",   "none", "none", "none", "R10: a recorded other cause blocks"),
    ("ca_tcmr",         "inflamed_intimal_fibrosis",                       "II", "II", "II",       "no i or t needed"),
    ("ca_tcmr",         "inflamed_intimal_fibrosis ti=3 i_ifta=3 t=3",     "IB+II", "IB+II", "IB+II", "both are stated"),
    ("mixed",           "g=2 ptc=2 dsa i=2 t=2",                           "1", "1", "1",          "active AMR with TCMR"),
    ("mixed",           "g=2 ptc=2 dsa i=1 t=1",                           "0", "0", "0",          "K: borderline beside AMR is not called mixed"),
    ("category1",       "",                                                "1", "1", "1",          "nothing found"),
    ("category1",       "ci=2 ct=2",                                       "1", "1", "1",          "IFTA may stand beside it"),
    ("category1",       "tma_acute",                                       "0", "0", "0",          "K, R12: recorded TMA blocks it"),
    ("category1",       "gn_recurrent",                                    "0", "0", "0",          "a diagnosis of category 6"),
    ("ifta",            "ci=1 ct=3",                                       "3", "3", "3",          "the worse of the two"),
    ("ifta",            "ci=3 ct=?",                                       "3", "3", "3",          "R7: III is final"),
    ("ifta",            "ci=1 ct=?",                                       None, None, None,       "R7: at least I"),
    ("ifta_min",        "ci=1 ct=?",                                       "1", "1", "1",          "R7: at least I"),
    ("pvn_class",       "pvl=1 ci=1",                                      "1", "1", "1",          "class 1"),
    ("pvn_class",       "pvl=1 ci=2",                                      "2", "2", "2",          "class 2 by fibrosis"),
    ("pvn_class",       "pvl=2 ci=3",                                      "2", "2", "2",          "class 2 whatever the fibrosis"),
    ("pvn_class",       "pvl=3 ci=1",                                      "2", "2", "2",          "class 2"),
    ("pvn_class",       "pvl=3 ci=2",                                      "3", "3", "3",          "class 3"),
    ("pvn_class_min",   "pvl=3 ci=?",                                      "2", "2", "2",          "class 2 or 3"),
    ("adequacy",        "n_glomeruli=10 n_arteries=2",                     "adequate", "adequate", "adequate", "10 and 2"),
    ("adequacy",        "n_glomeruli=12 n_arteries=1",                     "marginal", "marginal", "marginal", "one artery"),
    ("adequacy",        "n_glomeruli=7 n_arteries=1",                      "marginal", "marginal", "marginal", "7 and 1"),
    ("adequacy",        "n_glomeruli=6 n_arteries=4",                      "inadequate", "inadequate", "inadequate", "below 7"),
    ("activity_index",  "g=3 ptc=2 v=1 c4d=3",                             "9", "9", "9",          "g + ptc + v + C4d"),
    ("chronicity_index", "ci=1 ct=2 cv=3 cg=1a",                           "8", "8", "8",          "ci + ct + cv + 2 cg, 1a counts 1"),
    ("chronicity_index_max", "ci=1 ct=2 cv=3 cg=?",                        "12", "12", "12",       "cg may be 3"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "found", "y2017", "y2019", "y2022", "because"), CASES)
def test_answer(column, found, y2017, y2019, y2022, because):
    assert [answer(found, edition, column) for edition in EDITIONS] == [y2017, y2019, y2022], because


UNKNOWN = [
    # edition, found,          diagnosis,    state,         because
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
