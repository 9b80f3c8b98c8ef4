"""The Banff lesions in the order in which a pathologist reads them, and grades that were only inferred."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Record: TypeAlias = Mapping[str, Any]

LESIONS = {
    "g": "g, glomerulitis",
    "ptc": "ptc, peritubular capillaritis",
    "c4d": "C4d, peritubular capillaries",
    "cg": "cg, double contours",
    "ptcml": "ptcml, multilayering (electron microscopy)",
    "v": "v, intimal arteritis",
    "i": "i, inflammation",
    "t": "t, tubulitis",
    "ti": "ti, total inflammation",
    "i_ifta": "i-IFTA",
    "t_ifta": "t-IFTA",
    "ci": "ci, interstitial fibrosis",
    "ct": "ct, tubular atrophy",
    "cv": "cv, arterial intimal fibrosis",
    "ah": "ah, arteriolar hyalinosis",
    "aah": "aah, arteriolar hyalinosis, alternative",
    "mm": "mm, mesangial matrix",
    "pvl": "pvl, polyomavirus load",
}
SHORT = {name: title.split(",")[0] for name, title in LESIONS.items()}


def inferred_grades(biopsy: Mapping[str, Any]) -> dict[str, str]:
    """Grades inferred from words, `c4d=0; t=0`, by lesion."""
    written = biopsy.get("inferred_scores") or ""
    pairs = (each.partition("=") for each in str(written).split(";") if "=" in each)
    return {name.strip(): value.strip() for name, _, value in pairs}


def latest(biopsies: Sequence[Record]) -> Record | None:
    """The last of these biopsies by the latest day that each can have; None where there is none."""
    return max(biopsies, key=lambda each: (each["day_high"] is not None, each["day_high"] or 0), default=None)
