"""`graftrial egfr`: every row and column returns, followed by the answer and the reason; nothing is guessed."""

import polars as pl
import pytest

from graftrial.clinical.egfr.equations import EQUATIONS
from graftrial.derive.egfr_rows import add_egfr
from graftrial.errors import InputUnreadable, OutputUnwritable, UsageError
from graftrial.pipeline.egfr_file import answer_file

ROWS = "id,creatinine_mg_per_dl,age_years,sex\n007,1.0,50,M\n008,128,50,M\n009,1.0,50,Male\n010,,50,F\n"


@pytest.fixture
def run(tmp_path):
    def write_and_run(text, equation="ckd_epi_cr_2021", columns=None, encoding="utf-8", ending="csv"):
        source, out = tmp_path / "in.csv", tmp_path / f"out.{ending}"
        source.write_bytes(text.encode(encoding))
        summary = answer_file(source, out, equation, columns or {})
        return summary, out

    return write_and_run


def cells(path):
    return pl.read_csv(path, infer_schema=False)


def test_rows_and_columns_return_in_order_with_two_more(run):
    summary, out = run(ROWS)
    assert out.read_text(encoding="utf-8").splitlines()[0] == (
        "id,creatinine_mg_per_dl,age_years,sex,egfr_ml_per_min_1_73m2,egfr_reason"
    )
    frame = cells(out)
    assert frame["id"].to_list() == ["007", "008", "009", "010"]
    assert float(frame["egfr_ml_per_min_1_73m2"][0]) == pytest.approx(91.6, abs=0.5)
    assert frame["egfr_reason"].to_list() == [
        None,
        "creatinine_mg_per_dl is 128.0, expected 0.2 to 25 mg/dL",
        "sex is Male, expected F, M",
        "creatinine_mg_per_dl is missing",
    ]
    assert (summary.rows, summary.answered, summary.not_assessable) == (4, 1, 3)
    assert summary.rule == "egfr.ckd_epi_cr@2021"


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_each_kind_of_file_is_written_and_read_again(run, tmp_path, ending):
    _, out = run(ROWS, ending=ending)
    with pytest.raises(UsageError, match="GT-EGFR-005"):
        answer_file(out, tmp_path / "again.csv", "ckd_epi_cr_2009", {})
    clearance = tmp_path / "clearance.csv"
    renamed = tmp_path / f"renamed.{ending}"
    _without_ours(out, renamed)
    answer_file(renamed, clearance, "cockcroft_gault_70kg", {})
    assert cells(clearance).columns[-2:] == ["creatinine_clearance_ml_per_min", "egfr_reason"]
    assert cells(clearance)["id"].to_list() == ["007", "008", "009", "010"]


def _without_ours(path, renamed):
    ours = ["egfr_ml_per_min_1_73m2", "egfr_reason"]
    if path.suffix == ".csv":
        cells(path).drop(ours).write_csv(renamed)
    elif path.suffix == ".parquet":
        pl.read_parquet(path).drop(ours).write_parquet(renamed)
    else:
        pl.read_excel(path, infer_schema_length=0).drop(ours).write_excel(renamed)


def test_a_declared_name_may_be_mapped_to_a_column(run):
    text = "scr_umol,years,sex\n88.4,50,M\n"
    _, out = run(text, columns={"creatinine_umol_per_l": "scr_umol", "age_years": "years"})
    _, declared = run("creatinine_mg_per_dl,age_years,sex\n1.0,50,M\n")
    assert (
        cells(out)["egfr_ml_per_min_1_73m2"].to_list() == cells(declared)["egfr_ml_per_min_1_73m2"].to_list()
    )


UNITS = [
    # mg/dL    umol/L   reason or none                                                                     because
    ("1.5",    "",      None,                                                                              "one is filled"),
    ("",       "132.6", None,                                                                              "the other is filled"),
    ("1.5",    "133",   None,                                                                              "both agree within rounding"),
    ("1.5",    "97",    "creatinine_mg_per_dl is 1.5 and creatinine_umol_per_l is 97.0: they disagree",    "nothing says which is right"),
    ("132.6",  "",      "creatinine_mg_per_dl is 132.6, expected 0.2 to 25 mg/dL",                         "asked about, never converted"),
    ("",       "1.5",   "creatinine_umol_per_l is 1.5, expected 17.68 to 2210 umol/L",                     "milligrams under micromoles"),
    ("high",   "132.6", "creatinine_mg_per_dl is high, not a number",                                      "a filled cell that cannot be read"),
]  # fmt: skip


