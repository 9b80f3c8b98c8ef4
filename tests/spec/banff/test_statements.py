"""What is said beside the diagnoses, what other diagnoses are carried through, and what earlier biopsies change.

`Suspicious` survives in category 3 only; what an incomplete file can support is possible, never suspected.
"""

from __future__ import annotations

import polars as pl
import pytest

from graftrial.derive.banff import classify_biopsies
from tests.spec.banff.case import EDITIONS, answer, answers, frame

SUSPICIOUS = [
    # found  2017  2019  2022  because
    ("i=1 t=1",         True,  True,  True,   "borderline (suspicious) for acute TCMR"),
    ("t=1",             True,  False, False,  "R4: borderline with i0 in 2017"),
    ("g=2",             False, False, False,  "suspicious for AMR ended with 2017"),
    ("g=2 dsa=?",       False, False, False,  "possible is our word, not suspicious"),
    ("g=1 dsa",         False, False, False,  "probable AMR in 2022, no diagnosis before"),
    ("i=? t=2",         False, False, False,  "what is open is not suspected"),
]  # fmt: skip


@pytest.mark.parametrize(("found", "y2017", "y2019", "y2022", "because"), SUSPICIOUS)
def test_suspicious_is_said_in_category_3_only(found, y2017, y2019, y2022, because):
    said = [each or "" for each in answers(found, "diagnoses")]
    assert ["suspicious" in each.lower() for each in said] == [y2017, y2019, y2022], because
    assert not any("suspicious for amr" in each.lower() for each in said)


CARRIED = [
    # found  is printed as
    ("tma_acute",                   "Acute TMA"),
    ("tma_chronic",                 "Chronic TMA"),
    ("ati",                         "Acute tubular injury"),
    ("gn_recurrent",                "Recurrent glomerulonephritis"),
    ("gn_de_novo",                  "De novo glomerulonephritis"),
    ("infection",                   "Infection of the graft"),
    ("cni_toxicity",                "Calcineurin-inhibitor toxicity"),
    ("drug_interstitial_nephritis", "Drug-induced interstitial nephritis"),
    ("ptld",                        "PTLD"),
    ("pvl=2",                       "Polyomavirus nephropathy, class 2"),
    ("ci=2",                        "IFTA II"),
]  # fmt: skip


@pytest.mark.parametrize(("found", "printed"), CARRIED)
def test_another_diagnosis_is_carried_through_beside_rejection(found, printed):
    for edition in EDITIONS:
        assert printed in answer(found, edition, "diagnoses").split("; ")
        beside = answer(f"{found} g=2 c4d=3", edition, "diagnoses").split("; ")
        assert printed in beside


TOLD = [
    # found  edition  said  because
    ("v=1",                             "2022",  "the arterial lesion may be TCMR, AMR or both",                   "arteritis is in both"),
    ("i=2 t=2 pvl=1",                   "2022",  "the infection may explain the TCMR or borderline label",         "polyomavirus deletes no score"),
    ("i=1 t=1 infection",               "2019",  "the infection may explain the TCMR or borderline label",         "infection deletes no score"),
    ("n_glomeruli=5",                   "2022",  "sample inadequate: a lesion that is not seen is not excluded",   "it forbids the negative statement"),
    ("c4d=3 abo_incompatible",          "2022",  "ABO-incompatible: C4d may be accommodation",                     "R8: it counts, with a note"),
    ("c4d=3 ati pretransplant_crossmatch", "2022", "positive crossmatch before transplantation favours AMR",       "a note, not a label"),
    ("g=2 c4d=3",                       "2022",  "testing, also for non-HLA antibody, is advised",                 "criteria 1 and 2 met, DSA negative"),
    ("g=2 dsa ptcml=not_done",          "2022",  "multilayering not looked for: chronic active AMR not excluded",  "K: no electron microscopy"),
    ("t=1",                             "2017",  "borderline with i0 (R4)",                                        "an open point decided"),
    ("cg=2 dsa",                        "2022",  "chronic AMR on DSA present now (R3)",                            "an open point decided"),
]  # fmt: skip


@pytest.mark.parametrize(("found", "edition", "said", "because"), TOLD)
def test_what_a_reader_must_know_is_said_beside_the_diagnosis(found, edition, said, because):
    assert said in answer(found, edition, "notes"), because


def test_an_inadequate_sample_never_says_normal_and_keeps_what_was_seen():
    for edition in EDITIONS:
        assert answer("n_glomeruli=5", edition, "diagnoses") == "None seen, sample inadequate"
        assert answer("n_glomeruli=5 g=2 dsa", edition, "diagnoses").startswith("Active AMR")


NONE, CHRONIC = "none", "chronic_amr"
EARLIER = [
    # earlier biopsy  later biopsy  2017  2019  2022  because
    ("",                             "cg=2",       NONE,    NONE,    NONE,     "nothing earlier"),
    ("dsa",                          "cg=2",       CHRONIC, CHRONIC, CHRONIC,  "antibody at an earlier biopsy"),
    ("g=1 c4d=3",                    "cg=2",       NONE,    CHRONIC, CHRONIC,  "K, R11: earlier active AMR opens it since 2019"),
    ("g=1 c4d=3",                    "",           NONE,    NONE,    NONE,     "history alone is no diagnosis"),
    ("i=2 t=2",                      "cg=2",       NONE,    NONE,    NONE,     "earlier TCMR opens nothing"),
    ("ati c4d=3",                    "cg=2",       NONE,    CHRONIC, NONE,     "K: earlier AMR is what the same edition calls so"),
    ("pretransplant_crossmatch",     "cg=2",       NONE,    NONE,    NONE,     "a crossmatch before transplantation is no history"),
]  # fmt: skip


def with_history(earlier, later, edition, later_day="2021-01-01", later_graft="1"):
    """The answer for the later of two biopsies of a patient, handed over in the wrong order."""
    rows = [
        frame(found).with_columns(patient_id=pl.lit("P"), biopsy_date=pl.lit(day), graft_id=pl.lit(graft))
        for found, day, graft in ((later, later_day, later_graft), (earlier, "2020-01-01", "1"))
    ]
    return classify_biopsies(pl.concat(rows), edition=edition)["amr_with_history"].cast(pl.String)[0]


@pytest.mark.parametrize(("earlier", "later", "y2017", "y2019", "y2022", "because"), EARLIER)
def test_an_earlier_biopsy_counts_where_the_text_says_so(earlier, later, y2017, y2019, y2022, because):
    assert [with_history(earlier, later, edition) for edition in EDITIONS] == [y2017, y2019, y2022], because


def test_a_biopsy_of_the_same_day_or_of_another_graft_is_no_history():
    assert with_history("dsa", "cg=2", "2022") == CHRONIC
    assert with_history("dsa", "cg=2", "2022", later_day="2020-01-01") == NONE
    assert with_history("dsa", "cg=2", "2022", later_graft="2") == NONE
