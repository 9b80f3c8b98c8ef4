"""Eplet mismatches of donor and recipient by the registry table that the user supplies, and the DR/DQ risk from them.

A family of loci is compared where both persons have an allele of two fields in it. An allele that is blank, coarser or
not in the table leaves bounds: of the donor a count may be higher, of the recipient it may be lower.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from graftrial.clinical.hla.dr_dq_risk import RULE_HIGHEST_CHAINS, RULE_SAME_HAPLOTYPE
from graftrial.clinical.hla.eplets import FAMILIES, EpletCount, EpletTable, eplet_mismatches, highest_by_locus
from graftrial.clinical.hla.typings import Typings
from graftrial.derive.derived import row_key
from graftrial.derive.donor_specificity import GRAFT_DONOR
from graftrial.intake.supplied import Supplied
from graftrial.study.model import Study

RISK = "hla.dr_dq_risk"
DRB, DQA, DQB = ("DRB1", "DRB3", "DRB4", "DRB5"), ("DQA1",), ("DQB1",)
ON_SOME_HAPLOTYPES = ("DRB3", "DRB4", "DRB5")  # a person may have none of them
ENOUGH_DR = 7  # from here on more DR eplets do not change the class
ROW: Mapping[str, pl.DataType] = {
    "subject_id": pl.String(),
    "table": pl.String(),
    "total": pl.Int32(),
    "unique": pl.Int32(),
    "n_molecules": pl.Int32(),
    "n_not_found": pl.Int32(),
    "may_be_higher": pl.Boolean(),
    "may_be_lower": pl.Boolean(),
    "dr": pl.Int32(),
    "dq": pl.Int32(),
    "usable_dr": pl.Int32(),
    "usable_dq": pl.Int32(),
    "compared": pl.String(),
    "eplets": pl.String(),
    "eplet_reason": pl.String(),
}


@dataclass(frozen=True, slots=True)
class _Molecules:
    """Alleles of two fields of one person in the loci of a family, and whether that is all of them."""

    alleles: tuple[str, ...]
    is_complete: bool


NOTHING_KNOWN = _Molecules((), False)


def derive_eplets(
    known: Typings, subjects: Sequence[str], table: EpletTable, donor: str = GRAFT_DONOR
) -> pl.DataFrame:
    """One row a subject.

    Returns: subject_id, table (its version), total, unique, n_molecules of the donor compared, n_not_found in the
        table, may_be_higher, may_be_lower, dr and dq (highest single chains), compared (loci), eplets (their names),
        eplet_reason (why there is no count), dr_dq_risk by highest chains, which is experimental, and risk_reason.
    """
    rows = [_subject(known, subject, table, donor) for subject in subjects]
    frame = pl.DataFrame(rows, schema=dict(ROW), orient="row")
    risk = RULE_HIGHEST_CHAINS.answer(dr_eplets=pl.col("usable_dr"), dq_eplets=pl.col("usable_dq"))
    value = risk.struct.field("value").cast(pl.String)
    unsettled = pl.lit(
        "DRB1, DQA1 and DQB1 of donor and recipient are not all in two fields and in the table"
    )
    reason = pl.when(value.is_null()).then(pl.coalesce("eplet_reason", unsettled))
    return frame.with_columns(dr_dq_risk=value, risk_reason=reason).drop("usable_dr", "usable_dq")


def _subject(known: Typings, subject: str, table: EpletTable, donor: str) -> tuple[object, ...]:
    mine, theirs = (_by_family(known, (subject, person), table) for person in ("recipient", donor))
    families = [each for each in theirs if theirs[each].alleles and mine[each].alleles]
    donated = sorted(allele for each in families for allele in theirs[each].alleles)
    carried = [allele for each in mine for allele in mine[each].alleles]
    if not donated:
        reason = f"{donor} and recipient have no locus of the eplet table typed in two fields"
        return (subject, table.version, *[None] * (len(ROW) - 3), reason)
    count = eplet_mismatches(donated, carried, table)
    lower = any(each.is_upper_bound for each in count.molecules)
    lower = lower or not all(mine[each].is_complete for each in families)
    higher = count.n_not_found > 0 or not all(theirs[each].is_complete for each in families)
    loci = ";".join(sorted({each.split("*")[0] for each in donated}))
    names = ";".join(sorted({name for each in count.molecules for name in each.eplets or ()}))
    return (
        subject, table.version, count.total, count.unique, len(donated), count.n_not_found, higher, lower,
        *_chains(count, mine, theirs), loci, names, None,
    )  # fmt: skip


def _chains(
    count: EpletCount,
    mine: Mapping[tuple[str, ...], _Molecules],
    theirs: Mapping[tuple[str, ...], _Molecules],
) -> tuple[int | None, int | None, int | None, int | None]:
    """Highest DR chain, highest DQ chains added, and both as far as the risk may use them."""
    dr, dqa, dqb = (highest_by_locus(count, loci) for loci in (DRB, DQA, DQB))
    dq = dqa + dqb if dqa is not None and dqb is not None else None

    def settled(*families: tuple[str, ...], is_least_enough: bool = False) -> bool:
        loci = {locus for family in families for locus in family}
        molecules = [each for each in count.molecules if each.allele.split("*")[0] in loci]
        certain = all(mine.get(each, NOTHING_KNOWN).is_complete for each in families) and not any(
            each.is_upper_bound for each in molecules
        )
        found = all(each.eplets is not None for each in molecules)
        whole = found and all(theirs.get(each, NOTHING_KNOWN).is_complete for each in families)
        return certain and (is_least_enough or whole)

    is_enough = dr is not None and dr >= ENOUGH_DR
    return (
        dr,
        dq,
        dr if settled(DRB, is_least_enough=is_enough) else None,
        dq if settled(DQA, DQB) else None,
    )


def _by_family(
    known: Typings, who: tuple[str, str], table: EpletTable
) -> Mapping[tuple[str, ...], _Molecules]:
    return {family: _molecules(known, who, family) for family in FAMILIES if set(family) & table.loci}


def _molecules(known: Typings, who: tuple[str, str], family: tuple[str, ...]) -> _Molecules:
    """Two-field alleles that are certain and expressed, twice where they stand twice."""
    names: list[str] = []
    is_complete = True
    for locus in family:
        alleles = known.alleles(who, locus)
        if alleles is None:
            is_complete = False
            continue
        read = [each[0] for each in alleles if each and len(each) == 1]
        names += [each.name for each in read if len(each.fields) == 2 and each.is_expressed]
        whole = len(read) == len(alleles) and all(len(each.fields) == 2 for each in read)
        is_complete &= whole and (len(alleles) == 2 or locus in ON_SOME_HAPLOTYPES)
    return _Molecules(tuple(names), is_complete)


def derive_eplet_rows(study: Study, known: Typings, hla: pl.DataFrame, supplied: Supplied) -> pl.DataFrame:
    """The rows of `derive_eplets` for every typed person, with the keys of the typings behind them.

    Where no usable table is supplied every number is missing, with the reason. The risk is given only under the
    experimental edition that the study file pins.
    """
    subjects = hla.get_column("subject_id").unique().sort().to_list()
    if supplied.eplets is not None:
        rows = derive_eplets(known, subjects, supplied.eplets)
    else:
        rows = derive_eplets(known, (), EpletTable("", {}, {}))
        missing = pl.DataFrame({"subject_id": subjects}, schema={"subject_id": pl.String}).with_columns(
            eplet_reason=pl.lit(supplied.eplet_reason), risk_reason=pl.lit(supplied.eplet_reason)
        )
        rows = pl.concat([rows, missing], how="diagonal")
    typed = hla.filter(pl.col("person").is_in([GRAFT_DONOR, "recipient"])).select(
        "subject_id", key=row_key("hla")
    )
    sources = typed.group_by("subject_id").agg(sources=pl.col("key").sort().str.join("; "))
    return _pinned(rows, study.rules.get(RISK)).join(sources, on="subject_id", how="left").sort("subject_id")


def _pinned(rows: pl.DataFrame, edition: str | None) -> pl.DataFrame:
    if edition == RULE_HIGHEST_CHAINS.edition:
        return rows.with_columns(risk_rule=pl.lit(RULE_HIGHEST_CHAINS.pin))
    lacking = f"the study file pins no {RISK}"
    if edition == RULE_SAME_HAPLOTYPE.edition:
        lacking = "which alleles lie on one haplotype is not recorded"
    told = pl.when(pl.col("eplet_reason").is_null()).then(pl.lit(lacking)).otherwise("risk_reason")
    return rows.with_columns(
        dr_dq_risk=pl.lit(None, dtype=pl.String), risk_reason=told, risk_rule=pl.lit(None, dtype=pl.String)
    )
