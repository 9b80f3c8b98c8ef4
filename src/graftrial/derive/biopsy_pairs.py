"""Each biopsy after the cells beside the last one before them, with a reading that the state of the graft outranks."""

from __future__ import annotations

from typing import Any

import polars as pl

from graftrial.derive.biopsy_pair import INJURY, WHOLE_INDEX, PairReading, Seen, read_pair

TMA = {"present": True, "absent": False}
COLUMNS = ("pair_with", "pair_state", "pair_reading")
Row = dict[str, Any]


def with_pairs(biopsies: pl.DataFrame) -> pl.DataFrame:
    """Adds `pair_with` (the reading before), `pair_state` and `pair_reading`; null where there is no pair."""
    rows = biopsies.to_dicts()
    paired = [_paired(row, _before(row, rows)) for row in rows]
    added = [pl.Series(name, [each[at] for each in paired], pl.String) for at, name in enumerate(COLUMNS)]
    return biopsies.with_columns(added)


def _before(row: Row, rows: list[Row]) -> Row | None:
    """The last reading before the cells of the same graft, by the same reader where there is one."""
    if row["period"] != "after":
        return None
    earlier = [
        each
        for each in rows
        if each["period"] == "before"
        and each["subject_id"] == row["subject_id"]
        and each["graft_id"] == row["graft_id"]
    ]
    own = [each for each in earlier if each["reader"] == row["reader"]]
    return max(own or earlier, key=_when, default=None)


def _when(row: Row) -> tuple[int, float, str, str]:
    """Later first; a biopsy without a day is the earliest, since nothing says that it was the last."""
    day = row["day_high"]
    return (0, 0, "", row["reading"]) if day is None else (1, day, row["date_text"] or "", row["reading"])


def _paired(row: Row, before: Row | None) -> tuple[str | None, str | None, str | None]:
    if before is None:
        return None, None, None
    reading = _read(before, row)
    return before["reading"], reading.state, reading.sentence


def _read(before: Row, after: Row) -> PairReading:
    lost_on = after["graft_loss_text"] if after["graft_status"] == "lost" else ""
    return read_pair(_seen(before), _seen(after), str(after["graft_status"]), lost_on or "")


def _seen(row: Row) -> Seen:
    ends = [row.get(f"banff_chronicity_index_{end}") for end in ("min", "max")]
    low, high = (whole if end is None else int(end) for end, whole in zip(ends, WHOLE_INDEX, strict=True))
    return Seen(
        mvi=(int(row["mvi_low"]), int(row["mvi_high"])),
        tma=TMA.get(row["tma"]),
        injury=INJURY[row["tubular_injury"]],
        chronicity=(low, high),
    )
