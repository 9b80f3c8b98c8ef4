"""Standard therapy, maintenance, and the cells from the bone marrow to the vein."""

from __future__ import annotations

from graftrial.simulate.draws import Draws
from graftrial.simulate.identity import panel_rows, quality_draws, thaw_step
from graftrial.simulate.patient import Patient
from graftrial.simulate.protocol import Protocol, Row

TREATMENTS, PRODUCT, INFUSION = 14, 15, 16  # streams
DOSE_BIAS, DOSE_SD = -0.03, 0.055  # relative deviation of a dose from plan
MOST_DEVIATION = 0.20
RESERVE_BAG = 0.15  # probability of a second bag that waits for its sterility test

TESTS = (  # test, unit, lower limit, upper limit, typical result, standard deviation
    ("viability", "%", "80", "", 93.0, 2.5),
    ("identity_positive", "%", "95", "", 98.3, 0.7),
    ("identity_negative", "%", "", "2", 0.7, 0.3),
    ("endotoxin", "EU/mL", "", "0.5", 0.12, 0.05),
)
NOTES = {
    "passed": "",
    "failed": "outside its release limits, not infused",
    "pending": "reserve bag, not infused",
}
CULTURES = ("mycoplasma", "sterility")  # reported in words


def treatment_rows(patient: Patient, protocol: Protocol) -> list[Row]:
    """Maintenance since before consent, and standard therapy where it was started."""
    draws = patient.draws(TREATMENTS)
    since = patient.on(patient.consent_day - draws.between(200, 400))[:7]
    maintenance = {
        "tacrolimus": f"{draws.uniform(2, 8):.1f}",
        "mycophenolate mofetil": draws.pick(("1000", "1500", "2000")),
        "prednisolone": draws.pick(("5", "7.5")),
    }
    courses = [
        (drug, "maintenance", since, "", dose, "mg/day", "oral", "") for drug, dose in maintenance.items()
    ]
    if patient.has_therapy:
        start, end = patient.on(patient.therapy_start), patient.on(patient.therapy_end)
        third_day = patient.on(patient.therapy_start + 2)
        courses += [
            ("plasmapheresis", "standard_therapy", start, end, "", "", "", "7"),
            ("IVIG", "standard_therapy", start, end, "100", "mg/kg", "intravenous", "7"),
            ("methylprednisolone", "standard_therapy", start, third_day, "500", "mg", "intravenous", "3"),
        ]
    for day in patient.infusion_days:
        given = patient.on(day)
        courses.append(("paracetamol", "premedication", given, given, "1000", "mg", "oral", "1"))
    if patient.tma_day is not None:
        start, end = patient.on(patient.tma_day + 3), patient.on(patient.tma_day + 24)
        courses.append(("eculizumab", "rescue", start, end, "900", "mg", "intravenous", "4"))
    names = ("treatment", "purpose", "start", "end", "dose", "dose_unit", "route", "sessions")
    return [
        {"subject_id": patient.subject_id, **dict(zip(names, course, strict=True)), "source": protocol.source}
        for course in courses
    ]


def cell_rows(patient: Patient, protocol: Protocol) -> dict[str, list[Row]]:
    """Products, their release tests, their hand-overs and the infusions of one person."""
    rows: dict[str, list[Row]] = {"products": [], "product_tests": [], "custody": [], "infusions": []}
    if not patient.has_therapy:
        return rows
    draws = patient.draws(PRODUCT)
    for place, day in enumerate(patient.infusion_days or (0,), start=1):
        product_id = f"{patient.subject_id}-P{place}"
        verdict = "passed" if patient.is_infused else "failed"
        _add_product(rows, patient, protocol, draws, product_id, day, verdict, place)
        if patient.is_infused:
            rows["infusions"].append(_infusion(patient, protocol, product_id, place, day))
    if patient.is_infused and draws.chance(RESERVE_BAG):
        _add_product(rows, patient, protocol, draws, f"{patient.subject_id}-R", 0, "pending", 0)
    return rows


