"""Lesion scores of every biopsy. No sum without TMA and graft status beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graftrial.analyse.results import Result
from graftrial.derive import Derived
from graftrial.derive.biopsies import LESIONS
from graftrial.derive.derived import NOT_REPORTED


def lesions(derived: Derived) -> list[Result]:
    """Each recorded score, and g + ptc with its bounds."""
    rows = derived.frame("biopsies").iter_rows(named=True)
    return [result for row in rows for result in _of_biopsy(row)]


def _of_biopsy(row: dict[str, Any]) -> Iterator[Result]:
    place = f"{row['subject_id']}.{row['biopsy_id']}"
    beside = (f"TMA {row['tma'] or NOT_REPORTED}", f"graft {row['graft_status']}")
    for lesion in LESIONS:
        score = row[lesion]
        yield Result(
            key=f"biopsy.{lesion}.{place}",
            value=score,
            label=f"{lesion} of {row['subject_id']}, {row['biopsy_id']} ({row['period']})",
            group=f"biopsy.{lesion}",
            n=int(score is not None),
            denominator=1,
            not_assessable=int(score is None),
            method="as the pathologist graded",
            warnings=beside if score is not None else (f"{lesion} {NOT_REPORTED}", *beside),
            sources=(row["key"],),
        )
    low, high = row["mvi_low"], row["mvi_high"]
    yield Result(
        key=f"biopsy.g_plus_ptc.{place}",
        value=low if low == high else None,
        label=f"g + ptc of {row['subject_id']}, {row['biopsy_id']} ({row['period']})",
        group="biopsy.g_plus_ptc",
        n=int(low == high),
        denominator=1,
        not_assessable=int(low != high),
        lower=low,
        upper=high,
        method="sum; lower and upper are its lowest and highest possible value",
        warnings=beside,
        sources=(row["key"],),
    )
