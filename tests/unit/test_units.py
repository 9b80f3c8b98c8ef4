"""Conversions: which units are accepted, what they come to, and what is said where they are not."""

import csv

import polars as pl
import pytest

from graftrial import units

CASES = [
    # analyte              value   unit               canonical   unit of it
    ("creatinine",         1.5,    "mg/dL",           1.5,        "mg/dL"),
    ("creatinine",         88.4,   "umol/L",          1.0,        "mg/dL"),
    ("creatinine",         88.4,   "µmol/L",          1.0,        "mg/dL"),
    ("creatinine",         88.4,   "μmol/l",          1.0,        "mg/dL"),
    ("Serum Creatinine",   88.4,   "mcmol / L",       1.0,        "mg/dL"),
    ("s-krea",             88.4,   "UMOL/L",          1.0,        "mg/dL"),
    ("cystatin C",         74.9,   "nmol/L",          1.0,        "mg/L"),
    ("UPCR",               1.0,    "mg/mmol",         8.84,       "mg/g"),
    ("upcr",               0.5,    "g/g",             500.0,      "mg/g"),
    ("uacr",               10.0,   "mg/mmol",         88.4,       "mg/g"),
    ("urea",               7.0,    "mmol/L",          7.0,        "mmol/L"),
    ("BUN",                20.0,   "mg/dL",           7.14,       "mmol/L"),
    ("bilirubin",          17.1,   "µmol/L",          1.0,        "mg/dL"),
    ("tacrolimus",         6.5,    "µg/L",            6.5,        "ng/mL"),
    ("proteinuria",        1.2,    "g/24h",           1.2,        "g/day"),
    ("eGFR",               40.0,   "ml/min/1.73 m²",  40.0,       "mL/min/1.73m2"),
    ("platelets",          200.0,  "10*9/L",          200.0,      "10^9/L"),
]  # fmt: skip

REFUSED = [
    # analyte       value   unit        reason
    ("creatinine",  128.0,  None,       "creatinine has no unit"),
    ("creatinine",  128.0,  "mg/L",     "creatinine in mg/L is not known; accepted: mg/dL, umol/L"),
    ("urea",        20.0,   "mg/dL",    "urea in mg/dL is not known; accepted: mmol/L"),
    ("creatinine",  None,   "mg/dL",    "creatinine has no value"),
    ("unobtainium", 1.0,    "mg/dL",    "unobtainium is not an analyte with a canonical unit"),
    (None,          1.0,    "mg/dL",    "no analyte"),
]  # fmt: skip


def convert(analyte, value, unit):
    frame = pl.DataFrame(
        {"analyte": [analyte], "value": [value], "unit": [unit]},
        schema={"analyte": pl.String, "value": pl.Float64, "unit": pl.String},
    )
    return frame.select(units.canonical(pl.col("value"), pl.col("analyte"), pl.col("unit"))).item()


@pytest.mark.parametrize(("analyte", "value", "unit", "canonical", "canonical_unit"), CASES)
def test_a_measurement_comes_in_the_canonical_unit(analyte, value, unit, canonical, canonical_unit):
    answer = convert(analyte, value, unit)
    assert answer["value"] == pytest.approx(canonical, rel=1e-12)
    assert answer["unit"] == canonical_unit
    assert answer["reason"] is None


@pytest.mark.parametrize(("analyte", "value", "unit", "reason"), REFUSED)
def test_an_unknown_pair_is_no_number_with_a_reason(analyte, value, unit, reason):
    answer = convert(analyte, value, unit)
    assert answer["value"] is None
    assert answer["reason"] == reason


def test_urea_nitrogen_is_reported_as_urea():
    assert convert("blood urea nitrogen", 28.0, "mg/dL")["analyte"] == "urea"


def test_each_analyte_has_one_canonical_unit_and_each_factor_a_source():
    for name in {each.analyte for each in units.CONVERSIONS}:
        of_it = [each for each in units.CONVERSIONS if each.analyte == name]
        assert len({each.canonical_unit for each in of_it}) == 1, name
        assert len({each.unit for each in of_it}) == len(of_it), name
    assert all(each.source for each in units.CONVERSIONS)


def test_no_spelling_means_two_analytes_or_two_units():
    for spellings in (units.ANALYTE_SPELLINGS, units.UNIT_SPELLINGS):
        spelled = [each for many in spellings.values() for each in many]
        assert len(spelled) == len(set(spelled))
        assert all(each == each.lower() for each in spelled)


SHARED_FACTORS = [
    # quantity            from        our analyte   unit       canonical from one unit, by the shared factor
    ("creatinine_serum",  "mg/dL",    "creatinine", "umol/L",  lambda factor: 1 / factor),
    ("cystatin_C",        "mg/L",     "cystatin_c", "nmol/L",  lambda factor: 1 / factor),
    ("urea_BUN",          "BUN mg/dL", "bun",       "mg/dL",   lambda factor: factor),
    ("UPCR_or_UACR",      "mg/mmol",  "upcr",       "mg/mmol", lambda factor: factor),
    ("bilirubin",         "mg/dL",    "bilirubin",  "umol/L",  lambda factor: 1 / factor),
    ("tacrolimus",        "ng/mL",    "tacrolimus", "ug/L",    lambda factor: 1 / factor),
]  # fmt: skip


@pytest.mark.parametrize(("quantity", "source_unit", "analyte", "unit", "expected"), SHARED_FACTORS)
def test_conversions_agree_with_the_shared_reference(shared, quantity, source_unit, analyte, unit, expected):
    path = shared / "reference/proteinuria/unit_conversions_self.csv"
    with path.open(encoding="utf-8") as stream:
        factors = {(row["quantity"], row["from"]): float(row["factor"]) for row in csv.DictReader(stream)}
    assert convert(analyte, 1.0, unit)["value"] == pytest.approx(expected(factors[quantity, source_unit]))
