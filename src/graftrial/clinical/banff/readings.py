"""The points on which the published text is open, each with the reading that is taken unless another is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """A question that the text leaves open: its two readings in words, the declared one first."""

    code: str
    question: str
    declared: str
    other: str


@dataclass(frozen=True, slots=True)
class Readings:
    """Which reading is taken of each open point; the defaults are the declared readings."""

    isolated_v_restricts_ptc: bool = True
    ptc_counts_in_glomerulonephritis: bool = False
    present_dsa_opens_chronic_amr: bool = True
    borderline_2017_accepts_i0: bool = True
    c4d_with_ati_beside_tcmr: bool = False
    chronic_injury_precedes_probable_amr: bool = True
    ifta_bounded_by_one_score: bool = True
    c4d_counts_in_abo_incompatible: bool = True
    probable_amr_needs_mvi: bool = False
    ca_tcmr_needs_statement: bool = False
    prior_amr_opens_chronic_amr_2017: bool = False
    tma_alone_is_category_1: bool = False

    def other_than_declared(self) -> tuple[str, ...]:
        """Codes of the points on which another reading is taken: `R4`, in order."""
        declared = Readings()
        return tuple(
            OPEN_POINTS[each.name].code
            for each in fields(self)
            if getattr(self, each.name) != getattr(declared, each.name)
        )

    def in_words(self) -> str:
        """One line to print with every answer: `R1 yes, R2 no, …`, readings other than the declared with a star."""
        other = self.other_than_declared()
        return ", ".join(
            f"{point.code} {point.other}*" if point.code in other else f"{point.code} {point.declared}"
            for point in OPEN_POINTS.values()
        )


def readings_from(chosen: Mapping[str, str]) -> Readings:
    """Readings from codes and words: `{"R4": "i1"}`.

    Raises: ValueError for a code or a word that is not in the list of open points.
    """
    by_code = {point.code: (name, point) for name, point in OPEN_POINTS.items()}
    declared = Readings()
    values = {each.name: bool(getattr(declared, each.name)) for each in fields(declared)}
    for code, word in chosen.items():
        if code not in by_code:
            raise ValueError(f"{code} is no open point; there are {', '.join(by_code)}")
        name, point = by_code[code]
        if word not in (point.declared, point.other):
            raise ValueError(f"{code} is {point.declared} or {point.other}, not {word}")
        if word == point.other:
            values[name] = not values[name]
    return Readings(**values)


OPEN_POINTS: Mapping[str, OpenPoint] = {
    "isolated_v_restricts_ptc": OpenPoint(
        "R1", "does isolated v > 0 count as the acute TCMR in which ptc alone is not enough?", "yes", "no"
    ),
    "ptc_counts_in_glomerulonephritis": OpenPoint(
        "R2", "glomerulonephritis: does ptc still count, only g being excluded?", "no", "yes"
    ),
    "present_dsa_opens_chronic_amr": OpenPoint(
        "R3", "2019, 2022: is DSA present now enough history for chronic AMR?", "yes", "prior only"
    ),
    "borderline_2017_accepts_i0": OpenPoint("R4", "2017: least i of borderline", "i0", "i1"),
    "c4d_with_ati_beside_tcmr": OpenPoint(
        "R5", "2022: is C4d staining with acute tubular injury stated beside borderline or TCMR?", "not given", "given"
    ),
    "chronic_injury_precedes_probable_amr": OpenPoint(
        "R6", "2022: acute and chronic injury, no antibody interaction, DSA now", "chronic AMR", "probable AMR"
    ),
    "ifta_bounded_by_one_score": OpenPoint(
        "R7", "IFTA with only one of ci and ct known", "lower bound", "not assessable"
    ),
    "c4d_counts_in_abo_incompatible": OpenPoint(
        "R8", "ABO-incompatible graft: does positive C4d count?", "yes", "no"
    ),
    "probable_amr_needs_mvi": OpenPoint(
        "R9", "2022: probable AMR through v or TMA without microvascular inflammation", "yes", "MVI required"
    ),
    "ca_tcmr_needs_statement": OpenPoint(
        "R10", "chronic active TCMR I: must other causes be recorded as ruled out?", "no", "statement required"
    ),
    "prior_amr_opens_chronic_amr_2017": OpenPoint(
        "R11", "2017: is prior AMR without documented DSA enough for chronic AMR?", "no", "yes"
    ),
    "tma_alone_is_category_1": OpenPoint(
        "R12", "recorded thrombotic microangiopathy beside nothing else: category 1?", "no", "yes"
    ),
}  # fmt: skip
