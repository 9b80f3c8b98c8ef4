"""Kidney function by cystatin C, proteinuria, KDIGO categories, indices of prognosis: through the whole pipeline."""

import math

import pytest

from graftrial import pipeline
from graftrial.clinical.rules import rule

HEAD = "subject_id,date,analyte,value,unit\n"
INFUSIONS = "subject_id,product_id,start,viable_cells,weight_kg\nS01,P1,2024-01-10,2.1e8,70\n"
ONE = '[study]\nid = "T"\ntitle = "T"\n[rules]\n{}\n'


def run(study_folder, study="", **tables):
    return pipeline.run(study_folder({"infusions": INFUSIONS, **tables}, study))


def results(study_folder, study="", **tables):
    return {row["key"]: row for row in run(study_folder, study, **tables).results.frame.iter_rows(named=True)}


def labs(*rows):
    return HEAD + "".join(f"S01,{row}\n" for row in rows)


CYSTATIN = labs(
    "2024-01-05,cystatin_c,1.2,mg/L", "2024-03-05,cystatin_c,1.6,mg/L", "2024-03-06,creatinine,1.4,mg/dL"
)


def test_a_cystatin_equation_answers_where_no_creatinine_was_measured(study_folder):
    rows = results(study_folder, ONE.format('"egfr.ckd_epi_cys" = "2012"'), labs=CYSTATIN)
    assert rows["egfr.S01.-5"]["rules"] == "egfr.ckd_epi_cys@2012"
    equation = rule("egfr.ckd_epi_cys", "2012")
    expected = equation(cystatin_c_mg_per_l=1.2, age_years=50 - 5 / 365.25, sex="F").value
    assert float(rows["egfr.S01.-5"]["value"]) == pytest.approx(expected, rel=1e-12)
    assert rows["egfr.S01.-5"]["sources"] == "labs/S01/2024-01-05//cystatin_c; subjects/S01"
    assert rows["egfr.S01.56"]["warnings"].startswith("cystatin_c_mg_per_l is missing")


def test_a_sample_that_the_equation_was_not_asked_with_leaves_no_outcome_open(study_folder):
    pinned = ONE.format('"egfr.ckd_epi_cys" = "2012"') + '\n[intake]\ncomplete = ["disposition"]\n'
    more = CYSTATIN + "S01,2024-05-05,cystatin_c,1.7,mg/L\n"
    assert results(study_folder, pinned, labs=more)["egfr_decline_50.S01"]["value"] == "no"


def test_a_combined_equation_needs_both_and_says_which_is_missing(study_folder):
    both = CYSTATIN + "S01,2024-03-05,creatinine,1.4,mg/dL\n"
    rows = results(study_folder, ONE.format('"egfr.ckd_epi_cr_cys" = "2021"'), labs=both)
    assert rows["egfr.S01.55"]["value"] is not None
    assert rows["egfr.S01.55"]["sources"] == (
        "labs/S01/2024-03-05//creatinine; labs/S01/2024-03-05//cystatin_c; subjects/S01"
    )
    assert rows["egfr.S01.-5"]["warnings"].startswith("creatinine_mg_per_dl is missing")
    assert rows["egfr.S01.56"]["warnings"].startswith("cystatin_c_mg_per_l is missing")


def test_of_two_different_cystatins_of_a_day_none_is_chosen(study_folder):
    twice = (
        "subject_id,date,time,analyte,value,unit\nS01,2024-03-05,08:00,creatinine,1.4,mg/dL\n"
        "S01,2024-03-05,08:00,cystatin_c,1.2,mg/L\nS01,2024-03-05,18:00,cystatin_c,1.9,mg/L\n"
    )
    row = results(study_folder, ONE.format('"egfr.ckd_epi_cys" = "2012"'), labs=twice)["egfr.S01.55"]
    assert (row["value"], "several different" in row["warnings"]) == (None, True)


