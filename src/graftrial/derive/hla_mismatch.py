"""HLA mismatches of donor and recipient: each locus, the sum of A, B and DR, the UK level, and eplets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from graftrial.clinical.hla.antigens import Antigen
from graftrial.clinical.hla.dr_dq_risk import RULE_HIGHEST_CHAINS
from graftrial.clinical.hla.eplets import EpletTable, eplet_mismatches, highest_by_locus
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
DRB, DQA, DQB = ("DRB1", "DRB3", "DRB4", "DRB5"), ("DQA1",), ("DQB1",)


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


def derive_eplets(
    known: Typings, subjects: Sequence[str], tables: Mapping[str, EpletTable], donor: str = "donor"
) -> pl.DataFrame:
    """One row a subject and eplet table that the user supplies.

    Returns: subject_id, table (its version), total, unique, n_not_found, n_molecules, is_upper_bound, dr, dq (highest
        single molecule), dr_dq_risk with `risk_rule`, whose edition says that it is experimental; dr_dq_risk is null
        where a molecule is missing from the table.
    """
    rows = []
    for subject in subjects:
        mine, theirs = (_molecules(known, (subject, person)) for person in ("recipient", donor))
        for version, table in sorted(tables.items()):
            donated = [each for each in theirs if each.split("*")[0] in table.loci]
            if not mine or not donated:
                continue
            count = eplet_mismatches(donated, mine, table)
            dr = highest_by_locus(count, DRB)
            dqa, dqb = highest_by_locus(count, DQA), highest_by_locus(count, DQB)
            dq = dqa + dqb if dqa is not None and dqb is not None else None
            bound = any(each.is_upper_bound for each in count.molecules)
            rows.append(
                (subject, version, count.total, count.unique, count.n_not_found, len(donated), bound, dr, dq)
            )
    numbers = ("total", "unique", "n_not_found", "n_molecules")
    schema = {
        "subject_id": pl.String,
        "table": pl.String,
        **dict.fromkeys(numbers, pl.Int32),
        "is_upper_bound": pl.Boolean,
    }
    frame = pl.DataFrame(rows, schema=schema | {"dr": pl.Int32, "dq": pl.Int32}, orient="row")
    risk = RULE_HIGHEST_CHAINS.answer(dr_eplets=pl.col("dr"), dq_eplets=pl.col("dq")).struct.field("value")
    complete = (pl.col("n_not_found") == 0) & ~pl.col("is_upper_bound")
    return frame.with_columns(
        dr_dq_risk=pl.when(complete).then(risk.cast(pl.String)), risk_rule=pl.lit(RULE_HIGHEST_CHAINS.pin)
    ).sort("subject_id", "table")


def _molecules(known: Typings, who: tuple[str, str]) -> list[str]:
    """Two-field alleles of a person that are certain and expressed, twice where they stand twice."""
    alleles = [
        each for locus in known.by_person.get(who, {}).values() for each in locus if each and len(each) == 1
    ]
    return sorted(each[0].name for each in alleles if len(each[0].fields) == 2 and each[0].is_expressed)
