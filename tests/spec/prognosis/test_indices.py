"""Donor and candidate indices agree with other programs in every row; the iBox is a relative hazard and nothing more."""

import csv

import pytest

from graftrial.clinical.card import NotAssessable, Value
from graftrial.clinical.rules import RULES, rule

DONOR = {
    "donor_age_years": 52.9,
    "donor_height_cm": 183.0,
    "donor_weight_kg": 81.0,
    "donor_is_black": False,
    "donor_hypertension": "yes",
    "donor_diabetes": "no",
    "donor_died_of_stroke": True,
    "donor_creatinine_mg_per_dl": 1.7,
    "donor_has_hcv": False,
    "donor_died_of_circulatory_arrest": True,
}
CLINICAL = {
    "years_since_transplant": 9.0,
    "egfr_ml_per_min_1_73m2": 32.0,
    "upcr_g_per_g": 1.6,
    "immunodominant_dsa_mfi": 2400.0,
}
LESIONS = {"ifta": 3, "g": 3, "ptc": 2, "i": 3, "t": 0, "cg": 3}
COLUMNS = {
    "donor_age_years": "age", "donor_height_cm": "height_cm", "donor_weight_kg": "weight_kg", "donor_is_black": "black",
    "donor_has_hypertension": "hypertension", "donor_has_diabetes": "diabetes", "donor_hypertension": "hypertension",
    "donor_diabetes": "diabetes", "donor_died_of_stroke": "cva", "donor_creatinine_mg_per_dl": "creat_mgdl",
    "donor_has_hcv": "hcv", "donor_died_of_circulatory_arrest": "dcd",
}  # fmt: skip
KDPI = [
    # file                        equation       edition                          kdri        kdpi
    ("kdri_kdpi_race_form_2018",  "race_form",   "race_form_population_2018",     "kdri_rao", "kdpi_2018"),
    ("kdri_kdpi_refit_2024",      "refit_2024",  "refit_2024_population_2023",    "kdri_rao", "kdpi"),
]  # fmt: skip


def given(row, each):
    text = row[COLUMNS[each.name]]
    if each.choices:
        return "yes" if text == "1" else "no"
    return text == "1" if each.dtype.__name__ == "Boolean" else float(text)


@pytest.mark.parametrize(("file", "equation", "edition", "kdri", "kdpi"), KDPI)
def test_donor_indices_agree_in_every_row(shared, file, equation, edition, kdri, kdpi):
    index, percent = rule("prognosis.kdri", equation), rule("prognosis.kdpi", edition)
    with (shared / f"reference/prognosis/{file}.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            answer = index(**{each.name: given(row, each) for each in index.inputs})
            assert answer.value == pytest.approx(float(row[kdri]), rel=1e-9)
            assert percent(**{each.name: given(row, each) for each in percent.inputs}) == Value(
                int(row[kdpi])
            ), row


def test_the_age_of_a_donor_counts_in_whole_years():
    kdpi = rule("prognosis.kdpi", "race_form_population_2018")
    assert kdpi(**DONOR) == Value(83) == kdpi(**(DONOR | {"donor_age_years": 52.0}))


def test_an_unknown_history_is_an_answer_of_the_registry_and_an_empty_cell_is_not():
    kdpi = rule("prognosis.kdpi", "race_form_population_2018")
    assert isinstance(kdpi(**(DONOR | {"donor_hypertension": "unknown"})), Value)
    assert kdpi(**(DONOR | {"donor_hypertension": None})) == NotAssessable("donor_hypertension is missing")


def test_there_is_no_percent_above_the_last_row_of_the_epts_table():
    answer = rule("prognosis.epts", "optn_2018")(epts_raw=3.2)
    assert isinstance(answer, NotAssessable) and "epts_raw is 3.2" in answer.reason


def test_a_missing_lesion_leaves_the_abbreviated_ibox():
    full, abbreviated = rule("prognosis.ibox_full", "2023"), rule("prognosis.ibox_abbreviated", "2023")
    assert full(**CLINICAL, **(LESIONS | {"cg": None})) == NotAssessable("cg is missing")
    assert full(**CLINICAL, **(LESIONS | {"ptc": None})) == NotAssessable("ptc is missing")
    assert isinstance(abbreviated(**CLINICAL), Value)


def test_proteinuria_below_the_floor_counts_as_the_floor():
    abbreviated = rule("prognosis.ibox_abbreviated", "2023")
    assert abbreviated(**(CLINICAL | {"upcr_g_per_g": 0.0})) == abbreviated(
        **(CLINICAL | {"upcr_g_per_g": 0.05})
    )


def test_no_rule_gives_a_survival_probability_of_the_ibox():
    boxes = [each for each in RULES if "ibox" in each.id]
    assert len(boxes) == 3
    for each in boxes:
        assert "not a survival probability" in each.title and "relative hazard" in each.output
        for said in ("6 to 24 months", "EMA", "exploratory", "one decimal", "never a survival probability"):
            assert said in each.population


def test_estimated_albumin_ratio_agrees_in_every_row(shared):
    estimated = rule("kidney.uacr_estimated_from_upcr", "2020")
    with (shared / "reference/proteinuria/upcr_to_uacr_kfre.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            answer = estimated(
                upcr_mg_per_g=float(row["upcr_mg_g"]),
                sex="F" if row["female"] == "1" else "M",
                has_diabetes=row["diabetes"] == "1",
                has_hypertension=row["hypertension"] == "1",
            )
            assert answer.value == pytest.approx(float(row["uacr_mg_g_est"]), abs=1e-6)
    assert "estimated" in estimated.output
