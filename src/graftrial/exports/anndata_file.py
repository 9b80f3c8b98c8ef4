"""Readings of biopsies as an AnnData file (.h5ad), for single-cell and omics tools. Needs the extra `anndata`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from graftrial.derive.transcripts import Reading
from graftrial.errors import UsageError


def write_h5ad(readings: Sequence[Reading], names: Sequence[str], path: Path) -> None:
    """Writes biopsies x genes: X holds single-sample values (log2), the layer `counts` the counts, obs the scores.

    readings: with values; genes that not all of them carry are left out. A score without a value is NaN.
    Raises: UsageError GT-RCC-005 where the library is not installed.
    """
    try:
        from anndata import AnnData
    except ImportError:
        raise UsageError.of("GT-RCC-005", path.name) from None
    shared = set.intersection(*(set(each.values) for each in readings))
    genes = [gene for gene in readings[0].values if gene in shared]
    told: dict[str, list[object]] = {
        "sample_id": [each.lane.sample_id for each in readings],
        "quality": [each.quality.verdict if each.quality else "not assessable" for each in readings],
    }
    for score in readings[0].scores:
        found = [each.score(score.score) for each in readings]
        told[score.score] = [np.nan if each is None or each.value is None else each.value for each in found]
    table = AnnData(X=np.array([[each.values[gene] for gene in genes] for each in readings]), obs=told)
    table.obs_names, table.var_names = list(names), genes
    if all(each.lane.counts for each in readings):
        table.layers["counts"] = np.array([[each.lane.counts[gene] for gene in genes] for each in readings])
    table.uns["normalisation"] = "log2(count * R / G + 1), fixed reference; single-sample values of graftrial"
    table.write_h5ad(path)
