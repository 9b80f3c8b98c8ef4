"""Kidney outcomes, antibodies, exposure and product of a study: settled, open and not reported are told apart."""

import pytest

from graftrial import pipeline
from graftrial.errors import StudyFileError

INFUSIONS = "subject_id,product_id,start,viable_cells,weight_kg\nS01,P1,2024-01-10,2.1e8,70\n"
CREATININE = "subject_id,date,analyte,value,unit\n" + "".join(
    f"S01,{date},creatinine,{value},mg/dL\n"
    for date, value in (
        ("2024-01-10", 1.0),
        ("2024-01-12", 1.6),
        ("2024-02-10", 1.6),
        ("2024-03-20", 2.1),
        ("2024-05-01", 2.2),
    )
)
COMPLETE = '\n[intake]\ncomplete = ["disposition", "treatments"]\n'
CUTOFF = '\n[thresholds]\n"antibodies.cutoff_mfi" = 1000\n"antibodies.saturation_mfi" = 9000\n'
SERA = (
    "subject_id,date,specificity,mfi\nS01,2024-01-05,A2,9500\nS01,2024-01-05,B8,4000\n"
    "S01,2024-04-05,A2,3000\nS01,2024-04-05,B8,800\n"
)
TYPINGS = "subject_id,person,locus,allele_1,allele_2\nS01,recipient,A,A1,A3\nS01,donor,A,A2,A3\nS01,recipient,B,B7,B44\nS01,donor,B,B8,\n"


def results(study_folder, study="", **tables):
    run = pipeline.run(study_folder({"infusions": INFUSIONS, **tables}, study))
    return {row["key"]: row for row in run.results.frame.iter_rows(named=True)}


def test_a_decline_counts_only_when_a_later_value_confirms_it(study_folder):
    rows = results(study_folder, COMPLETE, labs=CREATININE)
    assert (rows["egfr_decline_30.S01"]["value"], rows["egfr_decline_30.S01"]["lower"]) == ("yes", "2")
    assert (rows["egfr_decline_50.S01"]["value"], rows["egfr_decline_50.S01"]["lower"]) == ("yes", "70")
    assert rows["creatinine_doubled.S01"]["value"] == "yes"
    assert rows["kidney_failure.S01"]["value"] == "no"


def test_a_last_value_that_nothing_confirms_leaves_the_decline_open(study_folder):
    labs = "".join(CREATININE.splitlines(keepends=True)[:3])
    row = results(study_folder, COMPLETE, labs=labs)["egfr_decline_30.S01"]
    assert row["value"] is None
    assert "28 days" in row["warnings"]


def test_no_failure_is_claimed_while_dialysis_is_not_reported(study_folder):
    row = results(study_folder, labs=CREATININE)["kidney_failure.S01"]
    assert (row["value"], row["warnings"]) == (None, "whether dialysis was begun is not reported")


def test_dialysis_is_kidney_failure_from_its_day_on(study_folder):
    disposition = "subject_id,milestone,date\nS01,dialysis,2024-03-01\n"
    row = results(study_folder, labs=CREATININE, disposition=disposition)["kidney_failure.S01"]
    assert (row["value"], row["lower"]) == ("yes", "51")
    assert "disposition/S01/dialysis" in row["sources"]


def test_a_rise_in_the_first_week_is_staged_against_the_day_of_infusion(study_folder):
    row = results(study_folder, COMPLETE, labs=CREATININE)["aki_stage.S01"]
    assert (row["value"], row["rules"]) == ("1", "kidney.acute_injury_stage@kdigo_2012")


def test_without_a_value_in_the_first_week_there_is_no_stage(study_folder):
    labs = "".join(CREATININE.splitlines(keepends=True)[:2])
    row = results(study_folder, COMPLETE, labs=labs)["aki_stage.S01"]
    assert (row["value"], row["warnings"]) == (None, "no creatinine on day 1 to 7 after an infusion")


def test_the_sensitivity_set_answers_beside_the_pinned_equation(study_folder):
    study = '\n[kidney_function]\nsensitivity = ["krs_2023", "ekfc_cr_cys"]\n'
    rows = results(study_folder, study, labs=CREATININE)
    assert rows["egfr_under.krs_2023.S01.0"]["rules"] == "egfr.krs@2023"
    assert float(rows["egfr_under.krs_2023.S01.0"]["value"]) != float(rows["egfr.S01.0"]["value"])
    assert rows["egfr_under.ekfc_cr_cys.S01.0"]["warnings"] == "cystatin_c_mg_per_l is missing"


def test_an_unknown_equation_of_the_sensitivity_set_is_refused(study_folder):
    with pytest.raises(StudyFileError, match="krs_2023"):
        results(study_folder, '\n[kidney_function]\nsensitivity = ["krs_2032"]\n', labs=CREATININE)


def test_another_equation_may_be_the_pinned_one(study_folder):
    study = '[study]\nid = "T"\ntitle = "T"\n[rules]\n"egfr.krs" = "2023"\n'
    assert results(study_folder, study, labs=CREATININE)["egfr.S01.0"]["rules"] == "egfr.krs@2023"


