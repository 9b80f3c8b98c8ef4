"""Parts of the lanes of a run, scored and written in processes of their own; each gives back text, not readings.

The answers do not depend on how many processes there are: a biopsy is read alone, and parts are joined in their order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graftrial.derive.transcripts import Reading, Settings, read_biopsies
from graftrial.findings import Finding
from graftrial.intake.external_report import PrintedScore
from graftrial.intake.rcc_file import Lane
from graftrial.pipeline.transcript_tables import Tables
from graftrial.report.transcripts.cartridge import CartridgeLane, cartridge_lane, cartridge_picture
from graftrial.report.transcripts.index import IndexRow, index_row
from graftrial.report.transcripts.page import biopsy_page, page_name

PART = 100  # lanes of which readings are in memory at once, in each process
ALONE = 2 * PART  # up to so many lanes are faster in one process, which has its libraries already
PROCESSES = 4


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where the page of a biopsy goes, and what stands on it beside its reading; no page where the name is empty."""

    name: str
    printed: tuple[PrintedScore, ...] = ()
    is_synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """What came of some biopsies: rows of the tables as text, findings, verdicts, lanes of cartridges, index rows."""

    biopsies: int
    scored: int
    tables: Mapping[str, str]
    findings: tuple[Finding, ...]
    verdicts: Mapping[str, int]
    cartridges: tuple[CartridgeLane, ...]
    index: tuple[IndexRow, ...]
    readings: tuple[Reading, ...] = field(default=(), repr=False)


def parts_of_lanes(
    lanes: Sequence[Lane],
    sheets: Sequence[Sheet],
    settings: Settings,
    cohort: float | None,
    folder: Path,
    keep: bool,
) -> Iterator[Part]:
    """The parts in the order of the lanes; pages are written into the folder.

    keep: whether the readings are needed afterwards; they then stay in this process.
    """
    size = max(len(lanes), 1) if "gsva" in settings.also else PART  # its scores change with the cohort
    chosen = [
        (lanes[start : start + size], sheets[start : start + size]) for start in range(0, len(lanes), size)
    ]
    from joblib import Parallel, cpu_count, delayed  # here, because few reports have so many lanes

    if keep or len(chosen) == 1 or len(lanes) <= ALONE or cpu_count() == 1:
        for given, own in chosen:
            yield part_of(read_biopsies(given, settings, cohort), own, folder, keep)
        return
    jobs = min(cpu_count(), PROCESSES, len(chosen))
    run = Parallel(n_jobs=jobs, return_as="generator", batch_size=1)
    yield from run(delayed(_work)(given, own, settings, cohort, folder) for given, own in chosen)


def _work(
    lanes: Sequence[Lane], sheets: Sequence[Sheet], settings: Settings, cohort: float | None, folder: Path
) -> Part:
    return part_of(read_biopsies(lanes, settings, cohort), sheets, folder)


def part_of(readings: Iterable[Reading], sheets: Sequence[Sheet], folder: Path, keep: bool = False) -> Part:
    """Tables, pages and the index of some readings."""
    tables = Tables()
    verdicts: Counter[str] = Counter()
    findings: list[Finding] = []
    cartridges: list[CartridgeLane] = []
    index: list[IndexRow] = []
    kept: list[Reading] = []
    for reading, sheet in zip(readings, sheets, strict=True):
        tables.add(reading)
        findings += reading.findings
        verdicts[reading.quality.verdict if reading.quality else "not assessable"] += 1
        cartridges += _of_cartridge(reading)
        if sheet.name:
            (folder / sheet.name).write_text(
                biopsy_page(reading, sheet.printed, sheet.is_synthetic), encoding="utf-8", newline="\n"
            )
        index.append(index_row(reading, sheet.name))
        kept += [reading] if keep else []
    return Part(
        tables.biopsies, tables.scored, tables.texts(), tuple(findings), verdicts, tuple(cartridges), tuple(index),
        tuple(kept),
    )  # fmt: skip


def _of_cartridge(reading: Reading) -> list[CartridgeLane]:
    lane, quality = reading.lane, reading.quality
    return (
        [cartridge_lane(lane.cartridge, lane.lane, lane.file, quality)] if lane.cartridge and quality else []
    )


def write_cartridges(
    lanes: Iterable[CartridgeLane], folder: Path, is_synthetic: bool = False
) -> list[tuple[str, str]]:
    """Writes a picture a cartridge below `cartridges`; gives back each cartridge with the name of its file."""
    cartridges: dict[str, list[CartridgeLane]] = {}
    for lane in lanes:
        cartridges.setdefault(lane.cartridge, []).append(lane)
    if cartridges:
        (folder / "cartridges").mkdir()
    written: list[tuple[str, str]] = []
    for cartridge, mine in sorted(cartridges.items()):
        name = page_name(f"{cartridge}.rcc", "", {each for _, each in written}, ".svg")
        picture = cartridge_picture(cartridge, mine, is_synthetic)
        (folder / "cartridges" / name).write_text(picture, encoding="utf-8", newline="\n")
        written.append((cartridge, name))
    return written
