"""Deadlines of safety reporting as records: read from TOML, each with its source, its locator and its mark."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

MARKS = ("read", "summary", "recalled")
STARTS = ("aware", "qualified", "severe_aware", "report", "investigator_aware", "data_lock")


@dataclass(frozen=True, slots=True)
class Clause:
    """One deadline.

    days: calendar days after the day it counts from, which is day 0. mark: one of `MARKS`, how far it was confirmed.
    """

    regime: str
    name: str
    title: str
    days: int
    counts_from: str
    document: str
    locator: str
    mark: str
    note: str = ""

    def __post_init__(self) -> None:
        if self.mark not in MARKS or self.counts_from not in STARTS or not self.locator:
            raise TypeError(f"clause {self.regime}.{self.name} is not declared in full")

    @property
    def citation(self) -> str:
        """Document, locator and mark, as every output prints them."""
        words = {
            "read": "",
            "summary": " (number confirmed in secondary sources, wording not read)",
            "recalled": " (R: recalled, unconfirmed; check the text before relying on it)",
        }
        return f"{self.document}, {self.locator}{words[self.mark]}"


@cache
def clauses(regime: str) -> Mapping[str, Clause]:
    """The deadlines of a regime by name; none for a regime that is not declared."""
    text = (
        files("graftrial.clinical.adverse_events")
        .joinpath("reporting_clauses.toml")
        .read_text(encoding="utf-8")
    )
    bodies = tomllib.loads(text).get(regime, {})
    return {name: Clause(regime=regime, name=name, **body) for name, body in bodies.items()}
