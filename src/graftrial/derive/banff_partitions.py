"""Biopsies classified partition by partition, as Apache Spark (`mapInArrow`) and Dask hand them over.

Earlier biopsies are seen within a batch only: partition by graft, or ask for `amr_with_history` in one process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import polars as pl

from graftrial.clinical.banff.readings import Readings
from graftrial.derive.banff import classify_biopsies

if TYPE_CHECKING:
    import pyarrow as pa


def classify_batches(
    batches: Iterable[pa.RecordBatch],
    *,
    edition: str,
    options: Readings | Mapping[str, str] | None = None,
    explain: bool = False,
) -> Iterator[pa.RecordBatch]:
    """Record batches with the columns of the classification behind their own; codes are plain strings.

    For Spark: `frame.mapInArrow(partial(classify_batches, edition="2022"), schema)`. For Dask, whose partitions are
    pandas frames: `frame.map_partitions(classify_biopsies, edition="2022")`.
    Raises: UsageError for an unknown edition or reading.
    """
    for batch in batches:
        given = pl.DataFrame(batch)
        answered = classify_biopsies(given, edition=edition, options=options, explain=explain)
        plain = answered.with_columns(pl.col(pl.Enum).cast(pl.String))
        yield from plain.to_arrow(compat_level=pl.CompatLevel.oldest()).to_batches()
