"""The cell product: release, bag, thaw and custody of each batch; dose and chain of identity of each infusion."""

from __future__ import annotations

import polars as pl

from graftrial.derive.product_dose import derive_bags, derive_doses, derive_thaw_to_infusion
from graftrial.derive.product_identity import derive_custody, derive_identity
from graftrial.derive.product_release import derive_release, derive_release_tests
from graftrial.intake.table import ROW, Tables
from graftrial.study.model import Study


def derive_products(study: Study, tables: Tables, infusions: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The frames products, release_tests and infusions (with doses against the target and the chain of identity)."""
    batches = tables.frame("products").unique("product_id", keep="none")
    tests = derive_release_tests(tables.frame("product_tests"))
    custody = tables.frame("custody")
    required = study.product.release_tests if study.product else ()
    autologous = study.product.autologous if study.product else None
    products = (
        batches.join(derive_release(batches, tests, required), on="product_id", how="left")
        .join(derive_thaw_to_infusion(custody), on="product_id", how="left")
        .join(derive_custody(custody), on="product_id", how="left")
    )
    identity = derive_identity(infusions, batches, autologous).select(
        ROW, "chain_of_identity", "identity_reason"
    )
    doses = derive_doses(infusions, derive_bags(tests)).join(
        identity, on=ROW, how="left", maintain_order="left"
    )
    return {
        "products": products.sort("product_id"),
        "release_tests": tests.sort("product_id", "test", ROW),
        "infusions": doses,
    }
