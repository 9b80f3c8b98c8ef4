"""The 537 reference biopsies as derived numbers: digests, diagnoses, places on a map, quantiles of scores.

Written by `training/reference_map.py` from the HistoMx reference set (MIT); no count of any biopsy is in the package.
Not for: validation. Every model that was fitted on these biopsies has seen them.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graftrial.clinical.card import Source
from graftrial.clinical.transcripts.panel import ENDOGENOUS, names

Array = NDArray[np.float64]
COMPONENTS = 10
NEIGHBOURS = 25
PROBABILITIES = tuple(step / 40 for step in range(41))
DIGEST_DIGITS = 16
SOURCE = Source(
    "HistoMx, Paris Transplant Group (Am J Transplant 2025, PMID 40345499)",
    "reference set of 537 kidney-transplant biopsies of nine centres, raw counts",
)


@dataclass(frozen=True, slots=True)
class Biopsies:
    """The reference biopsies: parallel columns, and their places (biopsies x components)."""

    ids: tuple[str, ...]
    centres: tuple[str, ...]
    diagnoses: tuple[str, ...]
    groups: tuple[str, ...]
    by_digest: Mapping[str, str]
    places: Array


@dataclass(frozen=True, slots=True)
class Axes:
    """Mean and loadings of each gene (genes x components); `genes` in their order."""

    genes: tuple[str, ...]
    mean: Array
    loadings: Array


@dataclass(frozen=True, slots=True)
class Spread:
    """Quantiles of one score over the reference set, and how well it alone separates AMR and TCMR there (AUC)."""

    quantiles: Array
    auc_amr: float
    auc_tcmr: float


def digest(counts: Mapping[str, int]) -> str:
    """Digest of the 758 endogenous counts: the first 16 digits of a SHA-256 over `probe=count`, sorted by probe."""
    text = "\n".join(f"{name}={counts[name]}" for name in sorted(names(ENDOGENOUS)))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:DIGEST_DIGITS]


@cache
def biopsies() -> Biopsies:
    """Every reference biopsy."""
    rows = _rows("reference_biopsies.csv")
    columns = [f"pc{each}" for each in range(1, COMPONENTS + 1)]
    return Biopsies(
        ids=tuple(row["id"] for row in rows),
        centres=tuple(row["centre"] for row in rows),
        diagnoses=tuple(row["diagnosis"] for row in rows),
        groups=tuple(row["group"] for row in rows),
        by_digest={row["digest"]: row["id"] for row in rows},
        places=np.array([[float(row[name]) for name in columns] for row in rows]),
    )


@cache
def axes() -> Axes:
    """The fixed loadings by which a new biopsy is placed."""
    rows = _rows("reference_map.csv")
    loadings = [[float(row[f"pc{each}"]) for each in range(1, COMPONENTS + 1)] for row in rows]
    mean = np.array([float(row["mean"]) for row in rows])
    return Axes(tuple(row["probe"] for row in rows), mean, np.array(loadings))


@cache
def spreads() -> Mapping[tuple[str, str], Spread]:
    """The spread of each score, by set and method."""
    return {
        (row["set"], row["method"]): Spread(
            np.array([float(row[f"q{100 * each:g}"]) for each in PROBABILITIES]),
            float(row["auc_amr"]),
            float(row["auc_tcmr"]),
        )
        for row in _rows("reference_scores.csv")
    }


@cache
def facts() -> Mapping[str, Any]:
    """Numbers of biopsies by group and centre, variance explained, and what neighbours say of a left-out biopsy."""
    found: Mapping[str, Any] = json.loads(_text("reference_facts.json"))
    return found


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(line for line in _text(name).splitlines() if not line.startswith("#")))


def _text(name: str) -> str:
    return files("graftrial.clinical.transcripts").joinpath(name).read_text(encoding="utf-8")
