"""HLA typing of recipient and donor, and antibodies that agree with it: against mismatches of the donor."""

from __future__ import annotations

from graftrial.simulate.draws import Draws
from graftrial.simulate.patient import Patient
from graftrial.simulate.protocol import Protocol, Row
from graftrial.simulate.visits import ANTIBODY, visits_of

HLA, ANTIBODIES = 18, 19  # streams
ALLELES = {
    "A": ("01:01", "02:01", "03:01", "11:01", "24:02", "26:01", "32:01", "68:01"),
    "B": ("07:02", "08:01", "15:01", "18:01", "27:05", "35:01", "40:01", "44:02", "51:01"),
    "C": ("01:02", "03:03", "04:01", "05:01", "06:02", "07:01", "07:02", "12:03"),
    "DRB1": ("01:01", "03:01", "04:01", "07:01", "08:01", "11:01", "13:01", "15:01"),
    "DQB1": ("02:01", "03:01", "03:02", "04:02", "05:01", "06:02", "06:03"),
    "DPB1": ("02:01", "03:01", "04:01", "04:02", "05:01"),
}
Typing = dict[str, tuple[str, str]]
DSA_LOCI = ("DQB1", "DRB1", "DPB1", "B", "A")  # late antibodies are mostly against class II
MFI_LOW, MFI_HIGH = 300.0, 25_000.0
NOT_DONOR_SPECIFIC = ("A*23:01", "B*57:01", "DRB1*09:01")
COURSE = {"screening": 1.0, "baseline": 0.55, "D28": 0.65, "M3": 0.85, "M6": 0.95, "M12": 1.0}
COMPLEMENT_MFI = 6000.0


def typing_of(patient: Patient) -> dict[str, Typing]:
    """Alleles of recipient and donor; DQB1 always differs in at least one."""
    draws = patient.draws(HLA)
    people: dict[str, Typing] = {}
    for person in ("recipient", "donor"):
        people[person] = {
            locus: _alleles(locus, draws.pick(choices), draws.pick(choices))
            for locus, choices in ALLELES.items()
        }
    if not mismatches(people, "DQB1"):
        carried = people["recipient"]["DQB1"]
        others = [each for each in ALLELES["DQB1"] if f"DQB1*{each}" not in carried]
        people["donor"]["DQB1"] = _alleles("DQB1", draws.pick(others), draws.pick(ALLELES["DQB1"]))
    return people


def mismatches(people: dict[str, Typing], locus: str) -> list[str]:
    """Alleles of the donor that the recipient lacks."""
    return sorted(set(people["donor"][locus]) - set(people["recipient"][locus]))


def hla_rows(patient: Patient) -> list[Row]:
    """One row a locus of recipient and donor."""
    return [
        {
            "subject_id": patient.subject_id,
            "person": person,
            "locus": locus,
            "allele_1": first,
            "allele_2": second,
        }
        for person, loci in typing_of(patient).items()
        for locus, (first, second) in loci.items()
    ]


def antibody_rows(patient: Patient, protocol: Protocol) -> list[Row]:
    """Intensities over time: lower after standard therapy, then back, faster where activity is high."""
    draws = patient.draws(ANTIBODIES)
    specific = _donor_specificities(patient, draws)
    start = {name: draws.lognormal(4500, 0.8) for name in specific}
    other = draws.pick(NOT_DONOR_SPECIFIC)
    rows: list[Row] = []
    for seen in visits_of(patient):
        if seen.visit not in ANTIBODY:
            continue
        course = COURSE[seen.visit] * (1 + 0.3 * (patient.activity - 0.6) * (seen.visit in ("M6", "M12")))
        for name in specific:
            mfi = min(MFI_HIGH, max(MFI_LOW, start[name] * course * draws.lognormal(1.0, 0.15)))
            rows.append(_row(patient, seen.day, name, mfi, "yes", draws, protocol))
        rows.append(_row(patient, seen.day, other, draws.uniform(100, 900), "no", draws, protocol))
    return rows


def _donor_specificities(patient: Patient, draws: Draws) -> list[str]:
    people = typing_of(patient)
    found = [name for locus in DSA_LOCI for name in mismatches(people, locus)]
    return found[: draws.pick((1, 2, 3), (0.6, 0.3, 0.1))]


def _row(
    patient: Patient,
    day: int,
    specificity: str,
    mfi: float,
    is_specific: str,
    draws: Draws,
    protocol: Protocol,
) -> Row:
    is_read_by_eye = draws.chance(0.02)  # the laboratory gave a verdict and no intensity
    binds = mfi > COMPLEMENT_MFI and draws.chance(0.7)
    return {
        "subject_id": patient.subject_id,
        "date": patient.on(day),
        "specificity": specificity,
        "mfi": "" if is_read_by_eye else f"{mfi:.0f}",
        "positive": ("yes" if mfi > 1000 else "no") if is_read_by_eye else "",
        "donor_specific": is_specific,
        "complement_binding": "yes" if binds else "no",
        "source": protocol.source,
    }


def _alleles(locus: str, first: str, second: str) -> tuple[str, str]:
    ordered = sorted((first, second))
    return f"{locus}*{ordered[0]}", f"{locus}*{ordered[1]}"
