"""Donor-specific antibodies of every serum by class and locus, their course against baseline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from graftrial.analyse.results import Result, slugs
from graftrial.analyse.serum_keys import Keys, keys_of_antigens, keys_of_sera, when_of
from graftrial.derive import Derived
from graftrial.derive.antibodies import SATURATION
from graftrial.study.model import Study

SPECIFIC, POSITIVE = "antibodies.donor_specific@1", "antibodies.positive@1"
RESPONSE, LOG2 = "antibodies.response_class@1", "antibodies.log2_change@1"
DILUTION = "antibodies.needs_dilution@1"
COUNTS = (
    ("class_i", "n_class_i", "donor-specific antibodies of class I"),
    ("class_ii", "n_class_ii", "donor-specific antibodies of class II"),
    ("dq", "n_dq", "donor-specific antibodies against DQ"),
)
CHANGES = (("new", "n_new", "new"), ("vanished", "n_vanished", "vanished"))
Record = Mapping[str, object]


def sera_in_detail(derived: Derived) -> list[Result]:
    """`dsa.class_i|class_ii|dq|loci|complement_binding.<subject>.<day>`; later also `new`, `vanished`, `response`."""
    keys = keys_of_sera(derived)
    results: list[Result] = []
    for row in derived.frame("sera").iter_rows(named=True):
        sources = keys.get((row["subject_id"], row["date"]), ())
        results += [_count(each, row, sources) for each in COUNTS]
        results += [_loci(row, sources), _complement(row, sources)]
        if row["n_new"] is not None:
            both = (*sources, *keys.get((row["subject_id"], row["baseline_date"]), ()))
            results += [_change(each, row, both) for each in CHANGES]
            results.append(response_of(row, keys))
    return results


def _named(measure: str, row: Record, words: str) -> dict[str, Any]:
    when = when_of(row)
    told = f"day {when}" if row["day"] is not None else when
    return {
        "key": f"dsa.{measure}.{row['subject_id']}.{when}",
        "label": f"{words}, {row['subject_id']}, {told}",
        "group": f"dsa.{measure}",
    }


def _count(measure: tuple[str, str, str], row: Record, sources: Sequence[str]) -> Result:
    name, column, words = measure
    sure, possible = row[column], row["n_possible"]
    least = sure if isinstance(sure, int) else None
    is_stated = row["n_dsa"] is None
    more = possible if isinstance(possible, int) else 0
    known = least is not None and not more and not is_stated
    bounds = None if least is None or is_stated or known else (least, least + more)
    reason = str(row["summary_reason"] or f"{more} antibodies may be donor-specific")
    return Result(
        **_named(name, row, words),
        value=least if known else None,
        n=int(known),
        denominator=1,
        not_assessable=int(not known),
        lower=bounds[0] if bounds else None,
        upper=bounds[1] if bounds else None,
        method="antigens, not beads, positive and against the donor",
        warnings=() if known else (reason,),
        rules=(SPECIFIC, POSITIVE),
        sources=tuple(sources),
    )


def _loci(row: Record, sources: Sequence[str]) -> Result:
    known = row["n_dsa"] is not None
    return Result(
        **_named("loci", row, "loci of donor-specific antibodies"),
        value=str(row["loci"] or "none") if known else None,
        n=int(known),
        denominator=1,
        not_assessable=int(not known),
        method="loci of the antibodies that are certainly positive and against the donor",
        warnings=(str(row["summary_reason"]),) if row["summary_reason"] else (),
        rules=(SPECIFIC, POSITIVE),
        sources=tuple(sources),
    )


def _complement(row: Record, sources: Sequence[str]) -> Result:
    binds, has_dsa = row["is_complement_binding"], bool(row["n_dsa"])
    known = has_dsa and binds is not None
    reason = "complement binding was not reported" if has_dsa else "no donor-specific antibody"
    return Result(
        **_named("complement_binding", row, "complement binding of donor-specific antibodies"),
        value=("yes" if binds else "no") if known else None,
        n=int(known),
        denominator=int(has_dsa),
        not_assessable=int(has_dsa and not known),
        method="any of the donor-specific antibodies binds C1q or C3d, as recorded",
        warnings=() if known else (reason,),
        rules=(SPECIFIC, POSITIVE),
        sources=tuple(sources),
    )


def _change(measure: tuple[str, str, str], row: Record, sources: Sequence[str]) -> Result:
    name, column, word = measure
    n, undecided = row[column], row["n_undecided"]
    least = n if isinstance(n, int) else 0
    more = undecided if isinstance(undecided, int) else 0
    return Result(
        **_named(name, row, f"donor-specific antibodies {word} since baseline"),
        value=least if not more else None,
        n=int(not more),
        denominator=1,
        not_assessable=int(bool(more)),
        lower=least if more else None,
        upper=least + more if more else None,
        method="positive in one serum and not in the other; an antigen that was not tested is neither",
        warnings=(f"{more} antibodies leave it open",) if more else (),
        rules=(SPECIFIC, POSITIVE),
        sources=tuple(sources),
    )


def response_of(row: Record, keys: Keys) -> Result:
    """`dsa.response.<subject>.<day>`: a serum against the baseline serum."""
    subject, value = str(row["subject_id"]), row["response_class"]
    warnings = [] if value else [str(row["response_reason"] or "not assessable")]
    if row["methods_differ"]:
        warnings.append("the two sera were not tested by the same method")
    if row["needs_dilution"]:
        warnings.append("saturated: the change needs a dilution")
    return Result(
        **_named("response", row, "response of donor-specific antibodies"),
        value=str(value) if value else None,
        n=int(bool(value)),
        denominator=1,
        not_assessable=int(not value),
        method="strongest donor-specific antibody against that of the baseline serum",
        warnings=tuple(warnings),
        rules=(RESPONSE, SPECIFIC, POSITIVE),
        sources=(*keys.get((subject, row["baseline_date"]), ()), *keys.get((subject, row["date"]), ())),
    )


def antigens_followed(study: Study, derived: Derived) -> list[Result]:
    """`dsa.status.<antigen>.<subject>.<day>` and `dsa.log2_change.<antigen>.<subject>.<day>` of specific antigens."""
    course = derived.frame("antibody_course")
    specific = course.filter(
        pl.col("is_specific").fill_null(True) & (pl.col("status") != "absent").fill_null(True)
    )
    wanted = course.join(
        specific.select("subject_id", "specificity").unique(), on=["subject_id", "specificity"], how="semi"
    )
    words, keys = slugs(wanted["specificity"]), keys_of_antigens(derived)
    starts = {
        row["subject_id"]: row["date"]
        for row in derived.frame("sera").filter("is_baseline").iter_rows(named=True)
    }
    saturation = study.thresholds.get(SATURATION)
    results: list[Result] = []
    for row in wanted.iter_rows(named=True):
        name, subject = row["specificity"], row["subject_id"]
        sources = (
            *keys.get((subject, row["date"], name), ()),
            *keys.get((subject, starts.get(subject), name), ()),
        )
        results += _followed(row, words[name], sources, saturation)
    return results


def _followed(row: Record, word: str, sources: tuple[str, ...], saturation: float | None) -> Iterator[Result]:
    status, log2 = row["status"], row["log2_change"]
    reason = str(row["status_reason"] or "not assessable")
    is_open = row["is_specific"] is None
    remark = ("whether it is donor-specific is open",) if is_open else ()
    yield Result(
        **_named(f"status.{word}", row, f"{row['specificity']} against baseline"),
        value=str(status) if status else None,
        n=int(status is not None),
        denominator=1,
        not_assessable=int(status is None),
        method="positive now and at baseline: new, vanished, persisting or absent",
        warnings=remark if status else (reason, *remark),
        rules=(SPECIFIC, POSITIVE),
        sources=sources,
    )
    pair = [each for each in (row["mfi"], row["baseline_mfi"]) if isinstance(each, float)]
    high = saturation is not None and any(each > saturation for each in pair)
    lacking = "no intensity now or at baseline, or one below the lowest that the log2 scale takes"
    yield Result(
        **_named(f"log2_change.{word}", row, f"log2 change of {row['specificity']} since baseline"),
        value=log2 if isinstance(log2, float) else None,
        n=int(log2 is not None),
        denominator=1,
        not_assessable=int(log2 is None),
        method="log2 of intensity over that of the baseline serum; low intensities count as the study's floor",
        warnings=(
            *((lacking,) if log2 is None else ()),
            *(("saturated: the change needs a dilution",) if high else ()),
            *remark,
        ),
        rules=(LOG2, DILUTION) if high else (LOG2,),
        sources=sources,
    )
