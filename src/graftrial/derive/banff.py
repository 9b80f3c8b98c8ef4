"""Biopsies classified by the Banff classification: any frame in, the same kind of frame out.

Every input row and column returns, in order, followed by ours. A single answer is empty where it is not decided;
then the `_state` columns say what is possible and the `_decides` columns which unknown inputs would settle it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import polars as pl

from graftrial.clinical.banff.editions import EDITIONS
from graftrial.clinical.banff.readings import Readings, readings_from
from graftrial.derive.banff_answers import classifier
from graftrial.derive.banff_chunk import Question, ask, classify_rows, shown_to_later
from graftrial.derive.banff_frames import in_kind, opened
from graftrial.derive.banff_history import earlier_evidence, graft_and_day, has_history
from graftrial.derive.banff_lazy import ROWS_AT_ONCE, WORKERS, classify_lazy, with_ours
from graftrial.errors import Problem, UsageError
from graftrial.intake.banff_file import BanffColumns, map_columns, multilayering_is_graded, without

Frame = TypeVar("Frame")


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
    question = question_of(columns_of(given), edition, options, explain)
    if isinstance(given, pl.LazyFrame):
        return in_kind(classify_lazy(given, question), frame)
    return in_kind(_classify_eager(given, question), frame)


def columns_of(frame: pl.DataFrame | pl.LazyFrame) -> BanffColumns:
    """What each column of a frame is read as; multilayering that is graded cannot be read and counts as unknown."""
    schema = frame.collect_schema()
    columns = map_columns(schema.names())
    source = columns.source("ptcml")
    if source is None:
        return columns
    asked = multilayering_is_graded(source, schema[source])
    graded = (
        frame.select(asked)
        if isinstance(frame, pl.DataFrame)
        else frame.select(asked).collect(engine="streaming")
    )
    return without(columns, "ptcml") if graded.item() else columns


def question_of(
    columns: BanffColumns, edition: str, options: Readings | Mapping[str, str] | None, explain: bool
) -> Question:
    """What is asked of every row. Raises: UsageError for an unknown edition or reading."""
    if edition not in EDITIONS:
        raise UsageError(
            Problem(
                "GT-BANFF-001",
                f"edition {edition} is not there",
                "edition",
                "",
                f"choose {', '.join(EDITIONS)}",
            )
        )
    try:
        readings = options if isinstance(options, Readings) else readings_from(options or {})
    except ValueError as error:
        raise UsageError(
            Problem(
                "GT-BANFF-002",
                "unknown reading of an open point",
                "options",
                str(error),
                "see the list of readings",
            )
        ) from error
    return Question(classifier(edition, readings), columns, explain)


def _classify_eager(frame: pl.DataFrame, question: Question) -> pl.DataFrame:
    earlier = _earlier(frame, question)

    def classify(start: int) -> pl.DataFrame:
        own = None if earlier is None else earlier.slice(start, ROWS_AT_ONCE)
        return classify_rows(frame.slice(start, ROWS_AT_ONCE), question, own)

    return with_ours(frame, pl.concat(_by_parts(classify, frame.height)), question)


def _earlier(frame: pl.DataFrame, question: Question) -> pl.DataFrame | None:
    """What earlier biopsies show, by row; None where no graft has two biopsies."""
    grafts = graft_and_day(frame, question.columns)
    if grafts is None or not has_history(grafts):
        return None
    shown = _by_parts(
        lambda start: shown_to_later(ask(frame.slice(start, ROWS_AT_ONCE), question)), frame.height
    )
    return earlier_evidence(grafts, pl.concat(shown))


def _by_parts(work: Callable[[int], pl.DataFrame], n_rows: int) -> list[pl.DataFrame]:
    """The parts of a frame after the work, which is told the first row of each."""
    starts = range(0, max(n_rows, 1), ROWS_AT_ONCE)
    if len(starts) == 1:
        return [work(0)]
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(work, starts))
