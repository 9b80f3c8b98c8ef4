"""The codes in which a pathologist's diagnoses are recorded, and the words printed for them.

A vocabulary, not a rule: what the Banff criteria make of a biopsy is answered by `clinical.banff`. A recorded
diagnosis is a fact of its own and stands beside the answer of the rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

LESIONS = (
    "g", "ptc", "c4d", "cg", "v", "cv", "i", "t", "ti", "i_ifta", "t_ifta", "ci", "ct", "ah", "aah", "mm",
)  # fmt: skip
SEPARATOR = ";"  # between the codes of one biopsy


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One code.

    is_rejection: true for a rejection, None where the words leave it open.
    """

    code: str
    label: str
    is_rejection: bool | None = False


DIAGNOSES = (
    Diagnosis("no_rejection", "No rejection"),
    Diagnosis("active_amr", "Active AMR", True),
    Diagnosis("chronic_active_amr", "Chronic active AMR", True),
    Diagnosis("chronic_amr", "Chronic (inactive) AMR", True),
    Diagnosis("probable_amr", "Probable AMR", None),
    Diagnosis("suspicious_amr", "Suspicious for AMR (editions before 2017)", None),
    Diagnosis("mvi_dsa_neg_c4d_neg", "Microvascular inflammation, DSA-negative and C4d-negative", None),
    Diagnosis("c4d_without_rejection", "C4d staining without evidence of rejection"),
    Diagnosis("c4d_with_ati", "C4d staining with acute tubular injury"),
    Diagnosis("borderline", "Borderline (suspicious) for acute TCMR", None),
    Diagnosis("acute_tcmr", "Acute TCMR, grade not stated", True),
    Diagnosis("acute_tcmr_ia", "Acute TCMR, grade IA", True),
    Diagnosis("acute_tcmr_ib", "Acute TCMR, grade IB", True),
    Diagnosis("acute_tcmr_iia", "Acute TCMR, grade IIA", True),
    Diagnosis("acute_tcmr_iib", "Acute TCMR, grade IIB", True),
    Diagnosis("acute_tcmr_iii", "Acute TCMR, grade III", True),
    Diagnosis("chronic_active_tcmr", "Chronic active TCMR, grade not stated", True),
    Diagnosis("chronic_active_tcmr_ia", "Chronic active TCMR, grade IA", True),
    Diagnosis("chronic_active_tcmr_ib", "Chronic active TCMR, grade IB", True),
    Diagnosis("chronic_active_tcmr_ii", "Chronic active TCMR, grade II", True),
    Diagnosis("mixed_rejection", "Mixed rejection", True),
    Diagnosis("subclinical_rejection", "Subclinical rejection, kind not stated", True),
    Diagnosis("ifta", "Interstitial fibrosis and tubular atrophy"),
    Diagnosis("recurrent_gn", "Recurrent glomerulonephritis"),
    Diagnosis("de_novo_gn", "De novo glomerulonephritis"),
    Diagnosis("tma", "Thrombotic microangiopathy"),
    Diagnosis("pvn", "Polyomavirus nephropathy"),
    Diagnosis("cni_toxicity", "Calcineurin-inhibitor toxicity"),
    Diagnosis("ati", "Acute tubular injury"),
    Diagnosis("pyelonephritis", "Pyelonephritis"),
    Diagnosis("drug_induced_tin", "Drug-induced tubulointerstitial nephritis"),
    Diagnosis("diabetic_nephropathy", "Diabetic nephropathy"),
    Diagnosis("ptld", "Post-transplant lymphoproliferative disease"),
    Diagnosis("inadequate", "Inadequate sample"),
    Diagnosis("other", "Other diagnosis, in words"),
)  # fmt: skip

BY_CODE: Mapping[str, Diagnosis] = MappingProxyType({each.code: each for each in DIAGNOSES})


def recorded_codes(cell: str | None) -> tuple[str, ...]:
    """The codes of one cell, in the order recorded, whether known or not.

    >>> recorded_codes("chronic_active_amr; recurrent_gn")
    ('chronic_active_amr', 'recurrent_gn')
    """
    return tuple(code for code in (part.strip() for part in (cell or "").split(SEPARATOR)) if code)


def label(code: str) -> str:
    """The words for a code; an unknown code stands for itself."""
    return BY_CODE[code].label if code in BY_CODE else code