def test_a_creatinine_equation_is_not_disturbed_by_cystatin(study_folder):
    rows = results(study_folder, labs=CYSTATIN)
    assert "egfr.S01.-5" not in rows
    assert rows["egfr.S01.56"]["value"] is not None


def test_the_category_follows_every_egfr_and_both_ends(study_folder):
    creatinine = labs("2024-01-05,creatinine,1.5,mg/dL", "2024-06-05,creatinine,3.0,mg/dL")
    rows = results(study_folder, labs=creatinine)
    assert (rows["kdigo_g_baseline.S01"]["value"], rows["kdigo_g_last.S01"]["value"]) == ("G3b", "G4")
    assert rows["kdigo_g.S01.147"]["rules"] == "kidney.gfr_category@kdigo_2024; egfr.ckd_epi_cr@2021"
    change, first = float(rows["egfr_change.S01"]["value"]), float(rows["egfr_baseline.S01"]["value"])
    assert float(rows["egfr_change_percent.S01"]["value"]) == pytest.approx(100 * change / first)
    assert "kidney.egfr_change_percent@1" in rows["egfr_change_percent.S01"]["rules"]


def test_after_graft_loss_there_is_no_category_and_it_is_not_the_last_value(study_folder):
    creatinine = labs("2024-01-05,creatinine,1.5,mg/dL", "2024-06-05,creatinine,3.0,mg/dL")
    lost = "subject_id,milestone,date\nS01,graft_loss,2024-05-01\n"
    rows = results(study_folder, labs=creatinine, disposition=lost)
    assert rows["kdigo_g.S01.147"]["value"] is None
    assert rows["kdigo_g_last.S01"]["value"] == "G3b"


URINE = labs("2024-01-05,upcr,100,mg/mmol", "2024-06-05,UPCR,0.4,g/g", "2024-06-06,proteinuria,1.5,g/24h")


def test_proteinuria_is_compared_in_one_unit(study_folder):
    rows = results(study_folder, labs=URINE)
    assert (rows["upcr_baseline.S01"]["value"], rows["upcr_baseline.S01"]["unit"]) == ("884", "mg/g")
    assert float(rows["upcr_change.S01"]["value"]) == pytest.approx(400 - 884)
    assert (rows["kdigo_a_upcr_baseline.S01"]["value"], rows["kdigo_a_upcr_last.S01"]["value"]) == (
        "A3",
        "A2",
    )
    assert rows["upcr.S01.147"]["sources"] == "labs/S01/2024-06-05//UPCR"
    assert "kdigo_a_protein_24h.S01.148" not in rows


def test_an_estimate_has_a_name_a_unit_and_a_method_of_its_own(study_folder):
    subjects = "subject_id,sex,age_years,has_diabetes,has_hypertension\nS01,F,50,yes,no\n"
    rows = results(study_folder, subjects=subjects, labs=URINE)
    equation = rule("kidney.uacr_estimated_from_upcr", "2020")
    expected = equation(upcr_mg_per_g=400.0, sex="F", has_diabetes=True, has_hypertension=False).value
    row = rows["uacr_estimated.S01.147"]
    assert float(row["value"]) == pytest.approx(expected, rel=1e-12)
    assert row["unit"] == "mg/g, estimated" and row["method"].startswith("estimated from UPCR")
    assert "subjects/S01" in row["sources"]
    assert rows["kdigo_a_estimated.S01.147"]["method"].startswith("estimated from UPCR")
    assert rows["protein_24h_estimated_last.S01"]["value"] == "0.4"
    assert "uacr_baseline.S01" not in rows


def test_an_estimate_without_the_histories_says_what_is_missing_and_invents_nothing(study_folder):
    subjects = "subject_id,sex,age_years,has_diabetes,has_hypertension\nS01,F,50,yes,\n"
    row = results(study_folder, subjects=subjects, labs=URINE)["uacr_estimated.S01.147"]
    assert (row["value"], row["warnings"]) == (None, "has_hypertension is missing")
    assert not any(key.startswith("uacr_estimated") for key in results(study_folder, labs=URINE))


