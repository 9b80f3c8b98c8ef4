"""LIFECODES runs give the calls of the vendor's program; what is wrong with a file is a finding."""

import polars as pl
import pytest

from graftrial.intake.luminex import antibody_rows, read_lifecodes

RUNS = {"LSA1-test": "3012456_3065421-SA1", "LSA2-test": "3062145_3045216-SA2"}
COLUMNS = {
    "mfi_lra": "ratio",
    "bg_adjusted": "background_adjusted_mfi",
    "ad_mfi": "rad_adjusted_mfi",
    "ad_bg_adjusted": "rad_background_adjusted_mfi",
}


@pytest.fixture
def files(shared, tmp_path):
    """A function that copies a run and its lot, changed as told: text of the run, text of the lot."""

    def copy(run="LSA1-test", change_run=lambda text: text, change_lot=lambda text: text):
        folder = shared / "data/luminex"
        run_file, lot_file = tmp_path / "run.csv", tmp_path / "lot.eds"
        text = (folder / f"{run}.csv").read_bytes().decode()
        run_file.write_bytes(change_run(text).encode())
        lot_file.write_text(change_lot((folder / f"{RUNS[run]}.eds").read_text()))
        return run_file, lot_file

    return copy


def codes(run):
    return [each.code for each in run.findings]


@pytest.mark.parametrize("name", RUNS)
def test_calls_are_those_that_the_authors_verified_by_hand(shared, name):
    folder = shared / "data/luminex"
    run = read_lifecodes(folder / f"{name}.csv", folder / f"{RUNS[name]}.eds")
    expected = pl.read_csv(
        folder / f"expected_{name}.csv", null_values="NA", schema_overrides={"antigen_id": pl.String}
    )
    expected = expected.filter(~pl.col("antigen_id").is_in(["NC", "PC"]))
    joined = expected.join(run.beads, left_on=["Sample", "antigen_id"], right_on=["sample", "antigen_id"])
    assert joined.height == expected.height > 0
    assert joined["assignment"].to_list() == joined["call"].to_list()
    for theirs, ours in COLUMNS.items():
        assert joined[theirs].to_list() == pytest.approx(joined[ours].to_list(), rel=1e-9), ours


def test_controls_are_quality_control_and_never_results(files):
    run = read_lifecodes(*files())
    assert set(run.controls["antigen_id"]) == {"NC", "PC"} and "call" not in run.controls.columns
    assert not set(run.beads["antigen_id"]) & {"NC", "PC"}
    assert codes(run).count("GT-AB-005") == 2 and "GT-AB-006" in codes(run)


def test_a_lot_file_of_another_run_blocks_and_names_both_lots(files):
    run = read_lifecodes(*files(change_lot=lambda text: text.replace("<LotID>3012456", "<LotID>9999999")))
    assert run.beads.is_empty() and codes(run) == ["GT-AB-001"] and run.findings[0].blocking
    assert "3012456_3065421-SA1" in run.findings[0].why and "9999999_3065421-SA1" in run.findings[0].why


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (lambda _: "hello\n", "xPONENT"),
        (lambda text: text.replace('"Per Bead Count"', '"Nothing"'), "Per Bead Count"),
        (lambda text: "\0" + text, "not a text file"),
    ],
)
def test_a_file_that_is_no_run_is_a_blocking_finding(files, broken, said):
    run = read_lifecodes(*files(change_run=broken))
    assert codes(run) == ["GT-AB-002"] and said in run.findings[0].why and run.beads.is_empty()


@pytest.mark.parametrize(
    "broken", ["", "<a/>", "<!DOCTYPE x><a/>", "<ev2SA1 xmlns='http://www.immucor.com'/>"]
)
def test_a_file_that_is_no_lot_file_is_a_blocking_finding(files, broken):
    assert codes(read_lifecodes(*files(change_lot=lambda _: broken))) == ["GT-AB-002"]


