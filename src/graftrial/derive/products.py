"""The cell product: release, identity panel, thaw and custody of batches; dose and chain of identity of infusions."""

from __future__ import annotations

import polars as pl

from graftrial.clinical.cell_product.specification import specifications
from graftrial.derive.custody import derive_custody, derive_thaw_to_infusion
from graftrial.derive.product_dose import derive_bags, derive_doses
from graftrial.derive.product_identity import derive_identity
from graftrial.derive.product_release import (
    OPEN,
    derive_panel,
    derive_release,
    derive_release_tests,
    summarise_panel,
)
from graftrial.intake.table import ROW, Tables
from graftrial.study.model import Study

NO_PANEL = "the study file names no identity_panel"
NO_TESTS = "no release test of the batch is recorded"


def derive_products(study: Study, tables: Tables, infusions: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The frames products, release_tests, identity_panel and infusions (with dose and chain of identity)."""
    batches = tables.frame("products").unique("product_id", keep="none")
    tests = derive_release_tests(tables.frame("product_tests"))
    custody = tables.frame("custody")
    required = study.product.release_tests if study.product else ()
    autologous = study.product.autologous if study.product else None
    products = (
        batches.join(derive_release(batches, tests, required), on="product_id", how="left")
        .join(derive_thaw_to_infusion(custody, tables.frame("infusions")), on="product_id", how="left")
        .join(derive_custody(custody), on="product_id", how="left")
    )
    panel = _panel(tests, study.product.identity_panel if study.product else None)
    products = _with_panel(products, panel)
    identity = derive_identity(infusions, batches, autologous).select(
        ROW, "chain_of_identity", "identity_reason"
    )
    doses = derive_doses(infusions, derive_bags(tests)).join(
        identity, on=ROW, how="left", maintain_order="left"
    )
    return {
        "products": products.sort("product_id"),
        "release_tests": tests.sort("product_id", "test", ROW),
        "identity_panel": panel,
        "infusions": doses,
    }


def _panel(tests: pl.DataFrame, name: str | None) -> pl.DataFrame:
    """Each criterion of the specification that the study file names, for each batch; no row where it names none."""
    if name is None:
        return derive_panel(tests.clear(), next(iter(specifications().values())))
    return derive_panel(tests, specifications()[name])


def _with_panel(products: pl.DataFrame, panel: pl.DataFrame) -> pl.DataFrame:
    """Adds specification and identity (passed, failed, pending, not assessable) with its criteria by verdict."""
    whole = summarise_panel(panel).select(
        "product_id",
        "specification",
        "identity",
        "n_criteria",
        *(pl.col(each).alias(f"identity_{each}") for each in ("failed", "pending", "open")),
    )
    joined = products.join(whole, on="product_id", how="left")
    lacking = NO_PANEL if panel.is_empty() and whole.is_empty() else NO_TESTS
    return joined.with_columns(
        identity_reason=pl.when(pl.col("identity").is_null()).then(pl.lit(lacking)),
        identity=pl.col("identity").fill_null(OPEN),
    )
