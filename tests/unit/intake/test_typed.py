"""Typed tables: what is in them, what is withheld, and that every row is accounted for."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graftrial.intake.declaration import tables as declared
from graftrial.intake.header import named
from graftrial.intake.raw import Raw, Sheet
from graftrial.intake.table import ROW, schema
from graftrial.intake.typed import type_tables
from graftrial.intake.withholding import without_rows
from graftrial.study.model import Intake

EVENTS = "subject_id,ae_id,term,start\n"


def found(tables, *names):
    return [tuple(getattr(each, name) for name in names) for each in tables.findings]


def balance(tables, name):
    (one,) = (each for each in tables.balances if each.table == name)
    return one.read, one.used, one.withheld


def test_every_declared_table_is_there_with_its_types(typed):
    tables = typed()
    assert set(tables.by_name) == set(declared())
    for name, declaration in declared().items():
        assert dict(tables.frame(name).schema) == schema(declaration), name
    assert tables["subjects"].given == {"subject_id", "sex", "age_years"}
    assert not tables["labs"].is_present


def test_blanks_around_a_cell_are_nothing_and_missing_words_are_missing(typed):
    subjects = "subject_id,sex,age_years,cohort\n S01 ,\u00a0f,NA,n/a\n"
    tables = typed(subjects=subjects)
    assert tables.frame("subjects").select("subject_id", "sex", "age_years", "cohort").rows() == [
        ("S01", "F", None, None)
    ]
    assert not tables.findings


def test_the_study_file_says_what_missing_looks_like(typed):
    subjects = "subject_id,sex,age_years\nS01,F,unk\n"
    assert found(typed(subjects=subjects), "code") == [("GT-IN-022",)]
    assert not typed(subjects=subjects, settings=Intake(missing=("", "unk"))).findings


def test_a_refused_cell_is_null_with_its_place_and_the_row_stays(typed):
    tables = typed(subjects="subject_id,sex,age_years\nS01,F,50\nS02,woman,150\n")
    assert found(tables, "code", "row", "column", "subject_id", "file") == [
        ("GT-IN-023", 3, "sex", "S02", "tables/subjects.csv"),
        ("GT-IN-025", 3, "age_years", "S02", "tables/subjects.csv"),
    ]
    assert tables.frame("subjects").row(1)[:1] == ("S02",)
    assert tables.frame("subjects")["sex"].to_list() == ["F", None]


def test_no_value_of_a_patient_is_in_the_place_of_a_finding(typed):
    tables = typed({"adverse_events": EVENTS + "S01,1,fever,secretwords\n"})
    assert "secretwords" not in tables.findings[0].where()
    assert "secretwords" in tables.findings[0].why


def test_a_moment_is_text_with_its_bounds(typed):
    tables = typed({"adverse_events": EVENTS + "S01,1,fever,2024-02\nS01,2,chills,D28\n"})
    columns = ["start", "start_earliest", "start_latest", "start_stated_day"]
    assert tables.frame("adverse_events").select(columns).rows() == [
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), None),
        ("D28", None, None, 28),
    ]


def test_a_moment_may_come_in_study_days(typed):
    tables = typed({"labs": "subject_id,day,analyte,value,unit\nS01,2019,creatinine,128,umol/L\n"})
    assert tables.frame("labs").select("date", "date_stated_day").rows() == [("D2019", 2019)]
    assert "date" in tables["labs"].given
    assert not tables.findings


def test_of_date_and_day_both_are_kept_and_the_date_is_the_text(typed):
    rows = "subject_id,biopsy_id,date,day\nS01,B1,2024-01-10,28\nS01,B2,,-3\nS01,B3,D5,6\n"
    tables = typed({"biopsies": rows})
    assert tables.frame("biopsies").select("date", "date_earliest", "date_stated_day").rows() == [
        ("2024-01-10", date(2024, 1, 10), 28),
        ("D-3", None, -3),
        (None, None, None),
    ]
    assert found(tables, "code", "row") == [("GT-IN-034", 4)]


def test_decimal_commas_are_remarked_once_a_column(typed):
    rows = "subject_id,date,analyte,value,unit\n" + "".join(
        f'S01,2024-01-{day:02},creatinine,"1,{day}",mg/dL\n' for day in range(1, 10)
    )
    tables = typed({"labs": rows})
    assert found(tables, "code", "row", "column") == [("GT-IN-029", 2, "value")]
    assert tables.frame("labs")["value"].to_list()[:2] == [1.1, 1.2]


def test_columns_of_a_declared_pattern_are_typed(typed):
    rows = "subject_id,ae_id,term,related_rituximab_sponsor\nS01,1,fever,Possible\n"
    tables = typed({"adverse_events": rows})
    assert tables.frame("adverse_events")["related_rituximab_sponsor"].to_list() == ["possible"]
    assert not tables.findings


def test_a_doubled_column_is_used_neither_time(typed):
    tables = typed(subjects="subject_id,sex,Sex,age_years\nS01,F,M,50\n")
    assert tables.frame("subjects")["sex"].to_list() == [None]
    assert found(tables, "code", "row", "column") == [("GT-IN-007", 1, "sex")]


def test_a_table_without_the_column_that_names_its_rows_is_withheld_whole(typed):
    tables = typed({"labs": "date,analyte,value\n2024-01-10,creatinine,128\n"})
    assert balance(tables, "labs") == (1, 0, 1)
    assert ("GT-IN-013", "subject_id") in found(tables, "code", "column")


KEYS = [
    # table            rows below the header                                            code         used
    ("labs",           "subject_id,date,analyte,value\n{0}{0}", "S01,2024-01-10,creatinine,1\n", "", "GT-IN-017", 1),
    ("labs",           "subject_id,date,analyte,value\n{0}{1}", "S01,2024-01-10,creatinine,1\n", "S01,2024-01-10,creatinine,2\n", "GT-IN-018", 0),
    ("subjects",       "subject_id,sex\n{0}{0}",                "S01,F\n", "", "GT-IN-019", 0),
    ("subjects",       "subject_id,sex\n{0}{1}",                "S01,F\n", "S01,M\n", "GT-IN-019", 0),
    ("adverse_events", EVENTS + "{0}{1}",                       "S01,1,fever,\n", "S01,1,chills,\n", "GT-IN-020", 2),
    ("adverse_events", EVENTS + "{0}{0}",                       "S01,1,fever,\n", "", "GT-IN-017", 1),
    ("treatments",     "subject_id,treatment,start\n{0}{0}",    "S01,rituximab,\n", "", "", 2),
    ("transcripts",    "biopsy_id,score,value\n{0}{1}",         "B1,AMR,0.8\n", "B1,TCMR,0.1\n", "", 2),
]  # fmt: skip


@pytest.mark.parametrize(("table", "shape", "one", "other", "code", "used"), KEYS)
def test_rows_of_one_key(table, shape, one, other, code, used, typed):
    text = shape.format(one, other)
    tables = typed(subjects=text) if table == "subjects" else typed({table: text})
    assert {each.code for each in tables.findings} == ({code} if code else set())
    assert balance(tables, table) == (2, used, 2 - used)
    assert tables.frame(table).height == used


def test_an_adverse_event_without_a_number_still_counts_and_a_lab_value_without_a_day_does_not(typed):
    labs = "subject_id,date,analyte,value\nS01,,creatinine,128\n"
    tables = typed({"adverse_events": EVENTS + "S01,,fever,\n", "labs": labs})
    assert balance(tables, "adverse_events") == (1, 1, 0)
    assert balance(tables, "labs") == (1, 0, 1)
    assert set(found(tables, "code", "table")) == {("GT-IN-016", "adverse_events"), ("GT-IN-015", "labs")}


def test_rows_taken_out_later_stay_in_the_balance(typed):
    tables = typed(subjects="subject_id,sex\nS01,F\nS02,M\n")
    fewer = without_rows(tables, {("subjects", 3), ("subjects", 99), ("labs", 2)})
    assert fewer.frame("subjects")["subject_id"].to_list() == ["S01"]
    assert balance(fewer, "subjects") == (2, 1, 1)
    assert balance(without_rows(fewer, {("subjects", 3)}), "subjects") == (2, 1, 1)


CELLS = {
    "subject_id": st.sampled_from(["S01", "S02", "", " S03"]),
    "date": st.sampled_from(["2024-01-10", "2024-01", "D5", "11.3.2019", "", "NA"]),
    "analyte": st.sampled_from(["creatinine", "upcr", ""]),
    "value": st.sampled_from(["1.5", "1,5", "1,234", "<0.5", "", "NaN"]),
}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*CELLS.values()), min_size=1, max_size=12), st.randoms())
def test_the_order_of_the_rows_changes_no_typed_content(rows, chance):
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert content(rows) == content(shuffled)


def content(rows):
    cells = pl.DataFrame(rows, schema=["0", "1", "2", "3"], orient="row").cast(pl.String)
    sheet = Sheet(
        "tables/labs.csv",
        tuple(CELLS),
        cells.with_columns(pl.int_range(2, pl.len() + 2).cast(pl.Int32).alias(ROW)),
    )
    raw, _ = named("labs", sheet)
    tables = type_tables(Raw({"labs": raw}), Intake())
    kept = sorted(tables.frame("labs").drop(ROW).rows(), key=repr)
    codes = sorted(each.code for each in tables.findings)
    return kept, codes, tables.balances
