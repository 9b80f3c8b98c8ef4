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
from graftrial.derive.transcripts import Reading, Settings, read_biopsies, read_matrix_biopsies
from graftrial.errors import UsageError
from graftrial.exports.csv_cells import write_csv
from graftrial.findings import Finding, in_order
from graftrial.intake.external_report import PrintedScore, read_external
from graftrial.intake.rcc_batch import rcc_files, read_lanes
from graftrial.intake.rcc_file import Lane
from graftrial.intake.transcript_matrix import ENDINGS, read_matrix
from graftrial.pipeline.transcript_tables import Tables, external_rows, write_cohort
from graftrial.pipeline.write import findings_frame, written_aside
from graftrial.report.transcripts.cartridge import cartridge_picture
from graftrial.report.transcripts.page import biopsy_page, page_name

PART = 250  # lanes of which readings are in memory at once
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
    """Writes qc.csv, normalised.csv, scores.csv, findings.csv, `pages/` and `cartridges/` into `out`.

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
        tables = Tables(aside, request.h5ad)
        findings = [*found]
        verdicts: Counter[str] = Counter()
        pages = _Pages(aside, printed, request.pages)
        for reading in _readings(lanes, matrices, request, findings, on_stage):
            tables.add(reading)
            pages.add(reading)
            findings += reading.findings
            verdicts[reading.quality.verdict if reading.quality else "not assessable"] += 1
        tables.close()
        write_cohort(lanes, request.cohort, aside)
        if printed:
            write_csv(external_rows(printed), aside / "external.csv")
        _write_cartridges(pages.lanes, aside, on_stage)
        ordered = in_order(findings)
        write_csv(
            findings_frame(tuple(replace(each, table=each.file or each.table) for each in ordered)),
            aside / "findings.csv",
        )
        written = tuple(sorted(each.name for each in aside.iterdir()))
    return TranscriptsSummary(
        tables.biopsies, tables.scored, dict(sorted(verdicts.items())), ordered, written
    )


def _readings(
    lanes: Sequence[Lane], matrices: Sequence[str], request: Request, findings: list[Finding], on_stage: Told
) -> Iterator[Reading]:
    cohort = cohort_of_positives(lanes)
    part = len(lanes) if "gsva" in request.settings.also else PART  # its scores change with the cohort
    for start in range(0, len(lanes), max(part, 1)):
        on_stage(f"scoring {min(start + part, len(lanes))} of {len(lanes)}")
        yield from read_biopsies(lanes[start : start + part], request.settings, cohort)
    for each in matrices:
        on_stage("scoring a matrix")
        matrix = read_matrix(Path(each), request.matrix)
        findings += matrix.findings
        yield from read_matrix_biopsies(matrix, request.settings)


class _Pages:
    """Writes a page a biopsy, under a name of its own, and keeps what the pictures of the cartridges need."""

    def __init__(self, aside: Path, printed: Sequence[PrintedScore], wanted: bool) -> None:
        self.folder = aside / "pages"
        self.printed = printed
        self.wanted = wanted
        self.names: set[str] = set()
        self.lanes: dict[str, list[tuple[Lane, Mapping[str, float | None], str]]] = {}

    def add(self, reading: Reading) -> None:
        lane, quality = reading.lane, reading.quality
        if lane.cartridge and quality:
            values = {each.check: each.value for each in quality.checks}
            self.lanes.setdefault(lane.cartridge, []).append((lane, values, quality.verdict))
        if not self.wanted:
            return
        self.folder.mkdir(exist_ok=True)
        name = page_name(lane.file, lane.sample_id, self.names)
        self.names.add(name)
        known = {lane.sample_id, lane.stated_id, Path(lane.file).stem}
        printed = [each for each in self.printed if each.sample_id in known]
        (self.folder / name).write_text(biopsy_page(reading, printed), encoding="utf-8", newline="\n")


def _write_cartridges(
    cartridges: Mapping[str, Sequence[tuple[Lane, Mapping[str, float | None], str]]],
    aside: Path,
    on_stage: Told,
) -> None:
    if not cartridges:
        return
    on_stage("drawing the cartridges")
    (aside / "cartridges").mkdir()
    names: set[str] = set()
    for cartridge, lanes in sorted(cartridges.items()):
        name = page_name(f"{cartridge}.rcc", "", names, ".svg")
        names.add(name)
        rows = [(lane.lane, lane.file, values, verdict) for lane, values, verdict in lanes]
        (aside / "cartridges" / name).write_text(
            cartridge_picture(cartridge, rows), encoding="utf-8", newline="\n"
        )
