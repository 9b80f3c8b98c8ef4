"""What a report is made of: everything that earlier stages found out, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from graftrial.findings import Finding
from graftrial.intake.table import Balance, Tables
from graftrial.study.model import Study


@dataclass(frozen=True, slots=True)
class RuleCard:
    """The card of a clinical rule as a report prints it."""

    id: str
    edition: str
    title: str
    source: str
    locator: str
    doi: str = ""

    @property
    def pin(self) -> str:
        """`id@edition`, as the column `rules` of the results cites it."""
        return f"{self.id}@{self.edition}"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a report comes from.

    data_cut: last day whose data count, as text; empty if no date is known.
    versions: software and its version. hashes: input file and its SHA-256.
    stages: what each stage of the run read and wrote, in words.
    """

    data_cut: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    hashes: Mapping[str, str] = field(default_factory=dict)
    stages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """Numbers that differ from an earlier report.

    frame: key, change (new, gone, changed), column, before, after, as text.
    earlier_data_cut: data cut of the earlier report, empty where it had none.
    """

    frame: pl.DataFrame
    earlier_data_cut: str = ""


@dataclass(frozen=True, slots=True)
class ReportInputs:
    """The whole input of a report.

    derived: analysis-ready frames by name. results: one row per number, with `group`, `label` and `number`.
    share: whether the report is for outsiders (`graftrial.report.share`).
    changes: what differs from an earlier report, where one was named.
    """

    study: Study
    tables: Tables
    derived: Mapping[str, pl.DataFrame]
    results: pl.DataFrame
    findings: tuple[Finding, ...] = ()
    balances: tuple[Balance, ...] = ()
    rules: tuple[RuleCard, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)
    share: bool = False
    changes: Changes | None = None
