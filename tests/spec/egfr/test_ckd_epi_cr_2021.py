"""eGFR from creatinine by CKD-EPI 2021: adults, IDMS-traceable creatinine, no race."""

import csv

import pytest

from graftrial.clinical.card import NotAssessable, Value
from graftrial.clinical.egfr.ckd_epi_cr_2021 import RULE

CASES = [
    # creatinine_mg_per_dl  age_years  sex     rounded                                          because
    (0.6,                   50,        "M",    118,                                             "Inker 2021, table S11"),
    (1.0,                   50,        "M",    92,                                              "Inker 2021, table S11"),
    (1.5,                   50,        "M",    56,                                              "Inker 2021, table S11"),
    (2.0,                   50,        "M",    40,                                              "Inker 2021, table S11"),
    (None,                  50,        "M",    "creatinine_mg_per_dl is missing",               "nothing stands in for a missing value"),
    (1.0,                   50,        "Male", "sex is Male, expected F, M",                    "a word that is not declared is not guessed"),
    (128.0,                 50,        "M",    "creatinine_mg_per_dl is 128.0, expected 0.2 to 25 mg/dL", "micromoles per litre taken for milligrams"),
    (1.0,                   12,        "F",    "age_years is 12.0, expected 18 to 110 a",       "the equation is for adults"),
]  # fmt: skip


@pytest.mark.parametrize(("creatinine_mg_per_dl", "age_years", "sex", "rounded", "because"), CASES)
def test_egfr_is_the_published_value_or_says_what_is_missing(
    creatinine_mg_per_dl, age_years, sex, rounded, because
):
    answer = RULE(creatinine_mg_per_dl=creatinine_mg_per_dl, age_years=age_years, sex=sex)
    if isinstance(rounded, str):
        assert answer == NotAssessable(rounded), because
    else:
        assert isinstance(answer, Value), because
        assert round(answer.value) == rounded, because


@pytest.mark.parametrize(
    ("file", "creatinine", "age", "expected", "absolute", "relative"),
    [
        ("adult_nephro_nif.csv", "creat_mgdl", "age", "ckd_epi_cr_2021", 0.0, 1e-9),
        ("adult_kidney_epi.csv", "creat_mgdl", "age", "ckd_epi_cr_2021", 0.0051, 0.0),
        ("published_inker2021_s11.csv", "creat_mgdl", "age", "published_ckd_epi_cr_2021", 0.5, 0.0),
    ],
)
def test_egfr_agrees_with_every_row_of_other_programs(
    shared, file, creatinine, age, expected, absolute, relative
):
    with (shared / "reference/egfr" / file).open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            answer = RULE(
                creatinine_mg_per_dl=float(row[creatinine]), age_years=float(row[age]), sex=row["sex"]
            )
            assert isinstance(answer, Value), row
            assert answer.value == pytest.approx(float(row[expected]), abs=absolute, rel=relative), row
