"""A file of biopsies classified: every row and column comes back, with diagnoses, reasons and gaps."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from graftrial.derive.banff import classify_biopsies, columns_of
from graftrial.derive.banff_compare import compare_editions, count_flows
from graftrial.exports.csv_cells import write_csv
from graftrial.findings import Finding, in_order
from graftrial.intake.any_file import check_kinds, readable, scan_file
from graftrial.intake.banff_file import BanffColumns
from graftrial.intake.banff_findings import find_in_biopsies
from graftrial.pipeline.any_file import write_rows
from graftrial.pipeline.write import findings_frame
from graftrial.report.figures.edition_flow import edition_flow

ROWS_CHECKED_AT_ONCE = 2_000_000


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
        answered = classify_biopsies(rows, edition=edition, options=readings, explain=explain)
        found = _findings(rows, columns, source.name)
        name = "amr" if "amr" not in rows.collect_schema().names() else f"amr_{edition}"
        write_rows(answered, out, source.name)
        total = rows.select(pl.len()).collect(engine="streaming").item()
    _write_findings(found, out)
    return BanffSummary(total, _mapping(columns), columns.unknown, found, _answers(out, name))


def compare_file(
    source: Path, out: Path, editions: Sequence[str], readings: Mapping[str, str]
) -> BanffSummary:
    """Writes `out` with the answers of every edition, and the flow between them as `OUT.svg`."""
    check_kinds(source, out)
    with tempfile.TemporaryDirectory(prefix="graftrial-") as aside, readable(source):
        rows = scan_file(source, Path(aside)).collect(engine="streaming")
    columns = columns_of(rows)
    compared = compare_editions(rows, editions, readings)
    found = find_in_biopsies(rows, columns, source.name)
    write_rows(compared.lazy(), out, source.name)
    picture = edition_flow(count_flows(compared, editions), editions)
    out.with_name(f"{out.name}.svg").write_text(picture, encoding="utf-8")
    _write_findings(found, out)
    n_changed = compared.height - compared["amr_changes"].null_count()
    return BanffSummary(rows.height, _mapping(columns), columns.unknown, found, {"changed": n_changed})


def _findings(rows: pl.LazyFrame, columns: BanffColumns, file: str) -> tuple[Finding, ...]:
    """Findings part by part; ids that repeat are seen within a part of two million rows."""
    found: list[Finding] = []
    start = 0
    own = list(dict.fromkeys(each.source for each in columns.read.values()))
    for part in rows.select(own).collect_batches(
        chunk_size=ROWS_CHECKED_AT_ONCE, maintain_order=True, engine="streaming"
    ):
        for each in find_in_biopsies(part, columns, file):
            found.append(replace(each, row=each.row + start) if each.row else each)
        start += part.height
    if not start:
        found += find_in_biopsies(rows.head(0).collect(), columns, file)
    return in_order(found)


def _mapping(columns: BanffColumns) -> tuple[str, ...]:
    return tuple(each.in_words() for each in columns.read.values())


def _write_findings(found: tuple[Finding, ...], out: Path) -> None:
    path = out.with_name(f"{out.name}.findings.csv")
    if found:
        write_csv(findings_frame(found), path)
    else:
        path.unlink(missing_ok=True)


def _answers(out: Path, name: str) -> dict[str, int]:
    if out.suffix.lower() == ".parquet":
        rows = pl.scan_parquet(out, glob=False)
    elif out.suffix.lower() == ".csv":
        rows = pl.scan_csv(out, infer_schema=False, glob=False)
    else:
        return {}
    answer = pl.col(name).cast(pl.String).fill_null("undecided")
    counts = rows.group_by(answer.alias("answer")).agg(n=pl.len()).collect(engine="streaming")
    return {str(row[0]): int(row[1]) for row in counts.sort("answer").iter_rows()}
