"""The same biopsies under several editions, and two biopsies of one graft side by side."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import polars as pl

from graftrial.clinical.banff.readings import Readings
from graftrial.derive.banff import classify_biopsies

UNDECIDED = "undecided"
COMPARED = ("amr", "borderline", "acute_tcmr", "ca_tcmr", "category1")
LESIONS = ("g", "ptc", "v", "c4d", "cg", "i", "t", "ti", "i_ifta", "ci", "ct", "cv", "ah", "mm")
BESIDE = ("tma_acute", "tma_chronic", "ati")  # a fall in g + ptc is not read without them


def compare_editions(
    frame: pl.DataFrame, editions: Sequence[str], options: Readings | Mapping[str, str] | None = None
) -> pl.DataFrame:
    """The input columns, then each answer per edition, `amr_2017`, and where category 2 changes.

    `amr_changes` lists the steps at which category 2 moves: `2019 none -> 2022 mvi_dsa_neg_c4d_neg`; null where it
    stays. Raises: UsageError for an unknown edition.
    """
    answers = {
        edition: classify_biopsies(frame, edition=edition, options=options, explain=True)
        for edition in editions
    }
    columns: list[pl.Series] = []
    for name in (*COMPARED, "amr_reason"):
        for edition, answered in answers.items():
            given = answered.get_column(name if name not in frame.columns else f"{name}_{edition}")
            columns.append(given.alias(f"{name}_{edition}"))
    added = pl.DataFrame(columns)
    steps = [_step(earlier, later) for earlier, later in itertools.pairwise(editions)]
    text = pl.concat_str(steps, separator="; ", ignore_nulls=True) if steps else pl.lit("")
    return frame.hstack(added.with_columns(amr_changes=pl.when(text != "").then(text)))


def _step(earlier: str, later: str) -> pl.Expr:
    before = pl.col(f"amr_{earlier}").cast(pl.String).fill_null(UNDECIDED)
    after = pl.col(f"amr_{later}").cast(pl.String).fill_null(UNDECIDED)
    moved = pl.format(f"{earlier} {{}} -> {later} {{}}", before, after)
    return pl.when(before != after).then(moved)


def count_flows(compared: pl.DataFrame, editions: Sequence[str]) -> pl.DataFrame:
    """How many biopsies go from which answer of category 2 to which, between neighbouring editions.

    Returns: columns from_edition, from_answer, to_edition, to_answer, n; sorted.
    """
    flows = [
        compared.group_by(
            from_answer=pl.col(f"amr_{earlier}").cast(pl.String).fill_null(UNDECIDED),
            to_answer=pl.col(f"amr_{later}").cast(pl.String).fill_null(UNDECIDED),
        )
        .agg(n=pl.len())
        .select(
            pl.lit(earlier).alias("from_edition"),
            "from_answer",
            pl.lit(later).alias("to_edition"),
            "to_answer",
            "n",
        )
        for earlier, later in itertools.pairwise(editions)
    ]
    return pl.concat(flows).sort("from_edition", "from_answer", "to_answer")


def compare_pair(before: pl.DataFrame, after: pl.DataFrame, *, edition: str) -> pl.DataFrame:
    """Two biopsies of one graft, lesion by lesion, with indices, category 2, TMA and tubular injury beside each other.

    before, after: one row each, columns as `classify_biopsies` reads them.
    Returns: columns item, before, after, change; `change` is the difference of numbers, null where either is unknown.
    Not for: a statement of improvement. g + ptc also fall in a graft that dies.
    """
    names = (
        *LESIONS,
        *BESIDE,
        "activity_index",
        "chronicity_index",
        "amr",
        "acute_tcmr",
        "ca_tcmr",
        "ifta",
        "adequacy",
    )
    sides = [
        classify_biopsies(each.head(1), edition=edition).select(
            (pl.col(name) if name in each.columns or name in _answers() else pl.lit(None))
            .cast(pl.String)
            .alias(name)
            for name in names
        )
        for each in (before, after)
    ]
    table = pl.DataFrame({"item": names, "before": sides[0].row(0), "after": sides[1].row(0)})
    number = [pl.col(side).str.extract(r"^(\d+)").cast(pl.Int32) for side in ("before", "after")]
    return table.with_columns(change=number[1] - number[0])


def _answers() -> frozenset[str]:
    return frozenset(
        {"activity_index", "chronicity_index", "amr", "acute_tcmr", "ca_tcmr", "ifta", "adequacy"}
    )