def test_a_missing_lot_file_is_a_blocking_finding(files, tmp_path):
    assert codes(read_lifecodes(files()[0], tmp_path / "none.eds")) == ["GT-AB-002"]


def test_an_expired_lot_is_told_and_the_run_still_read(files):
    run = read_lifecodes(*files(change_lot=lambda text: text.replace("12/12/2024", "12/12/2020")))
    assert "GT-AB-003" in codes(run) and not run.beads.is_empty()


def test_a_sample_named_twice_is_left_out_and_the_other_read(files):
    run = read_lifecodes(*files(change_run=lambda text: text.replace('"S002"', '"S001"')))
    assert codes(run).count("GT-AB-004") == 2 and run.beads.is_empty()


def test_too_few_beads_are_a_failure_and_not_negative(files):
    run = read_lifecodes(*files(change_run=lambda text: text.replace('"87","104","67"', '"87","104","59"')))
    failed = run.beads.filter(pl.col("call") == "Bead Failure")
    assert failed.select("sample", "antigen_id").rows() == [("S001", "103")] and "GT-AB-007" in codes(run)


def test_a_negative_intensity_is_withheld_and_the_rest_called(files):
    run = read_lifecodes(*files(change_run=lambda text: text.replace('"8001.5"', '"-8001.5"')))
    bead = run.beads.filter((pl.col("sample") == "S001") & (pl.col("antigen_id") == "103")).row(0, named=True)
    assert (bead["median_mfi"], bead["call"]) == (None, None) and "GT-AB-009" in codes(run)
    assert run.beads["call"].null_count() == 1


def test_decimal_commas_are_read_and_thousands_are_not_guessed(files):
    comma = read_lifecodes(*files(change_run=lambda text: text.replace("8001.5", "8001,5")))
    assert 8001.5 in comma.beads["median_mfi"].to_list()
    assert "GT-AB-010" in codes(
        read_lifecodes(*files(change_run=lambda text: text.replace('"8001.5"', '"8,001"')))
    )


def test_beads_of_one_file_without_the_other_and_names_that_nobody_knows_are_told(files):
    run = read_lifecodes(
        *files(change_lot=lambda text: text.replace('ID="104"', 'ID="999"').replace("C*07:01", "C*0701"))
    )
    assert codes(run).count("GT-AB-008") == 2 and "GT-AB-013" in codes(run)


def test_the_order_of_columns_and_blocks_is_by_name(files):
    def swapped(text):
        return (
            text.replace('"103","104"', '"x","y"').replace('"x","y"', '"104","103"')
            if "Median" in text
            else text
        )

    run = read_lifecodes(*files(change_run=swapped))
    assert (
        run.beads.filter((pl.col("sample") == "S001") & (pl.col("antigen_id") == "104"))["median_mfi"].item()
        == 8001.5
    )


def test_a_run_becomes_rows_of_the_table_antibodies_by_the_day_of_the_serum(files):
    sera = pl.DataFrame({"sample": ["S0003"], "subject_id": ["S1"], "date": ["2023-09-20"]})
    rows = antibody_rows(read_lifecodes(*files("LSA2-test")).beads, sera)
    assert set(rows["subject_id"]) == {"S1"} and set(rows["date"]) == {"2023-09-20"}
    assert "DQA1*01:02,DQB1*06:04" in rows["specificity"].to_list()
    assert rows.filter(pl.col("specificity") == "DRB1*01:01")["mfi"].item() == 700.0


def test_a_failed_bead_has_neither_intensity_nor_verdict(files):
    run = read_lifecodes(*files(change_run=lambda text: text.replace('"87","104","67"', '"87","104","59"')))
    sera = pl.DataFrame({"sample": ["S001"], "subject_id": ["S1"], "date": ["2023-01-01"]})
    row = antibody_rows(run.beads, sera).filter(pl.col("specificity") == "A*01:01").row(0, named=True)
    assert (row["mfi"], row["positive"]) == (None, None)
