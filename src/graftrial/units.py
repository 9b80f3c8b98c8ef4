"""The only conversion factors: which (analyte, unit) pairs are accepted, and their canonical unit.

Not here: plausible ranges, and conversions that need another measurement or an assumption (a ratio of protein
to creatinine is not turned into grams a day).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import polars as pl

MOLAR_MASS = "molar mass of the analyte; the figure with which the equations were published"
DECIMAL = "decimal prefix"


@dataclass(frozen=True, slots=True)
class Conversion:
    """One accepted unit of one analyte: canonical value = value × times ÷ divided_by.

    A divisor is kept as a divisor, so that 88.4 umol/L is exactly 1 mg/dL.
    """

    analyte: str
    unit: str
    canonical_unit: str
    times: float = 1.0
    divided_by: float = 1.0
    source: str = "canonical"


CONVERSIONS = (
    Conversion("creatinine", "mg/dL", "mg/dL"),
    Conversion("creatinine", "umol/L", "mg/dL", divided_by=88.4, source=MOLAR_MASS),
    Conversion("cystatin_c", "mg/L", "mg/L"),
    Conversion("cystatin_c", "nmol/L", "mg/L", divided_by=74.9, source="molar mass 13.343 kDa"),
    Conversion("urea", "mmol/L", "mmol/L"),
    Conversion("bun", "mg/dL", "mmol/L", times=0.357, source="1 mmol/L urea = 2.8 mg/dL urea nitrogen"),
    Conversion("upcr", "mg/g", "mg/g"),
    Conversion("upcr", "mg/mmol", "mg/g", times=8.84, source="1000 / molar mass of creatinine 113.12"),
    Conversion("upcr", "g/g", "mg/g", times=1000, source=DECIMAL),
    Conversion("uacr", "mg/g", "mg/g"),
    Conversion("uacr", "mg/mmol", "mg/g", times=8.84, source="1000 / molar mass of creatinine 113.12"),
    Conversion("uacr", "g/g", "mg/g", times=1000, source=DECIMAL),
    Conversion("proteinuria", "g/day", "g/day"),
    Conversion("proteinuria", "mg/day", "g/day", divided_by=1000, source=DECIMAL),
    Conversion("bilirubin", "mg/dL", "mg/dL"),
    Conversion("bilirubin", "umol/L", "mg/dL", divided_by=17.1, source=MOLAR_MASS),
    Conversion("tacrolimus", "ng/mL", "ng/mL"),
    Conversion("tacrolimus", "ug/L", "ng/mL", source=DECIMAL),
    Conversion("egfr", "mL/min/1.73m2", "mL/min/1.73m2"),
    Conversion("haemoglobin", "g/dL", "g/dL"),
    Conversion("haemoglobin", "g/L", "g/dL", divided_by=10, source=DECIMAL),
    Conversion("albumin", "g/L", "g/L"),
    Conversion("albumin", "g/dL", "g/L", times=10, source=DECIMAL),
    Conversion("crp", "mg/L", "mg/L"),
    Conversion("crp", "mg/dL", "mg/L", times=10, source=DECIMAL),
    Conversion("potassium", "mmol/L", "mmol/L"),
    Conversion("sodium", "mmol/L", "mmol/L"),
    Conversion("alt", "U/L", "U/L"),
    Conversion("ast", "U/L", "U/L"),
    Conversion("alp", "U/L", "U/L"),
    Conversion("ggt", "U/L", "U/L"),
    Conversion("ldh", "U/L", "U/L"),
    Conversion("ck", "U/L", "U/L"),
    Conversion("lipase", "U/L", "U/L"),
    Conversion("amylase", "U/L", "U/L"),
    Conversion("inr", "1", "1"),
    Conversion("ph", "1", "1"),
    Conversion("aptt", "s", "s"),
    Conversion("fibrinogen", "g/L", "g/L"),
    Conversion("fibrinogen", "mg/dL", "g/L", divided_by=100, source=DECIMAL),
    Conversion("haptoglobin", "g/L", "g/L"),
    Conversion("glucose", "mmol/L", "mmol/L"),
    Conversion("glucose", "mg/dL", "mmol/L", divided_by=18.016, source=MOLAR_MASS),
    Conversion("calcium_corrected", "mmol/L", "mmol/L"),
    Conversion("calcium_corrected", "mg/dL", "mmol/L", divided_by=4.008, source=MOLAR_MASS),
    Conversion("calcium_ionized", "mmol/L", "mmol/L"),
    Conversion("magnesium", "mmol/L", "mmol/L"),
    Conversion("magnesium", "mg/dL", "mmol/L", divided_by=2.4305, source=MOLAR_MASS),
    Conversion("cholesterol", "mmol/L", "mmol/L"),
    Conversion("cholesterol", "mg/dL", "mmol/L", divided_by=38.666, source=MOLAR_MASS),
    Conversion("ldl", "mmol/L", "mmol/L"),
    Conversion("hdl", "mmol/L", "mmol/L"),
    Conversion("triglycerides", "mmol/L", "mmol/L"),
    Conversion("triglycerides", "mg/dL", "mmol/L", divided_by=88.545, source="molar mass of triolein"),
    Conversion("uric_acid", "umol/L", "umol/L"),
    Conversion("uric_acid", "mg/dL", "umol/L", times=59.48, source=MOLAR_MASS),
    Conversion("creatinine_clearance", "mL/min", "mL/min"),
    *(
        each
        for cells in ("platelets", "leukocytes", "neutrophils", "lymphocytes", "cd4")
        for each in (
            Conversion(cells, "10^9/L", "10^9/L"),
            Conversion(cells, "10^3/uL", "10^9/L", source=DECIMAL),
            Conversion(cells, "1/uL", "10^9/L", divided_by=1000, source=DECIMAL),
            Conversion(cells, "10^3/mL", "10^9/L", divided_by=1000, source=DECIMAL),
        )
    ),
)

CANONICAL_ANALYTE = {"bun": "urea"}  # one substance, reported as nitrogen or as the whole molecule

ANALYTE_SPELLINGS = {
    "creatinine": (
        "serum creatinine",
        "s-creatinine",
        "creatinine serum",
        "scr",
        "s creatinine",
        "crea",
        "krea",
        "kreatinin",
        "s-krea",
    ),
    "cystatin_c": ("cystatin c", "cystatinc", "cys c", "cysc", "cystatin", "s-cystatin c"),
    "urea": ("serum urea", "s-urea", "sečnina"),
    "bun": ("blood urea nitrogen", "urea nitrogen"),
    "upcr": ("urine protein-creatinine ratio", "protein/creatinine ratio", "urine protein/creatinine"),
    "uacr": ("urine albumin-creatinine ratio", "albumin/creatinine ratio", "urine albumin/creatinine", "acr"),
    "proteinuria": ("24-h proteinuria", "24h proteinuria", "protein excretion", "urine protein 24h"),
    "bilirubin": ("total bilirubin", "bilirubin total", "s-bilirubin"),
    "tacrolimus": ("tac", "fk506", "tacrolimus trough", "tac trough"),
    "egfr": ("estimated gfr", "e-gfr"),
    "haemoglobin": ("hemoglobin", "hb", "hgb"),
    "albumin": ("serum albumin", "s-albumin"),
    "crp": ("c-reactive protein", "c reactive protein"),
    "platelets": ("thrombocytes", "plt"),
    "leukocytes": ("white blood cells", "wbc", "leucocytes"),
    "potassium": ("serum potassium",),
    "sodium": ("serum sodium",),
    "alt": ("alanine aminotransferase", "alat", "gpt"),
    "ast": ("aspartate aminotransferase", "asat", "got"),
    "alp": ("alkaline phosphatase",),
    "ggt": ("gamma-glutamyl transferase", "gamma gt"),
    "ldh": ("lactate dehydrogenase",),
    "ck": ("creatine kinase", "cpk"),
    "lipase": (),
    "amylase": ("serum amylase",),
    "inr": ("international normalised ratio", "international normalized ratio"),
    "ph": ("blood ph",),
    "aptt": ("activated partial thromboplastin time",),
    "fibrinogen": (),
    "haptoglobin": (),
    "glucose": ("serum glucose", "blood glucose"),
    "calcium_corrected": ("corrected calcium", "calcium corrected", "albumin-corrected calcium"),
    "calcium_ionized": ("ionized calcium", "ionised calcium", "calcium ionised"),
    "magnesium": ("serum magnesium",),
    "cholesterol": ("total cholesterol",),
    "ldl": ("ldl cholesterol",),
    "hdl": ("hdl cholesterol",),
    "triglycerides": (),
    "uric_acid": ("urate", "serum uric acid"),
    "creatinine_clearance": ("crcl",),
    "neutrophils": ("absolute neutrophil count", "anc"),
    "lymphocytes": ("absolute lymphocyte count",),
    "cd4": ("cd4 lymphocytes", "cd4 cells"),
}

UNIT_SPELLINGS = {
    "umol/L": ("mcmol/l", "micromol/l", "umol/litre"),
    "ug/L": ("mcg/l", "microg/l"),
    "g/day": ("g/d", "g/24h", "g/24hr", "g/24hours"),
    "mg/day": ("mg/d", "mg/24h", "mg/24hr"),
    "mL/min/1.73m2": (
        "ml/min/1,73m2",
        "ml/min/{1.73_m2}",
        "ml/min/1.73m^2",
        "ml/minper1.73m2",
        "ml/min/1.73sqm",
    ),
    "10^9/L": ("10*9/l", "10e9/l", "10e+9/l", "x10^9/l", "x10e9/l", "109/l"),
    "10^3/uL": ("10*3/ul", "10e3/ul", "x10^3/ul", "k/ul"),
    "1/uL": ("/ul", "cells/ul", "/mm3", "1/mm3", "cells/mm3", "/mm^3"),
    "U/L": ("iu/l",),
    "1": ("ratio",),
    "s": ("sec", "seconds"),
}


def canonical(value: pl.Expr, analyte: pl.Expr, unit: pl.Expr) -> pl.Expr:
    """Struct of `analyte`, `value`, `unit` and `reason`: a measurement in the canonical unit of its analyte.

    analyte: null where the name is not one of ours.
    value, unit: null where they cannot be stated; then `reason` says why, and otherwise it is null.

    >>> frame = pl.DataFrame({"value": [88.4], "analyte": ["S-Creatinine"], "unit": ["µmol/L"]})
    >>> frame.select(canonical(pl.col("value"), pl.col("analyte"), pl.col("unit"))).item()
    {'analyte': 'creatinine', 'value': 1.0, 'unit': 'mg/dL', 'reason': None}
    """
    name = reported_analyte(analyte)
    pair = pl.concat_str(name, unit_spelling(unit), separator="|")
    converted = value * _factor(pair, _times()) / _factor(pair, _divisors())
    canonical_unit = pair.replace_strict(_canonical_units(), default=None, return_dtype=pl.String)
    accepted = name.replace_strict(_accepted(), default=None, return_dtype=pl.String)
    reason = (
        pl.when(analyte.is_null())
        .then(pl.lit("no analyte"))
        .when(name.is_null())
        .then(pl.format("{} is not an analyte with a canonical unit", analyte))
        .when(unit.is_null())
        .then(pl.format("{} has no unit", name))
        .when(canonical_unit.is_null())
        .then(pl.format("{} in {} is not known; accepted: {}", name, unit, accepted))
        .when(value.is_null())
        .then(pl.format("{} has no value", name))
    )
    return pl.struct(
        analyte=name.replace(CANONICAL_ANALYTE), value=converted, unit=canonical_unit, reason=reason
    )


def analyte_name(analyte: pl.Expr) -> pl.Expr:
    """Our name of an analyte in any declared spelling; null where we have none."""
    return reported_analyte(analyte).replace(CANONICAL_ANALYTE)


def reported_analyte(analyte: pl.Expr) -> pl.Expr:
    """As `analyte_name`, but urea nitrogen stays `bun`: its unit means another amount of urea."""
    folded = analyte.str.strip_chars().str.to_lowercase().str.replace_all(r"[\s_]+", " ")
    return folded.replace_strict(_analytes(), default=None, return_dtype=pl.String)


def unit_spelling(unit: pl.Expr) -> pl.Expr:
    """The declared spelling of a unit; a unit that is not declared comes back folded."""
    folded = unit.str.to_lowercase().str.replace_all(r"\s+", "")
    for variant, ours in (("[µμ]", "u"), ("²", "2"), ("⁹", "^9"), ("[·×]", "x")):
        folded = folded.str.replace_all(variant, ours)
    return folded.replace(_units())


def accepted_units(analyte: str) -> tuple[str, ...]:
    """Units in which an analyte may be given, the canonical one first; empty for an unknown analyte."""
    return tuple(each.unit for each in CONVERSIONS if each.analyte == analyte)


def _factor(pair: pl.Expr, factors: dict[str, float]) -> pl.Expr:
    return pair.replace_strict(factors, default=None, return_dtype=pl.Float64)


@cache
def _times() -> dict[str, float]:
    return {f"{each.analyte}|{each.unit}": float(each.times) for each in CONVERSIONS}


@cache
def _divisors() -> dict[str, float]:
    return {f"{each.analyte}|{each.unit}": float(each.divided_by) for each in CONVERSIONS}


@cache
def _canonical_units() -> dict[str, str]:
    return {f"{each.analyte}|{each.unit}": each.canonical_unit for each in CONVERSIONS}


@cache
def _accepted() -> dict[str, str]:
    return {name: ", ".join(accepted_units(name)) for name in ANALYTE_SPELLINGS}


@cache
def _analytes() -> dict[str, str]:
    spelled = {each: name for name, spellings in ANALYTE_SPELLINGS.items() for each in spellings}
    return spelled | {name.replace("_", " "): name for name in ANALYTE_SPELLINGS}


@cache
def _units() -> dict[str, str]:
    spelled = {each: unit for unit, spellings in UNIT_SPELLINGS.items() for each in spellings}
    return spelled | {each.unit.lower(): each.unit for each in CONVERSIONS}
