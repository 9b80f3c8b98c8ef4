"""What several checks ask of the same tables is answered once a run."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, ParamSpec

import polars as pl

from graftrial.intake.table import Tables
from graftrial.study.model import Study

Asked = ParamSpec("Asked")


def once(
    question: Callable[Concatenate[Study, Tables, Asked], pl.DataFrame],
) -> Callable[Concatenate[Study, Tables, Asked], pl.DataFrame]:
    """The question with its answers kept beside the tables, for as long as these live."""

    def answered(study: Study, tables: Tables, /, *args: Asked.args, **more: Asked.kwargs) -> pl.DataFrame:
        key = (question.__qualname__, id(study), args, tuple(more.items()))
        if key not in tables.known:
            tables.known[key] = (
                study,
                question(study, tables, *args, **more),
            )  # the study, so that its id stays
        return tables.known[key][1]

    return update_wrapper(answered, question)
