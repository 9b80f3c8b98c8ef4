"""The examples say what their sources say: every printed grade, no inferred one, nothing where nothing is printed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from graftrial import checks, intake
from graftrial.intake.declaration import tables
from graftrial.simulate import write_synthetic_study
from graftrial.simulate.folder import NOT_INVENTED
from graftrial.study import load

EXAMPLES = Path(__file__).parents[2] / "examples"
LATE_AMR = EXAMPLES / "late-amr-published"
KOREA = EXAMPLES / "korea-2021-published"
MATHEW = EXAMPLES / "mathew-2018-published"
SYNTHETIC = EXAMPLES / "late-amr-synthetic"
PUBLISHED = (LATE_AMR, KOREA, MATHEW)
Rows = list[dict[str, str]]

# our column, their item
LESIONS = {
    name: name
    for name in ("g", "ptc", "c4d", "cg", "v", "cv", "i", "t", "ti", "i_ifta", "t_ifta", "ci", "ct")
}
LESIONS |= {"ah": "ah", "aah": "aah", "mm": "mm", "c4d_method": "c4d_method", "tma": "tma"}
LESIONS |= {"n_glomeruli": "glomeruli_sampled", "gs_percent": "glomeruli_globally_sclerotic_percent"}
NOMINAL_DAY = {"3": "91", "12": "365", "24": "730"}


def rows(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def table(example: Path, name: str) -> Rows:
    return rows(example / "tables" / f"{name}.csv")


@pytest.fixture(scope="module")
def published(shared: Path) -> Path:
    return shared / "knowledge/published_patients"


@pytest.mark.parametrize(
    ("example", "folder"), [(LATE_AMR, "nct03585855_index"), (KOREA, "korea_2021_allogeneic_msc")], ids=str
)
def test_every_printed_grade_is_a_value_and_no_other_is(published: Path, example: Path, folder: str) -> None:
    ours = {(row["subject_id"], row["biopsy_id"]): row for row in table(example, "biopsies")}
    printed: dict[tuple[str, str], dict[str, str]] = {}
    for fact in rows(published / folder / "biopsies.csv"):
        value = fact["value"] if fact["mark"] == "verbatim" else ""
        printed.setdefault((fact["subject_id"], fact["biopsy_id"]), {})[fact["item"]] = value
    assert ours.keys() == printed.keys()
    for biopsy, facts in printed.items():
        for column, item in LESIONS.items():
            assert ours[biopsy].get(column, "") == facts.get(item, ""), (biopsy, column)


def test_inferred_grades_of_the_index_case_are_shown_apart(published: Path) -> None:
    inferred: dict[str, list[str]] = {}
    for fact in rows(published / "nct03585855_index/biopsies.csv"):
        if fact["mark"] == "inferred":
            inferred.setdefault(fact["biopsy_id"], []).append(f"{fact['item']}={fact['inferred_value']}")
    shown = {row["biopsy_id"]: row["inferred_scores"].split("; ") for row in table(LATE_AMR, "biopsies")}
    assert shown == inferred


def test_the_index_case_is_who_the_source_says_and_nothing_more(published: Path) -> None:
    (source,) = rows(published / "nct03585855_index/subjects.csv")
    (subject,) = table(LATE_AMR, "subjects")
    filled = {name for name, cell in subject.items() if cell}
    assert filled == {"subject_id", "sex", "age_years", "cohort", "medical_history", "source", "note"}
    for column in ("subject_id", "sex", "age_years", "medical_history"):
        assert subject[column] == source[column]


def test_the_index_case_was_infused_with_an_unknown_dose_on_an_unknown_day() -> None:
    (infusion,) = table(LATE_AMR, "infusions")
    assert {name for name, cell in infusion.items() if cell} == {"subject_id", "product_id", "source", "note"}
    dated = [row for row in table(LATE_AMR, "disposition") if row["date"]]
    assert dated == []
    assert [row["milestone"] for row in table(LATE_AMR, "disposition")] == [
        "enrolled",
        "infused",
        "graft_loss",
    ]


def test_the_event_of_the_index_case_has_no_onset_grade_or_causality(published: Path) -> None:
    source = next(
        row for row in rows(published / "nct03585855_index/events.csv") if row["event_id"] == "EV-1"
    )
    (event,) = table(LATE_AMR, "adverse_events")
    assert (event["ae_id"], event["serious"]) == ("EV-1", source["is_serious"])
    assert event["term"] in source["source_words"]
    empty = ("start", "end", "grade", "related_cells_investigator", "related_cells_sponsor", "outcome")
    assert [event[name] for name in empty] == [""] * len(empty)


def test_what_is_known_only_as_an_aggregate_is_never_a_patient() -> None:
    assert [row["subject_id"] for row in table(LATE_AMR, "subjects")] == ["INDEX"]
    counts = {row["statement"]: (row["events"], row["n"]) for row in table(LATE_AMR, "reported")}
    assert counts["treated"] == ("3", "3")
    assert counts["patients_with_serious_adverse_events"] == ("1", "3")
    assert counts["amr_improved"] == ("0", "3")
    assert counts["registry_enrolment"] == ("4", "")
    assert counts["grafts_lost"] == ("", ""), "between 1 and 3 is not a count"


def test_registry_and_paper_stand_side_by_side() -> None:
    study = load(LATE_AMR)
    said = {each.item: {one.source: one.value for one in each.statements} for each in study.discrepancies}
    assert said["dose"] == {"registry": "2 × 10⁶ cells/kg", "paper": "3 × 10⁶ cells/kg"}
    assert said["enrolled"] == {"registry": "4", "paper": "3"}
    assert said.keys() == {"dose", "timing of the cells", "enrolled", "phase", "comparator"}
    in_force = {each.item: each.in_force for each in study.discrepancies if each.in_force}
    assert in_force == {"dose": "paper", "timing of the cells": "paper"}
    assert study.dose.planned_cells_per_kg == 3e6
    assert study.safety.rules == ()


def test_the_korean_patients_are_as_printed(published: Path) -> None:
    ours = {row["subject_id"]: row for row in table(KOREA, "subjects")}
    same = {
        **{
            name: name
            for name in ("age_years", "sex", "height_cm", "weight_kg", "donor_age_years", "donor_sex")
        },
        "donor_type": "donor_type",
        "n_previous_amr_treatments": "n_previous_amr_treatments",
        "primary_disease": "primary_kidney_disease",
        "medical_history": "comorbidity",
        "dsa_at_enrolment": "dsa_as_printed",
    }
    for source in rows(published / "korea_2021_allogeneic_msc/subjects.csv"):
        subject = ours.pop(source["subject_id"])
        assert {name: subject[name] for name in same} == {name: source[item] for name, item in same.items()}
        years = float(source["months_transplant_to_cells"]) / 12
        assert float(subject["years_since_transplant"]) == pytest.approx(years, abs=0.001)
        assert f"KDPI {source['kdpi_as_printed']}" in subject["note"]
    assert ours == {}


def test_the_doses_of_mathew_are_totals_on_day_60_after_transplantation(published: Path) -> None:
    assert load(MATHEW).schedule.anchor == "transplant"
    ours = {row["subject_id"]: row for row in table(MATHEW, "infusions")}
    cohorts = {row["subject_id"]: row["cohort"] for row in table(MATHEW, "subjects")}
    source = rows(published / "mathew_2018_treg/subjects.csv")
    assert len(ours) == len(source) == 9
    for fact in source:
        infusion = ours[fact["subject_id"]]
        assert float(infusion["viable_cells"]) == float(fact["cells_total_1e9"]) * 1e9
        assert (infusion["start_day"], infusion["weight_kg"]) == (fact["infusion_day"], "")
        assert cohorts[fact["subject_id"]] == f"dose_level_{fact['dose_level']}"


def test_every_assessment_of_mathew_is_there_once(published: Path) -> None:
    facts = rows(published / "mathew_2018_treg/assessments.csv")
    words = {
        (f["subject_id"], NOMINAL_DAY[f["nominal_month"]]): f["as_printed"]
        for f in facts
        if f["assessment"] == "biopsy"
    }
    assert {
        (row["subject_id"], row["day"]): row["diagnosis_words"] for row in table(MATHEW, "biopsies")
    } == words
    signs = {
        (f["subject_id"], NOMINAL_DAY[f["nominal_month"]]): f["value"]
        for f in facts
        if f["assessment"] == "dsa"
    }
    verdict = {"yes": "positive", "no": "negative"}
    assert {(r["subject_id"], r["day"]): verdict[r["positive"]] for r in table(MATHEW, "antibodies")} == signs
    assert {r["milestone"] for r in table(MATHEW, "disposition")} == {"infused", "last_contact"}, (
        "no graft was lost"
    )


def test_nr_of_mathew_means_no_rejection_and_subject_8_keeps_both_statements() -> None:
    codes = {
        (row["subject_id"], row["diagnosis_words"]): row["pathologist_diagnosis"]
        for row in table(MATHEW, "biopsies")
    }
    assert {code for (_, words), code in codes.items() if words == "NR"} == {"no_rejection"}
    assert codes["8", "SCR C4d+"] == "subclinical_rejection"
    (discrepancy,) = load(MATHEW).discrepancies
    assert {each.source for each in discrepancy.statements} == {"abstract", "table"}


@pytest.mark.parametrize("example", PUBLISHED, ids=lambda path: path.name)
def test_every_published_row_names_its_source(example: Path) -> None:
    for path in sorted((example / "tables").glob("*.csv")):
        assert "source" in tables()[path.stem].columns, path.stem
        assert [row for row in rows(path) if not row["source"]] == [], path.stem
    assert (example / "SOURCES.md").is_file()
    assert load(example).study.synthetic is False


@pytest.mark.parametrize("example", [*PUBLISHED, SYNTHETIC], ids=lambda path: path.name)
def test_no_example_has_a_finding_that_blocks_or_withholds_a_row(example: Path) -> None:
    study = load(example)
    typed = intake.type_tables(intake.read(example, study.intake), study.intake)
    found = [*typed.findings, *checks.run(study, typed)]
    assert [each.where() for each in found if each.blocking or each.withholds in ("row", "table")] == []


def test_simulate_reproduces_the_synthetic_example_byte_for_byte(tmp_path: Path) -> None:
    made = write_synthetic_study(tmp_path, 12, 20260101)
    tables_and_study = [each for each in made if "worked_patients" not in each.parts]
    assert len(tables_and_study) == len(tables()) - len(NOT_INVENTED) + 2
    for path in made:
        committed = SYNTHETIC / path.relative_to(tmp_path)
        assert path.read_bytes() == committed.read_bytes(), path.name
    kept = {path.relative_to(SYNTHETIC) for path in SYNTHETIC.rglob("*") if path.is_file()}
    assert kept == {path.relative_to(tmp_path) for path in made} | {Path("SOURCES.md")}
