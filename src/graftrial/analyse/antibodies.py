"""Donor-specific antibodies of every serum, their course, and the HLA mismatches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from graftrial.analyse.results import Result, slug
from graftrial.analyse.serum_keys import Keys, keys_of_sera
from graftrial.derive import Derived
from graftrial.derive.antibodies import CUTOFF
from graftrial.study.model import Study

SPECIFIC, POSITIVE = "antibodies.donor_specific@1", "antibodies.positive@1"
RESPONSE = "antibodies.response_class@1"
NO_CUTOFF = f"positive as recorded, for the study file pins no {CUTOFF}"
MEASURES = (
    ("immunodominant_mfi", "immunodominant_mfi", "MFI", "strongest donor-specific antibody"),
    ("sum_mfi", "cumulative_mfi", "MFI", "sum of donor-specific antibodies"),
    ("count", "n_dsa", "", "number of donor-specific antibodies"),
)


def sera(study: Study, derived: Derived) -> list[Result]:
    """`dsa.immunodominant_mfi|sum_mfi|count.<subject>.<day>` of each serum, `dsa.response.<subject>` of its last."""
    keys = keys_of_sera(derived)
    cutoff = study.thresholds.get(CUTOFF)
    positive = f"positive from {cutoff:g} MFI" if cutoff is not None else NO_CUTOFF
    results: list[Result] = []
    frame = derived.frame("sera")
    for row in frame.iter_rows(named=True):
        sources = keys.get((row["subject_id"], row["date"]), ())
        results += [_measure(each, row, f"{positive}, by typing", sources) for each in MEASURES]
    last = _last_of_each(frame)
    for first in (
        frame.filter("is_baseline")
        .unique("subject_id", keep="first", maintain_order=True)
        .iter_rows(named=True)
    ):
        later = last.get(first["subject_id"], {})
        has_later = bool(later) and first["day"] is not None and later["day"] > first["day"]
        results.append(_response(first, later if has_later else {}, keys))
    return results


def _last_of_each(frame: pl.DataFrame) -> dict[str, dict[str, object]]:
    """The last serum of a known day of each subject."""
    rows = frame.filter(pl.col("day").is_not_null()).sort("day", "date", maintain_order=True)
    return {row["subject_id"]: row for row in rows.iter_rows(named=True)}


def _measure(
    measure: tuple[str, str, str, str], row: dict[str, object], method: str, sources: tuple[str, ...]
) -> Result:
    name, column, unit, words = measure
    subject = row["subject_id"]
    when = row["day"] if row["day"] is not None else row["date"] or "undated"
    value, most, possible = row[column], row["n_dsa_max"], row["n_possible"]
    is_open = column == "n_dsa" and value != most
    least = value if isinstance(value, int) else None
    reason = row["summary_reason"] or (f"{possible} antibodies may be donor-specific" if possible else "")
    known = isinstance(value, (int, float)) and not is_open
    warnings = [str(reason)] if reason and (possible or not known) else []
    if row["is_saturated"]:
        warnings.append("saturated: the intensity may be higher")
    return Result(
        key=f"dsa.{name}.{subject}.{when}",
        value=value if known and isinstance(value, (int, float)) else None,
        label=f"{words}, {subject}, {when if row['day'] is None else f'day {when}'}",
        group=f"dsa.{name}",
        unit=unit,
        n=int(known),
        denominator=1,
        not_assessable=int(not known),
        lower=least if is_open else None,
        upper=most if is_open and isinstance(most, int) else None,
        method=method if column == "n_dsa" else f"{method}; of several beads of an antigen the highest",
        warnings=tuple(warnings),
        rules=(SPECIFIC, POSITIVE),
        sources=sources,
    )


def _response(first: dict[str, object], last: dict[str, object], keys: Keys) -> Result:
    """Of two sera of a subject; last is empty where there is none after the baseline serum."""
    subject = str(first["subject_id"])
    value = last.get("response_class")
    warnings = [] if value else [str(last.get("response_reason") or "no serum after the baseline serum")]
    if last.get("methods_differ"):
        warnings.append("the two sera were not tested by the same method")
    if last.get("needs_dilution"):
        warnings.append("saturated: the change needs a dilution")
    days = f"day {last['day']} against day {first['day']}" if last else ""
    return Result(
        key=f"dsa.response.{subject}",
        value=str(value) if value else None,
        label=f"response of donor-specific antibodies, {subject}",
        group="dsa.response",
        n=int(bool(value)),
        denominator=1,
        not_assessable=int(not value),
        method=f"strongest donor-specific antibody, {days}" if days else "",
        warnings=tuple(warnings),
        rules=(RESPONSE, SPECIFIC, POSITIVE),
        sources=(*keys.get((subject, first["date"]), ()), *keys.get((subject, last.get("date")), ())),
    )


def mismatches(derived: Derived) -> list[Result]:
    """`hla_mismatch.<locus>.<subject>`: 0 to 2 mismatches of the donor of the graft."""
    rows = derived.frame("hla_mismatches").iter_rows(named=True)
    return [mismatch(row, "hla_mismatch", "with the donor of the graft") for row in rows]


def mismatch(row: Mapping[str, Any], section: str, whose: str) -> Result:
    """`<section>.<locus>.<subject>`: 0 to 2 mismatches at one locus."""
    return Result(
        key=f"{section}.{slug(row['locus'])}.{row['subject_id']}",
        value=row["mismatches"],
        label=f"HLA-{row['locus']} mismatches of {row['subject_id']} {whose}",
        group=section,
        n=int(row["mismatches"] is not None),
        denominator=1,
        not_assessable=int(row["mismatches"] is None),
        method=f"counted as {row['resolution'].replace('_', ' ')}" if row["resolution"] else "",
        warnings=(row["mismatch_reason"],) if row["mismatch_reason"] else (),
        rules=(row["rule"],),
        sources=tuple(row["sources"].split("; ")),
    )
