"""Every equation agrees with the programs and papers of others, unrounded, or says why it does not answer."""

import csv
from pathlib import Path

import polars as pl
import pytest

from graftrial.clinical.card import NotAssessable, Value
from graftrial.clinical.egfr.equations import EQUATIONS
from graftrial.clinical.rules import RULES
from graftrial.derive.egfr_rows import add_egfr

DECISIONS = Path(__file__).parents[2] / "golden/egfr/decisions.csv"
NAMES = {"creatinine_mg_per_dl": "creat_mgdl", "cystatin_c_mg_per_l": "cys_mgL", "age_years": "age"}
FILES = [
    # file                     relative  absolute  because
    ("adult_nephro_nif",        1e-9,     0.0,      "nephro 1.5; the recipient equation by nif 0.65"),
    ("adult_egfr2",             1e-9,     0.0,      "egfr 2.0.0"),
    ("paediatric_egfr2_nephro", 1e-9,     0.0,      "egfr 2.0.0; bedside Schwartz by the plain formula"),
    ("adult_kidney_epi",        0.0,      0.0051,   "kidney.epi 1.4.0 rounds to two decimals"),
]  # fmt: skip
GIVEN = {
    "creatinine_mg_per_dl": 1.2,
    "cystatin_c_mg_per_l": 1.1,
    "age_years": 20.0,
    "sex": "F",
    "height_cm": 165.0,
    "weight_kg": 62.0,
}
REFUSED = [
    # equation           input                    given   reason                                                    because
    ("bis1",             "age_years",             69.9,   "age_years is 69.9, expected 70 to 110 a",                "written for people of 70 and above"),
    ("ckid_u25_cr",      "age_years",             26.0,   "age_years is 26.0, expected 1 to 25 a",                  "an extension beyond 25 years is not published"),
    ("ekfc_cr",          "age_years",             1.0,    "age_years is 1.0, expected 2 to 90 a",                   "written for 2 to 90 years"),
    ("mdrd4_175",        "sex",                   "Male", "sex is Male, expected F, M",                             "a word that is not declared is not taken for female"),
    ("ekfc_cys",         "cystatin_c_mg_per_l",   75.0,   "cystatin_c_mg_per_l is 75.0, expected 0.2 to 12 mg/L",   "nanomoles taken for milligrams"),
    ("krs_2023",         "creatinine_mg_per_dl",  128.0,  "creatinine_mg_per_dl is 128.0, expected 0.2 to 25 mg/dL", "micromoles taken for milligrams"),
    ("cockcroft_gault",  "weight_kg",             None,   "weight_kg is missing",                                   "no weight is assumed"),
]  # fmt: skip


def decided():
    """Columns of the reference that are not ours, with the reason."""
    lines = DECISIONS.read_text(encoding="utf-8").splitlines()
    return {(row["file"], row["column"]): row for row in csv.DictReader(lines)}


@pytest.mark.parametrize(("file", "relative", "absolute", "because"), FILES)
def test_every_row_of_the_reference_is_reproduced_through_the_command(
    shared, file, relative, absolute, because
):
    frame = pl.read_csv(shared / f"reference/egfr/{file}.csv", infer_schema_length=None)
    asked = 0
    for column in frame.columns:
        if column in {"creat_mgdl", "cys_mgL", "age", "sex", "height_cm"}:
            continue
        if (file, column) in decided() and decided()[file, column]["equation"] == "":
            continue
        answered = add_egfr(frame, column, NAMES).collect()
        ours, theirs = answered[answered.columns[-2]], frame[column]
        rows = answered.filter(theirs.is_not_null())
        assert rows.height and rows[answered.columns[-2]].null_count() == 0, column
        difference = (ours - theirs).abs().drop_nulls()
        allowed = (theirs * relative + absolute).filter(theirs.is_not_null())
        assert (difference <= allowed).all(), column
        asked += 1
    assert asked >= 4


@pytest.mark.parametrize(("equation", "name", "given", "reason", "because"), REFUSED)
def test_an_input_outside_its_declaration_is_refused_with_the_reason(equation, name, given, reason, because):
    rule = EQUATIONS[equation]
    inputs = {each.name: GIVEN[each.name] for each in rule.inputs} | {name: given}
    inputs |= {"age_years": 75.0} if equation == "bis1" and name != "age_years" else {}
    assert rule(**inputs) == NotAssessable(reason), because


def test_every_id_is_one_rule_of_the_rule_book():
    rules = list(EQUATIONS.values())
    assert len({each.pin for each in rules}) == len(rules)
    assert all(each in RULES for each in rules)
    assert EQUATIONS["ckd_epi_cr_2021"].pin == "egfr.ckd_epi_cr@2021"


def test_a_term_for_race_stands_only_in_a_variant_that_is_named_so():
    for equation, rule in EQUATIONS.items():
        assert ("Black" in rule.title) == equation.endswith("_black")
        assert not any("race" in each.name or "black" in each.name for each in rule.inputs)


def test_recalled_equations_stay_out():
    assert not any("nankivell" in equation for equation in EQUATIONS)


def test_nothing_is_rounded_inside():
    answer = EQUATIONS["ckd_epi_cr_2021"](creatinine_mg_per_dl=1.0, age_years=50.0, sex="M")
    assert isinstance(answer, Value) and answer.value != pytest.approx(round(answer.value, 2), abs=1e-6)
