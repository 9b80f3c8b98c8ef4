"""Published gene sets: the genes of each list, which of them are on the panel, and when a set may be scored."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LOWEST_FRACTION = 0.8
FEWEST_GENES = 3


@dataclass(frozen=True, slots=True)
class GeneSet:
    """One list: name, theme, source, licence, its genes as probes of the panel, and its genes that are not on it."""

    name: str
    theme: str
    source: str
    licence: str
    probes: tuple[str, ...]
    absent: tuple[str, ...]

    @property
    def n_listed(self) -> int:
        """Genes of the published list."""
        return len(self.probes) + len(self.absent)

    def refusal(self, found: int, lowest_fraction: float = LOWEST_FRACTION) -> str:
        """Why the set cannot be scored with that many of its genes; empty where it can.

        >>> gene_sets()["LIT_DSAST21"].refusal(20), gene_sets()["PBT_QCAT"].refusal(15)
        ('', '15 of 23 genes are measured, below 80% of the set')
        """
        if found < FEWEST_GENES:
            return f"{found} of {self.n_listed} genes are measured, fewer than {FEWEST_GENES}"
        if found < lowest_fraction * self.n_listed:
            return f"{found} of {self.n_listed} genes are measured, below {lowest_fraction:.0%} of the set"
        return ""


@cache
def gene_sets() -> Mapping[str, GeneSet]:
    """Every set by its name."""
    text = files("graftrial.clinical.transcripts").joinpath("gene_sets.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {
        row["set"]: GeneSet(
            row["set"],
            row["theme"],
            row["source"],
            row["licence"],
            _names(row["probes"]),
            _names(row["absent"]),
        )
        for row in rows
    }


def _names(cell: str) -> tuple[str, ...]:
    return tuple(each for each in cell.split(";") if each)