DONOR = (
    "subject_id,sex,age_years,transplant_date,donor_type,donor_age_years,donor_height_cm,donor_weight_kg,"
    "donor_hypertension,donor_diabetes,donor_died_of_stroke,donor_circulatory_death,"
    "donor_creatinine_mg_per_dl,has_diabetes,had_previous_transplant,dialysis_years\n"
)
DECEASED = "S01,F,50,2023-01-10,deceased,52,183,81,{},no,yes,yes,1.7,no,no,2\n"
DONOR_PINS = '"prognosis.kdri" = "refit_2024"\n"prognosis.kdpi" = "refit_2024_population_2023"\n"prognosis.epts" = "optn_2018"'


def donor(history="yes"):
    return DONOR + DECEASED.format(history)


def test_donor_and_recipient_indices_are_those_of_the_pinned_editions(study_folder):
    rows = results(study_folder, ONE.format(DONOR_PINS), subjects=donor())
    asked = rule("prognosis.kdri", "refit_2024")
    expected = asked(
        donor_age_years=52.0,
        donor_height_cm=183.0,
        donor_weight_kg=81.0,
        donor_has_hypertension=True,
        donor_has_diabetes=False,
        donor_died_of_stroke=True,
        donor_creatinine_mg_per_dl=1.7,
        donor_died_of_circulatory_arrest=True,
    ).value
    assert float(rows["prognosis.kdri.S01"]["value"]) == pytest.approx(expected, rel=1e-12)
    assert rows["prognosis.kdpi.S01"]["rules"] == "prognosis.kdpi@refit_2024_population_2023"
    raw = 0.047 * (49 - 25) + 0.315 * math.log(3)
    percent = rule("prognosis.epts", "optn_2018")(epts_raw=raw).value
    assert rows["prognosis.epts.S01"]["value"] == str(percent)


def test_a_history_that_the_registry_calls_unknown_is_a_share_for_kdpi_and_open_for_kdri(study_folder):
    rows = results(study_folder, ONE.format(DONOR_PINS), subjects=donor("unknown"))
    assert rows["prognosis.kdri.S01"]["warnings"] == "donor_has_hypertension is missing"
    assert rows["prognosis.kdpi.S01"]["value"] is not None


def test_a_living_donor_has_no_kdpi(study_folder):
    rows = results(study_folder, ONE.format(DONOR_PINS), subjects=donor().replace("deceased", "living"))
    assert (rows["prognosis.kdpi.S01"]["value"], rows["prognosis.kdpi.S01"]["warnings"]) == (
        None,
        "undefined for a living donor",
    )


def test_without_a_pin_nothing_is_said_of_prognosis(study_folder):
    assert not any(key.startswith("prognosis") for key in results(study_folder, subjects=donor()))


IBOX = (
    ONE.format(
        '"egfr.ckd_epi_cr" = "2021"\n"prognosis.ibox_full" = "2023"\n"prognosis.ibox_abbreviated" = "2023"'
    )
    + '[thresholds]\n"antibodies.cutoff_mfi" = 1000\n[schedule]\nvisits = '
    '[{ id = "M6", day = 180, earliest = 160, latest = 200 }]\n'
)
EVERYTHING = {
    "labs": labs(
        "2024-01-05,creatinine,1.5,mg/dL",
        "2024-01-05,upcr,400,mg/g",
        "2024-07-08,creatinine,2.0,mg/dL",
        "2024-07-08,upcr,900,mg/g",
    ),
    "antibodies": (
        "subject_id,date,specificity,mfi,donor_specific\nS01,2024-01-05,DQ7,6000,yes\nS01,2024-07-08,DQ7,900,yes\n"
    ),
    "biopsies": (
        "subject_id,biopsy_id,date,g,ptc,i,t,ci,ct,cg\nS01,B1,2024-01-04,1,2,0,0,1,1,1a\nS01,B2,2024-07-07,0,,0,0,1,2,2\n"
    ),
}


