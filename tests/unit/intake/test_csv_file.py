"""CSV files as they come: encodings, delimiters, quotes, and files that are no CSV at all."""

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from graftrial import intake
from graftrial.errors import InputUnreadable
from graftrial.study.model import Intake

SITES = "site_id,name\nA,Žalec\n"


def raised(folder, settings=None):
    with pytest.raises(InputUnreadable) as error:
        intake.read(folder, settings or Intake())
    assert error.value.exit_code == 2
    return error.value.problems[0]


def codes(tables):
    return {each.code for each in tables.findings}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_text_is_read_without_a_word(encoding, typed):
    tables = typed({"sites": SITES.encode(encoding)})
    assert tables.frame("sites")["name"].to_list() == ["Žalec"]
    assert not codes(tables)


def test_windows_1250_is_read_with_a_warning_unless_it_is_declared(typed):
    undeclared = typed({"sites": SITES.encode("windows-1250")})
    declared = typed({"sites": SITES.encode("windows-1250")}, Intake(encoding="windows-1250"))
    assert (
        undeclared.frame("sites")["name"].to_list() == declared.frame("sites")["name"].to_list() == ["Žalec"]
    )
    assert codes(undeclared) == {"GT-IN-004"}
    assert not codes(declared)


def test_a_declared_encoding_is_used_strictly(folder):
    problem = raised(folder({"sites": SITES.encode("windows-1250")}), Intake(encoding="utf-8"))
    assert problem.code == "GT-FILE-009"
    assert "row 2" in problem.where


def test_text_in_no_encoding_we_know_is_refused(folder):
    assert raised(folder({"sites": b"site_id,name\nA,\x81\x8d\x90\xff\n"})).code == "GT-FILE-009"


@pytest.mark.parametrize("mark", [";", "\t"])
def test_other_delimiters_are_read_with_a_note(mark, typed):
    tables = typed({"sites": SITES.replace(",", mark)})
    assert tables.frame("sites")["site_id"].to_list() == ["A"]
    assert codes(tables) == {"GT-IN-003"}


def test_the_header_decides_on_the_delimiter_whatever_the_cells_hold(typed):
    tables = typed({"sites": "site_id;name\nA;one, two, three\n"})
    assert tables.frame("sites")["name"].to_list() == ["one, two, three"]


def test_a_line_that_tells_a_spreadsheet_the_delimiter_is_obeyed_and_not_counted(typed):
    tables = typed({"sites": "SEP=;\nsite_id;name\nA;one, two\n"})
    assert tables.frame("sites").select("site_id", "name", "source_row").rows() == [("A", "one, two", 2)]


def test_commas_at_the_end_of_the_header_ask_for_no_cells(typed):
    tables = typed({"sites": "site_id,name,,\nA,one\nB,two,,\n"})
    assert tables.frame("sites")["name"].to_list() == ["one", "two"]
    assert not tables.findings


@pytest.mark.parametrize("text", ["<html><body>502 Bad gateway</body></html>\n", "{", ",,,\n,,,\n"])
def test_a_file_that_is_something_else_is_never_an_empty_table(text, typed):
    assert "GT-IN-013" in codes(typed({"labs": text}))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_are_counted_as_a_spreadsheet_counts_them(end, typed):
    lines = ["site_id,name", 'A,"two', 'lines"', "", "B,second", ",", "C,third", ""]
    tables = typed({"sites": end.join(lines)})
    assert dict(tables.frame("sites").select("site_id", "source_row").iter_rows()) == {"A": 2, "B": 4, "C": 6}
    assert [(each.read, each.used) for each in tables.balances if each.table == "sites"] == [(3, 3)]


