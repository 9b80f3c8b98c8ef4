"""`graftrial banff`: every row and column returns, in order; refused cells are findings, exit 4, nothing is lost."""

import csv
import json
from datetime import date

import polars as pl
import pytest

from graftrial.cli import main

HEADER = "case,g,PTC score,C4d (IF),cg,v,t,i,dsa,remark"
ROWS = [
    "1,2,1,0,0,0,0,0,yes,seen twice",
    "2,1,3,0,1b,0,0,0,yes,",
    "3,4,1,0,0,0,0,0,no,no such grade",
    "4,1,1,,0,0,0,0,,=1+1",
]


def exit_code(*arguments):
    with pytest.raises(SystemExit) as ended:
        main([str(each) for each in arguments])
    return ended.value.code


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "biopsies.csv"
    path.write_text("\n".join([HEADER, *ROWS]) + "\n", encoding="utf-8")
    return path


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_and_column_returns_in_order_followed_by_ours(source, tmp_path):
    out = tmp_path / "out.csv"
    assert exit_code("banff", source, out, "--edition", "2022") == 4
    header = out.read_text(encoding="utf-8").splitlines()[0].split(",")
    assert header[:10] == HEADER.split(",")
    assert [row["case"] for row in rows_of(out)] == ["1", "2", "3", "4"]
    for name in (
        "amr",
        "amr_with_history",
        "borderline",
        "acute_tcmr",
        "ca_tcmr",
        "mixed",
        "category1",
        "adequacy",
    ):
        assert name in header
    for name in ("activity_index", "chronicity_index", "ifta", "pvn_class"):
        assert {name, f"{name}_min", f"{name}_max"} <= set(header)
    for name in ("active_amr", "chronic_active_amr", "probable_amr", "mvi_dsa_neg_c4d_neg"):
        assert {f"{name}_state", f"{name}_decides"} <= set(header)


def test_a_score_of_4_is_refused_with_its_row_and_the_rest_is_classified(source, tmp_path):
    out = tmp_path / "out.csv"
    exit_code("banff", source, out, "--edition", "2022")
    refused = [row for row in rows_of(tmp_path / "out.csv.findings.csv") if row["blocking"] == "yes"]
    assert [(row["row"], row["column"]) for row in refused] == [("4", "g")]
    assert rows_of(out)[0]["acute_tcmr"] == "none"
    assert rows_of(out)[2]["g"] == "4"


def test_a_formula_in_a_cell_is_neutralised(source, tmp_path):
    exit_code("banff", source, tmp_path / "out.csv", "--edition", "2022")
    assert rows_of(tmp_path / "out.csv")[3]["remark"] == "'=1+1"


def test_the_edition_is_required_and_has_to_exist(source, tmp_path):
    assert exit_code("banff", source, tmp_path / "out.csv") == 2
    assert exit_code("banff", source, tmp_path / "out.csv", "--edition", "2015") == 2
    assert not (tmp_path / "out.csv").exists()


def test_the_same_answers_from_csv_parquet_and_workbook(source, tmp_path):
    frame = pl.read_csv(source, infer_schema=False)
    frame.write_parquet(tmp_path / "biopsies.parquet")
    frame.write_excel(tmp_path / "biopsies.xlsx")
    answers = []
    for kind in ("csv", "parquet", "xlsx"):
        out = tmp_path / f"out_{kind}.parquet"
        assert exit_code("banff", tmp_path / f"biopsies.{kind}", out, "--edition", "2019", "--explain") == 4
        answers.append(
            pl.read_parquet(out).select("amr", "active_amr_state", "activity_index_max").to_dicts()
        )
    assert answers[0] == answers[1] == answers[2]


def test_compare_writes_a_column_for_each_edition_and_the_flow(source, tmp_path, capsys):
    out = tmp_path / "out.csv"
    assert exit_code("banff", "compare", source, out, "--editions", "2017,2019,2022", "--json") == 4
    assert {"amr_2017", "amr_2019", "amr_2022"} <= set(rows_of(out)[0])
    assert (tmp_path / "out.csv.svg").read_text(encoding="utf-8").startswith("<svg")
    assert json.loads(capsys.readouterr().out)["rows"] == 4


def test_the_columns_that_were_read_and_those_that_were_not_are_named(source, tmp_path, capsys):
    exit_code("banff", source, tmp_path / "out.csv", "--edition", "2022")
    said = capsys.readouterr().out
    assert "PTC score" in said
    assert "unknown  remark" in said


def test_a_file_without_rows_comes_back_with_a_header(tmp_path):
    (tmp_path / "empty.csv").write_text("g,ptc\n", encoding="utf-8")
    exit_code("banff", tmp_path / "empty.csv", tmp_path / "out.csv", "--edition", "2022")
    assert rows_of(tmp_path / "out.csv") == []
    assert "amr" in (tmp_path / "out.csv").read_text(encoding="utf-8")


EXPORTED = {
    "Patient ID": ["P2", "P1", "P1"],
    "Biopsy No.": ["007", "008", "009"],
    "Date of biopsy": [date(2021, 3, 7), date(2020, 1, 5), date(2021, 1, 5)],
    "g score": ["4", "g2", "0"],
    "PTC score": [1, 1, 0],
    "C4d (IF)": [0, 0, 0],
    "Banff cg": ["0", "0", "1b"],
    "creatinine": [1.25, 2.5, None],
    "Comment": ["=1+1", None, "second look"],
}


def test_a_spreadsheet_comes_back_with_every_row_and_column_in_order_and_what_they_were(tmp_path):
    """Dates stay dates, numbers numbers, identifiers keep their zeros; ours stand behind."""
    given = pl.DataFrame(EXPORTED)
    given.write_excel(tmp_path / "export.xlsx")
    out = tmp_path / "out.xlsx"
    assert exit_code("banff", tmp_path / "export.xlsx", out, "--edition", "2022", "--explain") == 4
    back = pl.read_excel(out)
    assert back.columns[: given.width] == given.columns
    assert back.height == given.height
    for name in ("Patient ID", "Biopsy No.", "Date of biopsy", "g score", "PTC score", "creatinine"):
        assert back[name].to_list() == given[name].to_list(), name
    assert back["Comment"].to_list() == ["'=1+1", None, "second look"]
    assert {"amr", "diagnoses", "amr_reason", "amr_would_follow", "active_amr_decides"} <= set(back.columns)
    codes = {row["code"] for row in rows_of(tmp_path / "out.xlsx.findings.csv")}
    assert "GT-BF-001" in codes and "GT-BF-013" not in codes


def test_the_summary_of_a_spreadsheet_counts_its_answers(source, tmp_path, capsys):
    exit_code("banff", source, tmp_path / "out.xlsx", "--edition", "2022", "--json")
    assert sum(json.loads(capsys.readouterr().out)["answers"].values()) == 4
    exit_code("banff", "compare", source, tmp_path / "compared.xlsx", "--json")
    assert json.loads(capsys.readouterr().out)["rows"] == 4
    assert (tmp_path / "compared.xlsx.svg").exists()


def test_a_multilayering_column_of_grades_is_a_finding_of_the_command_too(tmp_path):
    (tmp_path / "in.csv").write_text("biopsy_id,g,ptcbm\nB1,1,3\nB2,1,0\n", encoding="utf-8")
    assert exit_code("banff", tmp_path / "in.csv", tmp_path / "out.csv", "--edition", "2022") == 4
    assert "GT-BF-004" in {row["code"] for row in rows_of(tmp_path / "out.csv.findings.csv")}
