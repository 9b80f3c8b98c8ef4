"""The workbook: one sheet a table, dates and numbers as the spreadsheet keeps them."""

from datetime import date, datetime

import pytest
import xlsxwriter

from graftrial import intake
from graftrial.errors import InputUnreadable
from graftrial.study.model import Intake

SUBJECTS = [["subject_id", "sex", "age_years"], ["001", "F", 50], [7, "M", 61.5]]


def write(folder, options=None, **sheets):
    path = folder / "study.xlsx"
    with xlsxwriter.Workbook(path, options or {}) as book:
        as_date = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in {"subjects": SUBJECTS, **sheets}.items():
            sheet = book.add_worksheet(name)
            sheet.xls_strmax = 3_000_000
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, date):
                        sheet.write_datetime(row, column, cell, as_date)
                    elif isinstance(cell, str) and cell.startswith("="):
                        sheet.write_formula(row, column, cell, None, "#DIV/0!")
                    else:
                        sheet.write(row, column, cell)
    return folder


def typed(folder, settings=None):
    used = settings or Intake()
    return intake.type_tables(intake.read(folder, used), used)


def raised(folder):
    with pytest.raises(InputUnreadable) as error:
        intake.read(folder, Intake())
    return error.value.problems[0]


def test_ids_stay_text_and_an_id_that_became_a_number_is_whole_again(tmp_path):
    assert typed(write(tmp_path)).frame("subjects")["subject_id"].to_list() == ["001", "7"]


def test_real_dates_come_out_as_iso_dates_and_serial_numbers_too(tmp_path):
    rows = [
        ["subject_id", "biopsy_id", "date"],
        ["001", 1, date(2019, 3, 11)],
        ["001", 2, 43535],
        ["001", 3, "2019-03"],
        ["001", 4, datetime.fromisoformat("2019-03-11T14:30")],
        ["001", 5, 28],
    ]
    tables = typed(write(tmp_path, biopsies=rows))
    assert tables.frame("biopsies")["date"].to_list() == [
        "2019-03-11",
        "2019-03-11",
        "2019-03",
        "2019-03-11",
        "D28",
    ]
    assert not tables.findings


def test_a_bare_number_of_a_workbook_that_counts_from_1904_is_not_guessed(tmp_path):
    rows = [["subject_id", "biopsy_id", "date"], ["001", 1, date(2019, 3, 11)], ["001", 2, 43535]]
    tables = typed(write(tmp_path, {"date_1904": True}, biopsies=rows))
    assert tables.frame("biopsies")["date"].to_list() == ["2019-03-11", None]
    assert [(each.code, each.row) for each in tables.findings] == [("GT-IN-028", 3)]


def test_whole_numbers_of_a_spreadsheet_are_integers(tmp_path):
    rows = [["statement", "events", "n", "source"], ["ae", 1.0, 3000000.0, "x"], ["b", 2, 3, "x"]]
    assert typed(write(tmp_path, reported=rows)).frame("reported")["n"].to_list() == [None, 3]
    assert typed(tmp_path).findings[0].code == "GT-IN-025"


def test_an_edition_that_became_a_number_is_the_edition(tmp_path):
    rows = [["subject_id", "ae_id", "term", "ctcae_edition"], ["001", 1, "fever", 5.0]]
    assert typed(write(tmp_path, adverse_events=rows)).frame("adverse_events")["ctcae_edition"].to_list() == [
        "5.0"
    ]


def test_an_error_of_a_formula_is_a_finding_with_its_row(tmp_path):
    rows = [[], ["", "site_id", "name"], ["", "A", "=1/0"]]
    tables = typed(write(tmp_path, sites=rows))
    assert [(each.code, each.row, each.column) for each in tables.findings] == [("GT-IN-012", 3, "name")]


def test_a_decimal_point_of_a_typed_number_is_never_a_thousands_mark(tmp_path):
    rows = [["subject_id", "date", "analyte", "value"], ["001", "2024-01-10", "upcr", 1.234]]
    tables = typed(write(tmp_path, labs=rows), Intake(decimal_comma=True))
    assert tables.frame("labs")["value"].to_list() == [1.234]


def test_rows_are_those_of_the_sheet(tmp_path):
    rows = [[], [], ["site_id", "name"], ["A", "one"], [], ["B", "two"]]
    assert typed(write(tmp_path, sites=rows)).frame("sites")["source_row"].to_list() == [4, 6]


def test_sheets_that_are_no_tables_are_noted_and_remarks_and_blank_sheets_passed_over(tmp_path):
    extra = {
        "_old": [["x"]],
        "README": [["x"]],
        "Data dictionary": [["x"]],
        "Sheet1": [],
        "lab": [["x"], ["y"]],
    }
    tables = typed(write(tmp_path, **extra))
    assert [(each.code, each.file) for each in tables.findings] == [("GT-IN-001", "study.xlsx sheet lab")]


def test_a_blank_sheet_of_a_table_is_an_absent_table_with_a_note(tmp_path):
    tables = typed(write(tmp_path, sites=[]))
    assert not tables["sites"].is_present
    assert [each.code for each in tables.findings] == ["GT-IN-002"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "GT-FILE-004"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600), "GT-FILE-010"),
        (b"subject_id,sex\n", "GT-FILE-011"),
        (b"PK\x03\x04" + bytes(60), "GT-FILE-011"),
    ],
)
def test_a_workbook_that_cannot_be_read_is_refused(content, code, tmp_path):
    (tmp_path / "study.xlsx").write_bytes(content)
    assert raised(tmp_path).code == code


def test_a_workbook_that_is_cut_off_is_refused(tmp_path):
    write(tmp_path)
    path = tmp_path / "study.xlsx"
    path.write_bytes(path.read_bytes()[:-400])
    assert raised(tmp_path).code == "GT-FILE-011"


@pytest.mark.parametrize("options", [{"constant_memory": True}, {}])
def test_an_over_long_cell_is_refused_with_its_place(options, tmp_path):
    rows = [["site_id", "name"], ["A", "x" * 2_500_000]]
    path = write(tmp_path, options, sites=rows)
    problem = raised(path)
    assert (problem.code, problem.where) == ("GT-FILE-007", "study.xlsx sheet sites, cell B2")
