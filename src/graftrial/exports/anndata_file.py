"""Readings of biopsies as an AnnData file (.h5ad), for single-cell and omics tools. Needs the extra `anndata`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from graftrial.derive.transcripts import Reading
from graftrial.errors import UsageError


def need_anndata(file: str) -> None:
    """Raises UsageError GT-RCC-005 where the library is not installed, before anything is read."""
    if find_spec("anndata") is None:
        raise UsageError.of("GT-RCC-005", file)


def write_h5ad(
    readings: Sequence[Reading], names: Sequence[str], path: Path, about: Mapping[str, Sequence[object]]
) -> None:
    """Writes biopsies x genes: X holds single-sample values (log2), the layer `counts` the counts, obs the scores.

    readings: with values; genes that not all of them carry are left out. A score without a value is NaN. names: of the
    biopsies. about: columns of obs that stand before quality and scores. obsm `reference_map` holds the place on the
    map of the reference biopsies.
    Raises: UsageError GT-RCC-005 where the library is not installed.
    """
    need_anndata(path.name)
    from anndata import AnnData

    shared = set.intersection(*(set(each.values) for each in readings))
    genes = [gene for gene in readings[0].values if gene in shared]
    told: dict[str, Sequence[object]] = {
        **about,
        "quality": [each.quality.verdict if each.quality else "not assessable" for each in readings],
    }
    for score in readings[0].scores:
        found = [each.score(score.score) for each in readings]
        told[score.score] = [np.nan if each is None or each.value is None else each.value for each in found]
    table = AnnData(X=np.array([[each.values[gene] for gene in genes] for each in readings]), obs=told)
    table.obs_names, table.var_names = list(names), genes
    if all(each.lane.counts for each in readings):
        table.layers["counts"] = np.array([[each.lane.counts[gene] for gene in genes] for each in readings])
    places = [(np.nan, np.nan) if each.place is None else (each.place.x, each.place.y) for each in readings]
    table.obsm["reference_map"] = np.array(places, dtype=float)
    table.uns["normalisation"] = "log2(count * R / G + 1), fixed reference; single-sample values of graftrial"
    table.write_h5ad(path)
