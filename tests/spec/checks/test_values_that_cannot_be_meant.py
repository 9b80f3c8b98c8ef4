"""A value is asked about where it cannot be meant as it stands; it is never converted by guess."""

from __future__ import annotations

import pytest

LABS = "subject_id,date,analyte,value,unit\nS01,2024-01-10,{},{},{}"
NOTHING = set()
MEASUREMENTS = [
    # analyte        value   unit       codes            because
    ("creatinine", "1.4", "mg/dL", NOTHING, "in range"),
    ("creatinine", "128", "umol/L", NOTHING, "1.45 mg/dL"),
    ("S-Creatinine", "128", "µmol/L", NOTHING, "another spelling"),
    ("creatinine", "128", "", {"GT-LAB-002"}, "no unit"),
    ("creatinine", "", "", NOTHING, "no value: missing is no error"),
    ("creatinine", "1.4", "mg/mL", {"GT-LAB-003"}, "not a unit of creatinine"),
    ("creatinine", "128", "mg/dL", {"GT-LAB-004"}, "plausible only in umol/L"),
    ("creatinine", "1.4", "umol/L", {"GT-LAB-004"}, "plausible only in mg/dL"),
    ("creatinine", "22", "mg/dL", NOTHING, "plausible in both: as it stands"),
    ("creatinine", "0.2", "mg/dL", NOTHING, "the lower end belongs to the range"),
    ("creatinine", "25", "mg/dL", NOTHING, "and so does the upper one"),
    ("creatinine", "17.7", "umol/L", NOTHING, "just above 0.2 mg/dL"),
    ("creatinine", "9000", "umol/L", {"GT-LAB-005"}, "in no unit"),
    ("cystatin_c", "1.1", "mg/L", NOTHING, "in range"),
    ("cystatin_c", "82", "mg/L", {"GT-LAB-004"}, "1.09 mg/L, if it were nmol/L"),
    ("cystatin_c", "13", "mg/L", {"GT-LAB-005"}, "0.17 mg/L, if it were nmol/L"),
    ("tacrolimus", "7", "", {"GT-LAB-011"}, "no unit"),
    ("copeptin", "7", "pmol/L", {"GT-LAB-010"}, "not known to the house"),
]


@pytest.mark.parametrize(("analyte", "value", "unit", "codes", "because"), MEASUREMENTS)
def test_a_measurement_is_plausible_in_its_unit(analyte, value, unit, codes, because, codes_of):
    found = {each for each in codes_of(labs=LABS.format(analyte, value, unit)) if each.startswith("GT-LAB")}
    assert found == codes, because


def test_the_study_file_may_declare_the_unit(codes_of):
    declared = '[intake.units]\ncreatinine = "umol/L"\n'
    found = codes_of(study=declared, labs=LABS.format("S-Creatinine", "128", ""))
    assert not {each for each in found if each.startswith("GT-LAB")}


def test_a_value_in_the_wrong_unit_is_withheld_and_blocks(findings_of):
    found = [
        each
        for each in findings_of(labs=LABS.format("creatinine", "128", "mg/dL"))
        if each.code == "GT-LAB-004"
    ]
    assert [(each.withholds, each.blocking, each.column) for each in found] == [("cell", True, "value")]
    assert "umol/L" in found[0].why


AGES = [
    # age   born    consent       contradicts  because
    (49, 1974, "2024-03-01", False, "the birthday is still to come"),
    (50, 1974, "2024-03-01", False, "the birthday was in January"),
    (48, 1974, "2024-03-01", True, "48 cannot be"),
    (51, 1974, "2024-03-01", True, "51 cannot be"),
    (51, 1974, "2024", True, "not on any day of 2024"),
    (51, 1974, "", False, "nobody knows when"),
]


@pytest.mark.parametrize(("age", "born", "consent", "contradicts", "because"), AGES)
def test_age_and_year_of_birth_agree_on_the_day_of_consent(
    age, born, consent, contradicts, because, codes_of
):
    subjects = f"subject_id,sex,age_years,birth_year,consent_date\nS01,F,{age},{born},{consent}"
    assert ("GT-SU-003" in codes_of(subjects=subjects)) is contradicts, because


def test_an_egfr_that_cannot_be_computed_is_announced_once_a_person(findings_of):
    labs = LABS.format("creatinine", "128", "umol/L") + "\nS01,2024-02-10,creatinine,130,umol/L"
    found = findings_of(subjects="subject_id,sex,age_years\nS01,,", labs=labs)
    assert [each.code for each in found if each.code in ("GT-LAB-008", "GT-LAB-009")] == [
        "GT-LAB-008",
        "GT-LAB-009",
    ]


def test_a_year_of_birth_stands_in_for_the_age(codes_of):
    labs = LABS.format("creatinine", "128", "umol/L")
    assert "GT-LAB-008" not in codes_of(subjects="subject_id,sex,birth_year\nS01,F,1974", labs=labs)
