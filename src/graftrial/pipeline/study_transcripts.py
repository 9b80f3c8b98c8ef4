"""What a report of a study writes of its lanes beside the tables: a page a biopsy, cartridges, AnnData on request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from graftrial.derive.transcript_study import Profile, read_profiles
from graftrial.exports.anndata_file import write_h5ad
from graftrial.intake.external_report import PrintedScore
from graftrial.intake.rcc_file import TABLE
from graftrial.pipeline.stages import Run
from graftrial.pipeline.transcript_parts import Sheet, part_of, write_cartridges
from graftrial.report.transcripts.index import PAGES, index_page
from graftrial.report.transcripts.page import page_names

H5AD = "transcripts.h5ad"


def write_study_transcripts(run: Run, aside: Path, pages: bool, h5ad: bool) -> None:
    """Writes `transcript_pages/` (index, pages, pictures of cartridges) and transcripts.h5ad; none without lanes.

    pages: no, for outsiders: a page carries dates and names of files.
    """
    if not run.checked.tables.supplied.lanes or not (pages or h5ad):
        return
    profiles = read_profiles(run.checked.study, run.checked.tables)
    if profiles and pages:
        _write_pages(run, profiles, aside / PAGES)
    if h5ad:
        _write_anndata(run, profiles, aside / H5AD)


def _write_pages(run: Run, profiles: Sequence[Profile], folder: Path) -> None:
    (folder / "pages").mkdir(parents=True)
    readings = [
        replace(each.reading, lane=replace(each.reading.lane, sample_id=each.name)) for each in profiles
    ]
    names = page_names(each.name for each in profiles)
    is_synthetic = run.checked.study.study.synthetic
    sheets = [
        Sheet(names[each.name], tuple(_printed(run, each.biopsy_id)), is_synthetic) for each in profiles
    ]
    part = part_of(readings, sheets, folder / "pages")
    drawn = write_cartridges(part.cartridges, folder, is_synthetic)
    text = index_page(part.index, drawn, is_synthetic)
    (folder / "index.html").write_text(text, encoding="utf-8", newline="\n")


def _printed(run: Run, biopsy_id: str) -> list[PrintedScore]:
    rows = run.checked.tables.frame(TABLE).iter_rows(named=True)
    return [
        PrintedScore(biopsy_id, row["laboratory"] or "", row["score"], row["score"], row["value"])
        for row in rows
        if row["biopsy_id"] == biopsy_id and row["score"] is not None and row["value"] is not None
    ]


def _write_anndata(run: Run, profiles: Sequence[Profile], path: Path) -> None:
    kept = [each for each in profiles if each.reading.values]
    if not kept:
        return
    places = {row["profile"]: row for row in run.derived.frame("transcript_agreement").iter_rows(named=True)}
    about = {
        name: [places[each.name][name] for each in kept]
        for name in ("subject_id", "biopsy_id", "day_low", "day_high", "period")
    }
    if run.checked.study.study.synthetic:
        about = {"synthetic": ["SYNTHETIC"] * len(kept), **about}
    write_h5ad([each.reading for each in kept], [each.name for each in kept], path, about)