@pytest.mark.parametrize(
    ("last", "code", "withheld"),
    [
        ("B,Second", "GT-IN-009", 1),
        ("B,Second,Slovenia,more", "GT-IN-010", 1),
        ("B,Second,Slovenia,,", "", 0),
    ],
)
def test_a_row_of_a_wrong_length_is_withheld_and_counted(last, code, withheld, typed):
    tables = typed({"sites": f"site_id,name,country\nA,First,Slovenia\n{last}\n"})
    assert codes(tables) == ({code} if code else set())
    (balance,) = (each for each in tables.balances if each.table == "sites")
    assert (balance.read, balance.used, balance.withheld) == (2, 2 - withheld, withheld)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04" + bytes(200), "workbook"),
        (b"\xd0\xcf\x11\xe0" + bytes(200), "password"),
        (gzip.compress(b"site_id,name\n", mtime=0), "gzip"),
        (b"%PDF-1.7 ...", "PDF"),
        (bytes(range(32)) * 40, "binary"),
        (SITES.encode("utf-16-le"), "UTF-16"),
    ],
)
def test_a_binary_file_named_csv_is_refused_with_what_it_looks_like(content, says, folder):
    problem = raised(folder({"sites": content}))
    assert problem.code == "GT-FILE-005"
    assert says in problem.why


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_a_file_without_a_header_is_refused_by_name(content, folder):
    problem = raised(folder({"sites": content}))
    assert (problem.code, problem.where) == ("GT-FILE-004", "tables/sites.csv")


def test_a_header_alone_is_an_empty_table(typed):
    tables = typed({"sites": "site_id,name\n"})
    assert tables["sites"].is_present
    assert tables.frame("sites").height == 0
    assert codes(tables) == {"GT-IN-002"}


@pytest.mark.parametrize(
    "text", ['site_id,name\nA,one\nB,"two\nC,three\n', 'site_id,name\nA,one\nB,"two" three\nC,four\n']
)
def test_a_quotation_mark_left_open_is_refused_with_the_row_where_it_opened(text, folder):
    problem = raised(folder({"sites": text}))
    assert problem.code == "GT-FILE-006"
    assert "row 3" in problem.where


@pytest.mark.parametrize("opened", ["", '"'])
def test_a_cell_of_more_than_a_megabyte_is_refused_with_its_place(opened, folder):
    problem = raised(folder({"sites": f"site_id,name\nA,one\nB,{opened}{'x' * 5_000_000}{opened}\n"}))
    assert (problem.code, problem.where) == ("GT-FILE-007", "tables/sites.csv row 3, column name")


def test_a_huge_cell_of_many_lines_is_refused_with_its_place(folder):
    problem = raised(folder({"sites": 'site_id,name\nA,"' + "line of text\n" * 100_000}))
    assert (problem.code, problem.where) == ("GT-FILE-007", "tables/sites.csv row 2, column name")


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the peak of memory is read as Linux tells it"
)
def test_a_cell_of_200_megabytes_is_refused_within_500_megabytes(folder):
    path = folder({"sites": "site_id,name\n"})
    with (path / "tables/sites.csv").open("a") as stream:
        stream.write("A,")
        for _ in range(200):
            stream.write("x" * 1_000_000)
    # VmHWM is the peak of this program alone; ru_maxrss would still hold the peak of the process that started it.
    program = (
        "import sys, pathlib\nfrom graftrial import intake\nfrom graftrial.study.model import Intake\n"
        "try:\n    intake.read(pathlib.Path(sys.argv[1]), Intake())\n"
        "finally:\n    status = pathlib.Path('/proc/self/status').read_text()\n"
        "    print(status.split('VmHWM:')[1].split()[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert "GT-FILE-007" in done.stderr
    assert int(done.stdout) < 500_000, "kilobytes at the peak"


def test_control_characters_in_a_cell_are_a_finding(typed):
    tables = typed({"sites": "site_id,name\nA,one\0two\nB,three\n"})
    assert [(each.code, each.row, each.column) for each in tables.findings] == [("GT-IN-011", 2, "name")]
    assert tables.frame("sites")["name"].to_list() == [None, "three"]
