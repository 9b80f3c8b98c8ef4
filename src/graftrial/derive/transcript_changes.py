"""Paired change of each score of a patient: after less before, against the spread of the reference biopsies.

A change is given only where every check of both lanes passes. Its interval holds the noise of counting alone; no
replicate lane is public, so technical noise is unknown and larger.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from graftrial.clinical.transcripts.reference import PROBABILITIES, spreads
from graftrial.derive.transcript_study import CLASSIFIER, SET, Profile
from graftrial.derive.transcripts import out_of_fold_iqr

QUARTILES = (PROBABILITIES.index(0.25), PROBABILITIES.index(0.75))
COMPARED, NOT_COMPARED = "compared", "not compared"
TEXT, NUMBER = pl.String(), pl.Float64()
PAIRS: Mapping[str, pl.DataType] = dict.fromkeys(
    ("subject_id", "before", "after", "state", "reason", "key_before", "key_after"), TEXT
)
CHANGES: Mapping[str, pl.DataType] = {
    **dict.fromkeys(
        (
            "subject_id", "before", "after", "score", "kind", "set", "theme", "method", "warning", "key_before",
            "key_after",
        ),
        TEXT,
    ),
    **dict.fromkeys(
        (
            "value_before", "value_after", "change", "lower", "upper", "percentile_before", "percentile_after",
            "reference_iqr", "change_in_iqr",
        ),
        NUMBER,
    ),
}  # fmt: skip
Row = dict[str, Any]


def derive_changes(
    places: Sequence[Row], profiles: Sequence[Profile], scores: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """`transcript_pairs`, a row a biopsy after the cells, and `transcript_changes`, a row a score of a compared pair.

    A biopsy is paired with the last one before the cells of the same graft that has a lane.
    """
    pairs = [
        (before, after) for after in range(len(places)) if (before := _before(after, places)) is not None
    ]
    known = {name: part for (name,), part in scores.partition_by("key", as_dict=True).items()}
    told = [_pair(places, profiles, before, after) for before, after in pairs]
    changed = [
        row
        for (before, after), pair in zip(pairs, told, strict=True)
        if pair["state"] == COMPARED
        for row in _changes(
            pair, known[places[before]["key"]], known[places[after]["key"]], _spreads(profiles[after])
        )
    ]
    return {
        "transcript_pairs": pl.DataFrame(told, schema=dict(PAIRS), orient="row"),
        "transcript_changes": pl.DataFrame(changed, schema=dict(CHANGES), orient="row"),
    }


def _before(after: int, places: Sequence[Row]) -> int | None:
    mine = places[after]
    if mine["period"] != "after":
        return None
    earlier = [
        place
        for place, each in enumerate(places)
        if each["period"] == "before"
        and (each["subject_id"], each["graft_id"]) == (mine["subject_id"], mine["graft_id"])
    ]
    return max(earlier, key=lambda place: _when(places[place]), default=None)


def _when(place: Row) -> tuple[bool, int, str, str]:
    """Later is larger; a biopsy without a day is the earliest, since nothing says that it was the last."""
    day = place["day_high"]
    return (day is not None, day or 0, place["date_text"] or "", place["profile"])


def _pair(places: Sequence[Row], profiles: Sequence[Profile], before: int, after: int) -> Row:
    reasons = []
    for place in (before, after):
        profile = profiles[place]
        if not profile.is_alone:
            reasons.append(f"{profile.name}: the biopsy has more than one lane")
        elif not profile.is_usable:
            reasons.append(f"{profile.name}: {profile.why_not_usable()}")
    return {
        "subject_id": places[after]["subject_id"],
        "before": places[before]["profile"],
        "after": places[after]["profile"],
        "state": NOT_COMPARED if reasons else COMPARED,
        "reason": "; ".join(reasons) or None,
        "key_before": places[before]["key"],
        "key_after": places[after]["key"],
    }


def _spreads(profile: Profile) -> dict[str, float]:
    """Interquartile range of each score in the reference set; of a classifier, of its out-of-fold predictions."""
    found = {
        f"set.{name}.{method}": float(each.quantiles[QUARTILES[1]] - each.quantiles[QUARTILES[0]])
        for (name, method), each in spreads().items()
    }
    fitted = {each.score: out_of_fold_iqr(each.card) for each in profile.reading.predictions}
    return found | {score: iqr for score, iqr in fitted.items() if iqr is not None}


def _changes(pair: Row, before: pl.DataFrame, after: pl.DataFrame, iqrs: Mapping[str, float]) -> list[Row]:
    first = {row["score"]: row for row in before.iter_rows(named=True)}
    rows = []
    for row in after.filter(pl.col("kind").is_in([SET, CLASSIFIER])).iter_rows(named=True):
        old = first.get(row["score"])
        if old is not None and old["value"] is not None and row["value"] is not None:
            rows.append(
                {
                    **{name: pair[name] for name in PAIRS if name in CHANGES},
                    **_change(old, row, iqrs.get(row["score"])),
                }
            )
    return rows


def _change(before: Row, after: Row, iqr: float | None) -> Row:
    change = after["value"] - before["value"]
    low, high = _interval(before, after, change)
    return {
        **{name: after[name] for name in ("score", "kind", "set", "theme", "method")},
        "warning": _warning(before["warning"], after["warning"]),
        "value_before": before["value"],
        "value_after": after["value"],
        "change": change,
        "lower": low,
        "upper": high,
        "percentile_before": before["reference_percentile"],
        "percentile_after": after["reference_percentile"],
        "reference_iqr": iqr,
        "change_in_iqr": change / iqr if iqr else None,
    }


def _warning(before: str, after: str) -> str:
    """What was said of both biopsies once, and of one of them with its name."""
    first, second = ([each for each in told.split("; ") if each] for told in (before, after))
    own = [
        f"{when}: {each}"
        for when, mine, other in (("before", first, second), ("after", second, first))
        for each in mine
        if each not in other
    ]
    return "; ".join([*(each for each in first if each in second), *own])


def _interval(before: Row, after: Row, change: float) -> tuple[float | None, float | None]:
    """Counting noise of both lanes together; none for a classifier, whose interval is that of its members."""
    if after["kind"] != SET or None in (before["lower"], after["lower"]):
        return None, None
    half = math.hypot(before["value"] - before["lower"], after["value"] - after["lower"])
    return change - half, change + half
