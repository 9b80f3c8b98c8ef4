"""Where tables lie, and what is met when they lie elsewhere."""

import hashlib
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from graftrial import intake
from graftrial.errors import InputUnreadable
from graftrial.study.model import Intake


def raised(folder):
    with pytest.raises(InputUnreadable) as error:
        intake.read(folder, Intake())
    return error.value.problems[0]


def write_workbook(path, **sheets):
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                sheet.write_row(row, 0, cells)


def test_a_folder_without_any_table_is_refused(tmp_path):
    problem = raised(tmp_path)
    assert problem.code == "GT-FILE-001"
    assert "tables" in problem.why


def test_a_missing_table_subjects_is_refused_and_the_near_name_is_named(folder):
    path = folder({"sites": "site_id\nA\n"})
    (path / "tables/subjects.csv").rename(path / "tables/subject.csv")
    problem = raised(path)
    assert problem.code == "GT-FILE-001"
    assert "tables/subject.csv" in problem.why


def test_the_same_table_as_csv_and_parquet_is_refused(folder):
    path = folder({"sites": "site_id\nA\n"})
    pl.DataFrame({"site_id": ["A"]}).write_parquet(path / "tables/sites.parquet")
    assert raised(path).code == "GT-FILE-002"


def test_the_same_table_as_csv_and_sheet_is_refused(folder):
    path = folder()
    write_workbook(path / "study.xlsx", Subjects=[["subject_id"], ["S01"]])
    problem = raised(path)
    assert problem.code == "GT-FILE-002"
    assert "study.xlsx sheet Subjects" in problem.why


@pytest.mark.parametrize("name", ["labs.xlsx", "labs.xls", "labs.ods"])
def test_a_workbook_among_the_tables_is_refused(name, folder):
    assert raised(folder({name: b"PK"})).code == "GT-FILE-003"


def test_a_folder_in_the_place_of_a_file_is_refused(folder):
    path = folder()
    (path / "tables/labs.csv").mkdir()
    problem = raised(path)
    assert (problem.code, problem.where) == ("GT-FILE-008", "tables/labs.csv")


def test_a_file_that_may_not_be_read_is_refused(folder, monkeypatch):
    path = folder()
    really_open = Path.open

    def refuse(self, *given, **more):
        if self.name == "subjects.csv":
            raise PermissionError(13, "Permission denied")
        return really_open(self, *given, **more)

    monkeypatch.setattr(Path, "open", refuse)
    problem = raised(path)
    assert (problem.code, problem.where) == ("GT-FILE-008", "tables/subjects.csv")
    assert "permission" in problem.why


def test_unknown_files_are_noted_and_remarks_are_passed_over(typed):
    ignored = dict.fromkeys(("_old", "README.md", "data_dictionary.csv", ".hidden.csv", "~$labs.xlsx"), "x")
    tables = typed({"lab": "subject_id\nS01\n", "notes.txt": "x", **ignored})
    assert [(each.code, each.file) for each in tables.findings] == [
        ("GT-IN-001", "tables/lab.csv"),
        ("GT-IN-001", "tables/notes.txt"),
    ]
    assert "labs" in tables.findings[0].why


def test_every_input_file_is_hashed(folder):
    path = folder({"sites": "site_id\nA\n"})
    hashes = intake.read(path, Intake()).hashes
    assert sorted(hashes) == ["tables/sites.csv", "tables/subjects.csv"]
    assert hashes["tables/sites.csv"] == hashlib.sha256(b"site_id\nA\n").hexdigest()


def test_names_of_files_may_be_written_with_capitals_and_blanks(typed):
    tables = typed({"Adverse Events.CSV": "subject_id,ae_id,term\nS01,1,fever\n"})
    assert tables.frame("adverse_events")["term"].to_list() == ["fever"]
