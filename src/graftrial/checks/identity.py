"""Who and what a row belongs to: every reference between tables must resolve."""

# every check takes the same two arguments, needed or not
# ruff: noqa: ARG001

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

import polars as pl

from graftrial.checks.located import found
from graftrial.findings import Finding
from graftrial.intake.table import ROW, Tables
from graftrial.study.model import Study

SAFETY_TABLE = "adverse_events"  # its rows are never withheld


def check_row_of_unknown_subject(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-ID-001, GT-ID-002: every row belongs to a person of the table subjects."""
    for name, table in tables.by_name.items():
        if name == "subjects" or "subject_id" not in table.declaration.columns:
            continue
        strangers = _without_partner(table.frame, "subject_id", tables.frame("subjects"))
        code = "GT-ID-002" if name == SAFETY_TABLE else "GT-ID-001"
        yield from found(code, table, strangers.select(ROW, "subject_id"), "subject_id")


def check_reference_to_unknown_product(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-ID-003: a release test or a hand-over names a known product, where the study keeps products."""
    if tables.frame("products").is_empty():
        return
    for name in ("product_tests", "custody"):
        orphans = _without_partner(tables.frame(name), "product_id", tables.frame("products"))
        yield from found("GT-ID-003", tables[name], orphans.select(ROW, "product_id"), "product_id")


def check_transcripts_of_unknown_biopsy(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-ID-004: a molecular profile belongs to a biopsy of the table biopsies."""
    orphans = _without_partner(tables.frame("transcripts"), "biopsy_id", tables.frame("biopsies"))
    yield from found("GT-ID-004", tables["transcripts"], orphans.select(ROW, "biopsy_id"), "biopsy_id")


def check_transcripts_of_ambiguous_biopsy(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-ID-010: transcripts name a biopsy by its number alone, so two persons must not share that number."""
    shared = (
        tables.frame("biopsies")
        .group_by("biopsy_id")
        .agg(n=pl.col("subject_id").n_unique())
        .filter(pl.col("n") > 1)
    )
    rows = tables.frame("transcripts").join(shared, on="biopsy_id").select(ROW, "biopsy_id", "n")
    yield from found("GT-ID-010", tables["transcripts"], rows, "biopsy_id")


def check_cohort_not_declared(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-ID-005: a cohort of the table subjects is declared in the study file."""
    declared = [each.id for each in study.cohorts]
    if not declared:
        return
    rows = tables.frame("subjects").filter(pl.col("cohort").is_not_null() & ~pl.col("cohort").is_in(declared))
    nearest = {name: _nearest(name, declared) for name in rows["cohort"].unique()}
    words = rows.select(
        ROW, "subject_id", "cohort", nearest=pl.col("cohort").replace_strict(nearest, return_dtype=pl.String)
    )
    yield from found("GT-ID-005", tables["subjects"], words, "cohort")


def check_site_not_listed(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-ID-006: a site is listed in the table sites, where the study has that table."""
    if tables.frame("sites").is_empty():
        return
    for name in ("subjects", "amendments"):
        orphans = _without_partner(tables.frame(name), "site_id", tables.frame("sites"))
        who = ["subject_id"] if name == "subjects" else []
        yield from found("GT-ID-006", tables[name], orphans.select(ROW, "site_id", *who), "site_id")


def check_autologous_product_of_another_person(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-ID-007: autologous cells go back to the person they came from."""
    products = autologous_products(study, tables).select("product_id", made_for="subject_id")
    rows = (
        tables.frame("infusions")
        .join(products, on="product_id")
        .filter(pl.col("made_for") != pl.col("subject_id"))
    )
    words = rows.select(ROW, "subject_id", "product_id", "made_for")
    yield from found("GT-ID-007", tables["infusions"], words, "product_id")


def check_autologous_donor_is_the_person(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-ID-008: the donor of an autologous product is the person for whom it was made."""
    rows = autologous_products(study, tables).filter(pl.col("donor_id") != pl.col("subject_id"))
    words = rows.select(ROW, "subject_id", "product_id", "donor_id")
    yield from found("GT-ID-008", tables["products"], words, "donor_id")


def check_amendment_not_in_study_file(study: Study, tables: Tables) -> Iterator[Finding]:
    """GT-ID-009: the table amendments and the study file tell the same protocol versions and dates."""
    rows = tables.frame("amendments").filter(pl.col("version").is_not_null())
    declared = pl.DataFrame(
        [(each.version, each.effective_date) for each in study.amendments],
        schema={"version": pl.String, "in_study_file": pl.String},
        orient="row",
    ).with_columns(known=pl.lit(True))
    if declared.is_empty():
        return
    compared = rows.join(declared, on="version", how="left")
    # a version may come into force later at a site, so dates are compared only where no site is named
    other_date = pl.col("site_id").is_null() & (pl.col("effective_date") != pl.col("in_study_file"))
    told = (
        pl.when(pl.col("known").is_null()).then(pl.lit("no such version")).otherwise(pl.col("in_study_file"))
    )
    wrong = compared.filter(pl.col("known").is_null() | other_date)
    words = wrong.select(ROW, "version", effective_date="effective_date", in_study_file=told)
    yield from found("GT-ID-009", tables["amendments"], words, "version")


def autologous_products(study: Study, tables: Tables) -> pl.DataFrame:
    """Products that are the person's own cells, by their row or else by the study file."""
    by_protocol = study.product.autologous if study.product else None
    own = pl.coalesce("autologous", pl.lit(by_protocol, dtype=pl.Boolean))
    return tables.frame("products").filter(own.fill_null(False))


def _without_partner(rows: pl.DataFrame, key: str, partners: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col(key).is_not_null()).join(partners, on=key, how="anti")


def _nearest(name: str, declared: list[str]) -> str:
    nearest = get_close_matches(name, declared, n=1)
    return f"did you mean {nearest[0]}?" if nearest else f"declared are {', '.join(declared)}"
