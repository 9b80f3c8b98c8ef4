"""What outsiders rely on: columns, fixed keys, exit codes, and the same bytes whatever the order of rows."""

import csv
import json
import random
import re

import pytest

from graftrial import pipeline
from graftrial.cli import main
from tests.conftest import ROOT

COLUMNS = "key,value,unit,n,denominator,not_assessable,lower,upper,method,warnings,rules,sources"
TABLES = {
    "subjects": "subject_id,sex,age_years\nS01,M,55\nS02,F,44\nS03,F,61\n",
    "infusions": "subject_id,product_id,start,viable_cells,weight_kg\nS01,P1,2024-01-10,2.1e8,70\nS02,P2,2024-02-01,1.5e8,50\n",
    "products": "product_id,subject_id,autologous\nP1,S01,yes\nP2,S02,yes\n",
    "labs": "subject_id,date,analyte,value,unit\nS01,2024-01-10,creatinine,1.09,mg/dL\nS01,2024-02-07,creatinine,120,umol/L\n"
    "S02,2024-02-01,creatinine,2.0,mg/dL\n",
    "adverse_events": "subject_id,ae_id,term,start,grade,ctcae_edition,serious,serious_hospitalisation\n"
    "S01,1,Fever,2024-01-12,2,5.0,yes,yes\nS01,2,Cough,2024-01-15,1,5.0,no,\nS02,1,Rash,2024-03,1,5.0,,\n",
}


def exit_code(*arguments):
    with pytest.raises(SystemExit) as ended:
        main([str(each) for each in arguments])
    return ended.value.code


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return {row["key"]: row for row in csv.DictReader(file)}