def test_antibodies_are_specific_by_typing_and_positive_by_the_pinned_cutoff(study_folder):
    rows = results(study_folder, CUTOFF, antibodies=SERA, hla=TYPINGS)
    assert rows["dsa.count.S01.-5"]["value"] == "2"
    assert rows["dsa.sum_mfi.S01.-5"]["value"] == "13500"
    assert "saturated" in rows["dsa.immunodominant_mfi.S01.-5"]["warnings"]
    assert rows["dsa.immunodominant_mfi.S01.86"]["value"] == "3000"
    assert rows["dsa.count.S01.86"]["value"] == "1"
    assert rows["dsa.response.S01"]["value"] == "fall_ge_50"
    assert rows["dsa.response.S01"]["sources"].count("antibodies/S01") == 4


def test_without_a_pinned_cutoff_an_intensity_is_neither_positive_nor_negative(study_folder):
    row = results(study_folder, antibodies=SERA, hla=TYPINGS)["dsa.count.S01.86"]
    assert (row["value"], row["lower"], row["upper"]) == (None, "0", "2")
    assert "pins no antibodies.cutoff_mfi" in row["method"]


def test_a_blank_second_allele_is_unknown_unless_the_study_pins_homozygous(study_folder):
    assert results(study_folder, hla=TYPINGS)["hla_mismatch.b.S01"]["value"] is None
    pinned = '[study]\nid = "T"\ntitle = "T"\n[rules]\n"hla.mismatches" = "blank_is_homozygous"\n'
    rows = results(study_folder, pinned, hla=TYPINGS)
    assert (rows["hla_mismatch.b.S01"]["value"], rows["hla_mismatch.a.S01"]["value"]) == ("1", "1")
    assert rows["hla_mismatch.a.S01"]["sources"] == "hla/S01/donor/A; hla/S01/recipient/A"


THERAPY = '\n[standard_therapy]\ncourses = [{ treatment = "IVIG", sessions = 5 }]\n'
TREATMENTS = (
    "subject_id,treatment,start,end,dose,dose_unit,sessions\nS01,IVIG,2023-12-01,2023-12-20,100,mg/kg,{}\n"
)


@pytest.mark.parametrize(("sessions", "told"), [(5, "yes"), (4, "no"), ("", None)])
def test_standard_therapy_is_complete_not_complete_or_open(study_folder, sessions, told):
    treatments = TREATMENTS.format(sessions)
    rows = results(study_folder, THERAPY, treatments=treatments)
    assert rows["exposure.standard_therapy_complete.S01"]["value"] == told


def test_a_dose_per_kg_is_summed_to_a_whole_dose(study_folder):
    subjects = "subject_id,sex,age_years,weight_kg\nS01,F,50,60\n"
    rows = results(study_folder, subjects=subjects, treatments=TREATMENTS.format(5))
    assert (rows["exposure.ivig.S01"]["value"], rows["exposure.ivig.S01"]["unit"]) == ("30000", "mg")


def test_tacrolimus_varies_only_from_three_troughs_on(study_folder):
    head = "subject_id,date,analyte,value,unit\n"
    troughs = [f"S01,2024-0{month}-01,tacrolimus,{month + 4},ng/mL\n" for month in (1, 2, 3)]
    rows = results(study_folder, labs=head + "".join(troughs))
    assert float(rows["tacrolimus.cv_percent.S01"]["value"]) == pytest.approx(100 / 6)
    assert (
        results(study_folder, labs=head + "".join(troughs[:2]))["tacrolimus.cv_percent.S01"]["value"] is None
    )


RELEASE = '\n[product]\nname = "MSC"\nautologous = true\nrelease_tests = ["viability", "sterility"]\n'
PRODUCT = "product_id,subject_id,donor_id\nP1,{},{}\n"
TESTS = "product_id,test,result,lower_limit,verdict\nP1,viability,95,80,passed\n"


@pytest.mark.parametrize(
    ("verdict", "told"), [("passed", "passed"), ("failed", "failed"), ("pending", "pending"), (None, None)]
)
def test_a_release_is_passed_failed_pending_or_open(study_folder, verdict, told):
    tests = TESTS + (f"P1,sterility,,,{verdict}\n" if verdict else "")
    rows = results(study_folder, RELEASE, products=PRODUCT.format("S01", "S01"), product_tests=tests)
    assert rows["product.release.P1"]["value"] == told


@pytest.mark.parametrize(
    ("person", "donor", "told"), [("S01", "S01", "intact"), ("S02", "S02", "broken"), ("S01", "", None)]
)
def test_the_chain_of_identity_is_intact_broken_or_open(study_folder, person, donor, told):
    subjects = "subject_id,sex,age_years\nS01,F,50\nS02,M,60\n"
    rows = results(study_folder, RELEASE, subjects=subjects, products=PRODUCT.format(person, donor))
    assert rows["product.identity.S01"]["value"] == told


def test_results_do_not_depend_on_the_order_of_rows(study_folder):
    labs = CREATININE + "".join(
        f"S01,2024-0{month}-02,tacrolimus,{value},ng/mL\n"
        for month, value in enumerate((5.1, 7.3, 6.7, 9.9, 4.3, 8.1), start=1)
    )
    tables = {
        "labs": labs,
        "antibodies": SERA,
        "hla": TYPINGS,
        "products": PRODUCT.format("S01", "S01"),
    }
    turned = {
        name: "".join([head, *reversed(rows)])
        for name, (head, *rows) in ((name, text.splitlines(keepends=True)) for name, text in tables.items())
    }
    runs = [pipeline.run(study_folder({"infusions": INFUSIONS, **each}, CUTOFF)) for each in (tables, turned)]
    first, second = (run.results.exported() for run in runs)
    assert first.equals(second)
