"""A tiny study from text: what its checks find."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Callable
from textwrap import dedent

import polars as pl
import pytest

from graftrial.checks import run
from graftrial.findings import Finding
from graftrial.intake.raw import Raw
from graftrial.intake.table import ROW, RawTable
from graftrial.intake.typed import type_tables
from graftrial.study.model import Study

STUDY = '[study]\nid = "TINY"\ntitle = "A tiny study"\n'
SUBJECTS = "subject_id,sex,age_years\nS01,F,50\n"

FindingsOf = Callable[..., tuple[Finding, ...]]


def raw_table(name: str, text: str) -> RawTable:
    cells = pl.read_csv(io.BytesIO(dedent(text).strip().encode()), infer_schema=False)
    rows = cells.with_row_index(ROW, offset=2).with_columns(pl.col(ROW).cast(pl.Int32))
    return RawTable(name, f"tables/{name}.csv", rows.select(*cells.columns, ROW))


def findings_of_text(study: str = "", **tables: str) -> tuple[Finding, ...]:
    """Findings of the checks alone, without those of intake."""
    protocol = Study.model_validate(tomllib.loads(STUDY + study))
    given = {name: raw_table(name, text) for name, text in ({"subjects": SUBJECTS} | tables).items()}
    return run(protocol, type_tables(Raw(given), protocol.intake))


@pytest.fixture
def findings_of() -> FindingsOf:
    return findings_of_text


@pytest.fixture
def codes_of() -> Callable[..., set[str]]:
    return lambda study="", **tables: {each.code for each in findings_of_text(study, **tables)}