@pytest.mark.parametrize(("milligrams", "micromoles", "reason", "because"), UNITS)
def test_both_units_of_creatinine_may_stand_in_one_file(run, milligrams, micromoles, reason, because):
    text = f"creatinine_mg_per_dl,creatinine_umol_per_l,age_years,sex\n{milligrams},{micromoles},50,M\n"
    _, out = run(text)
    assert cells(out)["egfr_reason"].to_list() == [reason], because
    assert (cells(out)["egfr_ml_per_min_1_73m2"][0] is None) == (reason is not None)


def test_semicolons_decimal_commas_and_an_older_encoding_are_read(run):
    text = "bolnik;creatinine_mg_per_dl;age_years;sex\nŽ;1,5;50;M\nČ;1,234;50;M\n"
    _, out = run(text, encoding="windows-1250")
    frame = cells(out)
    assert frame["bolnik"].to_list() == ["Ž", "Č"]
    assert frame["egfr_reason"].to_list() == [None, "creatinine_mg_per_dl is 1,234, not a number"]


def test_no_cell_of_the_output_runs_in_a_spreadsheet(run):
    _, out = run("=id,creatinine_mg_per_dl,age_years,sex\n=1+1,1,50,M\n-3,1,50,M\n+cmd,1,50,M\n")
    assert out.read_text(encoding="utf-8").splitlines()[0].startswith("'=id,")
    assert cells(out)["'=id"].to_list() == ["'=1+1", "-3", "'+cmd"]


def test_a_typed_frame_is_answered_with_its_types_kept():
    frame = pl.DataFrame(
        {"creatinine_mg_per_dl": [1, 2], "age_years": [50, 60], "sex": ["M", "F"]},
        schema={"creatinine_mg_per_dl": pl.Int64, "age_years": pl.Int32, "sex": pl.Categorical},
    )
    answered = add_egfr(frame, "mdrd4_175", {}).collect()
    assert answered.drop("egfr_ml_per_min_1_73m2", "egfr_reason").schema == frame.schema
    assert answered["egfr_reason"].null_count() == 2


WRONG = [
    # equation            columns                                 code            says
    ("ckd_epi_2021",      {},                                     "GT-EGFR-001",  "did you mean ckd_epi_cr_2021"),
    ("ckd_epi_cr_2021",   {"creatinine": "creatinine_mg_per_dl"}, "GT-EGFR-002",  "did you mean creatinine_mg_per_dl"),
    ("ckd_epi_cr_2021",   {"age_years": "age_year"},              "GT-EGFR-003",  "did you mean age_years"),
    ("ckd_epi_cys_2012",  {},                                     "GT-EGFR-004",  "cystatin_c_mg_per_l"),
    ("mdrd4_175", {"creatinine_umol_per_l": "creatinine_mg_per_dl"}, "GT-EGFR-009", "keep the one"),
]  # fmt: skip


@pytest.mark.parametrize(("equation", "columns", "code", "says"), WRONG)
def test_a_wrong_call_ends_with_a_suggestion_and_writes_nothing(run, tmp_path, equation, columns, code, says):
    with pytest.raises(UsageError, match=code) as raised:
        run(ROWS, equation, columns)
    assert says in str(raised.value) and raised.value.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_files_that_cannot_be_read_or_written_are_usage_errors(run, tmp_path):
    with pytest.raises(UsageError, match="GT-ROWS-001"):
        run(ROWS, ending="pdf")
    with pytest.raises(UsageError, match="GT-ROWS-002"):
        answer_file(tmp_path / "in.csv", tmp_path / "in.csv", "mdrd4_175", {})
    with pytest.raises(InputUnreadable, match="GT-FILE-008"):
        answer_file(tmp_path / "none.csv", tmp_path / "out.csv", "mdrd4_175", {})
    with pytest.raises(InputUnreadable, match="GT-ROWS-003"):
        run(ROWS + "011,1.0,50,F,one,cell,more\n")
    with pytest.raises(OutputUnwritable, match="GT-OUT-001"):
        answer_file(tmp_path / "in.csv", tmp_path / "no folder/out.csv", "mdrd4_175", {})
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_the_ids_of_equations_are_a_contract():
    assert {
        "ckd_epi_cr_2009", "ckd_epi_cr_2009_black", "ckd_epi_cys_2012", "ckd_epi_cr_cys_2012", "ckd_epi_cr_2021",
        "ckd_epi_cr_cys_2021", "mdrd4_175", "mdrd4_186", "ekfc_cr", "ekfc_cys", "ekfc_cr_cys", "fas_cr",
        "lund_malmo_2011", "bis1", "krs_2023", "cockcroft_gault", "schwartz_2009", "ckid_u25_cr", "ckid_u25_cys",
        "ckid_u25_cr_cys",
    } <= set(EQUATIONS)  # fmt: skip
