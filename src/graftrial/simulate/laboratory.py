"""Laboratory values: random intercept and slope of log creatinine, noise, and what fate dictates."""

from __future__ import annotations

import math

from graftrial.simulate.draws import Draws
from graftrial.simulate.patient import Patient
from graftrial.simulate.protocol import Row
from graftrial.simulate.visits import EXTENDED, SeenAt, visits_of
from graftrial.units import CONVERSIONS

LABS = 17  # stream
CREATININE_NOISE = 0.06  # standard deviation on the log scale
CREATININE_AT_LOSS = 7.0  # mg/dL
DECLINE_FROM_DAY = 30
HIGHEST_CREATININE = 11.0
MISSING_VALUE = 0.01
UNITS_OF_SITE = {
    "S1": {"creatinine": "umol/L", "upcr": "mg/g", "tacrolimus": "ng/mL", "haemoglobin": "g/L"},
    "S2": {"creatinine": "mg/dL", "upcr": "mg/g", "tacrolimus": "ng/mL", "haemoglobin": "g/dL"},
    "S3": {"creatinine": "umol/L", "upcr": "mg/mmol", "tacrolimus": "ug/L", "haemoglobin": "g/L"},
}
LIMITS = {  # canonical unit; lower, upper
    "haemoglobin": (12.0, 16.5),
    "leukocytes": (4.0, 10.0),
    "platelets": (150.0, 410.0),
    "crp": (None, 5.0),
    "albumin": (35.0, 52.0),
    "potassium": (3.5, 5.1),
}
CREATININE_LIMITS = {"F": (0.5, 0.95), "M": (0.65, 1.2)}
DECIMALS = {
    "umol/L": 0,
    "mg/dL": 2,
    "mg/g": 0,
    "mg/mmol": 1,
    "ng/mL": 1,
    "ug/L": 1,
    "g/L": 0,
    "g/dL": 1,
    "10^9/L": 1,
    "mg/L": 1,
    "mmol/L": 1,
}
FACTOR = {(each.analyte, each.unit): each.divided_by / each.times for each in CONVERSIONS}
CANONICAL = {each.analyte: each.canonical_unit for each in CONVERSIONS}


def lab_rows(patient: Patient) -> list[Row]:
    """Creatinine at every visit, the rest at its own, in the units of the site."""
    draws = patient.draws(LABS)
    usual = {
        "upcr": draws.lognormal(850, 0.6),
        "tacrolimus": draws.uniform(5.5, 9.0),
        "haemoglobin": draws.normal(12.0, 1.1),
        "leukocytes": draws.lognormal(6.8, 0.2),
        "platelets": draws.lognormal(215, 0.2),
        "crp": draws.lognormal(3.0, 0.6),
        "albumin": draws.normal(39, 2.5),
        "potassium": draws.normal(4.6, 0.3),
    }
    rows: list[Row] = []
    for seen in visits_of(patient):
        for analyte, value in _measured(patient, seen, usual, draws).items():
            rows.append(_row(patient, seen.day, analyte, value, draws))
    return rows


def creatinine_level(patient: Patient, day: int) -> float:
    """True serum creatinine of a day in mg/dL."""
    level = math.log(patient.creatinine_mg_per_dl) + patient.slope_per_year * day / 365.25
    if patient.graft_loss_day is not None:
        begins = DECLINE_FROM_DAY if patient.tma_day is None else patient.tma_day
        at_begin = math.log(patient.creatinine_mg_per_dl) + patient.slope_per_year * begins / 365.25
        share = min(1.3, max(0.0, (day - begins) / (patient.graft_loss_day - begins)))
        level = level if day <= begins else at_begin + share * (math.log(CREATININE_AT_LOSS) - at_begin)
    return min(HIGHEST_CREATININE, math.exp(level))


def _measured(patient: Patient, seen: SeenAt, usual: dict[str, float], draws: Draws) -> dict[str, float]:
    """Canonical values of one visit."""
    day, is_tma = seen.day, patient.tma_day is not None and seen.day >= patient.tma_day
    values = {"creatinine": creatinine_level(patient, day) * draws.lognormal(1.0, CREATININE_NOISE)}
    if seen.visit not in ("D1", "D7", "D14"):
        growth = 1 + 0.3 * max(0, day) / 365 + (0.8 if is_tma else 0.0)
        values["upcr"] = min(3300 if day <= 0 else 12000, usual["upcr"] * growth * draws.lognormal(1.0, 0.25))
    if seen.visit != "D1":
        values["tacrolimus"] = max(1.5, usual["tacrolimus"] * draws.lognormal(1.0, 0.2))
    if seen.visit in EXTENDED:
        values |= {
            "haemoglobin": max(6.5, usual["haemoglobin"] + draws.normal(-1.8 if is_tma else 0, 0.5)),
            "leukocytes": max(1.5, usual["leukocytes"] * draws.lognormal(1.0, 0.18)),
            "platelets": max(20.0, usual["platelets"] * draws.lognormal(0.45 if is_tma else 1.0, 0.12)),
            "crp": max(0.3, usual["crp"] * draws.lognormal(3.0 if seen.visit == "D1" else 1.0, 0.4)),
            "albumin": min(50.0, max(22.0, usual["albumin"] + draws.normal(0, 1.5))),
            "potassium": min(6.4, max(3.0, usual["potassium"] + draws.normal(0, 0.25))),
        }
    return values


def _row(patient: Patient, day: int, analyte: str, value: float, draws: Draws) -> Row:
    unit = UNITS_OF_SITE[patient.site].get(analyte, CANONICAL[analyte])
    factor, decimals = FACTOR[analyte, unit], DECIMALS[unit]
    limits = LIMITS | {"creatinine": CREATININE_LIMITS[patient.sex]}
    lower, upper = limits.get(analyte, (None, None))
    is_missing = draws.chance(MISSING_VALUE) and day > 0
    return {
        "subject_id": patient.subject_id,
        "date": patient.on(day),
        "analyte": analyte,
        "value": "" if is_missing else f"{value * factor:.{decimals}f}",
        "unit": unit,
        "lower_limit": "" if lower is None else f"{lower * factor:.{decimals}f}",
        "upper_limit": "" if upper is None else f"{upper * factor:.{decimals}f}",
    }
