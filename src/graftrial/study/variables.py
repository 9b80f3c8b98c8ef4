"""The closed list of derived variables that an endpoint may name, each with words, unit and kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Variable = Literal[
    "egfr", "creatinine", "upcr", "tacrolimus_trough",
    "dsa_immunodominant_mfi", "dsa_sum_mfi", "dsa_count",
    "g", "ptc", "g_plus_ptc", "c4d", "cg", "v", "cv", "i", "t", "ti", "i_ifta", "t_ifta", "ci", "ct", "ah", "mm",
    "activity_index", "chronicity_index", "transcript",
    "amr_resolved",
    "graft_loss", "death", "graft_loss_or_death", "decline_30", "decline_40", "decline_50",
    "ae_any", "ae_serious", "ae_related",
]  # fmt: skip
HARMS = ("ae_any", "ae_serious", "ae_related")
EVENTS = ("graft_loss", "death", "graft_loss_or_death", "decline_30", "decline_40", "decline_50")
STATES = ("amr_resolved",)
ML_MIN = "mL/min/1.73 m2"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a variable is. kind: number over time, state at a time, event with a day, or harm that may recur."""

    words: str
    kind: Literal["number", "state", "event", "harm"]
    unit: str = ""
    is_histology: bool = False


_LESIONS = (
    "g", "ptc", "c4d", "cg", "v", "cv", "i", "t", "ti", "i_ifta", "t_ifta", "ci", "ct", "ah", "mm",
)  # fmt: skip
KIND_OF: dict[str, Meaning] = {
    "egfr": Meaning("eGFR", "number", ML_MIN),
    "creatinine": Meaning("creatinine", "number", "mg/dL"),
    "upcr": Meaning("urinary protein-creatinine ratio", "number", "mg/g"),
    "tacrolimus_trough": Meaning("tacrolimus trough", "number", "ng/mL"),
    "dsa_immunodominant_mfi": Meaning("MFI of the immunodominant donor-specific antibody", "number", "MFI"),
    "dsa_sum_mfi": Meaning("sum of the MFI of donor-specific antibodies", "number", "MFI"),
    "dsa_count": Meaning("number of donor-specific antibodies", "number"),
    **{name: Meaning(f"lesion score {name}", "number", "grade", True) for name in _LESIONS},
    "g_plus_ptc": Meaning("g + ptc", "number", "grade", True),
    "activity_index": Meaning("activity index", "number", "points", True),
    "chronicity_index": Meaning("chronicity index", "number", "points", True),
    "transcript": Meaning("transcript score", "number", "score", True),
    "amr_resolved": Meaning("active or chronic active AMR resolved", "state", is_histology=True),
    "graft_loss": Meaning("graft loss", "event"),
    "death": Meaning("death", "event"),
    "graft_loss_or_death": Meaning("graft loss or death", "event"),
    **{f"decline_{n}": Meaning(f"sustained decline of eGFR by at least {n}%", "event") for n in (30, 40, 50)},
    "ae_any": Meaning("adverse event", "harm"),
    "ae_serious": Meaning("serious adverse event", "harm"),
    "ae_related": Meaning("adverse event related to the cells", "harm"),
}
assert set(KIND_OF) == set(get_args(Variable))
