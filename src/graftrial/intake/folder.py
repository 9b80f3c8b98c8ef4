"""Where the tables of a study lie, and the reading of each from the one place that gives it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graftrial.errors import InputUnreadable
from graftrial.findings import Finding, finding
from graftrial.intake.csv_file import read_csv
from graftrial.intake.declaration import tables
from graftrial.intake.header import named, normalised, suggestion
from graftrial.intake.parquet_file import read_parquet
from graftrial.intake.raw import Raw, Sheet
from graftrial.intake.table import RawTable
from graftrial.intake.workbook import Workbook, open_workbook
from graftrial.study.model import Intake

WORKBOOK = "study.xlsx"
TABLES = "tables"
WORKBOOK_SUFFIXES = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")
NOT_TABLES = ("readme", "data_dictionary")


@dataclass(frozen=True, slots=True)
class Place:
    """Where one table stands: a file below `tables/`, or a sheet of the workbook."""

    table: str
    file: str
    path: Path
    sheet: str = ""


def read(folder: Path, settings: Intake) -> Raw:
    """Every table of a study folder as text with coordinates.

    Raises: GT-FILE-001 to -012.
    """
    workbook = _workbook(folder)
    found = [*_files(folder), *_sheets(folder, workbook)]
    places = _one_place_each([each for each in found if isinstance(each, Place)])
    findings = [each for each in found if isinstance(each, Finding)]
    given: dict[str, RawTable] = {}
    for name, place in places.items():
        with _opening(place.file):
            sheet, met = _cells(place, workbook, settings)
        findings += met
        if sheet is None:
            findings.append(finding("GT-IN-002", name, file=place.file))
            continue
        given[name], met = named(name, sheet)
        findings += met
    if missing := [
        name for name, declaration in tables().items() if declaration.required and name not in given
    ]:
        raise InputUnreadable.of(
            "GT-FILE-001", folder.name, table=missing[0], why=_why_missing(folder, workbook, findings)
        )
    counts_from_1904 = workbook is not None and workbook.counts_from_1904
    return Raw(given, tuple(findings), _hashes(places), has_serial_dates=not counts_from_1904)


def _workbook(folder: Path) -> Workbook | None:
    path = folder / WORKBOOK
    if not path.exists():
        return None
    with _opening(WORKBOOK):
        return open_workbook(path, WORKBOOK)


def _files(folder: Path) -> Iterator[Place | Finding]:
    """Tables below `tables/`; what is no table there, or is a workbook of another name, is a finding."""
    for path in _entries(folder):
        if path.suffix.lower() in WORKBOOK_SUFFIXES and path.name != WORKBOOK:
            yield _not_a_table(path.stem, path.name)
    for path in _entries(folder / TABLES):
        file, suffix = f"{TABLES}/{path.name}", path.suffix.lower()
        if suffix in WORKBOOK_SUFFIXES:
            raise InputUnreadable.of("GT-FILE-003", file)
        table = normalised(path.stem)
        if suffix in (".csv", ".parquet") and table in tables():
            yield Place(table, file, path)
        elif suffix in (".csv", ".parquet") or path.is_file():
            yield _not_a_table(path.stem, file)


def _sheets(folder: Path, workbook: Workbook | None) -> Iterator[Place | Finding]:
    for name in workbook.parts if workbook else ():
        file = f"{WORKBOOK} sheet {name}"
        if normalised(name) in tables():
            yield Place(normalised(name), file, folder / WORKBOOK, name)
        elif not _is_remark(name) and workbook and workbook.sheet(name):
            yield _not_a_table(name, file)


def _entries(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    with _opening(folder.name):
        return sorted(each for each in folder.iterdir() if not _is_remark(each.stem))


def _is_remark(name: str) -> bool:
    return name.startswith(("_", ".", "~$")) or normalised(name) in NOT_TABLES


def _not_a_table(name: str, file: str) -> Finding:
    return finding(
        "GT-IN-001", normalised(name), file=file, suggestion=suggestion(normalised(name), tables().keys())
    )


def _one_place_each(found: list[Place]) -> dict[str, Place]:
    places: dict[str, Place] = {}
    for place in found:
        if place.table in places:
            first = places[place.table].file
            raise InputUnreadable.of(
                "GT-FILE-002", place.file, table=place.table, first=first, second=place.file
            )
        places[place.table] = place
    return {name: places[name] for name in tables() if name in places}


def _cells(place: Place, workbook: Workbook | None, settings: Intake) -> tuple[Sheet | None, list[Finding]]:
    if place.sheet and workbook:
        return workbook.sheet(place.sheet), []
    if not place.path.is_file():
        raise IsADirectoryError("it is a folder")
    if place.path.suffix.lower() == ".parquet":
        return read_parquet(place.path, place.file), []
    return read_csv(place.path, place.file, place.table, settings)


@contextmanager
def _opening(file: str) -> Iterator[None]:
    try:
        yield
    except PermissionError:
        fix = "give yourself the right to read it, and close it in other programs"
        raise InputUnreadable.of("GT-FILE-008", file, detail="permission denied", fix=fix) from None
    except OSError as error:
        detail = error.strerror or str(error)
        fix = "check the disk and the name; a folder cannot stand where a file is expected"
        raise InputUnreadable.of("GT-FILE-008", file, detail=detail, fix=fix) from None


def _why_missing(folder: Path, workbook: Workbook | None, findings: list[Finding]) -> str:
    if workbook is None and not (folder / TABLES).is_dir():
        return f"the study folder has neither a folder {TABLES} nor a workbook {WORKBOOK}"
    near = [each.file for each in findings if each.code == "GT-IN-001" and "subjects" in each.why]
    return (
        f"every other table refers to it; is {near[0]} meant?" if near else "every other table refers to it"
    )


def _hashes(places: dict[str, Place]) -> dict[str, str]:
    files = {
        f"{TABLES}/{each.path.name}" if not each.sheet else WORKBOOK: each.path for each in places.values()
    }
    hashes = {}
    for name, path in sorted(files.items()):
        with _opening(name), path.open("rb") as stream:
            hashes[name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return hashes
