"""Verdicts of release tests, of a whole release, and of an identity panel: passed, failed, pending, not assessable.

A test without a limit is reported, not passed. `<0.5` is a value with a sign: bounds, not a number and not zero.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from graftrial.clinical.cell_product.release import UNLIMITED, WITHIN_LIMITS
from graftrial.clinical.cell_product.specification import Criterion, Specification

PASSED, FAILED, PENDING, REPORTED, OPEN = "passed", "failed", "pending", "reported", "not assessable"
MISSING = "not assessable: the test is not recorded"
RESULT = r"^\s*([<>≤≥]?)(=?)\s*([+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*%?\s*$"
NEXT_AFTER = 1e-12  # what keeps an exclusive bound off its limit, relative to the limit


def derive_release_tests(product_tests: pl.DataFrame) -> pl.DataFrame:
    """Release tests with our verdict beside the laboratory's.

    Adds: test_name (for comparing), result_low and result_high (bounds of a number), is_within_limits,
        release_verdict (passed, failed, pending, reported, not assessable), verdict_reason.
    """
    rows = product_tests.with_columns(test_name=plain_test(pl.col("test")), **_bounds(pl.col("result")))
    rows = rows.with_columns(
        has_limit=pl.col("lower_limit").is_not_null() | pl.col("upper_limit").is_not_null(),
        is_number=pl.col("result_low").is_not_null(),
    )
    within = WITHIN_LIMITS.answer(
        result_low=pl.col("result_low"),
        result_high=pl.col("result_high"),
        lower_limit=pl.col("lower_limit").fill_null(-UNLIMITED),
        upper_limit=pl.col("upper_limit").fill_null(UNLIMITED),
    ).struct.field("value")
    rows = rows.with_columns(is_within_limits=pl.when(pl.col("has_limit")).then(within))
    return rows.with_columns(release_verdict=_verdict(), verdict_reason=_reason()).drop(
        "has_limit", "is_number"
    )


def plain_test(name: pl.Expr) -> pl.Expr:
    """Name of a test for comparing: `HLA-DR`, `hla dr` and `HLA_DR` are one."""
    return name.str.to_lowercase().str.replace_all(r"[\s_-]+", "")


def _bounds(result: pl.Expr) -> dict[str, pl.Expr]:
    sign, equal = result.str.extract(RESULT, 1), result.str.extract(RESULT, 2)
    number = result.str.extract(RESULT, 3).cast(pl.Float64)
    is_open = sign.is_in(["<", ">"]) & (equal == "")
    step = pl.when(is_open).then(pl.max_horizontal(number.abs(), pl.lit(1e-9)) * NEXT_AFTER).otherwise(0.0)
    is_below, is_above = sign.is_in(["<", "≤"]), sign.is_in([">", "≥"])
    return {
        "result_low": pl.when(is_below)
        .then(pl.lit(-UNLIMITED))
        .when(is_above)
        .then(number + step)
        .otherwise(number),
        "result_high": pl.when(is_above)
        .then(pl.lit(UNLIMITED))
        .when(is_below)
        .then(number - step)
        .otherwise(number),
    }


def _verdict() -> pl.Expr:
    within, laboratory = pl.col("is_within_limits"), pl.col("verdict")
    return (
        pl.when((~within).fill_null(False) | (laboratory == FAILED).fill_null(False))
        .then(pl.lit(FAILED))
        .when((laboratory == PENDING).fill_null(False))
        .then(pl.lit(PENDING))
        .when(within.fill_null(False))
        .then(pl.lit(PASSED))
        .when(pl.col("is_number") & ~pl.col("has_limit"))
        .then(pl.lit(REPORTED))
        .when((laboratory == PASSED).fill_null(False))
        .then(pl.lit(PASSED))
        .when(pl.col("result").is_not_null() & ~pl.col("has_limit"))
        .then(pl.lit(REPORTED))
        .otherwise(pl.lit(OPEN))
    )


def _reason() -> pl.Expr:
    within, laboratory = pl.col("is_within_limits"), pl.col("verdict")
    outside = (~within).fill_null(False)
    return (
        pl.when(outside & (laboratory == PASSED).fill_null(False))
        .then(pl.lit("outside its limits, although the laboratory passed it"))
        .when(outside)
        .then(pl.lit("outside its limits"))
        .when(within.fill_null(False) & (laboratory == FAILED).fill_null(False))
        .then(pl.lit("within its limits, but failed by the laboratory"))
        .when(laboratory.is_not_null() & (laboratory != PASSED))
        .then(pl.lit("verdict of the laboratory"))
        .when(within.is_null() & pl.col("is_number") & pl.col("has_limit"))
        .then(pl.lit("the sign of the result leaves open whether it keeps its limit"))
        .when(pl.col("is_number") & ~pl.col("has_limit"))
        .then(pl.lit("no limit is recorded"))
        .when(within.is_null() & (laboratory == PASSED).fill_null(False))
        .then(pl.lit("verdict of the laboratory"))
        .when(pl.col("result").is_null())
        .then(pl.lit("neither result nor verdict"))
        .when(within.is_null())
        .then(pl.lit("no verdict of the laboratory, and the result is no number"))
    )


def derive_release(products: pl.DataFrame, tests: pl.DataFrame, required: Sequence[str]) -> pl.DataFrame:
    """One row a product: verdict of the release, and which tests failed, are pending or are missing.

    tests: rows of `derive_release_tests`. required: tests that the protocol demands; empty: those recorded.
    Returns: product_id, release (passed, failed, pending, not assessable), failed, pending, open (names, `;`),
        n_tests. A failed test decides, then a pending one, then one that is missing or has no limit.
    """
    summary = _by_verdict(_demanded(products, tests, required), tests)
    known = products.select("product_id").unique().join(summary, on="product_id", how="left")
    release = (
        pl.when(pl.col("n_tests").is_null())
        .then(pl.lit(OPEN))
        .when(pl.col("failed") != "")
        .then(pl.lit(FAILED))
        .when(pl.col("pending") != "")
        .then(pl.lit(PENDING))
        .when(pl.col("open") != "")
        .then(pl.lit(OPEN))
        .otherwise(pl.lit(PASSED))
    )
    blank = pl.col("failed", "pending", "open").fill_null("")
    return (
        known.with_columns(release=release)
        .with_columns(blank, pl.col("n_tests").fill_null(0))
        .sort("product_id")
    )


def _by_verdict(demanded: pl.DataFrame, tests: pl.DataFrame) -> pl.DataFrame:
    """Names of the demanded tests by verdict; a failed test counts whether it is demanded or not."""
    keys = ["product_id", "test_name"]
    rows = demanded.join(tests.select(*keys, "release_verdict"), on=keys, how="left")
    failed = tests.filter(pl.col("release_verdict") == FAILED).select(*keys, "test", "release_verdict")
    rows = pl.concat([rows, failed], how="diagonal").unique([*keys, "release_verdict"])
    verdict = pl.col("release_verdict").fill_null(OPEN)

    def named(condition: pl.Expr) -> pl.Expr:
        return pl.col("test").filter(condition).unique().sort().str.join("; ")

    return rows.group_by("product_id").agg(
        failed=named(verdict == FAILED),
        pending=named(verdict == PENDING),
        open=named(verdict.is_in([OPEN, REPORTED])),
        n_tests=pl.len().cast(pl.Int32),
    )


def _demanded(products: pl.DataFrame, tests: pl.DataFrame, required: Sequence[str]) -> pl.DataFrame:
    if not required:
        return tests.select("product_id", "test_name", "test")
    named = pl.DataFrame({"test": list(required)}, schema={"test": pl.String})
    every = products.select("product_id").unique().join(named, how="cross")
    return every.with_columns(test_name=plain_test(pl.col("test")))


def derive_panel(tests: pl.DataFrame, specification: Specification) -> pl.DataFrame:
    """One row a product and criterion of a specification such as `isct_2006`.

    tests: rows of `derive_release_tests`; the limits are those of the specification, not of the row.
    Returns: product_id, criterion, text, panel_verdict (passed, failed, pending, not assessable), panel_reason,
        specification, mark.
    """
    parts = [_criterion(tests, each) for each in specification.criteria]
    return (
        pl.concat(parts)
        .with_columns(specification=pl.lit(specification.id), mark=pl.lit(specification.mark))
        .sort("product_id", "criterion")
    )


def _criterion(tests: pl.DataFrame, criterion: Criterion) -> pl.DataFrame:
    """Either marker satisfies an "or" pair; it fails where all fail, and is open while one is not measured."""
    names = [each.lower().replace("-", "").replace("_", "") for each in criterion.any_of]
    met = _meets(criterion)
    rows = tests.filter(pl.col("test_name").is_in(names)).with_columns(met=met)
    judged = rows.group_by("product_id").agg(
        met=pl.col("met").any(ignore_nulls=False),
        n_measured=pl.col("test_name").n_unique(),
        is_pending=(pl.col("verdict") == PENDING).fill_null(False).any(),
    )
    everyone = tests.select("product_id").unique().join(judged, on="product_id", how="left")
    is_met, measured = pl.col("met").fill_null(False), pl.col("n_measured").fill_null(0)
    all_failed = (~pl.col("met")).fill_null(False) & (measured == len(names))
    verdict = (
        pl.when(is_met)
        .then(pl.lit(PASSED))
        .when(all_failed)
        .then(pl.lit(FAILED))
        .when(pl.col("is_pending").fill_null(False))
        .then(pl.lit(PENDING))
        .otherwise(pl.lit(OPEN))
    )
    decided = is_met | all_failed
    return everyone.select(
        "product_id",
        criterion=pl.lit(criterion.id),
        text=pl.lit(criterion.text),
        panel_verdict=verdict,
        panel_reason=pl.when(~decided).then(_why_undecided(criterion, measured)),
    )


def _why_undecided(criterion: Criterion, measured: pl.Expr) -> pl.Expr:
    wanted = " or ".join(criterion.any_of)
    return (
        pl.when(measured == 0)
        .then(pl.lit(f"{wanted} not measured"))
        .when(measured < len(criterion.any_of))
        .then(pl.lit(f"one of {wanted} outside its limit or open, the other not measured"))
        .otherwise(pl.lit(f"result of {wanted} does not decide"))
    )


def _meets(criterion: Criterion) -> pl.Expr:
    if criterion.observed:
        word = pl.col("result").str.strip_chars().str.to_lowercase()
        said = word.is_in(list(criterion.observed))
        denied = word.is_in(["no", "negative", "not demonstrated", "absent"])
        return pl.when(said).then(True).when(denied).then(False)
    return WITHIN_LIMITS.answer(
        result_low=pl.col("result_low"),
        result_high=pl.col("result_high"),
        lower_limit=pl.lit(-UNLIMITED if criterion.at_least is None else criterion.at_least),
        upper_limit=pl.lit(UNLIMITED if criterion.at_most is None else criterion.at_most),
    ).struct.field("value")


def summarise_panel(panel: pl.DataFrame) -> pl.DataFrame:
    """One row a product and specification: failed decides, then pending, then open; passed where every criterion is."""
    verdict = pl.col("panel_verdict")
    return (
        panel.group_by("product_id", "specification", "mark")
        .agg(
            *(
                pl.col("criterion").filter(verdict == each).sort().str.join("; ").alias(name)
                for name, each in NAMED
            ),
            n_criteria=pl.len().cast(pl.Int32),
        )
        .with_columns(
            identity=pl.when(pl.col("failed") != "")
            .then(pl.lit(FAILED))
            .when(pl.col("pending") != "")
            .then(pl.lit(PENDING))
            .when(pl.col("open") != "")
            .then(pl.lit(OPEN))
            .otherwise(pl.lit(PASSED))
        )
        .sort("product_id", "specification")
    )


NAMED = (("failed", FAILED), ("pending", PENDING), ("open", OPEN))