def _add_product(
    rows: dict[str, list[Row]],
    patient: Patient,
    protocol: Protocol,
    draws: Draws,
    product_id: str,
    day: int,
    verdict: str,
    place: int,
) -> None:
    is_fresh = draws.chance(0.5)
    harvest = day - (1 if is_fresh else draws.between(4, 8))
    rows["products"].append(
        {
            "product_id": product_id,
            "subject_id": patient.subject_id,
            "donor_id": patient.subject_id,
            "autologous": "yes",
            "cell_type": "MSC",
            "tissue": "bone marrow",
            "passage": str(draws.between(2, 4)),
            "fresh_or_thawed": "fresh" if is_fresh else "thawed",
            "harvest_date": patient.on(harvest),
            "expiry_date": patient.on(harvest + (3 if is_fresh else 700)),
            "release_date": patient.on(day - 1) if verdict == "passed" else "",
            "source": protocol.source,
            "note": NOTES[verdict],
        }
    )
    rows["product_tests"] += _tests(patient, draws, product_id, harvest, day - 1, verdict)
    rows["product_tests"] += [
        {"product_id": product_id, "test": test, "result": "conforms", "verdict": "passed"}
        for test in protocol.release_tests
        if test not in (*(each[0] for each in TESTS), *CULTURES)
    ]
    quality = quality_draws(patient, place)
    rows["product_tests"] += panel_rows(protocol, quality, product_id, patient.on(harvest), verdict)
    rows["custody"] += _custody(patient, draws, product_id, harvest, day, verdict)
    if verdict == "passed" and not is_fresh:
        _add_thaw(rows["custody"], thaw_step(quality, patient.on(day), f"ward of {patient.site}"))


def _add_thaw(custody: list[Row], step: tuple[str, str, str, str]) -> None:
    """The thaw before the last event, which is the start of the infusion, at its temperature."""
    names = ("event", "start", "from", "to")
    custody.insert(-1, {**custody[-1], **dict(zip(names, step, strict=True)), "temperature": "37.0"})


def _tests(
    patient: Patient, draws: Draws, product_id: str, harvest: int, ready: int, verdict: str
) -> list[Row]:
    """Release tests; a failed product fails on viability, a pending one waits for sterility."""
    rows = []
    for test, unit, lower, upper, mean, sd in TESTS:
        is_failed = verdict == "failed" and test == "viability"
        result = draws.uniform(55, 74) if is_failed else abs(draws.normal(mean, sd))
        result = min(result, 99.8)
        rows.append(
            {
                "product_id": product_id,
                "test": test,
                "result": f"{result:.2f}" if unit == "EU/mL" else f"{result:.1f}",
                "unit": unit,
                "lower_limit": lower,
                "upper_limit": upper,
                "verdict": "failed" if is_failed else "passed",
                "date": patient.on(harvest),
            }
        )
    for test in CULTURES:
        is_pending = verdict == "pending" and test == "sterility"
        words = {"mycoplasma": "not detected", "sterility": "no growth"}[test]
        rows.append(
            {
                "product_id": product_id,
                "test": test,
                "result": "" if is_pending else words,
                "verdict": "pending" if is_pending else "passed",
                "date": "" if is_pending else patient.on(ready),
            }
        )
    return rows


def _custody(
    patient: Patient, draws: Draws, product_id: str, harvest: int, day: int, verdict: str
) -> list[Row]:
    laboratory, courier, ward = "cell laboratory", "courier", f"ward of {patient.site}"
    steps = [("harvested", f"{patient.on(harvest)}T08:30", "", laboratory)]
    if verdict == "passed":
        steps += [
            ("released", f"{patient.on(day - 1)}T15:00", laboratory, laboratory),
            ("shipped", f"{patient.on(day)}T06:{draws.between(10, 50)}", laboratory, courier),
            ("received at site", f"{patient.on(day)}T08:{draws.between(10, 50)}", courier, ward),
            ("infusion started", f"{patient.on(day)}T10:{draws.between(10, 50)}", ward, "patient"),
        ]
    return [
        {
            "product_id": product_id,
            "event": event,
            "start": start,
            "from": source,
            "to": target,
            "temperature": f"{draws.uniform(2.5, 7.5):.1f}",
        }
        for event, start, source, target in steps
    ]


def _infusion(patient: Patient, protocol: Protocol, product_id: str, place: int, day: int) -> Row:
    """Cells around the planned dose, less now and then, seldom beyond the tolerance."""
    draws = patient.draws(INFUSION + 100 * place)
    weight = patient.weight_kg + round(draws.normal(0, 0.8), 1)
    deviation = min(MOST_DEVIATION, max(-MOST_DEVIATION, draws.normal(DOSE_BIAS, DOSE_SD)))
    cells = round(protocol.planned_cells_per_kg * weight * (1 + deviation) / 1e5) * 100_000
    return {
        "subject_id": patient.subject_id,
        "product_id": product_id,
        "start": patient.on(day),
        "viable_cells": str(cells),
        "weight_kg": f"{weight:.1f}",
        "route": "intravenous",
        "source": protocol.source,
    }
