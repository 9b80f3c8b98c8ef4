"""Eplet mismatches and the DR/DQ risk of each typed person, with the sum of HLA mismatches."""

from __future__ import annotations

from collections.abc import Mapping

from graftrial.analyse.results import Result
from graftrial.derive import Derived
from graftrial.derive.hla_mismatch import summarise_mismatches
from graftrial.study.model import Study

COUNTS = (
    ("total", "eplet mismatches, summed over donor molecules"),
    ("unique", "different eplets mismatched"),
    ("dr", "eplets of the DR chain with the most"),
    ("dq", "eplets of the DQ chains with the most, α and β added"),
)
LEVEL = "hla.mismatch_level"
ABDR = ("A", "B", "DR")


def eplets(derived: Derived) -> list[Result]:
    """`eplets.total|unique|dr|dq.<subject>` and `eplets.dr_dq_risk.<subject>` by the table that the user supplies."""
    results = []
    for row in derived.frame("eplets").iter_rows(named=True):
        results += [_count(name, words, row) for name, words in COUNTS]
        results.append(_risk(row))
    return results


def _count(name: str, words: str, row: Mapping[str, object]) -> Result:
    count, subject = row[name], row["subject_id"]
    counted = isinstance(count, int)
    is_higher, is_lower = bool(row["may_be_higher"]), bool(row["may_be_lower"])
    known = counted and not is_higher and not is_lower
    remarks = [str(row["eplet_reason"] or "no such chain is typed in two fields")] if not counted else []
    if row["n_not_found"]:
        remarks.append(f"{row['n_not_found']} donor molecules are not in the table")
    if counted and is_higher:
        remarks.append("may be higher: not every donor allele is known in two fields")
    if counted and is_lower:
        remarks.append("may be lower: not every recipient allele is known in two fields")
    return Result(
        key=f"eplets.{name}.{subject}",
        value=count if known and isinstance(count, int) else None,
        label=f"{words}, {subject}",
        group=f"eplets.{name}",
        n=int(known),
        denominator=1,
        not_assessable=int(not known),
        lower=count if isinstance(count, int) and is_higher and not is_lower else None,
        upper=count if isinstance(count, int) and is_lower and not is_higher else None,
        method=f"table {row['table']}; loci {row['compared']}" if counted else "",
        warnings=tuple(remarks),
        sources=tuple(str(row["sources"] or "").split("; ")) if row["sources"] else (),
    )


def _risk(row: Mapping[str, object]) -> Result:
    subject, risk = row["subject_id"], row["dr_dq_risk"]
    return Result(
        key=f"eplets.dr_dq_risk.{subject}",
        value=str(risk) if risk else None,
        label=f"DR/DQ eplet risk (experimental), {subject}",
        group="eplets.dr_dq_risk",
        n=int(risk is not None),
        denominator=1,
        not_assessable=int(risk is None),
        method="experimental: limits of a public program, unconfirmed in print" if risk else "",
        warnings=(str(row["risk_reason"]),) if row["risk_reason"] else (),
        rules=(str(row["risk_rule"]),) if row["risk_rule"] and risk else (),
        sources=tuple(str(row["sources"] or "").split("; ")) if row["sources"] else (),
    )


def mismatch_sums(study: Study, derived: Derived) -> list[Result]:
    """`hla_mismatch.a_b_dr.<subject>`, 0 to 6; `hla_mismatch.uk_level.<subject>` where the study file pins it."""
    frame = derived.frame("hla_mismatches")
    if frame.is_empty():
        return []
    parts: dict[str, list[Mapping[str, object]]] = {}
    for row in frame.iter_rows(named=True):
        parts.setdefault(row["subject_id"], []).append(row)
    results = []
    for row in summarise_mismatches(frame).iter_rows(named=True):
        mine = parts[row["subject_id"]]
        results.append(_sum(row, mine))
        if LEVEL in study.rules:
            results.append(_level(row, mine, f"{LEVEL}@{study.rules[LEVEL]}"))
    return results


def _sum(row: Mapping[str, object], mine: list[Mapping[str, object]]) -> Result:
    total, subject = row["mismatches_a_b_dr"], row["subject_id"]
    known = isinstance(total, int)
    open_loci = sorted(
        str(each["locus"]) for each in mine if each["locus"] in ABDR and each["mismatches"] is None
    )
    return Result(
        key=f"hla_mismatch.a_b_dr.{subject}",
        value=total if isinstance(total, int) else None,
        label=f"HLA mismatches of A, B and DR together, {subject}",
        group="hla_mismatch.a_b_dr",
        n=int(known),
        denominator=1,
        not_assessable=int(not known),
        method="sum over A, B and DR",
        warnings=() if known else (f"not assessable at {', '.join(open_loci)}",),
        rules=tuple(sorted({str(each["rule"]) for each in mine})),
        sources=_sources(mine),
    )


def _level(row: Mapping[str, object], mine: list[Mapping[str, object]], pin: str) -> Result:
    level, subject = row["uk_level"], row["subject_id"]
    return Result(
        key=f"hla_mismatch.uk_level.{subject}",
        value=str(level) if level else None,
        label=f"UK mismatch level, {subject}",
        group="hla_mismatch.uk_level",
        n=int(level is not None),
        denominator=1,
        not_assessable=int(level is None),
        warnings=() if level else ("mismatches at A, B or DR are not assessable",),
        rules=(pin,),
        sources=_sources(mine),
    )


def _sources(mine: list[Mapping[str, object]]) -> tuple[str, ...]:
    counted = [each for each in mine if each["locus"] in ABDR]
    return tuple(sorted({key for each in counted for key in str(each["sources"]).split("; ")}))
