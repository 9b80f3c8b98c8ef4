"""`graftrial init` writes a study folder that works as it is, or nothing."""

import re
import zipfile
from pathlib import Path

import fastexcel
import polars as pl
import pytest

from graftrial.errors import OutputUnwritable, UsageError
from graftrial.exports import folder as exports_folder
from graftrial.exports.folder import write_study_folder
from graftrial.exports.workbook import LONGEST_LIST, READ_ME
from graftrial.intake.declaration import tables
from graftrial.study import load, schema_text


def everything(folder):
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*"))


@pytest.mark.parametrize("workbook", [False, True])
def test_the_template_is_a_valid_study(tmp_path, workbook):
    write_study_folder(tmp_path / "new", workbook)
    study = load(tmp_path / "new")
    assert study.rules == {"egfr.ckd_epi_cr": "2021", "banff.amr": "2022", "adverse_events.ctcae": "5.0"}
    assert study.dose.planned_cells_per_kg == 3e6
    assert len(study.eligibility) == 3
    assert "TEMPLATE" in study.study.title


def test_the_examples_that_are_switched_off_load_as_well(tmp_path):
    write_study_folder(tmp_path / "new")
    path = tmp_path / "new" / "study.toml"
    text = path.read_text()
    switched_on = re.sub(r"^# (?=\[|\w+ = |\]$|  \{)", "", text, flags=re.MULTILINE)
    assert switched_on.count("\n[") > text.count("\n[")
    path.write_text(switched_on)
    study = load(tmp_path / "new")
    assert len(study.discrepancies) == 1
    assert study.intake.units == {"creatinine": "umol/L"}


def test_every_table_has_its_header_and_every_column_once(tmp_path):
    written = write_study_folder(tmp_path / "missing" / "parents" / "new")
    folder = tmp_path / "missing" / "parents" / "new"
    assert sorted(str(each.relative_to(folder)) for each in written) == sorted(
        each for each in everything(folder) if each != "tables"
    )
    for name, table in tables().items():
        content = (folder / "tables" / f"{name}.csv").read_bytes()
        assert content == (",".join(table.columns) + "\n").encode()


def test_the_schema_lies_beside_the_study_file_that_names_it(tmp_path):
    write_study_folder(tmp_path / "new")
    assert (tmp_path / "new" / "study.toml").read_text().startswith("#:schema ./study.schema.json\n")
    assert (tmp_path / "new" / "study.schema.json").read_text() == schema_text()


def test_the_data_dictionary_tells_every_column(tmp_path):
    write_study_folder(tmp_path / "new")
    told = pl.read_csv(tmp_path / "new" / "data_dictionary.csv", infer_schema=False)
    assert told.select("table", "column").rows() == [
        (name, column) for name, table in tables().items() for column in table.columns
    ]
    sex = told.filter(column="sex", table="subjects").row(0, named=True)
    assert (sex["choices"], sex["required"]) == ("F | M", "no")
    assert told["meaning"].null_count() == 0


def test_the_workbook_has_a_sheet_per_table_with_every_column(tmp_path):
    write_study_folder(tmp_path / "new", workbook=True)
    assert not (tmp_path / "new" / "tables").exists()
    workbook = fastexcel.read_excel(tmp_path / "new" / "study.xlsx")
    assert workbook.sheet_names == [READ_ME, *tables()]
    for name, table in tables().items():
        assert [each.name for each in workbook.load_sheet(name).available_columns()] == list(table.columns)


def test_the_workbook_offers_choices_and_keeps_dates_as_text(tmp_path):
    write_study_folder(tmp_path / "new", workbook=True)
    with zipfile.ZipFile(tmp_path / "new" / "study.xlsx") as archive:
        subjects = archive.read("xl/worksheets/sheet2.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
        comments = archive.read("xl/comments1.xml").decode()
    assert '<formula1>"F,M"</formula1>' in subjects
    assert 'state="frozen"' in subjects
    consent = list(tables()["subjects"].columns).index("consent_date") + 1
    (style,) = re.findall(rf'<col min="{consent}" max="{consent}" [^>]*style="(\d+)"', subjects)
    formats = re.findall(r"<xf [^>]*>", styles[styles.index("<cellXfs") :])
    assert 'numFmtId="49"' in formats[int(style)], "49 is Excel's format for text"
    assert "pseudonym of the person" in comments.lower()


def test_no_list_of_choices_is_too_long_for_excel():
    for table in tables().values():
        for column in table.columns.values():
            assert len(",".join(column.choices)) <= LONGEST_LIST, f"{table.name}.{column.name}"


@pytest.mark.parametrize("workbook", [False, True])
def test_the_same_bytes_each_time(tmp_path, workbook):
    one, two = (write_study_folder(tmp_path / name, workbook) for name in ("one", "two"))
    assert [each.read_bytes() for each in one] == [each.read_bytes() for each in two]


@pytest.mark.parametrize("there", ["study.toml", "study.xlsx", "tables/subjects.csv", "README.txt"])
def test_what_a_team_has_filled_in_is_never_overwritten(tmp_path, there):
    (tmp_path / there).parent.mkdir(exist_ok=True)
    (tmp_path / there).write_text("ours")
    before = everything(tmp_path)
    with pytest.raises(UsageError, match=r"GT-STUDY-019") as caught:
        write_study_folder(tmp_path)
    assert caught.value.exit_code == 2
    assert there in str(caught.value)
    assert everything(tmp_path) == before
    assert (tmp_path / there).read_text() == "ours"


def test_a_file_in_the_way_ends_in_a_message(tmp_path):
    (tmp_path / "taken").write_text("x")
    for folder in (tmp_path / "taken", tmp_path / "taken" / "below"):
        with pytest.raises(OutputUnwritable, match=r"GT-STUDY-020"):
            write_study_folder(folder)
    assert everything(tmp_path) == ["taken"]


def test_a_full_disk_leaves_nothing_half_written(tmp_path, monkeypatch):
    (tmp_path / "notes.txt").write_text("ours")
    real = Path.replace

    def full(self, target):
        if self.name == "labs.csv":
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", full)
    for folder in (tmp_path, tmp_path / "a" / "b"):
        with pytest.raises(OutputUnwritable, match="No space left on device"):
            write_study_folder(folder)
        assert everything(tmp_path) == ["notes.txt"]


def test_a_workbook_that_cannot_be_written_is_reported(tmp_path, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(exports_folder, "write_workbook", refuse)
    with pytest.raises(OutputUnwritable, match="Permission denied"):
        write_study_folder(tmp_path / "new", workbook=True)
    assert everything(tmp_path) == []
