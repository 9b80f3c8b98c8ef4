"""Two reports of a study, number by number."""

import json

import polars as pl
import pytest

from graftrial import cli
from graftrial.errors import UsageError
from graftrial.pipeline.changes import COMPARED, changes, read_earlier

LABS = "subject_id,date,analyte,value,unit\nS01,2024-01-10,creatinine,1.0,mg/dL\n"
MORE = LABS + "S01,2024-04-10,creatinine,1.5,mg/dL\n"


def report(*words):
    with pytest.raises(SystemExit) as ended:
        cli.main(["report", *map(str, words)])
    return ended.value.code


def test_a_second_creatinine_is_new_and_the_last_value_changed(study_folder, tmp_path):
    folder = study_folder({"labs": LABS, "infusions": "subject_id,start\nS01,2024-01-11\n"})
    assert report(folder, "--out", tmp_path / "first") == 0
    (folder / "tables/labs.csv").write_text(MORE)
    assert report(folder, "--out", tmp_path / "second", "--compare", tmp_path / "first") == 0
    told = pl.read_csv(tmp_path / "second/changes.csv", infer_schema=False)
    rows = {(each["key"], each["column"]): each for each in told.iter_rows(named=True)}
    assert rows["egfr.S01.90", "value"]["change"] == "new"
    last = rows["egfr_last.S01", "value"]
    assert last["change"] == "changed"
    assert float(last["after"]) < float(last["before"])
    assert "What changed since the earlier report" in (tmp_path / "second/report.html").read_text()


def test_the_same_data_have_no_change(study_folder, tmp_path):
    folder = study_folder({"labs": LABS})
    assert report(folder, "--out", tmp_path / "first") == 0
    assert report(folder, "--out", tmp_path / "second", "--compare", tmp_path / "first") == 0
    assert pl.read_csv(tmp_path / "second/changes.csv", infer_schema=False).is_empty()


def test_a_number_that_becomes_not_assessable_is_a_change():
    def results(value):
        return pl.DataFrame({"key": ["a"], **{name: [None] for name in COMPARED}}).with_columns(
            value=pl.lit(value)
        )

    from graftrial.pipeline.changes import Earlier

    told = changes(Earlier(results("1.5"), ""), results(None))
    assert told.rows() == [("a", "changed", "value", "1.5", None)]


@pytest.mark.parametrize(
    ("manifest", "why"),
    [
        ({"study": "OTHER", "share": False}, "another study"),
        ({"study": "TINY", "share": True}, "outsiders"),
    ],
)
def test_a_report_of_another_study_or_for_others_is_refused(tmp_path, manifest, why):
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "results.csv").write_text("key,value\n")
    with pytest.raises(UsageError, match=why):
        read_earlier(tmp_path, "TINY", False)
