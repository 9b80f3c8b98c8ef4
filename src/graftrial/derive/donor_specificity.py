"""Which antibodies are directed against a donor: decided from typing, once for each person and specificity."""

from __future__ import annotations

import polars as pl

from graftrial.clinical.antibodies.specificities import ANY, Decision, Target, decide, read_target
from graftrial.clinical.hla.antigens import UnknownAntigen
from graftrial.clinical.hla.serology import NO_ALLELE_TABLE, AlleleSerology
from graftrial.clinical.hla.typings import TypingRow, Typings, typings

GRAFT_DONOR, CELL_DONOR = "donor", "cell_donor"
BY_TYPING, AS_RECORDED = "typing", "as recorded"
DECIDED = {
    "subject_id": pl.String,
    "specificity": pl.String,
    "locus": pl.String,
    "hla_class": pl.String,
    "is_specific": pl.Boolean,
    "resolution": pl.String,
    "reason": pl.String,
    "is_self": pl.Boolean,
    "needs_finer_typing": pl.Boolean,
    "is_alpha_specific": pl.Boolean,
    "chains": pl.String,
}
Row = tuple[str | bool | None, ...]


def read_typings(hla: pl.DataFrame, table: AlleleSerology = NO_ALLELE_TABLE) -> Typings:
    """The typings of the table hla. A blank second allele counts as not known.

    table: serology of alleles that the user supplies.
    """
    columns = ("subject_id", "person", "locus", "allele_1", "allele_2")
    rows = hla.filter(pl.col("locus").is_not_null()).select(columns).iter_rows()
    return typings((TypingRow(*row) for row in rows), table)


def derive_donor_specificity(
    antibodies: pl.DataFrame, known: Typings, donor: str = GRAFT_DONOR
) -> pl.DataFrame:
    """Antibodies with what typing says of them.

    donor: `donor` of the graft or `cell_donor`.
    Adds: locus, hla_class, is_self; and with the donor in the name: `is_donor_specific` (or `is_cell_donor_specific`),
        `donor_basis` (typing, as recorded), `donor_resolution`, `donor_reason` (why it is open, or why not),
        `donor_needs_finer_typing`, `donor_is_alpha_specific`, `donor_chains`. Null is open: "possible". Where typing
        leaves it open and the laboratory's `donor_specific` is recorded, that is taken for the donor of the graft.
    """
    pairs = antibodies.select("subject_id", "specificity").unique()
    answers = [_answer(known, donor, *pair) for pair in pairs.iter_rows()]
    decided = pl.DataFrame(answers, schema=DECIDED, orient="row")
    taken = [each for each in ("locus", "hla_class", "is_self") if each in antibodies.columns]
    joined = antibodies.drop(taken).join(
        decided, on=["subject_id", "specificity"], how="left", maintain_order="left", nulls_equal=True
    )
    recorded = pl.lit(None, dtype=pl.Boolean)
    if donor == GRAFT_DONOR and "donor_specific" in antibodies.columns:
        recorded = pl.col("donor_specific")
    verdict = pl.col("is_specific")
    basis = (
        pl.when(verdict.is_not_null())
        .then(pl.lit(BY_TYPING))
        .when(recorded.is_not_null())
        .then(pl.lit(AS_RECORDED))
    )
    return joined.with_columns(
        pl.when(verdict.is_not_null()).then(verdict).otherwise(recorded).alias(f"is_{donor}_specific"),
        basis.alias(f"{donor}_basis"),
        pl.col("resolution").alias(f"{donor}_resolution"),
        pl.col("reason").alias(f"{donor}_reason"),
        pl.col("needs_finer_typing").alias(f"{donor}_needs_finer_typing"),
        pl.col("is_alpha_specific").alias(f"{donor}_is_alpha_specific"),
        pl.col("chains").alias(f"{donor}_chains"),
    ).drop("is_specific", "resolution", "reason", "needs_finer_typing", "is_alpha_specific", "chains")


def _answer(known: Typings, donor: str, subject_id: str, specificity: str | None) -> Row:
    if specificity is None or specificity.strip().lower() == ANY:
        return _open(subject_id, specificity, "a statement about all antibodies")
    try:
        target = read_target(specificity)
    except UnknownAntigen as error:
        return _open(subject_id, specificity, str(error))
    return _row(subject_id, specificity, target, decide(known, subject_id, donor, target))


def _open(subject_id: str, specificity: str | None, reason: str) -> Row:
    return (subject_id, specificity, None, None, None, None, reason, None, None, None, None)


def _row(subject_id: str, specificity: str, target: Target, decision: Decision) -> Row:
    beta, antigen = decision.beta, target.antigen
    return (
        subject_id,
        specificity,
        antigen.locus,
        antigen.hla_class,
        beta.is_donor_specific,
        beta.level or None,
        beta.reason or None,
        beta.is_self,
        beta.is_self_only_coarsely,
        decision.alpha_is_donor_specific,
        decision.chains or None,
    )
