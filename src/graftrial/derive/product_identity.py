"""From donation to infusion: whose cells each person was given, and check characters of donation numbers."""

from __future__ import annotations

import polars as pl

from graftrial.clinical.cell_product.identifiers import check_character
from graftrial.intake.table import ROW

INTACT, BROKEN, OPEN = "intact", "broken", "not assessable"


def derive_identity(infusions: pl.DataFrame, products: pl.DataFrame, autologous: bool | None) -> pl.DataFrame:
    """Chain of identity of each infusion: the donation, the product and the infusion belong to one person.

    autologous: what the study file says of its product, where the row of a product says nothing.
    Returns: subject_id, product_id, source_row of the infusion, chain_of_identity (intact, broken, not assessable;
        null for cells of another person, which have no such chain), identity_reason.
    """
    made = products.select(
        "product_id",
        made_for="subject_id",
        donor_id="donor_id",
        own=pl.col("autologous").fill_null(pl.lit(autologous, dtype=pl.Boolean)),
    )
    rows = infusions.select("subject_id", "product_id", ROW).join(
        made.with_columns(has_product=True), on="product_id", how="left", maintain_order="left"
    )
    other_person = (pl.col("made_for") != pl.col("subject_id")).fill_null(False)
    other_donor = (pl.col("donor_id") != pl.col("subject_id")).fill_null(False)
    own, third_party = pl.col("own"), (~pl.col("own")).fill_null(False)
    reason = _why(own, other_person, other_donor)
    verdict = (
        pl.when(other_person | (other_donor & own.fill_null(False)))
        .then(pl.lit(BROKEN))
        .when(third_party)
        .then(None)
        .when(reason.is_null())
        .then(pl.lit(INTACT))
        .otherwise(pl.lit(OPEN))
    )
    return rows.select("subject_id", "product_id", ROW, chain_of_identity=verdict, identity_reason=reason)


def _why(own: pl.Expr, other_person: pl.Expr, other_donor: pl.Expr) -> pl.Expr:
    return (
        pl.when(pl.col("product_id").is_null())
        .then(pl.lit("the infusion names no product"))
        .when(pl.col("has_product").is_null())
        .then(pl.lit("the product has no row in products"))
        .when(other_person)
        .then(pl.lit("made for another person"))
        .when(other_donor & own.fill_null(False))
        .then(pl.lit("cells of another donor"))
        .when(own.is_null())
        .then(pl.lit("whether the cells are the person's own is not recorded"))
        .when(~own)
        .then(pl.lit("cells of another donor, as intended"))
        .when(pl.col("donor_id").is_null())
        .then(pl.lit("the donor is not recorded"))
        .when(pl.col("made_for").is_null())
        .then(pl.lit("the person for whom it was made is not recorded"))
    )


def derive_check_characters(numbers: pl.Series) -> pl.DataFrame:
    """The check character (ISO/IEC 7064 mod 37-2) of each donation number; null where none can be computed."""
    computed = [None if each is None else check_character(each) for each in numbers]
    return pl.DataFrame({"number": numbers, "check_character": pl.Series(computed, dtype=pl.String)})