def test_a_report_leaves_the_promised_files_and_columns(study_folder, tmp_path):
    out = tmp_path / "out"
    assert exit_code("report", study_folder(TABLES), "--out", out) == 0
    for name in (
        "report.html",
        "summary.html",
        "results.csv",
        "results.parquet",
        "findings.csv",
        "manifest.json",
        "figures",
        "derived",
    ):
        assert (out / name).exists(), name
    assert (out / "results.csv").read_text(encoding="utf-8").splitlines()[0] == COLUMNS
    header = (out / "findings.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header == "code,severity,blocking,table,row,column,subject_id,why,fix"


def test_the_fixed_keys_have_their_values(study_folder, tmp_path):
    exit_code("report", study_folder(TABLES), "--out", tmp_path / "out")
    rows = rows_of(tmp_path / "out/results.csv")
    assert rows["disposition.infused"]["value"] == "2"
    assert rows["ae.serious.subjects"]["value"] == "1"
    assert rows["ae.serious.events"]["value"] == "1"
    assert rows["ae.serious.subjects"]["denominator"] == "2"
    assert rows["ae.serious.subjects"]["not_assessable"] == "1"
    assert float(rows["dose.given_cells_per_kg.S01"]["value"]) == 3e6
    assert float(rows["egfr.S01.0"]["value"]) == pytest.approx(80.15158975, rel=1e-9)
    assert rows["egfr.S01.28"]["rules"] == "egfr.ckd_epi_cr@2021"
    assert rows["egfr.S01.28"]["sources"] == "labs/S01/2024-02-07//creatinine; subjects/S01"


def test_results_are_the_same_bytes_under_any_order_of_rows(study_folder, tmp_path):
    texts = []
    for seed in range(3):
        shuffled = {}
        for name, text in TABLES.items():
            head, *body = text.splitlines()
            random.Random(seed).shuffle(body)
            shuffled[name] = "\n".join([head, *body]) + "\n"
        exit_code("report", study_folder(shuffled), "--out", tmp_path / f"out{seed}")
        texts.append((tmp_path / f"out{seed}/results.csv").read_bytes())
    assert texts[0] == texts[1] == texts[2]


def test_every_source_of_a_result_leads_to_a_cell(study_folder):
    run = pipeline.run(study_folder(TABLES))
    for key in run.results.frame["key"]:
        walk = pipeline.explain(run, key)
        assert bool(walk.result["sources"]) == bool(walk.cells), key


def test_explain_names_file_row_column_and_citation(study_folder, capsys):
    assert exit_code("explain", study_folder(TABLES), "egfr.S01.28") == 0
    said = capsys.readouterr().out
    assert "tables/labs.csv row 3, column value" in said
    assert "Inker LA et al. N Engl J Med 2021;385:1737-1749" in said
    assert "120" not in said.replace("1207", ""), "the terminal shows coordinates, not values"


def test_explain_suggests_a_key(study_folder, capsys):
    assert exit_code("explain", study_folder(TABLES), "egfr.S01.27") == 2
    assert "egfr.S01.28" in capsys.readouterr().err


def test_the_data_cut_withholds_what_is_dated_after_it(study_folder, tmp_path):
    exit_code("report", study_folder(TABLES), "--out", tmp_path / "out", "--cutoff", "2024-01-31")
    rows = rows_of(tmp_path / "out/results.csv")
    assert rows["disposition.infused"]["value"] == "1"
    assert "egfr.S01.28" not in rows
    assert json.loads((tmp_path / "out/manifest.json").read_text())["data_cut"] == "2024-01-31"


def test_no_option_may_be_no_date(study_folder, capsys):
    assert exit_code("check", study_folder(TABLES), "--cutoff", "tomorrow") == 2


def test_a_blocking_finding_ends_with_4_after_everything_is_written(study_folder, tmp_path):
    tables = TABLES | {"biopsies": "subject_id,biopsy_id,g\nS99,B1,1\n"}
    assert exit_code("report", study_folder(tables), "--out", tmp_path / "out") == 4
    assert (tmp_path / "out/report.html").exists()
    assert rows_of(tmp_path / "out/results.csv")["ae.serious.subjects"]["value"] == "1"


def test_read_is_used_plus_withheld(study_folder):
    tables = TABLES | {"biopsies": "subject_id,biopsy_id,g\nS99,B1,1\nS01,B1,2\n"}
    checked = pipeline.check(study_folder(tables))
    for balance in checked.tables.balances:
        assert balance.read == balance.used + balance.withheld
    assert {b.table: (b.read, b.used, b.withheld) for b in checked.tables.balances}["biopsies"] == (2, 1, 1)


def test_a_wrong_study_file_ends_with_3_and_a_suggestion(study_folder, capsys):
    folder = study_folder(TABLES, "\n[stoping_rules]\nx = 1\n")
    assert exit_code("check", folder) == 3
    said = capsys.readouterr().err
    assert "unknown key `stoping_rules`, did you mean `safety.rules`?" in said
    assert re.search(r"study\.toml line \d+", said)


def test_an_earlier_report_stays_whole_when_writing_fails(study_folder, tmp_path, monkeypatch):
    folder, out = study_folder(TABLES), tmp_path / "out"
    assert exit_code("report", folder, "--out", out) == 0
    before = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}

    def full_disk(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("graftrial.report.render", full_disk)
    assert exit_code("report", folder, "--out", out) == 2
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()} == before
    assert not [path for path in out.iterdir() if path.name.startswith(".writing")]


def test_an_output_path_that_cannot_be_written_ends_with_2(study_folder, tmp_path, capsys):
    (tmp_path / "occupied").write_text("a file", encoding="utf-8")
    assert exit_code("report", study_folder(TABLES), "--out", tmp_path / "occupied") == 2
    assert "GT-OUT-001" in capsys.readouterr().err


def test_our_own_bug_ends_with_1_and_shows_no_value(study_folder, monkeypatch, capsys):
    def broken(*_, **__):
        raise RuntimeError("S01 has creatinine 1.09")

    monkeypatch.setattr("graftrial.pipeline.check", broken)
    assert exit_code("check", study_folder(TABLES)) == 1
    said = capsys.readouterr().err
    assert "GT-BUG-001" in said
    assert "1.09" not in said


@pytest.mark.parametrize("command", ["init", "simulate", "check", "report", "explain", "rules"])
def test_the_help_of_every_command_has_an_example(command, capsys):
    assert exit_code(command, "--help") == 0
    assert "Example" in capsys.readouterr().out


@pytest.mark.parametrize(
    "example", sorted(path.name for path in (ROOT / "examples").iterdir() if path.is_dir())
)
def test_every_example_makes_its_report_without_a_blocking_finding(example, tmp_path):
    assert exit_code("report", ROOT / "examples" / example, "--out", tmp_path / "out") == 0
