"""Lanes of the nCounter that the table transcripts names, each as the profile of one biopsy of the study.

Which biopsy a lane is stands in the table; the sample id in the file is checked against it and never trusted. Findings
of a file carry its name as their table and its line as their row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

import polars as pl

from graftrial.findings import Finding, finding
from graftrial.intake.rcc_batch import compared
from graftrial.intake.rcc_file import TABLE, Lane, read_rcc
from graftrial.intake.supplied import StudyLane
from graftrial.intake.table import ROW, Tables

FOLDER = "transcripts"


def with_lanes(tables: Tables, folder: Path) -> tuple[Tables, list[Finding]]:
    """The tables with the lane of every row that names one, and what was found (GT-TX-001 to -018, -040 to -044).

    folder: of the study; a file counts from its folder `transcripts`. Rows that are withheld have no lane.
    """
    rows = list(tables.frame(TABLE).iter_rows(named=True))
    people = _people(tables)
    known = [row for row in rows if row["biopsy_id"] in people]
    found = [each for row in known for each in _of_row(row, people, tables[TABLE].file)]
    named = [
        row for row in known if row["rcc_file"] is not None and row["score"] is None and row["value"] is None
    ]
    shared = _shared(named, people, tables[TABLE].file)
    found += shared
    twice = {each.row for each in shared}
    usable = [row for row in named if row[ROW] not in twice]
    there = [row for row in usable if _path(folder, row["rcc_file"]).is_file()]
    found += [
        _at(row, "GT-TX-042", people, tables[TABLE].file) for row in usable if row not in there
    ]  # no lane, no score; the row says which file is asked for
    lanes = compared([read_rcc(_path(folder, row["rcc_file"]), row["rcc_file"]) for row in there])
    found += [
        replace(each, table=lane.file, subject_id=people[row["biopsy_id"]])
        for row, lane in zip(there, lanes, strict=True)
        for each in lane.findings
    ]
    found += _of_another(there, lanes, people, tables[TABLE].file)
    of_study = tuple(
        StudyLane(people[row["biopsy_id"]], row["biopsy_id"], lane)
        for row, lane in zip(there, lanes, strict=True)
    )
    hashes = {lane.file: lane.sha256 for lane in lanes}
    supplied = replace(tables.supplied, lanes=of_study, hashes={**tables.supplied.hashes, **hashes})
    return replace(tables, supplied=supplied), found


def _people(tables: Tables) -> Mapping[str, str]:
    """The person of each biopsy; a biopsy id of two persons is nobody's (GT-ID)."""
    biopsies = tables.frame("biopsies").select("biopsy_id", "subject_id").drop_nulls().unique()
    alone = biopsies.filter(pl.col("biopsy_id").is_unique())
    return dict(alone.iter_rows())


def _path(folder: Path, file: str) -> Path:
    """Where the file lies: below the folder transcripts, whether or not the row repeats its name."""
    parts = PurePosixPath(file.replace("\\", "/")).parts
    return folder.joinpath(*parts) if parts[:1] == (FOLDER,) else folder.joinpath(FOLDER, *parts)


def _of_row(row: Mapping[str, object], people: Mapping[str, str], file: str) -> Iterator[Finding]:
    """A row is a lane, or a printed score with its value."""
    has_lane = row["rcc_file"] is not None
    printed = [row[name] is not None for name in ("score", "value")]
    if (has_lane and any(printed)) or (not has_lane and not all(printed)):
        yield _at(row, "GT-TX-040", people, file)


def _shared(rows: Sequence[Mapping[str, object]], people: Mapping[str, str], file: str) -> list[Finding]:
    """One file that two rows claim: which biopsy it is, is not decided here."""
    paths = [_path(Path(), str(row["rcc_file"])) for row in rows]
    times = Counter(paths)
    return [
        _at(row, "GT-TX-041", people, file, n=times[path])
        for row, path in zip(rows, paths, strict=True)
        if times[path] > 1
    ]


def _of_another(
    rows: Sequence[Mapping[str, object]], lanes: Sequence[Lane], people: Mapping[str, str], file: str
) -> Iterator[Finding]:
    """The sample id in the file is the id of another biopsy; or a biopsy has more than one lane."""
    times = Counter(row["biopsy_id"] for row in rows)
    for row, lane in zip(rows, lanes, strict=True):
        if lane.stated_id != row["biopsy_id"] and lane.stated_id in people:
            yield _at(row, "GT-TX-043", people, file)
        if times[row["biopsy_id"]] > 1:
            yield _at(row, "GT-TX-044", people, file, n=times[row["biopsy_id"]])


def _at(
    row: Mapping[str, object], code: str, people: Mapping[str, str], file: str, **words: object
) -> Finding:
    subject = people[str(row["biopsy_id"])]
    return finding(code, TABLE, int(str(row[ROW])), "rcc_file", subject, file, **words)
