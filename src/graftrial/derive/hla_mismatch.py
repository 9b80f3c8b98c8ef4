"""HLA mismatches of donor and recipient: each locus, the sum of A, B and DR, and the UK level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from graftrial.clinical.hla.antigens import Antigen
from graftrial.clinical.hla.levels import LEVELS
from graftrial.clinical.hla.mismatch import RULE_BLANK_IS_HOMOZYGOUS, RULE_BLANK_IS_UNKNOWN, RULE_UK_LEVEL
from graftrial.clinical.hla.mismatched_antigens import common_names
from graftrial.clinical.hla.serology import NO_ALLELE_TABLE, AlleleSerology
from graftrial.clinical.hla.typings import Alleles, Typings

COUNTED = {"A": "A", "B": "B", "DR": "DRB1", "DQ": "DQB1"}
SUMMED = ("A", "B", "DR")
CONVENTIONS = {"homozygous": RULE_BLANK_IS_HOMOZYGOUS, "unknown": RULE_BLANK_IS_UNKNOWN}
PAIR = ("donor_1", "donor_2", "recipient_1", "recipient_2")
ROW = {
    "subject_id": pl.String,
    "locus": pl.String,
    "resolution": pl.String,
    **dict.fromkeys(PAIR, pl.String),
    "open": pl.String,
}


def derive_mismatches(
    known: Typings,
    subjects: Sequence[str],
    blank: str = "unknown",
    coarsest: str = LEVELS[0],
    donor: str = "donor",
    table: AlleleSerology = NO_ALLELE_TABLE,
) -> pl.DataFrame:
    """One row a subject and locus (A, B, DR, DQ).

    blank: what a blank second allele is: `unknown` or `homozygous`.
    coarsest: resolution from which to begin: `split` or `broad` where a national convention counts there.
    Returns: subject_id, locus, mismatches (0 to 2), resolution at which it was counted, mismatch_reason, rule.
    """
    rule = CONVENTIONS[blank]
    rows = [row for subject in subjects for row in _pairs(known, subject, donor, coarsest, table)]
    frame = pl.DataFrame(rows, schema=ROW, orient="row")
    answer = rule.answer(**{name: pl.col(name) for name in PAIR})
    counted = frame.with_columns(_answer=pl.when(pl.col("open").is_null()).then(answer))
    return counted.select(
        "subject_id",
        "locus",
        mismatches=pl.col("_answer").struct.field("value"),
        resolution="resolution",
        mismatch_reason=pl.coalesce("open", pl.col("_answer").struct.field("reason")),
        rule=pl.lit(rule.pin),
    ).sort("subject_id", "locus")


def _pairs(
    known: Typings, subject: str, donor: str, coarsest: str, table: AlleleSerology
) -> Iterator[tuple[str | None, ...]]:
    for name, locus in COUNTED.items():
        typed = {person: known.alleles((subject, person), locus) for person in (donor, "recipient")}
        missing = [person for person, alleles in typed.items() if not alleles or not any(alleles)]
        if missing:
            yield (subject, name, None, None, None, None, None, f"{missing[0]} is not typed at {locus}")
            continue
        antigens = [*_two(typed[donor]), *_two(typed["recipient"])]
        common = common_names([each for each in antigens if each], table, coarsest)
        if common is None:
            yield (subject, name, None, None, None, None, None, "the typings have no resolution in common")
            continue
        level, names = common
        yield (subject, name, level, *(names[each] if each else None for each in antigens), None)


def _two(alleles: Alleles | None) -> tuple[Antigen | None, Antigen | None]:
    """First and second antigen; an ambiguous or a null allele counts as not known."""
    single = [each[0] if each and len(each) == 1 and each[0].is_expressed else None for each in alleles or ()]
    first, second = (*single, None, None)[:2]
    return (first, second) if first else (second, None)


def summarise_mismatches(mismatches: pl.DataFrame) -> pl.DataFrame:
    """One row a subject: mismatches of A, B, DR and DQ, their sum over A, B and DR, and the UK level."""
    wide = mismatches.pivot(on="locus", index="subject_id", values="mismatches", aggregate_function="first")
    missing = [pl.lit(None, dtype=pl.Int32).alias(each) for each in COUNTED if each not in wide.columns]
    wide = wide.with_columns(*missing)
    level = RULE_UK_LEVEL.answer(**{f"mismatches_{each.lower()}": pl.col(each) for each in SUMMED})
    total = pl.col("A") + pl.col("B") + pl.col("DR")
    return wide.select(
        "subject_id",
        *(pl.col(each).alias(f"mismatches_{each.lower()}") for each in COUNTED),
        mismatches_a_b_dr=total,
        uk_level=level.struct.field("value").cast(pl.String),
    ).sort("subject_id")
