"""A file of biopsies classified: every row and column comes back, with diagnoses, reasons and gaps."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from graftrial.derive.banff import classify_biopsies, columns_of
from graftrial.derive.banff_compare import UNDECIDED, compare_lazy, count_flows
from graftrial.derive.banff_lazy import free_name
from graftrial.exports.csv_cells import write_csv
from graftrial.findings import Finding
from graftrial.intake.any_file import check_kinds, readable, scan_file
from graftrial.intake.banff_file import BanffColumns
from graftrial.intake.banff_findings import find_in_biopsies
from graftrial.pipeline.any_file import write_rows
from graftrial.pipeline.write import findings_frame
from graftrial.report.figures.edition_flow import edition_flow


@dataclass(frozen=True, slots=True)
class BanffSummary:
    """What was read and found: how each column was read, rows, findings, and the answers of category 2."""

    rows: int
    mapping: tuple[str, ...]
    unknown_columns: tuple[str, ...]
    findings: tuple[Finding, ...]
    answers: Mapping[str, int]

    @property
    def is_blocked(self) -> bool:
        """Whether a cell was refused: exit code 4, with every row written."""
        return any(each.blocking for each in self.findings)


def classify_file(
    source: Path, out: Path, edition: str, readings: Mapping[str, str], explain: bool
) -> BanffSummary:
    """Writes the file `out`, and `OUT.findings.csv` where there is a finding.

    readings: choices at open points, `{"R4": "i1"}`.
    Raises: UsageError (edition, reading, kind of file), InputUnreadable, OutputUnwritable: all exit code 2.
    """
    check_kinds(source, out)
    with tempfile.TemporaryDirectory(prefix="graftrial-") as aside, readable(source):
        rows = scan_file(source, Path(aside))
        columns = columns_of(rows)
        names = rows.collect_schema().names()
        answered = classify_biopsies(rows, edition=edition, options=readings, explain=explain)
        found = find_in_biopsies(rows, columns, source.name)
        total = _count(rows)
        written = _write(answered, out, source.name)
    _write_findings(found, out)
    answers = _answers(written, free_name("amr", f"_{edition}", names))
    return BanffSummary(total, _mapping(columns), columns.unknown, found, answers)


def compare_file(
    source: Path, out: Path, editions: Sequence[str], readings: Mapping[str, str]
) -> BanffSummary:
    """Writes `out` with the answers of every edition, and the flow between them as `OUT.svg`.

    The file need not fit in memory; the picture and the summary come from counts.
    Raises: UsageError (editions, reading, kind of file), InputUnreadable, OutputUnwritable: all exit code 2.
    """
    check_kinds(source, out)
    with tempfile.TemporaryDirectory(prefix="graftrial-") as aside, readable(source):
        rows = scan_file(source, Path(aside))
        columns = columns_of(rows)
        compared = compare_lazy(rows, editions, readings)
        found = find_in_biopsies(rows, columns, source.name)
        total = _count(rows)
        written = _write(compared.rows, out, source.name)
    flows = count_flows(written, compared.answers)
    picture = edition_flow(flows, editions)
    out.with_name(f"{out.name}.svg").write_text(picture, encoding="utf-8")
    _write_findings(found, out)
    changed = _count(written.filter(pl.col(compared.changes).is_not_null()))
    return BanffSummary(total, _mapping(columns), columns.unknown, found, {"changed": changed})


def _count(rows: pl.LazyFrame) -> int:
    n_rows: int = rows.select(pl.len()).collect(engine="streaming").item()
    return n_rows


def _write(answered: pl.LazyFrame, out: Path, source: str) -> pl.LazyFrame:
    """Writes the rows, and gives them back to be counted: a workbook is held in memory, other files are read again."""
    if out.suffix.lower() == ".xlsx":
        whole = answered.collect(engine="streaming").lazy()
        write_rows(whole, out, source)
        return whole
    write_rows(answered, out, source)
    if out.suffix.lower() == ".csv":
        return pl.scan_csv(out, infer_schema=False, glob=False)
    return pl.scan_parquet(out, glob=False)


def _mapping(columns: BanffColumns) -> tuple[str, ...]:
    return tuple(each.in_words() for each in columns.read.values())


def _write_findings(found: tuple[Finding, ...], out: Path) -> None:
    path = out.with_name(f"{out.name}.findings.csv")
    if found:
        write_csv(findings_frame(found), path)
    else:
        path.unlink(missing_ok=True)


def _answers(written: pl.LazyFrame, name: str) -> dict[str, int]:
    """How many biopsies have which answer of category 2."""
    answer = pl.col(name).cast(pl.String).fill_null(UNDECIDED)
    counts = written.group_by(answer.alias("answer")).agg(n=pl.len()).collect(engine="streaming")
    return {str(row[0]): int(row[1]) for row in counts.sort("answer").iter_rows()}
