"""A biopsy among the 537 reference biopsies: whether it is one of them, its place, and its nearest neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from graftrial.clinical.transcripts.panel import ENDOGENOUS, absent, names
from graftrial.clinical.transcripts.reference import NEIGHBOURS, axes, biopsies, digest, facts
from graftrial.stats.lane_counts import Array

USUAL_SHARE = 0.99
GROUPS = ("AMR", "TCMR", "normal or minimal", "IFTA", "BK nephropathy", "other")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A reference biopsy near the one asked about, with its place on the map; distance over ten components, in log2."""

    id: str
    group: str
    diagnosis: str
    centre: str
    distance: float
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Place:
    """Coordinates on the fixed map, the 25 nearest reference biopsies, and how many of each group they are."""

    x: float
    y: float
    neighbours: tuple[Neighbour, ...]
    composition: Mapping[str, int]

    @property
    def is_outside(self) -> bool:
        """Whether even the nearest neighbour is farther than for 99% of the reference biopsies."""
        return self.neighbours[0].distance > farthest_usual()


def same_biopsy(counts: Mapping[str, int]) -> str:
    """Study id of the reference biopsy with exactly these endogenous counts; empty where there is none.

    Not for: another lane of the same tissue, whose counts differ.
    """
    if absent(names(ENDOGENOUS), counts):
        return ""
    return biopsies().by_digest.get(digest(counts), "")


def place_biopsy(values: Mapping[str, float], itself: str = "") -> Place | None:
    """The place of single-sample values; null where an endogenous gene is missing.

    itself: id of the reference biopsy that this is; it is left out of its own neighbours.
    """
    if absent(names(ENDOGENOUS), values):
        return None
    fixed = axes()
    own = (np.array([values[gene] for gene in fixed.genes]) - fixed.mean) @ fixed.loadings
    known = biopsies()
    distances = np.sqrt(((known.places - own) ** 2).sum(axis=1))
    if itself:
        distances[known.ids.index(itself)] = np.inf
    nearest = np.argsort(distances, kind="stable")[:NEIGHBOURS]
    neighbours = tuple(
        Neighbour(
            known.ids[each],
            known.groups[each],
            known.diagnoses[each],
            known.centres[each],
            float(distances[each]),
            float(known.places[each][0]),
            float(known.places[each][1]),
        )
        for each in nearest
    )
    counted = {group: sum(each.group == group for each in neighbours) for group in GROUPS}
    return Place(float(own[0]), float(own[1]), neighbours, counted)


@cache
def farthest_usual() -> float:
    """Distance to the nearest neighbour that 99% of the reference biopsies keep, themselves left out."""
    places = biopsies().places
    squares: Array = (places**2).sum(axis=1)
    apart = squares[:, None] + squares[None, :] - 2 * places @ places.T
    np.fill_diagonal(apart, np.inf)
    return float(np.quantile(np.sqrt(np.maximum(apart, 0)).min(axis=1), USUAL_SHARE))


@cache
def reference_places() -> Mapping[str, tuple[tuple[float, float], ...]]:
    """Places of the reference biopsies on the map, by diagnosis group."""
    known = biopsies()
    return {
        group: tuple(
            (float(place[0]), float(place[1]))
            for place, own in zip(known.places, known.groups, strict=True)
            if own == group
        )
        for group in GROUPS
    }


def reference_facts() -> Mapping[str, Any]:
    """Reference biopsies by group and centre, variance explained, and what left-out neighbours tell (AUC)."""
    return facts()
