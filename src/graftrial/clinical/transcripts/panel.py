"""The Banff Human Organ Transplant panel (B-HOT): which probes there are, and which name means which probe.

Not for: other panels. A gene that is not on this panel has no probe, whatever its name resembles: TM4SF1 and TM4SF18
are two genes and both are on it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from graftrial.clinical.card import Source

RLF = "NS_Hs_Transplant_v1.0"
ENDOGENOUS, HOUSEKEEPING, NEGATIVE, POSITIVE = "Endogenous", "Housekeeping", "Negative", "Positive"
SOURCE = Source(
    "Mengel M et al. Am J Transplant 2020;20:2305-2317",
    "Banff Human Organ Transplant panel; probes as in lanes of HistoMx (MIT)",
)
ALIASES: Mapping[str, str] = MappingProxyType(  # former and present symbols of one gene
    {
        "DARC": "ACKR1",
        "WARS": "WARS1",
        "ST5": "DENND2B",
        "FAM26F": "CALHM6",
        "MARCH8": "MARCHF8",
        "FAM30A": "KIAA0125",
    }
)
VIRAL = ("BK  VP1", "BK  large T Ag", "CMV UL83", "EBV LMP2")


@dataclass(frozen=True, slots=True)
class Probe:
    """One probe: its exact name, its class, the present symbol, and whether it divides in the normalisation."""

    name: str
    code_class: str
    symbol: str
    is_reference: bool


@cache
def probes() -> tuple[Probe, ...]:
    """The 784 probes, by class and then by name."""
    text = files("graftrial.clinical.transcripts").joinpath("panel.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple(
        Probe(row["probe"], row["code_class"], row["symbol"], row["is_reference"] == "yes") for row in rows
    )


@cache
def names(*classes: str) -> tuple[str, ...]:
    """Exact names of the probes of these classes, in the order of the panel."""
    return tuple(each.name for each in probes() if each.code_class in classes)


@cache
def reference_names() -> tuple[str, ...]:
    """The seven housekeeping probes that the normalisation uses."""
    return tuple(each.name for each in probes() if each.is_reference)


def matched(name: str) -> str | None:
    """The probe that a name means; null where none or more than one does.

    Case, runs of spaces and every mark outside letters, digits and the full stop are disregarded, as are the
    changes that R makes to a name; former symbols are known.

    >>> matched("BK..VP1"), matched("HLA.DRB3"), matched("DARC"), matched("PGM5")
    ('BK  VP1', 'HLA-DRB3', 'ACKR1', None)
    """
    exact = _spellings()
    if name in exact:
        return exact[name]
    return exact.get(_folded(name))


def absent(wanted: Iterable[str], given: Iterable[str]) -> tuple[str, ...]:
    """Probes that were wanted and are not given, sorted."""
    return tuple(sorted(set(wanted) - set(given)))


def _folded(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9.]", ".", name.strip()).rstrip(".").lower()


@cache
def _spellings() -> Mapping[str, str]:
    """Every spelling that means one probe alone; a spelling of two probes means neither."""
    other = {**ALIASES, **{now: before for before, now in ALIASES.items()}}
    found: dict[str, str] = {}
    for each in probes():
        found[each.name] = each.name
        found[_folded(each.name)] = each.name
    for each in probes():
        for spelling in (each.symbol, other.get(each.name, ""), other.get(each.symbol, "")):
            if spelling:
                found.setdefault(spelling, each.name)
                found.setdefault(_folded(spelling), each.name)
    return found
