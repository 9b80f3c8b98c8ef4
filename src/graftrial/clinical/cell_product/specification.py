"""Release specifications as records, and the named endotoxin thresholds."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

ROOM = "graftrial.clinical.cell_product"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion: any marker of `any_of` satisfies it, by a number in limits or by an observed word."""

    id: str
    any_of: tuple[str, ...]
    text: str
    at_least: float | None = None
    at_most: float | None = None
    observed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.at_least is None and self.at_most is None and not self.observed:
            raise TypeError(f"criterion {self.id} has no limit and no word that satisfies it")


@dataclass(frozen=True, slots=True)
class Specification:
    """A named list of criteria with its source and its mark (verified or experimental)."""

    id: str
    title: str
    source: str
    doi: str
    mark: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class EndotoxinThreshold:
    """K of the endotoxin limit for a route."""

    name: str
    eu_per_kg_hour: float
    mark: str
    source: str


@cache
def specifications() -> Mapping[str, Specification]:
    """Every specification by its id. There is no default and no newest."""
    found = tomllib.loads(files(ROOM).joinpath("specifications.toml").read_text(encoding="utf-8"))
    return {
        name: Specification(
            id=name,
            criteria=tuple(_criterion(dict(each)) for each in body.pop("criteria")),
            **body,
        )
        for name, body in found.items()
    }


def _criterion(body: dict[str, Any]) -> Criterion:
    return Criterion(any_of=tuple(body.pop("any_of")), observed=tuple(body.pop("observed", ())), **body)


@cache
def endotoxin_thresholds() -> Mapping[str, EndotoxinThreshold]:
    """Every named K; to be asked for by its name, whose mark goes into the output."""
    found = tomllib.loads(files(ROOM).joinpath("endotoxin.toml").read_text(encoding="utf-8"))
    return {name: EndotoxinThreshold(name=name, **body) for name, body in found.items()}
