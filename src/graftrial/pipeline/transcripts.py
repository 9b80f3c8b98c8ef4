"""Lanes or matrices to quality, values, scores and pages: what `graftrial transcripts` does.

Lanes are read once and compared with each other; readings are made and written part by part, so that ten thousand
files need no more memory than their counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from graftrial.derive.transcript_quality import cohort_of_positives
from graftrial.derive.transcripts import Settings, read_matrix_biopsies
from graftrial.errors import UsageError
from graftrial.exports.csv_cells import write_csv
from graftrial.findings import Finding, in_order
from graftrial.intake.external_report import PrintedScore, read_external
from graftrial.intake.rcc_batch import rcc_files, read_lanes
from graftrial.intake.rcc_file import Lane
from graftrial.intake.transcript_matrix import ENDINGS, read_matrix
from graftrial.pipeline.transcript_parts import Part, Sheet, part_of, parts_of_lanes, write_cartridges
from graftrial.pipeline.transcript_tables import (
    append_rows,
    begin_tables,
    external_rows,
    write_anndata,
    write_cohort,
)
from graftrial.pipeline.write import findings_frame, written_aside
from graftrial.report.transcripts.index import index_page
from graftrial.report.transcripts.page import page_name

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Request:
    """What a run asks for beyond its files.

    matrix: counts, single_sample or normalised; what the matrices hold. cohort: normalisations that change with the
    cohort, written beside and never used by a score. external: table of printed scores of another platform.
    """

    settings: Settings = field(default_factory=Settings)
    matrix: str = ""
    show_identifiers: bool = False
    cohort: tuple[str, ...] = ()
    external: Path | None = None
    pages: bool = True
    h5ad: bool = False


@dataclass(frozen=True, slots=True)
class TranscriptsSummary:
    """What was done: biopsies read, those with scores, verdicts of quality, findings, files written by name."""

    biopsies: int
    scored: int
    verdicts: Mapping[str, int]
    findings: tuple[Finding, ...]
    written: tuple[str, ...]

    @property
    def is_blocked(self) -> bool:
        """Whether a biopsy was left out: exit code 4, with everything else written."""
        return any(each.blocking for each in self.findings)


def read_transcripts(
    given: Sequence[str], out: Path, request: Request | None = None, on_stage: Told = lambda _: None
) -> TranscriptsSummary:
    """Writes qc.csv, normalised.csv, scores.csv, findings.csv, index.html, `pages/` and `cartridges/` into `out`.

    given: RCC files, folders or patterns, and matrices (csv, parquet, xlsx).
    Raises: UsageError and InputUnreadable GT-RCC-001 to -005, OutputUnwritable GT-OUT-001: exit code 2.
    """
    request = request or Request()
    matrices = [each for each in given if Path(each).suffix.lower() in ENDINGS]
    if matrices and not request.matrix:
        raise UsageError.of("GT-RCC-003", Path(matrices[0]).name)
    files = rcc_files([each for each in given if each not in matrices]) if len(matrices) < len(given) else ()
    lanes = read_lanes(files, request.show_identifiers, lambda n, of: on_stage(f"reading file {n} of {of}"))
    printed, found = read_external(request.external) if request.external else ((), ())
    with written_aside(out) as aside:
        begin_tables(aside)
        findings = [*found]
        run = _Run(aside, printed, request, on_stage)
        parts = [*run.lanes(lanes), *run.matrices(matrices, findings)]
        findings += [each for part in parts for each in part.findings]
        write_cohort(lanes, request.cohort, aside)
        on_stage("drawing the cartridges")
        cartridges = write_cartridges((each for part in parts for each in part.cartridges), aside)
        _write_beside(parts, printed, request, aside, cartridges)
        ordered = in_order(findings)
        write_csv(
            findings_frame(tuple(replace(each, table=each.file or each.table) for each in ordered)),
            aside / "findings.csv",
        )
        written = tuple(sorted(each.name for each in aside.iterdir()))
    verdicts = sum((Counter(part.verdicts) for part in parts), Counter())
    return TranscriptsSummary(
        sum(part.biopsies for part in parts), sum(part.scored for part in parts), dict(sorted(verdicts.items())),
        ordered, written,
    )  # fmt: skip


class _Run:
    """Names the pages of a run, each with a name of its own, and has the parts made and their rows written."""

    def __init__(
        self, aside: Path, printed: Sequence[PrintedScore], request: Request, on_stage: Told
    ) -> None:
        self.aside = aside
        self.folder = aside / "pages"
        self.printed = printed
        self.request = request
        self.on_stage = on_stage
        self.names: set[str] = set()
        if request.pages:
            self.folder.mkdir()

    def lanes(self, lanes: Sequence[Lane]) -> Iterator[Part]:
        """The parts of the lanes."""
        sheets = [self._sheet(lane) for lane in lanes]
        done = 0
        made = parts_of_lanes(
            lanes, sheets, self.request.settings, cohort_of_positives(lanes), self.folder, self.request.h5ad
        )
        self.on_stage(f"scoring {len(lanes)} lanes")
        for part in made:
            append_rows(self.aside, part.tables)
            done += part.biopsies
            self.on_stage(f"scored {done} of {len(lanes)}")
            yield replace(part, tables={})

    def matrices(self, matrices: Sequence[str], findings: list[Finding]) -> Iterator[Part]:
        """A part a matrix."""
        for each in matrices:
            self.on_stage("scoring a matrix")
            matrix = read_matrix(Path(each), self.request.matrix)
            findings += matrix.findings
            readings = read_matrix_biopsies(matrix, self.request.settings)
            sheets = [self._sheet(reading.lane) for reading in readings]
            part = part_of(readings, sheets, self.folder, self.request.h5ad)
            append_rows(self.aside, part.tables)
            yield replace(part, tables={})

    def _sheet(self, lane: Lane) -> Sheet:
        if not self.request.pages:
            return Sheet("")
        name = page_name(lane.file, lane.sample_id, self.names)
        self.names.add(name)
        known = {lane.sample_id, lane.stated_id, Path(lane.file).stem}
        return Sheet(name, tuple(each for each in self.printed if each.sample_id in known))


def _write_beside(
    parts: Sequence[Part],
    printed: Sequence[PrintedScore],
    request: Request,
    aside: Path,
    cartridges: Sequence[tuple[str, str]],
) -> None:
    """The list of biopsies, and on request AnnData and printed scores."""
    if request.h5ad:
        write_anndata([each for part in parts for each in part.readings], aside)
    if printed:
        write_csv(external_rows(printed), aside / "external.csv")
    if request.pages:
        rows = [each for part in parts for each in part.index]
        (aside / "index.html").write_text(index_page(rows, cartridges), encoding="utf-8", newline="\n")
