"""Reporting checklists as data: what each asks, in our own words, and where this report answers it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

FILES = ("consort_harms_2022.toml", "trend_2004.toml", "care_2013.toml")
KINDS = ("result", "table", "column", "study", "complete", "cohorts")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a reader must find. any_of: evidence as `kind:what`; empty: this report has no place for it."""

    topic: str
    asks: str
    sections: tuple[str, ...]
    any_of: tuple[str, ...]
    is_for_manuscript: bool


@dataclass(frozen=True, slots=True)
class Checklist:
    """A published checklist. link: DOI or PubMed number in words. applies: `always`, or `case series`."""

    id: str
    title: str
    citation: str
    link: str
    note: str
    applies: str
    items: tuple[Item, ...]


@cache
def checklists() -> tuple[Checklist, ...]:
    """Every checklist that is shipped.

    Raises: ValueError where an item names a kind of evidence that does not exist.
    """
    folder = files("graftrial.report").joinpath("checklists")
    return tuple(
        _checklist(tomllib.loads(folder.joinpath(name).read_text(encoding="utf-8"))) for name in FILES
    )


def _checklist(data: Mapping[str, object]) -> Checklist:
    items = data["items"]
    assert isinstance(items, list)
    return Checklist(
        id=str(data["id"]),
        title=str(data["title"]),
        citation=str(data["citation"]),
        link=str(data["link"]),
        note=str(data["note"]),
        applies=str(data["applies"]),
        items=tuple(_item(each) for each in items),
    )


def _item(data: Mapping[str, object]) -> Item:
    sections, any_of = (tuple(str(each) for each in _list(data.get(name))) for name in ("sections", "any"))
    if unknown := [each for each in any_of if each.partition(":")[0] not in KINDS]:
        raise ValueError(f"evidence of an unknown kind: {unknown}")
    return Item(str(data["topic"]), str(data["asks"]), sections, any_of, data.get("manuscript") is True)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
