"""Many RCC files of one run: which files there are, and what they say against each other.

A sample id or a lane of a cartridge that two files claim is not decided here: both lanes are left out of the scores.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from glob import glob, has_magic
from pathlib import Path

from graftrial.errors import InputUnreadable
from graftrial.findings import Finding, finding
from graftrial.intake.rcc_file import TABLE, Lane, read_rcc

ENDING = ".rcc"


def rcc_files(given: Sequence[str]) -> tuple[tuple[Path, str], ...]:
    """Every RCC file that names, folders and patterns mean, once, with its name in the run, sorted by that name.

    The name in the run is the file's own name where that is unique, else its path below the folder they share.
    Raises: InputUnreadable GT-RCC-001 (nothing there), GT-RCC-002 (a folder or pattern without an RCC file).
    """
    paths: dict[Path, Path] = {}
    for each in given:
        found = list(_of(each))
        if not found:
            raise InputUnreadable.of("GT-RCC-002", Path(each).name)
        paths.update((path.resolve(), path) for path in found)
    times = Counter(path.name for path in paths)
    shared = Path(os.path.commonpath([str(path.parent) for path in paths])) if paths else Path()
    named = [
        (path, path.name if times[path.name] == 1 else path.relative_to(shared).as_posix()) for path in paths
    ]
    return tuple(sorted(named, key=lambda each: each[1]))


def _of(given: str) -> Iterator[Path]:
    path = Path(given)
    if path.is_dir():
        yield from (each for each in path.rglob("*") if each.suffix.lower() == ENDING and each.is_file())
    elif path.exists():
        yield path
    elif has_magic(given):
        yield from (path for each in glob(given, recursive=True) if (path := Path(each)).is_file())  # noqa: PTH207 (a pattern may be absolute)
    else:
        raise InputUnreadable.of("GT-RCC-001", path.name)


def read_lanes(
    files: Sequence[tuple[Path, str]],
    show_identifiers: bool = False,
    on_file: Callable[[int, int], None] = lambda *_: None,
) -> tuple[Lane, ...]:
    """Every file as a lane, those that contradict each other with findings GT-TX-010 to -013.

    on_file: told the number of files read and the number of all.
    """
    lanes = []
    for number, (path, name) in enumerate(files, 1):
        lanes.append(read_rcc(path, name, show_identifiers))
        on_file(number, len(files))
    return compared(lanes)


def compared(lanes: Sequence[Lane]) -> tuple[Lane, ...]:
    """The same lanes, with a finding at every lane that contradicts another one."""
    found: dict[str, list[Finding]] = {}
    for each in (*_same(lanes), *_swapped(lanes)):
        found.setdefault(each.file, []).append(each)
    return tuple(
        replace(lane, findings=(*lane.findings, *found[lane.file])) if lane.file in found else lane
        for lane in lanes
    )


def _same(lanes: Sequence[Lane]) -> Iterator[Finding]:
    ids = _groups((lane.stated_id, lane) for lane in lanes if lane.stated_id)
    places = _groups(((lane.cartridge, lane.lane), lane) for lane in lanes if lane.cartridge and lane.lane)
    counts = _groups((tuple(sorted(lane.counts.items())), lane) for lane in lanes if lane.counts)
    for same in ids.values():
        yield from _each("GT-TX-010", same, "Sample_Attributes")
    for same in places.values():
        yield from _each("GT-TX-011", same, "Lane_Attributes")
    for same in counts.values():
        if len({lane.stated_id for lane in same}) > 1:
            yield from _each("GT-TX-012", same, "Code_Summary")


def _groups(keyed: Iterable[tuple[object, Lane]]) -> Mapping[object, list[Lane]]:
    groups: dict[object, list[Lane]] = {}
    for key, lane in keyed:
        groups.setdefault(key, []).append(lane)
    return {key: same for key, same in groups.items() if len(same) > 1}


def _each(code: str, same: Sequence[Lane], column: str) -> Iterator[Finding]:
    for lane in same:
        others = ", ".join(sorted(other.file for other in same if other is not lane)[:3])
        yield finding(code, TABLE, column=column, file=lane.file, others=others, n=len(same))


def _swapped(lanes: Sequence[Lane]) -> Iterator[Finding]:
    """A file whose sample id is the name of another file may hold the other patient's lane."""
    stems = {Path(lane.file).stem.lower(): lane.file for lane in lanes}
    for lane in lanes:
        other = stems.get(lane.stated_id.lower())
        if other and other != lane.file and Path(lane.file).stem.lower() != lane.stated_id.lower():
            yield finding("GT-TX-013", TABLE, column="Sample_Attributes", file=lane.file, other=other)
