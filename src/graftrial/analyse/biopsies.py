"""Lesion scores of every biopsy. No sum without TMA and graft status beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graftrial.analyse.results import Result
from graftrial.clinical.banff.edition import DIAGNOSES
from graftrial.clinical.diagnoses import LESIONS
from graftrial.derive import Derived
from graftrial.derive.derived import NOT_REPORTED

OPEN_PAIRS = ("not assessable", "fell, open")


def lesions(derived: Derived) -> list[Result]:
    """Each recorded score, and g + ptc with its bounds."""
    rows = derived.frame("biopsies").iter_rows(named=True)
    return [result for row in rows for result in _of_biopsy(row)]


def _of_biopsy(row: dict[str, Any]) -> Iterator[Result]:
    place = f"{row['subject_id']}.{row['reading']}"
    beside = (f"TMA {row['tma'] or NOT_REPORTED}", f"graft {row['graft_status']}")
    for lesion in LESIONS:
        score = row[lesion]
        yield Result(
            key=f"biopsy.{lesion}.{place}",
            value=score,
            label=f"{lesion} of {row['subject_id']}, {row['reading']} ({row['period']})",
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
        label=f"g + ptc of {row['subject_id']}, {row['reading']} ({row['period']})",
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
    if row["pair_state"]:
        yield _pair(row, place, beside)


def _pair(row: dict[str, Any], place: str, beside: tuple[str, ...]) -> Result:
    """What became of g + ptc since the last biopsy before the cells; never a fall alone."""
    is_open = row["pair_state"] in OPEN_PAIRS
    return Result(
        key=f"biopsy.pair.{place}",
        value=row["pair_state"],
        label=f"g + ptc of {row['subject_id']}, {row['reading']} beside {row['pair_with']}",
        group="biopsy.pair",
        n=int(not is_open),
        denominator=1,
        not_assessable=int(is_open),
        method=row["pair_reading"],
        warnings=beside,
        sources=(row["key"],),
    )


def verdicts(derived: Derived) -> list[Result]:
    """What the pinned Banff edition says of each biopsy: states of the diagnoses, indices, agreement."""
    rows = derived.frame("biopsies").iter_rows(named=True)
    return [result for row in rows if row["banff_edition"] for result in _verdicts_of(row)]


def _verdicts_of(row: dict[str, Any]) -> Iterator[Result]:
    place = f"{row['subject_id']}.{row['reading']}"
    beside: tuple[str, ...] = (f"TMA {row['tma'] or NOT_REPORTED}", f"graft {row['graft_status']}")
    if told := row.get("banff_transcripts"):
        beside = (*beside, f"transcripts: {told}")
    sources = tuple(filter(None, (row["key"], row.get("molecular_sources"))))
    edition = row["banff_edition"]
    for name in DIAGNOSES:
        state, decides = row[f"banff_{name}_state"], row[f"banff_{name}_decides"]
        yield Result(
            key=f"banff.{name}.{place}",
            value=state,
            label=f"{name.replace('_', ' ')} of {row['subject_id']}, {row['reading']}",
            group=f"banff.{name}",
            n=int(state != "possible"),
            denominator=1,
            not_assessable=int(state == "possible"),
            method=f"Banff {edition}, every completion of what is unknown",
            warnings=(f"would be decided by {decides.replace(';', ', ')}", *beside) if decides else beside,
            rules=(f"banff.{name}@{edition}",) if state != "not_in_edition" else (),
            sources=sources,
        )
    for index in ("activity_index", "chronicity_index"):
        yield _index(row, index, place, beside)
    if row["banff_agreement"]:
        yield _agreement(row, place)


def _index(row: dict[str, Any], index: str, place: str, beside: tuple[str, ...]) -> Result:
    low, high = row[f"banff_{index}_min"], row[f"banff_{index}_max"]
    return Result(
        key=f"banff.{index}.{place}",
        value=low if low == high else None,
        label=f"{index.replace('_', ' ')} of {row['subject_id']}, {row['reading']}",
        group=f"banff.{index}",
        n=int(low == high),
        denominator=1,
        not_assessable=int(low != high),
        lower=low,
        upper=high,
        method="sum; lower and upper are its lowest and highest possible value",
        warnings=beside,
        rules=(f"banff.{index}@{row['banff_edition']}",),
        sources=(row["key"],),
    )


def _agreement(row: dict[str, Any], place: str) -> Result:
    """Whether the rule and the pathologist agree."""
    return Result(
        key=f"banff.agreement.{place}",
        value=row["banff_agreement"],
        label=f"rule and pathologist on AMR, {row['subject_id']}, {row['reading']}",
        group="banff.agreement",
        n=int(row["banff_agreement"] != "not assessable"),
        denominator=1,
        not_assessable=int(row["banff_agreement"] == "not assessable"),
        method="antibody-mediated categories of the pinned edition against the recorded diagnosis",
        rules=(f"banff.amr@{row['banff_edition']}",),
        sources=(row["key"],),
    )
