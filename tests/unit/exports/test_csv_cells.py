"""No cell of a CSV file is a formula, and no number is touched."""

import csv
import io

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graftrial.exports.csv_cells import csv_text, write_csv

FORMULAS = [
    "=cmd|' /C calc'!A0",
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "-",
    "+",
    "-x",
    "-1 ",
    "-1\n",
    "--1",
    "+-1",
    "-1,5",
    "-1e",
    "-1.2.3",
    "=-3",
    "-inf",
    "-१",
]
NUMBERS = ["-3.86", "+1.2e-5", "-0", "+7", "-.5", "-5.", "-1E+10", "3e6"]
HARMLESS = ["a=b", "3-4", " =1", "'=1", "x@y", "2019-03", "D-3", "ž", ""]


def read_back(text):
    return [row[0] for row in csv.reader(io.StringIO(text, newline=""))][1:]


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_formula_becomes_text(cell):
    assert read_back(csv_text(pl.DataFrame({"x": [cell], "y": ["."]}))) == [f"'{cell}"]


@pytest.mark.parametrize("cell", NUMBERS + HARMLESS)
def test_numbers_and_ordinary_text_stay_as_they_are(cell):
    assert read_back(csv_text(pl.DataFrame({"x": [cell], "y": ["."]}))) == [cell]


@settings(deadline=None, derandomize=True)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=1))
def test_no_cell_begins_as_a_formula_and_nothing_else_changes(cells):
    back = read_back(csv_text(pl.DataFrame({"x": cells, "y": ["."] * len(cells)})))
    for before, after in zip(cells, back, strict=True):
        assert after in (before, f"'{before}")
        if after == before and after[:1] in tuple("=+-@\t\r\n"):
            float(after)


def test_headers_are_cells_too():
    assert csv_text(pl.DataFrame({"=x": ["a"], "b": ["c"]})) == "'=x,b\na,c\n"


def test_only_cells_that_need_them_have_quotes_and_missing_is_empty():
    frame = pl.DataFrame({"a": ["x", 'say "no"', "1,5", "", None], "n": [1.5, None, -3.86, 1e-12, 3e6]})
    assert csv_text(frame) == 'a,n\nx,1.5\n"say ""no""",\n"1,5",-3.86\n,1e-12\n,3000000.0\n'


def test_rows_as_mappings_are_written_the_same_way(tmp_path):
    write_csv([{"a": "=1", "b": None}, {"a": "ž", "b": "2"}], tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_bytes() == "a,b\n'=1,\nž,2\n".encode()
