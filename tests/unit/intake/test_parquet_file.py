"""Parquet files: typed columns become text and are typed again, as every other source."""

from datetime import date, datetime

import polars as pl
import pytest

from graftrial import intake
from graftrial.errors import InputUnreadable
from graftrial.study.model import Intake


def test_typed_columns_keep_their_meaning(folder):
    path = folder()
    pl.DataFrame(
        {
            "subject_id": [1.0, 2.0],
            "date": [date(2024, 1, 10), None],
            "biopsy_id": ["B1", "B2"],
            "g": [2.0, None],
            "gs_percent": [12.5, 1e-7],
            "blinded": [True, False],
            "reason": pl.Series(["protocol", "indication"], dtype=pl.Categorical),
        }
    ).write_parquet(path / "tables/biopsies.parquet")
    tables = intake.type_tables(intake.read(path, Intake()), Intake())
    rows = tables.frame("biopsies")
    assert rows["subject_id"].to_list() == ["1", "2"]
    assert rows["date"].to_list() == ["2024-01-10", None]
    assert rows["g"].to_list() == [2, None]
    assert rows["gs_percent"].to_list() == [12.5, 1e-7]
    assert rows["blinded"].to_list() == [True, False]
    assert rows["reason"].to_list() == ["protocol", "indication"]
    assert rows["source_row"].to_list() == [2, 3]
    assert not tables.findings


def test_a_time_of_day_is_kept_where_the_table_has_a_column_for_it(folder):
    path = folder()
    pl.DataFrame(
        {
            "subject_id": ["S01", "S01"],
            "date": [*map(datetime.fromisoformat, ("2024-01-10T08:00", "2024-01-10T16:30"))],
            "analyte": ["creatinine"] * 2,
            "value": [128, 182],
            "unit": ["umol/L"] * 2,
        }
    ).write_parquet(path / "tables/labs.parquet")
    tables = intake.type_tables(intake.read(path, Intake()), Intake())
    assert tables.frame("labs")["time"].to_list() == ["08:00", "16:30"]
    assert not tables.findings


@pytest.mark.parametrize(("content", "code"), [(b"", "GT-FILE-004"), (b"PAR1" + b"x" * 90, "GT-FILE-012")])
def test_a_damaged_file_is_refused(content, code, folder):
    with pytest.raises(InputUnreadable, match=code):
        intake.read(folder({"labs.parquet": content}), Intake())


def test_nested_columns_are_refused(folder):
    path = folder()
    pl.DataFrame({"site_id": ["A"], "name": [["x", "y"]]}).write_parquet(path / "tables/sites.parquet")
    with pytest.raises(InputUnreadable, match="column name"):
        intake.read(path, Intake())
