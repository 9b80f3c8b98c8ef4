"""Biopsies that do not fit in memory: classified in parts, in order, as a lazy frame that streams."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import polars as pl
from polars.io.plugins import register_io_source

from graftrial.derive.banff_chunk import Question, ask, classify_rows, shown_to_later
from graftrial.derive.banff_history import earlier_evidence, graft_and_day, has_history

ROWS_AT_ONCE = 150_000
WORKERS = 2
EARLIER = "__earlier_"

Part = Callable[[pl.DataFrame], pl.DataFrame]


def classify_lazy(frame: pl.LazyFrame, question: Question) -> pl.LazyFrame:
    """The lazy frame with the columns of the classification behind its own.

    Where the frame names patients and dates it is read twice: once for what earlier biopsies of a graft show.
    """
    names = frame.collect_schema().names()
    edition = question.classifier.edition.name
    given = with_earlier(frame, earlier_by_row(frame, question), edition)

    def classify(part: pl.DataFrame) -> pl.DataFrame:
        rows = part.select(names)
        return with_ours(rows, classify_rows(rows, question, without_earlier(part, edition)), question)

    empty = frame.collect_schema().to_frame(eager=True)
    schema = with_ours(empty, classify_rows(empty, question, None), question).schema
    return register_io_source(source_of(given, classify), schema=schema, is_pure=True)


def with_ours(rows: pl.DataFrame, added: pl.DataFrame, question: Question) -> pl.DataFrame:
    """Input columns followed by ours; a name that the input already has gets the edition behind it."""
    edition = question.classifier.edition.name
    return rows.hstack(
        added.rename({name: free_name(name, f"_{edition}", rows.columns) for name in added.columns})
    )


def free_name(name: str, suffix: str, taken: Collection[str]) -> str:
    """The name, with the suffix behind it as often as the input has such a name already."""
    while name in taken:
        name += suffix
    return name


def with_earlier(frame: pl.LazyFrame, earlier: pl.DataFrame | None, edition: str) -> pl.LazyFrame:
    """The frame with what earlier biopsies show, by row, in columns of its own for an edition."""
    if earlier is None:
        return frame
    mark = _mark(edition)
    renamed = earlier.rename({name: f"{mark}{name}" for name in earlier.columns})
    return pl.concat([frame, renamed.lazy()], how="horizontal")


def without_earlier(part: pl.DataFrame, edition: str) -> pl.DataFrame | None:
    """What `with_earlier` put into the rows for an edition; None where there is no history."""
    mark = _mark(edition)
    found = [each for each in part.columns if each.startswith(mark)]
    return part.select(pl.col(each).alias(each.removeprefix(mark)) for each in found) if found else None


def _mark(edition: str) -> str:
    return f"{EARLIER}{edition}_"


def earlier_by_row(frame: pl.LazyFrame, question: Question) -> pl.DataFrame | None:
    """What earlier biopsies show, by row; None where no graft has two biopsies."""
    rows = frame.select(each.source for each in question.columns.read.values())
    ids = [
        question.columns.source(name) for name in ("patient_id", "graft_id", "transplant_date", "biopsy_date")
    ]
    named = rows.select(name for name in ids if name is not None).collect(engine="streaming")
    grafts = graft_and_day(named, question.columns) if named.width else None
    del named
    if grafts is None or not has_history(grafts):
        return None
    shown = pl.concat(in_parts(rows, lambda part: shown_to_later(ask(part, question))))
    return earlier_evidence(grafts, shown)


def in_parts(frame: pl.LazyFrame, work: Part) -> Iterator[pl.DataFrame]:
    """The parts of a frame after the work, in order; as many at a time as there are workers, and no more in memory."""
    with ThreadPoolExecutor(WORKERS) as pool:
        running: deque[Future[pl.DataFrame]] = deque()
        for part in frame.collect_batches(chunk_size=ROWS_AT_ONCE, maintain_order=True, engine="streaming"):
            running.append(pool.submit(work, part))
            if len(running) > WORKERS:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


def source_of(
    frame: pl.LazyFrame, classify: Part
) -> Callable[[list[str] | None, pl.Expr | None, int | None, int | None], Iterator[pl.DataFrame]]:
    """The rows of a frame after the work, as a source of which a lazy frame asks for columns and rows."""

    def read(
        with_columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, _batch_size: int | None
    ) -> Iterator[pl.DataFrame]:
        wanted = frame if n_rows is None else frame.head(n_rows)
        for part in in_parts(wanted, classify):
            selected = part if with_columns is None else part.select(with_columns)
            yield selected if predicate is None else selected.filter(predicate)

    return read
