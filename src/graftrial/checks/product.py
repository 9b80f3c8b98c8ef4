"""What was infused: released, tested, in date, and traceable."""

# every check takes the same two arguments, needed or not
# ruff: noqa: ARG001

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from graftrial.checks.located import found
from graftrial.checks.moments import placed, proven_before
from graftrial.findings import Finding
from graftrial.intake.clock import HIGH, LOW, with_minutes
from graftrial.intake.table import ROW, Tables
from graftrial.study.model import Study

NUMBER = r"^\s*([<>≤≥]?)=?\s*([+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*%?\s*$"  # `92`, `92 %`, `<0.5`
LESS, MORE = ("<", "≤"), (">", "≥")
STARTED = ("infusion started", "start of infusion")  # events of custody
TESTS_SCHEMA = {"test": pl.String, "wanted": pl.String}


def check_failed_release_test(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-PR-001: no product with a failed release test is infused."""
    failed = tables.frame("product_tests").filter(pl.col("verdict") == "failed").select("product_id", "test")
    rows = _infused(tables).join(failed, on="product_id").select(ROW, "subject_id", "product_id", "test")
    yield from found("GT-PR-001", tables["infusions"], rows, "product_id")


def check_required_test_missing(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-PR-002: every test that the protocol demands is recorded for an infused product."""
    demanded = _infused(tables).join(_required(study), how="cross")
    done = _tests(tables).select("product_id", "wanted")
    rows = demanded.join(done, on=["product_id", "wanted"], how="anti").select(
        ROW, "subject_id", "product_id", "test"
    )
    yield from found("GT-PR-002", tables["infusions"], rows, "product_id")


def check_required_test_pending(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-PR-003: a demanded test without a verdict keeps the release conditional."""
    open_verdict = pl.col("verdict").is_null() | (pl.col("verdict") == "pending")
    pending = _tests(tables).filter(open_verdict).join(_required(study).select("wanted"), on="wanted")
    rows = _infused(tables).join(pending.select("product_id", "test"), on="product_id")
    words = rows.select(ROW, "subject_id", "product_id", "test")
    yield from found("GT-PR-003", tables["infusions"], words, "product_id")


def check_no_release_test(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-PR-004: an infused product of which no release test is recorded and none is demanded."""
    if study.product and study.product.release_tests:
        return
    rows = _infused(tables).join(tables.frame("product_tests"), on="product_id", how="anti")
    yield from found(
        "GT-PR-004", tables["infusions"], rows.select(ROW, "subject_id", "product_id"), "product_id"
    )


def check_passed_outside_limits(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-PR-005: a result outside its own limits has not passed."""
    number = pl.col("result").str.extract(NUMBER, 2).cast(pl.Float64)
    sign = pl.col("result").str.extract(NUMBER, 1)
    too_high = (
        pl.when(sign.is_in(MORE))
        .then(number >= pl.col("upper_limit"))
        .otherwise(number > pl.col("upper_limit"))
    )
    too_low = (
        pl.when(sign.is_in(LESS))
        .then(number <= pl.col("lower_limit"))
        .otherwise(number < pl.col("lower_limit"))
    )
    proven = (too_high & ~sign.is_in(LESS)) | (too_low & ~sign.is_in(MORE))
    rows = tables.frame("product_tests").filter((pl.col("verdict") == "passed") & proven)
    words = rows.select(ROW, "product_id", "test", "result", "lower_limit", "upper_limit")
    yield from found("GT-PR-005", tables["product_tests"], words, "verdict")


def check_infused_after_expiry(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-PR-006: no product is infused after its expiry."""
    rows = _with_product_moment(study, tables, "expiry_date").filter(proven_before("other_", ""))
    yield from found("GT-PR-006", tables["infusions"], _said(rows), "start")


def check_product_without_row(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-PR-007: an infused product has its row, where the study keeps a table of products."""
    if tables.frame("products").is_empty():
        return
    rows = _infused(tables).join(tables.frame("products"), on="product_id", how="anti")
    yield from found(
        "GT-PR-007", tables["infusions"], rows.select(ROW, "subject_id", "product_id"), "product_id"
    )


def check_infusion_names_no_product(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-PR-008: an infusion names its product, where the study keeps a table of products."""
    if tables.frame("products").is_empty():
        return
    rows = tables.frame("infusions").filter(pl.col("product_id").is_null()).select(ROW, "subject_id")
    yield from found("GT-PR-008", tables["infusions"], rows, "product_id")


def check_product_infused_twice(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-PR-009: one container is infused once."""
    rows = _infused(tables).filter(pl.len().over("product_id") > 1)
    words = rows.select(ROW, "subject_id", "product_id", n=pl.len().over("product_id"))
    yield from found("GT-PR-009", tables["infusions"], words, "product_id")


def check_infused_before_release(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-PR-010: a product is released before it is infused."""
    rows = _with_product_moment(study, tables, "release_date").filter(proven_before("", "other_"))
    yield from found("GT-PR-010", tables["infusions"], _said(rows), "start")


def check_infused_before_harvest(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-PR-011: a product is harvested before it is infused."""
    rows = _with_product_moment(study, tables, "harvest_date").filter(proven_before("", "other_"))
    yield from found("GT-PR-011", tables["infusions"], _said(rows), "start")


def check_start_of_infusion_in_custody(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-PR-013: infusions and custody state the same start of an infusion, as far as each states it."""
    named = pl.col("event").str.strip_chars().str.to_lowercase().str.replace_all("_", " ")
    logged = _timed(tables.frame("custody").filter(named.is_in(STARTED)))
    given = _timed(tables.frame("infusions").filter(pl.col("product_id").is_not_null()))
    both = given.join(logged.drop(ROW, "subject_id", strict=False), on="product_id", suffix="_logged")
    apart = (pl.col(LOW) > pl.col(f"{HIGH}_logged")) | (pl.col(f"{LOW}_logged") > pl.col(HIGH))
    once = pl.len().over("product_id") == 1
    rows = (
        both.filter(once)
        .filter(apart)
        .select(ROW, "subject_id", "product_id", given="told", logged="told_logged")
    )
    yield from found("GT-PR-013", tables["infusions"], rows, "start")


def _timed(rows: pl.DataFrame) -> pl.DataFrame:
    """Product, bounds of `start` in minutes, and the start as it was recorded."""
    told = pl.concat_str("start", "start_time", separator=" ", ignore_nulls=True)
    bounds = with_minutes(rows.with_columns(told=told), "start", "product_id")
    kept = (ROW, "subject_id", "product_id", LOW, HIGH, "told")
    return bounds.select(each for each in kept if each in bounds.columns)


def _infused(tables: Tables) -> pl.DataFrame:
    return (
        tables.frame("infusions")
        .filter(pl.col("product_id").is_not_null())
        .select(ROW, "subject_id", "product_id")
    )


def _required(study: Study) -> pl.DataFrame:
    """The demanded tests: `test` as the study file spells it, `wanted` for comparing."""
    names = study.product.release_tests if study.product else ()
    return pl.DataFrame([(each, _plain_text(each)) for each in names], schema=TESTS_SCHEMA, orient="row")


def _tests(tables: Tables) -> pl.DataFrame:
    plain = pl.col("test").str.to_lowercase().str.replace_all(r"[\s_-]+", " ").str.strip_chars()
    return tables.frame("product_tests").with_columns(wanted=plain)


def _plain_text(name: str) -> str:
    return " ".join(name.lower().replace("_", " ").replace("-", " ").split())


def _with_product_moment(study: Study, tables: Tables, column: str) -> pl.DataFrame:
    """Infusions with the bounds of a moment of their product as `other_…`."""
    products = tables.frame("products").select(ROW, "product_id")
    bounds = [pl.col(each).alias(f"other_{each}") for each in ("text", "low", "high", "day_low", "day_high")]
    moments = placed(study, tables, "products", column).join(products, on=ROW).select("product_id", *bounds)
    infusions = tables.frame("infusions").select(ROW, "product_id")
    return placed(study, tables, "infusions", "start").join(infusions, on=ROW).join(moments, on="product_id")


def _said(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(ROW, "subject_id", "product_id", "text", other="other_text")
