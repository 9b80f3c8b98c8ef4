"""Colours of page and figures: few, calm, and told apart by people who do not see all of them.

Patients' colours begin with those of Okabe and Ito (2008, jfly.uni-koeln.de/color), without the yellow that vanishes on
white, then dark ones of the same kind; words stand beside every colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

INK = "#1b2733"
QUIET = "#5d6b78"
FAINT = "#c9d1d9"
RULE = "#e4e8ec"
BAND = "#eef3f7"
ACCENT = "#1f5a7a"
ALERT = "#b3261e"
SYNTHETIC = "#7a1420"
INFERRED = "#8a949e"

PATIENTS = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#b5578f",
    "#c98a00",
    "#3a9fd6",
    "#332288",
    "#882255",
    "#117733",
    "#8a7a1f",
    "#661100",
    "#4d5a66",
)
MANY = "#6b8299"


def patient_colours(subject_ids: Iterable[str]) -> Mapping[str, str]:
    """One colour per patient, the same in every figure; one for all where there are too many to tell apart."""
    names = list(subject_ids)
    if len(names) > 4 * len(PATIENTS):
        return dict.fromkeys(names, MANY)
    return {name: PATIENTS[index % len(PATIENTS)] for index, name in enumerate(names)}
