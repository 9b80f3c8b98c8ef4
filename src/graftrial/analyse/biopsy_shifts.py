"""Lesions before against after over all patients: counts of persons, with those who have no second biopsy named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from graftrial.analyse.results import Result
from graftrial.clinical.diagnoses import LESIONS
from graftrial.derive import Derived

Row: TypeAlias = dict[str, Any]
Pair: TypeAlias = tuple[Row, Row | None]
NOT_GRADED, NO_BIOPSY, NO_BIOPSY_LOST = "not_graded", "no_biopsy", "no_biopsy_graft_lost"
METHOD = "infused subjects; last biopsy before the cells against the last one after them of the same graft"


def biopsy_shifts(derived: Derived) -> list[Result]:
    """One row for every combination that occurs: `biopsy.shift.<lesion>.<before>.<after>.subjects`."""
    pairs = _pairs(derived.frame("biopsies").to_dicts())
    if not pairs:
        return []
    results: list[Result] = []
    for lesion in LESIONS:
        results += _shift(lesion, pairs, _grade_of(lesion))
    results += _shift("tma", pairs, lambda row: row["tma"] or NOT_GRADED)
    results += _shift("tubular_injury", pairs, lambda row: row["tubular_injury"] or NOT_GRADED)
    results += _shift("g_plus_ptc", pairs, _sum)
    return [*results, _new_tma(derived)]


def _pairs(rows: list[Row]) -> list[Pair]:
    """The last biopsy before the cells of every infused person, with the last one after them if there is any."""
    by_reading = {(each["subject_id"], each["reading"]): each for each in rows}
    pairs: list[Pair] = []
    for subject in dict.fromkeys(each["subject_id"] for each in rows if each["is_infused"]):
        own = [each for each in rows if each["subject_id"] == subject]
        after = _last([each for each in own if each["pair_with"]])
        before = (
            by_reading[subject, after["pair_with"]]
            if after
            else _last([each for each in own if each["period"] == "before"])
        )
        if before is not None:
            pairs.append((before, after))
    return pairs


def _last(rows: list[Row]) -> Row | None:
    """The latest; one without a day is taken as the earliest."""
    return max(rows, key=lambda each: (each["day_high"] is not None, each["day_high"] or 0), default=None)


def _grade_of(lesion: str) -> Callable[[Row], str]:
    return lambda row: NOT_GRADED if row[lesion] is None else str(row[lesion]).lower()


def _sum(row: Row) -> str:
    low, high = row["mvi_low"], row["mvi_high"]
    return str(low) if low is not None and low == high else NOT_GRADED


def _shift(lesion: str, pairs: list[Pair], grade: Callable[[Row], str]) -> list[Result]:
    placed = [(_ends(pair, grade), pair) for pair in pairs]
    counts = Counter(ends for ends, _ in placed)
    if all(end in (NOT_GRADED, NO_BIOPSY, NO_BIOPSY_LOST) for ends in counts for end in ends):
        return []
    return [
        Result(
            key=f"biopsy.shift.{lesion}.{before}.{after}.subjects",
            value=count,
            label=f"{lesion}: {before.replace('_', ' ')} before, {after.replace('_', ' ')} after",
            group=f"biopsy.shift.{lesion}",
            unit="subjects",
            n=count,
            denominator=len(pairs),
            method=METHOD,
            sources=_keys(pair for ends, pair in placed if ends == (before, after)),
        )
        for (before, after), count in sorted(counts.items())
    ]


def _ends(pair: Pair, grade: Callable[[Row], str]) -> tuple[str, str]:
    before, after = pair
    if after is not None:
        return grade(before), grade(after)
    return grade(before), NO_BIOPSY_LOST if before["graft_status"] == "lost" else NO_BIOPSY


def _keys(pairs: Iterable[Pair]) -> tuple[str, ...]:
    return tuple(each["key"] for pair in pairs for each in pair if each is not None)


def _new_tma(derived: Derived) -> Result:
    """Infused persons in whom thrombotic microangiopathy was absent before and present after the cells."""
    infused = derived.frame("subjects").filter("is_infused")["subject_id"].to_list()
    rows = [each for each in derived.frame("biopsies").to_dicts() if each["is_infused"]]
    new: list[str] = []
    unknown: list[str] = []
    for subject in infused:
        seen = {
            period: {
                each["tma"] for each in rows if each["subject_id"] == subject and each["period"] == period
            }
            for period in ("before", "after")
        }
        if "present" in seen["after"] and seen["before"] == {"absent"}:
            new.append(subject)
        elif "present" not in seen["before"] and seen["after"] != {"absent"}:
            unknown.append(subject)
    return Result(
        key="biopsy.new_tma.subjects",
        value=len(new) if new or not unknown else None,
        label="thrombotic microangiopathy absent before and present after the cells",
        group="biopsy.new_tma",
        unit="subjects",
        n=len(new),
        denominator=len(infused),
        not_assessable=len(unknown),
        lower=len(new) if unknown else None,
        upper=len(new) + len(unknown) if unknown else None,
        method="infused subjects; not assessable without a biopsy on each side that says so",
        warnings=(f"{len(unknown)} subjects without a biopsy on each side that says so",) if unknown else (),
        sources=tuple(each["key"] for each in rows if each["subject_id"] in new),
    )
