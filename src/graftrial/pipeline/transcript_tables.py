"""The tables of `graftrial transcripts`, written part by part: qc.csv, normalised.csv, scores.csv, and AnnData."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from graftrial.clinical.transcripts.normalisation import COHORT_METHODS
from graftrial.clinical.transcripts.panel import ENDOGENOUS, HOUSEKEEPING, POSITIVE, names
from graftrial.derive.transcripts import Reading, normalised_block
from graftrial.exports.anndata_file import write_h5ad
from graftrial.exports.csv_cells import csv_text
from graftrial.intake.external_report import PrintedScore
from graftrial.intake.rcc_file import Lane
from graftrial.stats.gene_set_scores import z_scores
from graftrial.stats.lane_counts import Array, to_cohort

PART = 250
SCHEMAS: dict[str, dict[str, pl.DataType]] = {
    "qc": {
        "file": pl.String(), "check": pl.String(), "value": pl.Float64(), "threshold": pl.String(),
        "verdict": pl.String(),
    },
    "normalised": {"file": pl.String(), "gene": pl.String(), "value": pl.Float64()},
    "scores": {
        "file": pl.String(), "sample_id": pl.String(), "score": pl.String(), "value": pl.Float64(),
        "lower": pl.Float64(), "upper": pl.Float64(), "reference_percentile": pl.Float64(), "warning": pl.String(),
    },
}  # fmt: skip


class Tables:
    """The three tables. A biopsy of a matrix is named `FILE:SAMPLE`, because its file holds others too."""

    def __init__(self, aside: Path, h5ad: bool = False) -> None:
        self.aside = aside
        self.biopsies = 0
        self.scored = 0
        self._rows: dict[str, list[tuple[object, ...]]] = {name: [] for name in SCHEMAS}
        self._values: list[pl.DataFrame] = []
        self._h5ad: list[Reading] | None = [] if h5ad else None
        for name, schema in SCHEMAS.items():
            (aside / f"{name}.csv").write_bytes(csv_text(pl.DataFrame(schema=schema)).encode())

    def add(self, reading: Reading) -> None:
        """Takes the rows of a biopsy; writes them with the next part."""
        self.biopsies += 1
        self.scored += bool(reading.scores)
        file = file_of(reading)
        checks = reading.quality.checks if reading.quality else ()
        self._rows["qc"] += [(file, each.check, each.value, each.threshold, each.verdict) for each in checks]
        if reading.quality:
            self._rows["qc"].append((file, "lane", None, "the worst of its checks", reading.quality.verdict))
        if reading.values:
            self._values.append(_long(file, reading.values))
        self._rows["scores"] += [
            (file, reading.lane.sample_id, each.score, each.value, each.lower, each.upper,
             each.reference_percentile, each.warning)
            for each in reading.scores
        ]  # fmt: skip
        if self._h5ad is not None and reading.values:
            self._h5ad.append(reading)
        if self.biopsies % PART == 0:
            self._flush()

    def close(self) -> None:
        """Writes what is left, and the .h5ad file where it was asked for."""
        self._flush()
        if self._h5ad:
            write_h5ad(self._h5ad, [file_of(each) for each in self._h5ad], self.aside / "transcripts.h5ad")

    def _flush(self) -> None:
        for name, rows in self._rows.items():
            if rows:
                self._append(name, pl.DataFrame(rows, schema=SCHEMAS[name], orient="row"))
                self._rows[name] = []
        if self._values:
            self._append("normalised", pl.concat(self._values))
            self._values = []

    def _append(self, name: str, frame: pl.DataFrame) -> None:
        text = csv_text(frame).split("\n", 1)[1]
        with (self.aside / f"{name}.csv").open("ab") as old:
            old.write(text.encode())


def _long(file: str, values: Mapping[str, float]) -> pl.DataFrame:
    genes = pl.Series("gene", list(values), dtype=pl.String)
    frame = pl.DataFrame([genes, pl.Series("value", list(values.values()), dtype=pl.Float64)])
    return frame.select(pl.lit(file).alias("file"), "gene", "value")


def file_of(reading: Reading) -> str:
    """The name of a biopsy in the tables: its file, with the sample where the file is a matrix."""
    lane = reading.lane
    return lane.file if lane.sha256 else f"{lane.file}:{lane.sample_id}"


def external_rows(printed: Sequence[PrintedScore]) -> pl.DataFrame:
    """Printed scores of another platform, as they were entered."""
    rows = [(each.sample_id, each.report_version, each.score, each.title, each.value) for each in printed]
    columns = ("sample_id", "report_version", "score", "title", "value")
    return pl.DataFrame(rows, schema={**dict.fromkeys(columns, pl.String), "value": pl.Float64}, orient="row")


def write_cohort(lanes: Sequence[Lane], methods: Sequence[str], aside: Path) -> None:
    """Writes `cohort_<method>.csv` with file, gene, value and the label that the values change with the cohort."""
    usable = [lane for lane in lanes if lane.counts and not lane.is_blocked]
    for method in methods:
        genes, values = _cohort_values(usable, method)
        files = [lane.file for lane in usable]
        frame = pl.DataFrame(
            {
                "file": np.repeat(files, len(genes)) if files else [],
                "gene": list(genes) * len(files),
                "value": values.ravel(),
                "label": [COHORT_METHODS[method]] * values.size,
            },
            schema={"file": pl.String, "gene": pl.String, "value": pl.Float64, "label": pl.String},
        )
        (aside / f"cohort_{method}.csv").write_bytes(csv_text(frame).encode())


def _cohort_values(lanes: Sequence[Lane], method: str) -> tuple[tuple[str, ...], Array]:
    if method == "z_score":
        block = normalised_block(lanes)
        return block.genes, z_scores(block.values) if len(lanes) > 1 else np.full(block.values.shape, np.nan)
    genes = names(ENDOGENOUS)
    counts = [
        np.array([[lane.counts[name] for name in wanted] for lane in lanes], dtype=float).reshape(
            -1, len(wanted)
        )
        for wanted in (genes, names(POSITIVE), names(HOUSEKEEPING))
    ]
    return genes, to_cohort(*counts)[0] if lanes else counts[0]
