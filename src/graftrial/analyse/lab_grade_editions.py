"""Worst laboratory grades under the pinned edition of CTCAE and under another one: whose grade changes.

A term that was renamed is paired by analyte and direction.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import polars as pl

from graftrial.analyse.lab_grades import worst_per_subject
from graftrial.analyse.results import Result
from graftrial.derive import Derived
from graftrial.derive.lab_grades import CTCAE

GROUP = "labgrade.edition"
CHANGES = ("same", "higher", "lower", "not_assessable")
METHOD = (
    "worst laboratory grade after the first infusion under both editions; renamed terms are paired by analyte"
)
Row = dict[str, Any]


def lab_grade_editions(derived: Derived) -> list[Result]:
    """Counts of unchanged and changed worst grades, and one row for everybody whose grade changes."""
    also = derived.frame("lab_grades_also")
    if also.is_empty():
        return []
    pinned = derived.frame("lab_grades")
    rules = tuple(f"{CTCAE}@{frame['edition'][0]}" for frame in (pinned, also) if frame.height)
    own, other = list(_by_record(pinned)), list(_by_record(also))
    same = {each.record: each for each in other}
    renamed = {each.place: each for each in other if each.record not in {one.record for one in own}}
    results: list[Result] = []
    for each in own:
        found = same.get(each.record) or renamed.get(each.place)
        if found is not None:
            title = each.term if found.term == each.term else f"{each.term} / {found.term}"
            results += _compared(each.record, title, each.worst, found.worst, rules)
    return results


class Graded(NamedTuple):
    """One term of one edition: analyte and direction, and the worst grade of everybody."""

    record: str
    term: str
    place: tuple[str, str]
    worst: dict[str, Row]


def _by_record(graded: pl.DataFrame) -> Iterator[Graded]:
    for (record, analyte), rows in graded.group_by("record", "analyte_name", maintain_order=True):
        worst = {row["subject_id"]: row for row in worst_per_subject(rows).iter_rows(named=True)}
        if worst:
            yield Graded(str(record), rows["term"][0], (str(analyte), rows["direction"][0]), worst)


def _compared(
    record: str, title: str, pinned: dict[str, Row], also: dict[str, Row], rules: tuple[str, ...]
) -> Iterator[Result]:
    changes: dict[str, list[str]] = {each: [] for each in CHANGES}
    for subject in pinned:
        changes[_change(pinned[subject], also.get(subject))].append(subject)
    for change, subjects in changes.items():
        yield Result(
            f"{GROUP}.{record}.{change}.subjects", len(subjects), f"{title}: {change}", GROUP, unit="subjects",
            n=len(subjects), denominator=len(pinned), method=METHOD, rules=rules,
            sources=tuple(key for each in subjects for key in pinned[each]["keys"]),
        )  # fmt: skip
    for subject in (*changes["higher"], *changes["lower"]):
        before, after = pinned[subject]["worst_low"], also[subject]["worst_low"]
        yield Result(
            f"labgrade.regraded.{record}.{subject}", after, f"{title}: {subject}", "labgrade.regraded", unit="grade",
            method=f"{METHOD}; {before} under the pinned edition", rules=rules,
            sources=(*pinned[subject]["keys"], *also[subject]["keys"]),
        )  # fmt: skip


def _change(pinned: Row, also: Row | None) -> str:
    """Higher or lower under the other edition; open unless both are decided."""
    both = [_decided(pinned), _decided(also) if also else None]
    before, after = both
    if before is None or after is None:
        return "not_assessable"
    return "same" if before == after else "higher" if after > before else "lower"


def _decided(row: Row) -> int | None:
    low = row["worst_low"]
    return int(low) if low is not None and low == row["worst_high"] else None
