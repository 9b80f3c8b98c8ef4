"""Rows with the answer of one equation: what `graftrial egfr` asks of a file.

Every input column returns as it was, followed by the answer and the reason where there is none. Rows stay in order.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from graftrial.clinical.card import why_not
from graftrial.derive.egfr_columns import answer_column, cells, equation_rule, sources
from graftrial.errors import UsageError

REASON = "egfr_reason"
READ, PROBLEM = "graftrial read", "graftrial problem of"  # columns that are dropped again


def add_egfr(frame: pl.LazyFrame | pl.DataFrame, equation: str, columns: Mapping[str, str]) -> pl.LazyFrame:
    """The frame with the answer of an equation and the reason where there is none.

    columns: column of the frame for a declared input name; an input that is not in it stands under its own name.
    Raises: GT-EGFR-001 to -005, -009.

    >>> frame = pl.DataFrame({"scr": ["1.09", "high"], "age_years": [55, 55], "sex": ["M", "M"]})
    >>> asked = add_egfr(frame, "ckd_epi_cr_2021", {"creatinine_mg_per_dl": "scr"}).collect()
    >>> asked["egfr_reason"].to_list()
    [None, 'creatinine_mg_per_dl is high, not a number']
    """
    lazy = frame.lazy()
    rule = equation_rule(equation)
    schema = lazy.collect_schema()
    for ours in (answer_column(rule), REASON):
        if ours in schema:
            raise UsageError.of("GT-EGFR-005", "the header", column=ours)
    said = cells(rule, sources(rule, equation, schema.names(), columns), schema)
    read = {f"{READ} {each.name}": said[each.name].value for each in rule.inputs}
    problems = {f"{PROBLEM} {name}": each.problem for name, each in said.items()}
    refusals = [
        pl.coalesce(pl.col(f"{PROBLEM} {each.name}"), each.refusal(pl.col(f"{READ} {each.name}")))
        for each in rule.inputs
    ]
    reason = pl.concat_str(refusals, separator="; ", ignore_nulls=True)
    value = rule.value(**{each.name: pl.col(f"{READ} {each.name}") for each in rule.inputs})
    aside = {name: pl.col(name) for name in (*read, *problems)}
    # one step after the other: the engine then computes each of them once
    answered = lazy.with_columns(**read, **problems).with_columns(value.alias(answer_column(rule)))
    told = why_not(pl.col(answer_column(rule)), reason, aside)
    return answered.with_columns(told.alias(REASON)).drop(list(aside))
