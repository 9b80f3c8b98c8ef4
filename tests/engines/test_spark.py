"""Spark answers what one machine answers, cell for cell."""

from __future__ import annotations

import subprocess
import sys
from functools import partial

import polars as pl
import pytest

from graftrial.derive.banff import classify_biopsies
from graftrial.derive.banff_partitions import classify_batches, classify_spark
from graftrial.errors import UsageError
from tests.engines.registry import EDITIONS, assert_same_cells, example, on_one_machine


def in_spark(spark, biopsies, n_partitions=5):
    """The biopsies as a Spark frame, each partition a run of rows of the disorder."""
    frame = spark.createDataFrame(biopsies.to_arrow(compat_level=pl.CompatLevel.oldest()))
    return frame.repartition(n_partitions)


def collected(frame):
    """A Spark frame as Polars."""
    return pl.from_arrow(frame.toArrow())


@pytest.mark.parametrize("edition", EDITIONS)
def test_biopsies_of_a_patient_that_lie_in_several_partitions_count_for_each_other(spark, biopsies, edition):
    own = biopsies.cast({"row": pl.Int64})
    expected = on_one_machine(own, edition)
    answered = classify_spark(in_spark(spark, own), edition=edition, explain=True)
    assert_same_cells(collected(answered), expected)
    assert answered.columns == expected.columns


def test_partitions_as_they_lie_would_lose_history(spark, biopsies):
    given = in_spark(spark, biopsies.cast({"row": pl.Int64}))
    answered = classify_spark(given, edition="2022")
    as_they_lie = given.mapInArrow(partial(classify_batches, edition="2022"), answered.schema)
    lost, kept = (collected(frame).sort("row")["amr_with_history"] for frame in (as_they_lie, answered))
    assert not lost.equals(kept)


def test_the_frame_that_was_given_keeps_its_columns(spark, biopsies):
    given = in_spark(spark, biopsies.head(20).cast({"row": pl.Int64}))
    before = given.schema.simpleString()
    classify_spark(given, edition="2022")
    assert given.schema.simpleString() == before


def test_columns_that_are_not_read_return_untouched_whatever_their_type(spark):
    given = spark.sql(
        "select id as row, cast(id % 4 as tinyint) as `PTC score`, 1 as g, '1b' as cg, 3 as `C4d (IF)`, "
        "if(id % 3 = 0, null, 'N. N.') as amr, map('a', id) as `lab.values`, array(id) as list, "
        "cast(id as decimal(12, 3)) as price, timestamp'2024-01-01 10:00:00' as read_at, "
        "concat('P', id % 2) as `Patient.ID`, date_add(date'2020-01-01', cast(id as int)) as `Biopsy Date` "
        "from range(12)"
    )
    answered = classify_spark(given, edition="2022")
    assert answered.select([f"`{name}`" for name in given.columns]).schema == given.schema
    before, after = given.orderBy("row").collect(), answered.orderBy("row").collect()
    assert [row[: len(given.columns)] for row in after] == [tuple(row) for row in before]
    assert "amr_2022" in answered.columns
    read = pl.DataFrame(
        [
            {
                name: row[name]
                for name in ("row", "PTC score", "g", "cg", "C4d (IF)", "amr", "Patient.ID", "Biopsy Date")
            }
            for row in before
        ]
    )
    expected = on_one_machine(read, "2022", explain=False)
    for name in ("amr_2022", "amr_with_history", "active_amr_state", "active_amr_decides", "ifta_max"):
        assert [row[name] for row in after] == expected[name].to_list(), name


def test_one_graded_multilayering_makes_the_column_unknown_in_every_partition(spark, biopsies):
    graded = biopsies.with_columns(
        pl.col("row").cast(pl.Int64), pl.when(pl.col("row") == 7).then(3).otherwise("ptcml").alias("ptcml")
    )
    answered = collected(classify_spark(in_spark(spark, graded), edition="2022", explain=True))
    expected = on_one_machine(graded, "2022")
    assert_same_cells(answered, expected)
    assert not expected["amr"].equals(on_one_machine(biopsies, "2022")["amr"]), "the grade changes nothing"


def test_no_rows_and_a_column_without_any_value_are_answered(spark, biopsies):
    own = biopsies.head(40).with_columns(pl.col("row").cast(pl.Int64), pl.lit(None, pl.Int64).alias("dsa"))
    for rows in (own, own.head(0)):
        answered = classify_spark(in_spark(spark, rows), edition="2019", explain=True)
        assert_same_cells(collected(answered), on_one_machine(rows, "2019"))


def test_readings_of_the_open_points_reach_the_partitions(spark, biopsies):
    own = biopsies.head(300).with_columns(pl.col("row").cast(pl.Int64))
    answered = classify_spark(in_spark(spark, own), edition="2022", options={"R4": "i1"})
    (read,) = {row["banff_readings"] for row in answered.select("banff_readings").distinct().collect()}
    assert "R4" in read and "i1" in read


def test_an_unknown_edition_is_told_before_anything_runs(spark):
    must_not_run = spark.sql("select cast(raise_error('it ran') as int) as ptcml")
    with pytest.raises(UsageError, match="2024"):
        classify_spark(must_not_run, edition="2024")


def test_the_example_of_the_manual_runs(java, biopsies, tmp_path):
    biopsies.write_parquet(tmp_path / "registry.parquet")
    subprocess.run([sys.executable, "-c", example("spark")], cwd=tmp_path, check=True, capture_output=True)
    answered = pl.read_parquet(tmp_path / "classified/*.parquet")
    assert_same_cells(answered.cast({"row": pl.UInt32}), on_one_machine(biopsies, "2022", explain=False))


def test_the_function_for_one_machine_refuses_and_names_the_one_for_spark(spark, biopsies):
    with pytest.raises(UsageError, match=r"GT-BANFF-004(?s:.*)classify_spark"):
        classify_biopsies(in_spark(spark, biopsies.cast({"row": pl.Int64})), edition="2022")
