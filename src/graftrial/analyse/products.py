"""Release of each batch of cells, and whether each person was given their own."""

from __future__ import annotations

import polars as pl

from graftrial.analyse.results import Result
from graftrial.derive import Derived

LIMITS = "cell_product.within_limits@1"
OPEN, NOT_APPLICABLE = "not assessable", "not applicable"


def releases(derived: Derived) -> list[Result]:
    """`product.release.<product>`: passed, failed, pending or not assessable."""
    tests = derived.frame("release_tests").with_columns(
        key=pl.format("product_tests/{}/{}", "product_id", "test")
    )
    keys = {
        str(product): tuple(rows["key"])
        for (product,), rows in tests.group_by("product_id", maintain_order=True)
    }
    return [
        _release(row, keys.get(row["product_id"], ()))
        for row in derived.frame("products").iter_rows(named=True)
    ]


def _release(row: dict[str, object], keys: tuple[str, ...]) -> Result:
    product, verdict = row["product_id"], row["release"]
    known = verdict != OPEN
    named = [f"{each}: {row[each]}" for each in ("failed", "pending") if row[each]]
    if row["open"]:
        named.append(f"{OPEN}: {row['open']}")
    if not known and not named:
        named.append("no release test is reported")
    tests = row["n_tests"]
    return Result(
        key=f"product.release.{product}",
        value=str(verdict) if known else None,
        label=f"release of {product}",
        group="product.release",
        n=tests if isinstance(tests, int) else 0,
        denominator=tests if isinstance(tests, int) else 0,
        not_assessable=int(not known),
        method="a failed test decides, then a pending one, then one that is missing",
        warnings=tuple(named),
        rules=(LIMITS,),
        sources=(f"products/{product}", *keys),
    )


def identities(derived: Derived) -> list[Result]:
    """`product.identity.<subject>`: intact, broken, not assessable, or not applicable to cells of another person."""
    infusions = derived.frame("infusions")
    return [
        _identity(str(subject), rows)
        for (subject,), rows in infusions.group_by("subject_id", maintain_order=True)
    ]


def _identity(subject: str, rows: pl.DataFrame) -> Result:
    verdicts = [each or NOT_APPLICABLE for each in rows["chain_of_identity"]]
    worst = next(each for each in ("broken", OPEN, "intact", NOT_APPLICABLE) if each in verdicts)
    reasons = {each for each in rows["identity_reason"] if each}
    products = {f"products/{each}" for each in rows["product_id"] if each}
    known = worst != OPEN
    return Result(
        key=f"product.identity.{subject}",
        value=worst if known else None,
        label=f"chain of identity of {subject}",
        group="product.identity",
        n=sum(each != OPEN for each in verdicts),
        denominator=rows.height,
        not_assessable=sum(each == OPEN for each in verdicts),
        method="donor of the cells, person they were made for, and person infused are one",
        warnings=tuple(sorted(reasons)),
        sources=(*rows["key"], *sorted(products)),
    )
