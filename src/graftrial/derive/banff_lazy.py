"""Biopsies that do not fit in memory: classified in parts, in order, as a lazy frame that streams."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
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
    own = [each.source for each in question.columns.read.values()]
    given = frame
    earlier = _earlier(frame.select(own), question)
    if earlier is not None:
        renamed = earlier.rename({name: f"{EARLIER}{name}" for name in earlier.columns})
        given = pl.concat([frame, renamed.lazy()], how="horizontal")

    def classify(part: pl.DataFrame) -> pl.DataFrame:
        evidence = None
        if earlier is not None:
            evidence = part.select(pl.col(f"^{EARLIER}.*$").name.replace(EARLIER, ""))
        rows = part.select(names)
        return with_ours(rows, classify_rows(rows, question, evidence), question)

    empty = frame.collect_schema().to_frame(eager=True)
    schema = with_ours(empty, classify_rows(empty, question, None), question).schema
    return register_io_source(_source(given, classify), schema=schema, is_pure=True)


def with_ours(rows: pl.DataFrame, added: pl.DataFrame, question: Question) -> pl.DataFrame:
    """Input columns followed by ours; a name that the input already has gets the edition behind it."""
    edition = question.classifier.edition.name
    return rows.hstack(
        added.rename({name: f"{name}_{edition}" for name in added.columns if name in rows.columns})
    )


def _earlier(frame: pl.LazyFrame, question: Question) -> pl.DataFrame | None:
    """What earlier biopsies show, by row; None where no graft has two biopsies."""
    ids = [
        question.columns.source(name) for name in ("patient_id", "graft_id", "transplant_date", "biopsy_date")
    ]
    named = frame.select(name for name in ids if name is not None).collect(engine="streaming")
    grafts = graft_and_day(named, question.columns) if named.width else None
    del named
    if grafts is None or not has_history(grafts):
        return None
    shown = pl.concat(in_parts(frame, lambda part: shown_to_later(ask(part, question))))
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


def _source(
    frame: pl.LazyFrame, classify: Part
) -> Callable[[list[str] | None, pl.Expr | None, int | None, int | None], Iterator[pl.DataFrame]]:
    def read(
        with_columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, _batch_size: int | None
    ) -> Iterator[pl.DataFrame]:
        wanted = frame if n_rows is None else frame.head(n_rows)
        for part in in_parts(wanted, classify):
            selected = part if with_columns is None else part.select(with_columns)
            yield selected if predicate is None else selected.filter(predicate)

    return read
