"""Biopsies classified by the Banff classification: any frame in, the same kind of frame out.

Every input row and column returns, in order, followed by ours. A single answer is empty where it is not decided; then the
`_state` columns say what is possible and the `_decides` columns which unknown inputs would settle it.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import polars as pl

from graftrial.clinical.banff.editions import EDITIONS
from graftrial.clinical.banff.readings import Readings, readings_from
from graftrial.derive.banff_answers import classifier
from graftrial.derive.banff_chunk import Question, ask, classify_rows, shown_to_later
from graftrial.derive.banff_frames import in_kind, opened
from graftrial.derive.banff_history import earlier_evidence, graft_and_day, has_history
from graftrial.errors import Problem, UsageError
from graftrial.intake.banff_file import BanffColumns, map_columns

Frame = TypeVar("Frame")
ROWS_AT_ONCE = 125_000
WORKERS = 2
EARLIER = "__earlier_"


def classify_biopsies(
    frame: Frame, *, edition: str, options: Readings | Mapping[str, str] | None = None, explain: bool = False
) -> Frame:
    """Biopsies with their diagnoses, states and gaps.

    frame: a row for each biopsy; Polars (eager or lazy), pandas, PyArrow table or DuckDB relation.
    edition: "2017", "2019" or "2022". options: readings of the open points, `{"R4": "i1"}`; the declared ones if None.
    explain: adds a column for every criterion, reasons, what would follow from each missing value, and notes.

    Returns: the same kind of frame, the input columns followed by ours; a name of ours that the input already has gets
    the edition behind it.
    Raises: UsageError for an unknown edition or reading.
    """
    given = opened(frame)
    question = question_of(map_columns(given.collect_schema().names()), edition, options, explain)
    if isinstance(given, pl.LazyFrame):
        return in_kind(_classify_lazy(given, question), frame)
    return in_kind(_classify_eager(given, question), frame)


def question_of(
    columns: BanffColumns, edition: str, options: Readings | Mapping[str, str] | None, explain: bool
) -> Question:
    """What is asked of every row. Raises: UsageError for an unknown edition or reading."""
    if edition not in EDITIONS:
        raise UsageError(
            Problem("GT-BANFF-001", f"edition {edition} is not there", "edition", "", f"choose {', '.join(EDITIONS)}")
        )
    try:
        readings = options if isinstance(options, Readings) else readings_from(options or {})
    except ValueError as error:
        raise UsageError(
            Problem("GT-BANFF-002", "unknown reading of an open point", "options", str(error), "see the list of readings")
        ) from error
    return Question(classifier(edition, readings), columns, explain)


def _classify_eager(frame: pl.DataFrame, question: Question) -> pl.DataFrame:
    parts = [frame.slice(start, ROWS_AT_ONCE) for start in range(0, max(frame.height, 1), ROWS_AT_ONCE)]
    grafts = graft_and_day(frame, question.columns)
    earlier = None
    if grafts is not None and has_history(grafts):
        shown = pl.concat(_in_parallel(lambda part: shown_to_later(ask(part, question)), parts))
        earlier = earlier_evidence(grafts, shown)

    def classify(number: int) -> pl.DataFrame:
        own = None if earlier is None else earlier.slice(number * ROWS_AT_ONCE, ROWS_AT_ONCE)
        return classify_rows(parts[number], question, own)

    added = pl.concat(_in_parallel(classify, list(range(len(parts)))))
    return frame.hstack(_unclashing(added, frame.columns, question))


def _in_parallel(work, parts):  # type: ignore
    if len(parts) == 1:
        return [work(parts[0])]
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(work, parts))


def _unclashing(added: pl.DataFrame, taken: list[str], question: Question) -> pl.DataFrame:
    edition = question.classifier.edition.name
    return added.rename({name: f"{name}_{edition}" for name in added.columns if name in taken})


def _classify_lazy(frame: pl.LazyFrame, question: Question) -> pl.LazyFrame:
    raise NotImplementedError
