"""Two biopsies of one graft side by side, lesion by lesion, never without the graft that they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from graftrial.clinical.banff.readings import Readings
from graftrial.derive.banff import classify_biopsies, columns_of, question_of
from graftrial.derive.banff_chunk import ask
from graftrial.derive.biopsy_pair import FUNCTIONING, LOST, PairReading, Seen, read_pair
from graftrial.errors import UsageError

UNKNOWN = "unknown"
LESIONS = ("g", "ptc", "v", "c4d", "c4d_if", "c4d_ihc", "cg", "i", "t", "ti", "i_ifta", "t_ifta", "ci", "ct", "cv",
           "ah", "mm", "ptcml")  # fmt: skip
BESIDE = ("tma_acute", "tma_chronic", "ati")  # a fall in g + ptc is not read without them
ANSWERS = ("activity_index", "chronicity_index", "amr", "acute_tcmr", "ca_tcmr", "ifta", "adequacy")


@dataclass(frozen=True, slots=True)
class Graft:
    """The state of the graft: `lost`, `functioning` or `unknown`; the date of the loss or of the last report."""

    status: str
    date: date | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two biopsies of one graft.

    table: columns item, before, after, change; `change` is the difference of numbers, null where either is unknown.
    The graft, thrombotic microangiopathy and tubular injury are rows of it. reading: what the change may be called.
    """

    table: pl.DataFrame
    reading: PairReading


def compare_pair(
    before: pl.DataFrame,
    after: pl.DataFrame,
    *,
    edition: str,
    graft: Graft,
    options: Readings | Mapping[str, str] | None = None,
) -> Pair:
    """Two biopsies of one graft: lesions, indices and answers beside TMA, tubular injury and the state of the graft.

    before, after: one row each, columns as `classify_biopsies` reads them. graft: see `Graft`; a graft that is reported
    as functioning before the later biopsy counts as unknown.
    The reading says `improved` only where nothing speaks against it and nothing that could is unknown.
    Raises: UsageError for an unknown edition or reading (GT-BANFF-001, -002), GT-BANFF-006 for what is no pair.
    """
    if graft.status not in (LOST, FUNCTIONING, UNKNOWN):
        raise UsageError.of("GT-BANFF-006", "graft", reason="its status is lost, functioning or unknown")
    if before.height != 1 or after.height != 1:
        raise UsageError.of("GT-BANFF-006", "before, after", reason="each is a frame of one row")
    first, second = (_side(each, edition, options) for each in (before, after))
    earlier, later = first["biopsy_date"], second["biopsy_date"]
    if earlier is not None and later is not None and later < earlier:
        raise UsageError.of("GT-BANFF-006", "before, after", reason="the second is the earlier one")
    status = graft.status
    if status == FUNCTIONING and graft.date is not None and later is not None and graft.date < later:
        status = UNKNOWN
    said = graft.date.isoformat() if graft.date else ""
    return Pair(_table(first, second, graft), read_pair(_seen(first), _seen(second), status, said))


def _table(first: Mapping[str, Any], second: Mapping[str, Any], graft: Graft) -> pl.DataFrame:
    names = ("g + ptc", *LESIONS, *BESIDE, *ANSWERS)
    told = graft.status if graft.date is None else f"{graft.status}, {graft.date.isoformat()}"
    rows = [(name, *(_text(side.get(name)) for side in (first, second))) for name in names]
    table = pl.DataFrame(
        [*rows, ("graft", None, told)],
        schema=dict.fromkeys(("item", "before", "after"), pl.String),
        orient="row",
    )
    number = [pl.col(side).str.extract(r"^(\d+)[ab]?$").cast(pl.Int32) for side in ("before", "after")]
    return table.with_columns(change=number[1] - number[0])


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _side(row: pl.DataFrame, edition: str, options: Readings | Mapping[str, str] | None) -> dict[str, Any]:
    """What one biopsy shows, under our names: typed scores and flags, and the answers."""
    columns = columns_of(row)
    question = question_of(columns, edition, options, explain=False)
    (known,) = ask(row, question).facts.rows(named=True)
    (answered,) = classify_biopsies(row, edition=edition, options=options).rows(named=True)
    new = {name: answered.get(f"{name}_{edition}", answered.get(name)) for name in (*ANSWERS, *_ends())}
    source = columns.source("biopsy_date")
    day = None if source is None else _day(row.get_column(source))
    lesions = {name: known.get(name) for name in (*LESIONS, *BESIDE)}
    bounds = [0 if known.get(name) is None else known[name] for name in ("g", "ptc")]
    highest = [3 if known.get(name) is None else known[name] for name in ("g", "ptc")]
    both = sum(bounds) if bounds == highest else None
    return {
        **lesions,
        **new,
        "g + ptc": both,
        "mvi": (sum(bounds), sum(highest)),
        "biopsy_date": day,
    }


def _ends() -> tuple[str, ...]:
    return ("chronicity_index_min", "chronicity_index_max")


def _day(given: pl.Series) -> date | None:
    text = given.cast(pl.String).str.slice(0, 10)
    found: date | None = text.str.to_date("%Y-%m-%d", strict=False)[0]
    return found


def _seen(side: Mapping[str, Any]) -> Seen:
    kinds = (side["tma_acute"], side["tma_chronic"])
    tma = True if True in kinds else (None if None in kinds else False)
    ati = side["ati"]
    return Seen(
        mvi=side["mvi"],
        tma=tma,
        injury=(0, 1) if ati is None else (int(ati), int(ati)),
        chronicity=(side["chronicity_index_min"], side["chronicity_index_max"]),
    )
