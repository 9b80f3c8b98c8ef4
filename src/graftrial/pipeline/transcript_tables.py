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
    """Rows of the three tables. A biopsy of a matrix is named `FILE:SAMPLE`, because its file holds others too."""

    def __init__(self) -> None:
        self.biopsies = 0
        self.scored = 0
        self._rows: dict[str, list[tuple[object, ...]]] = {"qc": [], "scores": []}
        self._values: list[tuple[str, Mapping[str, float]]] = []

    def add(self, reading: Reading) -> None:
        """Takes the rows of a biopsy."""
        self.biopsies += 1
        self.scored += bool(reading.scores)
        file = file_of(reading)
        checks = reading.quality.checks if reading.quality else ()
        self._rows["qc"] += [(file, each.check, each.value, each.threshold, each.verdict) for each in checks]
        if reading.quality:
            self._rows["qc"].append((file, "lane", None, "the worst of its checks", reading.quality.verdict))
        if reading.values:
            self._values.append((file, reading.values))
        self._rows["scores"] += [
            (file, reading.lane.sample_id, each.score, each.value, each.lower, each.upper,
             each.reference_percentile, each.warning)
            for each in reading.scores
        ]  # fmt: skip

    def texts(self) -> dict[str, str]:
        """The rows of each table as CSV text without its head; no table without rows."""
        frames = {
            name: pl.DataFrame(rows, schema=SCHEMAS[name], orient="row")
            for name, rows in self._rows.items()
            if rows
        }
        if self._values:
            frames["normalised"] = _long(self._values)
        return {name: csv_text(frame).split("\n", 1)[1] for name, frame in frames.items()}


def begin_tables(folder: Path) -> None:
    """Writes the heads of the tables."""
    for name, schema in SCHEMAS.items():
        (folder / f"{name}.csv").write_bytes(csv_text(pl.DataFrame(schema=schema)).encode())


def append_rows(folder: Path, texts: Mapping[str, str]) -> None:
    """Adds rows below those of earlier parts."""
    for name, text in texts.items():
        with (folder / f"{name}.csv").open("ab") as old:
            old.write(text.encode())


def write_anndata(readings: Sequence[Reading], folder: Path) -> None:
    """Writes transcripts.h5ad of the biopsies that have values; nothing where none has."""
    kept = [each for each in readings if each.values]
    if kept:
        about = {"sample_id": [each.lane.sample_id for each in kept]}
        write_h5ad(kept, [file_of(each) for each in kept], folder / "transcripts.h5ad", about)


def _long(given: Sequence[tuple[str, Mapping[str, float]]]) -> pl.DataFrame:
    """Values of biopsies below each other."""
    files = pl.Series("file", [file for file, _ in given], dtype=pl.String)
    genes = pl.Series("gene", [list(values) for _, values in given], dtype=pl.List(pl.String))
    numbers = pl.Series("value", [list(values.values()) for _, values in given], dtype=pl.List(pl.Float64))
    return pl.DataFrame([files, genes, numbers]).explode("gene", "value")


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
        ).with_columns(pl.col("value").fill_nan(None))
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
