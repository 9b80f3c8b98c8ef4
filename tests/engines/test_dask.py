"""Dask answers what one machine answers, cell for cell."""

from __future__ import annotations

import subprocess
import sys

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from graftrial.derive.banff import classify_biopsies
from graftrial.derive.banff_partitions import classify_dask
from graftrial.errors import UsageError
from tests.engines.registry import EDITIONS, assert_same_cells, example, on_one_machine

dask = pytest.importorskip("dask", reason="Dask is not installed: make test-engines installs it")
frames = pytest.importorskip("dask.dataframe", reason="Dask is installed without its frames")


def in_dask(biopsies, n_partitions=5):
    """The biopsies as a Dask frame, each partition a run of rows of the disorder."""
    return frames.from_pandas(biopsies.to_pandas(), npartitions=n_partitions, sort=False)


def collected(frame, like):
    """A Dask frame as Polars; pandas made floats and moments of the integers with gaps and the dates."""
    return pl.from_pandas(frame.compute()).cast(dict(like.schema))


@pytest.mark.parametrize("edition", EDITIONS)
def test_biopsies_of_a_patient_that_lie_in_several_partitions_count_for_each_other(biopsies, edition):
    expected = on_one_machine(biopsies, edition)
    answered = classify_dask(in_dask(biopsies), edition=edition, explain=True)
    assert_same_cells(collected(answered, biopsies), expected)
    assert list(answered.columns) == expected.columns


def test_partitions_as_they_lie_would_lose_history(biopsies):
    given = in_dask(biopsies)
    kept = collected(classify_dask(given, edition="2022"), biopsies).sort("row")["amr_with_history"]
    parts = [collected(part, biopsies) for part in given.partitions]
    lost = pl.concat(on_one_machine(part, "2022") for part in parts).sort("row")["amr_with_history"]
    assert not lost.equals(kept)


def test_what_is_promised_before_the_run_is_what_comes(biopsies):
    answered = classify_dask(in_dask(biopsies), edition="2022", explain=True)
    promised = answered.dtypes
    for part in answered.partitions:
        assert part.compute().dtypes.equals(promised)


def test_input_cells_and_the_index_return_untouched(biopsies):
    given = biopsies.with_columns(
        pl.lit("seen").alias("amr"), pl.duration(days=pl.col("row")).alias("waited")
    ).to_pandas()
    given.index = [f"line {number % 900}" for number in range(len(given))]  # labels that stand twice
    frame = frames.from_pandas(given, npartitions=5, sort=False)
    expected = frame.compute().sort_values("row")
    answered = classify_dask(frame, edition="2022").compute().sort_values("row")
    assert answered[list(given.columns)].equals(expected)
    assert {"amr", "amr_2022"} <= set(answered.columns)


def test_one_graded_multilayering_makes_the_column_unknown_in_every_partition(biopsies):
    graded = biopsies.with_columns(pl.when(pl.col("row") == 7).then(3).otherwise("ptcml").alias("ptcml"))
    answered = classify_dask(in_dask(graded), edition="2022", explain=True)
    expected = on_one_machine(graded, "2022")
    assert_same_cells(collected(answered, graded), expected)
    assert not expected["amr"].equals(on_one_machine(biopsies, "2022")["amr"]), "the grade changes nothing"


def test_no_rows_and_a_column_without_any_value_are_answered(biopsies):
    own = biopsies.head(40).with_columns(pl.lit(None, pl.Int64).alias("dsa"))
    for rows in (own, own.head(0)):
        answered = classify_dask(in_dask(rows, 3), edition="2019", explain=True)
        assert_same_cells(collected(answered, rows), on_one_machine(rows, "2019"))


def test_texts_that_are_kept_as_objects_are_answered_alike(biopsies):
    as_text = biopsies.with_columns(pl.col("g", "ptc", "dsa").cast(pl.String))
    given = as_text.to_pandas().astype({"g": object, "ptc": object, "dsa": object, "cg": object})
    with dask.config.set({"dataframe.convert-string": False}):
        answered = classify_dask(frames.from_pandas(given, npartitions=4, sort=False), edition="2022")
        assert_same_cells(collected(answered, as_text), on_one_machine(as_text, "2022", explain=False))


def test_a_file_without_patients_is_not_moved_between_partitions(biopsies):
    own = biopsies.drop("patient_id", "ptcml")
    answered = classify_dask(in_dask(own), edition="2022").compute()
    assert answered["row"].to_list() == own["row"].to_list()
    expected = classify_biopsies(own, edition="2022")["amr"].cast(pl.String)
    assert pl.from_pandas(answered)["amr"].to_list() == expected.to_list()


def test_an_unknown_edition_is_told_before_anything_runs(biopsies):
    given = in_dask(biopsies.head(5))
    must_not_run = given.map_partitions(lambda _part: pytest.fail("it ran"), meta=given._meta)
    with pytest.raises(UsageError, match="2024"):
        classify_dask(must_not_run, edition="2024")


def test_a_frame_of_multilayering_alone_is_answered():
    alone = pl.DataFrame({"ptcml": [0, 1, 3, 0]})
    answered = pl.from_pandas(classify_dask(in_dask(alone, 4), edition="2022", explain=True).compute())
    assert_frame_equal(answered, on_one_machine(alone, "2022"), check_exact=True)


def test_the_example_of_the_manual_runs(biopsies, tmp_path):
    biopsies.write_parquet(tmp_path / "registry.parquet")
    subprocess.run([sys.executable, "-c", example("dask")], cwd=tmp_path, check=True, capture_output=True)
    answered = pl.read_parquet(tmp_path / "classified/*.parquet")
    expected = on_one_machine(biopsies, "2022", explain=False)
    assert_same_cells(answered.select(expected.columns).cast(dict(biopsies.schema)), expected)


def test_the_function_for_one_machine_refuses_and_names_the_one_for_dask(biopsies):
    with pytest.raises(UsageError, match=r"GT-BANFF-004(?s:.*)classify_dask"):
        classify_biopsies(in_dask(biopsies), edition="2022")
