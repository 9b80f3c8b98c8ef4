"""A matrix of counts or of normalised values, genes x samples or samples x genes, from CSV, Parquet or a workbook.

What the numbers are is said by the caller, never guessed. Genes are the names of the B-HOT panel in any spelling.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graftrial.clinical.transcripts.panel import matched, reference_names
from graftrial.errors import InputUnreadable
from graftrial.findings import Finding, finding
from graftrial.intake.any_file import readable, scan_file
from graftrial.intake.rcc_file import LISTED, TABLE

COUNTS, SINGLE_SAMPLE, OTHER = "counts", "single_sample", "normalised"
KINDS = (COUNTS, SINGLE_SAMPLE, OTHER)
ENDINGS = (".csv", ".parquet", ".xlsx")
REPEATED = r"^(.*)_duplicated_\d+$"  # how Polars names the second column of one name


@dataclass(frozen=True, slots=True)
class Matrix:
    """Values of samples x genes; `genes` are probes of the panel, `kind` is counts, single_sample or normalised."""

    file: str
    kind: str
    samples: tuple[str, ...]
    genes: tuple[str, ...]
    values: NDArray[np.float64]
    findings: tuple[Finding, ...]


def read_matrix(path: Path, kind: str) -> Matrix:
    """The usable samples and genes of a file, with findings GT-TX-020 to -024.

    Raises: InputUnreadable GT-RCC-004 where no gene of the panel is named, GT-FILE-004 to -011, GT-ROWS-003.
    """
    with tempfile.TemporaryDirectory(prefix="graftrial-") as aside, readable(path):
        frame = scan_file(path, Path(aside)).collect()
    rows, genes, samples = _oriented(frame, path.name)
    found: list[Finding] = []
    rows, names = _one_row_a_gene(rows, genes, path.name, found)
    keep = _samples(samples, path.name, found)
    values = rows[:, keep].T
    wrong: NDArray[np.bool_] = ~np.isfinite(values)
    if kind == COUNTS:
        wrong |= (values < 0) | (values != np.floor(values))
    found += _wrong_cells(wrong, [samples[each] for each in keep], path.name)
    usable: NDArray[np.bool_] = np.asarray(~wrong.any(axis=1))
    lacking = sorted(set(reference_names()) - set(names))
    if kind == COUNTS and lacking:
        found.append(finding("GT-TX-023", TABLE, file=path.name, names=", ".join(lacking)))
        usable = np.zeros_like(usable)
    kept = tuple(samples[each] for each, is_usable in zip(keep, usable, strict=True) if is_usable)
    return Matrix(path.name, kind, kept, names, values[usable], tuple(found))


def _oriented(frame: pl.DataFrame, file: str) -> tuple[NDArray[np.float64], list[str], list[str]]:
    """Genes x samples, names of the rows, names of the columns."""
    if frame.width < 2:
        raise InputUnreadable.of(
            "GT-RCC-004", file, reason="it has one column; names and values need two or more"
        )
    headings = [str(each) for each in frame.columns[1:]]
    labels = ["" if each is None else str(each) for each in frame.to_series(0).to_list()]
    numbers = frame.select(pl.col(frame.columns[1:]).cast(pl.Float64, strict=False)).to_numpy()
    across, down = (sum(matched(each) is not None for each in names) for names in (headings, labels))
    if not across and not down:
        raise InputUnreadable.of(
            "GT-RCC-004", file, reason="no row and no column has the name of a gene of the panel"
        )
    return (numbers.T, headings, labels) if across > down else (numbers, labels, headings)


def _one_row_a_gene(
    rows: NDArray[np.float64], labels: list[str], file: str, found: list[Finding]
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    probes = [
        matched(pl.Series([each]).str.replace(REPEATED, "$1").item()) if each else None for each in labels
    ]
    times = Counter(each for each in probes if each)
    unknown = [label for label, probe in zip(labels, probes, strict=True) if probe is None]
    found += [finding("GT-TX-021", TABLE, file=file, gene=gene) for gene, n in sorted(times.items()) if n > 1]
    if unknown:
        shown = ", ".join(unknown[:LISTED]) + (" …" if len(unknown) > LISTED else "")
        found.append(finding("GT-TX-022", TABLE, file=file, n=len(unknown), names=shown))
    kept = [place for place, probe in enumerate(probes) if probe and times[probe] == 1]
    return rows[kept], tuple(str(probes[place]) for place in kept)


def _samples(samples: list[str], file: str, found: list[Finding]) -> list[int]:
    stated = pl.Series(samples, dtype=pl.String).str.replace(REPEATED, "$1").to_list()
    times = Counter(stated)
    found += [
        finding("GT-TX-024", TABLE, file=file, place=place + 2)
        for place, each in enumerate(stated)
        if times[each] > 1
    ]
    return [place for place, each in enumerate(stated) if times[each] == 1]


def _wrong_cells(wrong: NDArray[np.bool_], samples: list[str], file: str) -> Iterator[Finding]:
    for cells, sample in zip(wrong, samples, strict=True):
        if cells.any():
            yield finding("GT-TX-020", TABLE, column=sample, file=file, n=int(cells.sum()))
