"""Narratives: which events, what each sentence says and cites, what outsiders see, and signed ones that stay."""

import csv
import re

import polars as pl
import pytest

from graftrial import pipeline
from graftrial.cli import main
from graftrial.report.narratives import as_frame, as_text, write_narratives

TABLES = {
    "subjects": "subject_id,sex,age_years,donor_type,years_since_transplant,primary_disease\nS01,F,47.3,living,6.24,\nS02,,,,,\n",
    "infusions": "subject_id,product_id,start,given_cells_per_kg\nS01,P1,2024-01-10,2e6\nS01,P2,2024-03-10,2e6\n",
    "labs": "subject_id,date,analyte,value,unit\nS01,2024-02-01,creatinine,1.8,mg/dL\nS01,2024-02-20,creatinine,2.6,mg/dL\n"
    "S01,2024-06-01,creatinine,1.9,mg/dL\n",
    "biopsies": "subject_id,biopsy_id,date,pathologist_diagnosis,edition_used,g,ptc,tma\n"
    "S01,B0,2023-12-01,chronic_active_amr,2019,2,1,absent\nS01,B1,2024-02-22,no_rejection,2019,0,0,present\n",
    "treatments": "subject_id,treatment,start,end,dose,dose_unit\nS01,tacrolimus,2020-01-01,,4,mg/day\n"
    "S01,IVIG,2023-11-01,2023-11-05,,\nS01,aspirin,,,,\n",
    "adverse_events": "subject_id,ae_id,series_id,term,meddra_pt,start,grade,ctcae_edition,serious,serious_hospitalisation,"
    "outcome,expected,related_cells_investigator,related_cells_sponsor,causality_reason_investigator,led_to_withdrawal,"
    "treated_with,aware_date\n"
    "S01,1,A,clots of Mrs Jones,Thrombotic microangiopathy,2024-02-12,2,5.0,no,,recovering,,,,,,,\n"
    "S01,2,A,clots of Mrs Jones,Thrombotic microangiopathy,2024-02-19,4,5.0,yes,yes,recovered,no,possible,unlikely,"
    "close in time,,eculizumab,2024-02-20\n"
    "S01,3,,rash,Rash,2024-02-14,1,5.0,no,,recovered,,,,,yes,,\n"
    "S01,4,,cough,Cough,2024-02-14,1,5.0,no,,recovered,,,,,,,\n"
    "S02,1,,something,,,,,,,,,,,,,,\n",
}  # fmt: skip
STUDY = '\n[safety.reporting]\nspecial_interest = ["COUGH"]\n'


@pytest.fixture
def written(study_folder):
    run = pipeline.run(study_folder(TABLES, STUDY))
    return {each.name: each for each in write_narratives(run.checked.study, run.derived.frames)}


def said(narrative, kind):
    return " ".join(each.text for each in narrative.sentences if each.kind == kind)


def test_serious_withdrawal_special_interest_and_unknown_seriousness_get_one(written):
    because = {name: each.because for name, each in written.items()}
    assert because == {
        "S01-2": "serious",
        "S01-3": "led to withdrawal",
        "S01-4": "of special interest",
        "S02-1": "seriousness not reported",
    }


def test_the_sentences_say_what_the_rows_hold(written):
    it = written["S01-2"]
    assert said(it, "who") == "Subject S01 is a woman of 47.3 years; primary kidney disease: not reported."
    assert "from a living donor, was transplanted 6.2 years before the first infusion" in said(it, "graft")
    assert "day −40, was read as chronic active AMR (Banff 2019): g2, ptc1; TMA absent" in said(
        it, "rejection"
    )
    assert "on day 0" in said(it, "product") and "40 days after the last" in said(it, "product")
    assert "After the onset" in said(it, "product") and "on day 60" in said(it, "product")
    assert "grade 2 (CTCAE 5.0) from day 33 and grade 4 (CTCAE 5.0) from day 40" in said(it, "course")
    assert said(it, "laboratory").endswith("2.6 mg/dL on day 41.")
    assert "1.9 mg/dL" not in said(it, "laboratory"), "outside the window"
    assert "on day 43 was read as no rejection" in said(it, "biopsy") and "TMA present" in said(it, "biopsy")
    assert "Rash on day 35 and Cough on day 35" in said(it, "others")
    assert said(it, "treatment") == "Treatment of the event: eculizumab."
    assert "possible in the judgement of the investigator (reason: close in time)" in said(it, "causality")
    assert "unlikely in the judgement of the sponsor (reason not reported)" in said(it, "causality")
    assert said(it, "expectedness").startswith("It was unexpected")
    assert "tacrolimus 4 mg/day" in said(it, "concomitant")
    assert "not known whether they were in force: aspirin" in said(it, "concomitant")
    assert "IVIG" not in said(it, "concomitant"), "it ended before"
    assert said(it, "susar") == "Suspected unexpected serious adverse reaction: yes."