def test_ibox_is_a_relative_hazard_with_its_context_and_its_inputs(study_folder):
    rows = results(study_folder, IBOX, subjects=donor(), **EVERYTHING)
    first, later = (rows[f"prognosis.ibox_abbreviated.S01.{time}"] for time in ("baseline", "m6"))
    hazard = rows["prognosis.ibox_abbreviated.relative_hazard.S01.m6"]
    assert float(hazard["value"]) == pytest.approx(math.exp(float(later["value"]) - float(first["value"])))
    assert "never a survival probability" in first["method"] and "6 to 24 months" in first["method"]
    assert "antibodies/S01/2024-07-08/DQ7" in hazard["sources"]
    assert first["warnings"] == ""
    egfr = float(rows["egfr_baseline.S01"]["value"])
    expected = (
        math.log(1.12) * 365 / 365.25 - math.log(1.12) * 5 / 365.25 + math.log(0.95) * egfr
        + math.log(1.59) * math.log(0.4) + math.log(1.84)
    )  # fmt: skip
    assert float(first["value"]) == pytest.approx(expected, rel=1e-9)


def test_a_missing_lesion_leaves_the_full_form_open_and_the_other_answered(study_folder):
    rows = results(study_folder, IBOX, subjects=donor(), **EVERYTHING)
    assert rows["prognosis.ibox_full.S01.baseline"]["value"] is not None
    full = rows["prognosis.ibox_full.S01.m6"]
    assert (full["value"], "ptc is missing" in full["warnings"]) == (None, True)


def test_outside_six_to_twenty_four_months_it_is_called_exploratory(study_folder):
    late = donor().replace("2023-01-10", "2012-01-10")
    row = results(study_folder, IBOX, subjects=late, **EVERYTHING)["prognosis.ibox_full.S01.baseline"]
    assert "exploratory: outside 6 to 24 months after transplantation" in row["warnings"]


def test_micromoles_written_as_milligrams_are_asked_about_and_never_converted(study_folder):
    walked = run(
        study_folder, labs=labs("2024-01-05,creatinine,132,mg/dL", "2024-02-05,creatinine,1.5,mg/dL")
    )
    asked = [each for each in walked.checked.findings if each.code == "GT-LAB-004"]
    assert [(each.table, each.column) for each in asked] == [("labs", "value")]
    assert "umol/L" in asked[0].why
    rows = {row["key"]: row for row in walked.results.frame.iter_rows(named=True)}
    assert rows["egfr.S01.-5"]["value"] is None
    assert rows["egfr.S01.26"]["value"] is not None


def test_a_donor_creatinine_in_micromoles_is_a_finding_and_no_index(study_folder):
    walked = run(study_folder, ONE.format(DONOR_PINS), subjects=donor().replace(",1.7,", ",150,"))
    columns = {each.column for each in walked.checked.findings}
    assert "donor_creatinine_mg_per_dl" in columns
    rows = {row["key"]: row for row in walked.results.frame.iter_rows(named=True)}
    assert rows["prognosis.kdri.S01"]["value"] is None


@pytest.mark.parametrize(
    "key",
    ["upcr_change.S01", "prognosis.ibox_full.S01.baseline", "kdigo_g_last.S01", "kdigo_a_upcr_last.S01"],
)
def test_each_number_walks_back_to_its_cells(study_folder, key):
    walk = pipeline.explain(run(study_folder, IBOX, subjects=donor(), **EVERYTHING), key)
    assert walk.cells and all(each.file.startswith("tables/") and each.row for each in walk.cells)


def test_proteinuria_and_prognosis_do_not_depend_on_the_order_of_rows(study_folder):
    turned = {
        name: "".join([head, *reversed(rows)])
        for name, (head, *rows) in (
            (name, text.splitlines(keepends=True)) for name, text in EVERYTHING.items()
        )
    }
    both = [run(study_folder, IBOX, subjects=donor(), **tables) for tables in (EVERYTHING, turned)]
    assert both[0].results.exported().equals(both[1].results.exported())
