"""The same biopsies under several editions: who changes category, and why; in parts, so that a registry streams."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from polars.io.plugins import register_io_source

from graftrial.clinical.banff.readings import Readings
from graftrial.derive.banff import columns_of, question_of
from graftrial.derive.banff_chunk import Question, classify_rows
from graftrial.derive.banff_lazy import earlier_by_row, free_name, source_of, with_earlier, without_earlier
from graftrial.errors import UsageError

UNDECIDED = "undecided"
COMPARED = ("amr", "borderline", "acute_tcmr", "ca_tcmr", "category1", "amr_reason")
HISTORY = "amr_with_history"
CHANGES = "amr_changes"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Biopsies under several editions.

    rows: the input columns, then each answer per edition, `amr_2017`, and `amr_changes`; nothing is read before it is
    asked for. answers: the column of category 2 by edition. changes: the column that lists the steps.
    """

    rows: pl.LazyFrame
    answers: Mapping[str, str]
    changes: str


def compare_editions(
    frame: pl.DataFrame, editions: Sequence[str], options: Readings | Mapping[str, str] | None = None
) -> pl.DataFrame:
    """The input columns, then each answer per edition, `amr_2017`, and where category 2 changes.

    `amr_changes` lists the steps at which category 2 moves: `2019 none -> 2022 mvi_dsa_neg_c4d_neg`; null where it
    stays. Where the frame names patients and dates there is `amr_with_history_2017` too.
    Raises: UsageError for an unknown edition or reading, or fewer than two editions.
    """
    return compare_lazy(frame.lazy(), editions, options).rows.collect(engine="streaming")


def compare_lazy(
    frame: pl.LazyFrame, editions: Sequence[str], options: Readings | Mapping[str, str] | None = None
) -> Comparison:
    """The comparison of biopsies that need not fit in memory; the rows are those of `compare_editions`.

    Raises: UsageError for an unknown edition or reading, or fewer than two editions.
    """
    if len(set(editions)) < 2 or len(set(editions)) < len(editions):
        raise UsageError.of("GT-BANFF-005", "editions", given=",".join(editions) or "none")
    columns = columns_of(frame)
    questions = {name: question_of(columns, name, options, explain=True) for name in editions}
    names = frame.collect_schema().names()
    kept = [*COMPARED, *([HISTORY] if _names_history(questions[editions[0]]) else [])]
    ours = {
        (kind, name): free_name(f"{kind}_{name}", f"_{name}", names) for kind in kept for name in editions
    }
    changes = free_name(CHANGES, "_" + "_".join(editions), names)
    answers = {name: ours["amr", name] for name in editions}
    given = frame
    for name, question in questions.items():
        given = with_earlier(given, earlier_by_row(frame, question), name)

    def compare(part: pl.DataFrame) -> pl.DataFrame:
        rows = part.select(names)
        by_edition = {
            name: classify_rows(rows, question, without_earlier(part, name))
            for name, question in questions.items()
        }
        added = [by_edition[name].get_column(kind).alias(column) for (kind, name), column in ours.items()]
        return rows.hstack([*added, _changes(added, answers).alias(changes)])

    schema = compare(frame.collect_schema().to_frame(eager=True)).schema
    rows = register_io_source(source_of(given, compare), schema=schema, is_pure=True)
    return Comparison(rows, answers, changes)


def _names_history(question: Question) -> bool:
    return all(question.columns.source(name) is not None for name in ("patient_id", "biopsy_date"))


def _changes(added: Sequence[pl.Series], answers: Mapping[str, str]) -> pl.Series:
    """The steps at which category 2 moves, by row; null where it stays."""
    steps = []
    for (earlier, before), (later, after) in itertools.pairwise(answers.items()):
        old, new = _answer(before), _answer(after)
        steps.append(pl.when(old != new).then(pl.format(f"{earlier} {{}} -> {later} {{}}", old, new)))
    text = pl.concat_str(steps, separator="; ", ignore_nulls=True)
    return pl.DataFrame(added).select(pl.when(text != "").then(text)).to_series()


def _answer(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).fill_null(UNDECIDED)


def count_flows(compared: pl.DataFrame | pl.LazyFrame, answers: Mapping[str, str]) -> pl.DataFrame:
    """How many biopsies go from which answer of category 2 to which, between neighbouring editions.

    answers: the column of category 2 by edition, as in `Comparison`.
    Returns: columns from_edition, from_answer, to_edition, to_answer, n; sorted.
    """
    named = compared.lazy().select(_answer(column).alias(column) for column in answers.values())
    together = named.group_by(list(answers.values())).agg(n=pl.len()).collect(engine="streaming")
    flows = [
        together.group_by(from_answer=pl.col(before), to_answer=pl.col(after))
        .agg(pl.col("n").sum())
        .select(
            pl.lit(earlier).alias("from_edition"),
            "from_answer",
            pl.lit(later).alias("to_edition"),
            "to_answer",
            "n",
        )
        for (earlier, before), (later, after) in itertools.pairwise(answers.items())
    ]
    return pl.concat(flows).sort("from_edition", "from_answer", "to_answer")