def test_what_is_unknown_is_written_as_not_reported(written):
    it = written["S02-1"]
    for kind in (
        "who",
        "graft",
        "onset",
        "course",
        "around",
        "treatment",
        "action",
        "outcome",
        "causality",
        "expectedness",
    ):
        assert "not reported" in said(it, kind), kind
    assert "Whether the event was serious is not reported" in said(it, "seriousness")
    assert "not assessable, because" in said(it, "susar")


def test_every_sentence_names_its_rows_and_they_exist(written, study_folder):
    run = pipeline.run(study_folder(TABLES, STUDY))
    keys = {key for frame in run.derived.frames.values() if "key" in frame.columns for key in frame["key"]}
    for narrative in written.values():
        for each in narrative.sentences:
            assert each.sources and set(each.sources) <= keys, each
    laboratory = next(each for each in written["S01-2"].sentences if each.kind == "laboratory")
    assert laboratory.sources == ("labs/S01/2024-02-20//creatinine",) or len(laboratory.sources) == 2
    results = run.results.frame.filter(pl.col("key") == "narrative.S01.2")
    assert set(written["S01-2"].sentences[0].sources) <= set(results["sources"].item().split("; "))


def test_each_number_stands_in_a_row_behind_it(written):
    frame = as_frame(tuple(written.values()))
    assert frame.height == sum(len(each.sentences) for each in written.values())
    assert frame.filter(pl.col("sources") == "").is_empty()


def run_report(folder, out, *more):
    with pytest.raises(SystemExit) as ended:
        main(["report", str(folder), "--out", str(out), *more])
    assert ended.value.code in (0, 4)


def test_for_outsiders_no_date_no_age_and_no_words_of_a_person(study_folder, tmp_path):
    run_report(study_folder(TABLES, STUDY), tmp_path / "out", "--share")
    texts = [
        path.read_text(encoding="utf-8") for path in sorted((tmp_path / "out/generated_narratives").iterdir())
    ]
    texts.append((tmp_path / "out/narratives.csv").read_text(encoding="utf-8"))
    assert len(texts) == 5
    for text in texts:
        assert "Jones" not in text and "eculizumab" not in text and "close in time" not in text
        assert "47.3" not in text
        assert not re.search(r"20\d\d-\d\d", text)
    assert any("in the age band 40 to 49 years" in text for text in texts)
    assert any("on day 40" in text for text in texts), "study days stay"


def test_a_signed_narrative_is_compared_and_never_written_over(study_folder, tmp_path):
    folder = study_folder(TABLES, STUDY)
    run = pipeline.run(folder)
    generated = {each.name: as_text(each) for each in write_narratives(run.checked.study, run.derived.frames)}
    signed = folder / "narratives"
    signed.mkdir()
    changed = generated["S01-2"].replace("eculizumab", "plasma exchange")
    (signed / "S01-2.txt").write_text(changed, encoding="utf-8")
    (signed / "S01-3.txt").write_text(
        generated["S01-3"].replace("\n\n", "\r\n\r\n"), encoding="utf-8", newline=""
    )
    (signed / "S09-1.txt").write_text("nobody\n", encoding="utf-8")
    before = {path.name: path.read_bytes() for path in signed.iterdir()}
    out = tmp_path / "out"
    (out / "narratives").mkdir(parents=True)
    (out / "narratives/S01-2.txt").write_text("signed\n", encoding="utf-8")
    run_report(folder, out)
    assert (out / "narratives/S01-2.txt").read_text(encoding="utf-8") == "signed\n", (
        "nothing of that name is written"
    )
    assert {path.name: path.read_bytes() for path in signed.iterdir()} == before
    with (out / "derived/signed_narratives.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    assert {name: row["state"] for name, row in rows.items()} == {
        "S01-2": "differs",
        "S01-3": "same",
        "S09-1": "no such event",
    }
    assert rows["S01-2"]["differences"].split("\n") == [
        "− Treatment of the event: plasma exchange.",
        "+ Treatment of the event: eculizumab.",
    ]
    run_report(folder, tmp_path / "share", "--share")
    assert "plasma exchange" not in (tmp_path / "share/report.html").read_text(encoding="utf-8")
    assert "plasma exchange" not in (tmp_path / "share/derived/signed_narratives.csv").read_text(
        encoding="utf-8"
    )


def test_the_same_rows_in_another_order_give_the_same_text(study_folder):
    def texts(tables):
        run = pipeline.run(study_folder(tables, STUDY))
        return [as_text(each) for each in write_narratives(run.checked.study, run.derived.frames)]

    turned = {}
    for name, text in TABLES.items():
        head, *rows = text.splitlines()
        turned[name] = "\n".join([head, *reversed(rows)]) + "\n"
    assert texts(TABLES) == texts(turned)
