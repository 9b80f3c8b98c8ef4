"""Frames in, frames out: kinds, names, readings, streams, and biopsies beside each other."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from graftrial.derive.banff import classify_biopsies
from graftrial.derive.banff_compare import compare_editions, compare_lazy, count_flows
from graftrial.derive.banff_partitions import classify_batches
from graftrial.errors import UsageError

VECTORS = Path(__file__).parents[2] / "golden/banff/2022/complete.csv"
INPUTS = r"^(exp_|crit_).*$"
CODES = ("amr", "amr_with_history", "acute_tcmr", "active_amr_state", "amr_reason")


@pytest.fixture(scope="module")
def biopsies():
    vectors = pl.read_csv(VECTORS, infer_schema_length=None, schema_overrides={"cg": pl.String})
    return vectors.select(pl.exclude(INPUTS))


def answers(frame):
    return {name: frame[name].cast(pl.String).to_list() for name in CODES}


def test_every_kind_of_frame_comes_back_in_kind_with_the_same_answers(biopsies):
    expected = answers(classify_biopsies(biopsies, edition="2022", explain=True))
    as_pandas = classify_biopsies(biopsies.to_pandas(), edition="2022", explain=True)
    assert isinstance(as_pandas, pd.DataFrame)
    assert answers(pl.from_pandas(as_pandas)) == expected
    as_arrow = classify_biopsies(biopsies.to_arrow(), edition="2022", explain=True)
    assert isinstance(as_arrow, pa.Table)
    assert answers(pl.from_arrow(as_arrow)) == expected
    as_duckdb = classify_biopsies(duckdb.from_arrow(biopsies.to_arrow()), edition="2022", explain=True)
    assert isinstance(as_duckdb, duckdb.DuckDBPyRelation)
    assert answers(as_duckdb.pl()) == expected
    lazy = classify_biopsies(biopsies.lazy(), edition="2022", explain=True)
    assert isinstance(lazy, pl.LazyFrame)
    assert answers(lazy.collect()) == expected


def test_a_parquet_file_streams_to_a_parquet_file(biopsies, tmp_path):
    biopsies.write_parquet(tmp_path / "in.parquet", row_group_size=100)
    answered = classify_biopsies(pl.scan_parquet(tmp_path / "in.parquet"), edition="2022")
    answered.sink_parquet(tmp_path / "out.parquet")
    assert pl.read_parquet(tmp_path / "out.parquet").equals(classify_biopsies(biopsies, edition="2022"))
    assert answered.select("amr").head(3).collect().height == 3


def test_input_rows_and_columns_return_in_order_followed_by_ours(biopsies):
    answered = classify_biopsies(biopsies, edition="2022")
    assert answered.select(biopsies.columns).equals(biopsies)
    assert answered.columns[: biopsies.width] == biopsies.columns
    assert answered.columns[biopsies.width] == "amr"


def test_a_name_that_is_taken_gets_the_edition_behind_it(biopsies):
    once = classify_biopsies(biopsies, edition="2019")
    twice = classify_biopsies(once, edition="2022")
    assert twice["amr"].equals(once["amr"])
    assert twice["amr_2022"].equals(classify_biopsies(biopsies, edition="2022")["amr"].alias("amr_2022"))


def test_no_rows_and_no_known_columns_are_answered_too():
    assert classify_biopsies(pl.DataFrame({"g": []}, schema={"g": pl.Int8}), edition="2017").height == 0
    unknown = classify_biopsies(pl.DataFrame({"a": [1, 2]}), edition="2022", explain=True)
    assert unknown["amr"].to_list() == [None, None]


@pytest.mark.parametrize("wrong", [{"edition": "2015"}, {"edition": "2022", "options": {"R4": "i2"}},
                                   {"edition": "2022", "options": {"R13": "yes"}}])  # fmt: skip
def test_an_unknown_edition_or_reading_is_a_wrong_usage(wrong):
    with pytest.raises(UsageError):
        classify_biopsies(pl.DataFrame({"g": [1]}), **wrong)


def test_what_is_no_frame_is_a_wrong_usage():
    with pytest.raises(UsageError):
        classify_biopsies("biopsies.csv", edition="2022")


def test_edition_and_readings_are_printed_with_every_answer():
    answered = classify_biopsies(
        pl.DataFrame({"t": [1], "i": [0], "v": [0]}), edition="2017", options={"R4": "i1"}
    )
    assert answered["banff_edition"].to_list() == ["2017"]
    assert "R4 i1*" in answered["banff_readings"][0] and "R2 no," in answered["banff_readings"][0]
    assert answered["borderline"].to_list() == [0]


def test_multilayering_that_is_graded_counts_as_unknown():
    graded = classify_biopsies(pl.DataFrame({"g": [2, 2], "dsa": [1, 1], "ptcbm": [3, 1]}), edition="2022")
    assert graded["active_amr_decides"].str.contains("ptcml").all()


def test_a_file_with_one_c4d_technique_needs_no_other():
    stained = pl.DataFrame({"c4d_if": [0, 2, 1, None], "g": [1] * 4})
    positive = classify_biopsies(stained, edition="2022", explain=True)["crit_c4d_positive"]
    assert positive.to_list() == [False, True, False, None]
    both = pl.DataFrame({"c4d_if": ["0", "0"], "c4d_ihc": ["not done", None]})
    assert classify_biopsies(both, edition="2022", explain=True)["crit_c4d_positive"].to_list() == [
        False,
        None,
    ]


def test_a_biopsy_without_a_date_is_possible_history_and_has_possible_history():
    biopsy = {"g": 0, "ptc": 0, "v": 0, "i": 0, "t": 0, "c4d_if": 0, "cg": 2, "tma_chronic": 0, "infection": 0, "pvl": 0,
              "gn_recurrent": 0, "gn_de_novo": 0, "dsa": 0, "prior_dsa": 0, "prior_active_amr": 0, "ptcml": 0,
              "prior_chronic_active_amr": 0, "tma_acute": 0, "inflamed_intimal_fibrosis": 0, "ti": 0, "ati": 0}  # fmt: skip
    rows = [{**biopsy, "patient_id": "P", "biopsy_date": "2020-01-01"},
            {**biopsy, "patient_id": "P", "biopsy_date": None, "dsa": 1}]  # fmt: skip
    answered = classify_biopsies(pl.DataFrame(rows), edition="2022")
    assert answered["amr"].to_list() == ["none", "chronic_amr"]
    assert answered["amr_with_history"].to_list() == [None, "chronic_amr"]


def test_editions_are_compared_biopsy_by_biopsy_and_their_flow_is_counted(biopsies):
    compared = compare_editions(biopsies, ("2017", "2019", "2022"))
    moved = compared.filter(pl.col("amr_2019").cast(pl.String) != pl.col("amr_2022").cast(pl.String))
    assert moved.height and moved["amr_changes"].str.contains("2019 .* -> 2022").all()
    flows = count_flows(compared, {each: f"amr_{each}" for each in ("2017", "2019", "2022")})
    assert flows.group_by("from_edition").agg(pl.col("n").sum())["n"].to_list() == [biopsies.height] * 2


def test_a_registry_is_compared_in_parts_with_the_history_of_each_edition(biopsies, tmp_path):
    rows = biopsies.with_columns(
        patient_id=pl.lit("P"), biopsy_date=pl.date(2020, 1, 1) + pl.duration(days=pl.int_range(pl.len()))
    )
    rows.write_parquet(tmp_path / "in.parquet", row_group_size=100)
    compared = compare_lazy(pl.scan_parquet(tmp_path / "in.parquet"), ("2019", "2022"))
    compared.rows.sink_parquet(tmp_path / "out.parquet")
    written = pl.read_parquet(tmp_path / "out.parquet")
    assert written.select(rows.columns).equals(rows)
    for edition in ("2019", "2022"):
        alone = classify_biopsies(rows, edition=edition, explain=True)
        for name in ("amr", "amr_with_history", "acute_tcmr", "amr_reason"):
            assert (
                written[f"{name}_{edition}"].cast(pl.String).to_list()
                == alone[name].cast(pl.String).to_list()
            )


def test_an_answer_of_ours_that_came_in_keeps_its_name_and_ours_gets_another(biopsies):
    once = compare_editions(biopsies, ("2017", "2022"))
    compared = compare_lazy(once.lazy(), ("2017", "2022"))
    twice = compared.rows.collect()
    assert twice.select(once.columns).equals(once)
    assert compared.answers == {"2017": "amr_2017_2017", "2022": "amr_2022_2022"}
    assert count_flows(twice, compared.answers)["n"].sum() == biopsies.height


@pytest.mark.parametrize("editions", [(), ("2022",), ("2022", "2022"), ("2015", "2022")])
def test_a_comparison_needs_different_editions_that_exist(biopsies, editions):
    with pytest.raises(UsageError):
        compare_editions(biopsies, editions)


def test_a_reason_names_the_criterion_and_the_lesions():
    found = {"g": 2, "ptc": 1, "dsa": 1, "cg": 0, "c4d_if": 0, "v": 0, "t": 0, "i": 0, "ptcml": 0, "tma_acute": 0,
             "tma_chronic": 0, "gn_recurrent": 0, "gn_de_novo": 0, "infection": 0, "pvl": 0}  # fmt: skip
    (row,) = classify_biopsies(pl.DataFrame([found]), edition="2022", explain=True).rows(named=True)
    assert row["amr"] == "active_amr" and row["diagnoses"].startswith("Active AMR")
    assert row["amr_reason"] == (
        "criterion 1, acute met by g2, ptc1; criterion 1, chronic not met; criterion 2 met by g2 + ptc1; "
        "criterion 3 met by DSA"
    )
    (open_row,) = classify_biopsies(
        pl.DataFrame([{**found, "dsa": None}]), edition="2022", explain=True
    ).rows(named=True)
    assert open_row["amr_would_follow"] == (
        "DSA no: microvascular inflammation, DSA-negative and C4d-negative; DSA yes: active AMR"
    )


def test_record_batches_are_answered_as_one_frame(biopsies):
    own = biopsies.drop("patient_id")
    batches = own.to_arrow().to_batches(max_chunksize=100)
    answered = list(classify_batches(batches, edition="2022", explain=True))
    together = pl.from_arrow(pa.Table.from_batches(answered))
    assert answers(together) == answers(classify_biopsies(own, edition="2022", explain=True))


def test_another_reading_names_the_inputs_that_decide_under_it():
    found = {"g": 0, "ptc": 3, "dsa": 1, "v": 1, "t": 2, "i": None, "infection": 0, "pvl": 0, "c4d_if": 0,
             "gn_recurrent": 0, "gn_de_novo": 0, "cg": 0, "tma_chronic": 0, "tma_acute": 0}  # fmt: skip
    answered = classify_biopsies(pl.DataFrame([found]), edition="2017", options={"R1": "no"})
    assert answered["active_amr_state"].to_list() == ["possible"]
    assert answered["active_amr_decides"].str.contains("i").all()
