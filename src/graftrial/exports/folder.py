"""The empty study folder of `graftrial init`: complete, or not there at all."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

import polars as pl
from xlsxwriter.exceptions import XlsxWriterException

from graftrial.errors import OutputUnwritable, UsageError, problem
from graftrial.exports.csv_cells import write_csv
from graftrial.exports.dictionary import data_dictionary
from graftrial.exports.redcap import redcap_dictionary
from graftrial.exports.workbook import write_workbook
from graftrial.intake.declaration import tables
from graftrial.study.schema import schema_text

STUDY_FILE = "study.toml"
SCHEMA_FILE = "study.schema.json"
WORKBOOK = "study.xlsx"


def write_study_folder(folder: Path, workbook: bool = False) -> list[Path]:
    """Write an empty study: study file, tables with headers, dictionaries and a README.

    workbook: one Excel workbook in place of the CSV files.
    Returns: the files, in the order in which a team meets them.
    Raises: UsageError GT-STUDY-019 where one of the files is already there, OutputUnwritable GT-STUDY-020.
    """
    made: list[Path] = []
    try:
        _refuse_to_overwrite(folder)
        _make_folders(folder, made)
        with tempfile.TemporaryDirectory(prefix=".graftrial-init-", dir=folder) as aside:
            written = _write(Path(aside), workbook)
            return _move_in(written, Path(aside), folder, made)
    except (OSError, XlsxWriterException) as refused:
        _take_back(made)
        reason = getattr(refused, "strerror", None) or str(refused)
        raise OutputUnwritable(problem("GT-STUDY-020", str(folder), reason=reason)) from refused


def _refuse_to_overwrite(folder: Path) -> None:
    """Nothing that a team has filled in is ever in the way of a template."""
    ours = [
        STUDY_FILE,
        SCHEMA_FILE,
        WORKBOOK,
        "data_dictionary.csv",
        "redcap_data_dictionary.csv",
        "README.txt",
    ]
    ours += [f"tables/{name}.csv" for name in tables()]
    for name in ours:
        if (folder / name).exists():
            raise UsageError(problem("GT-STUDY-019", str(folder), file=name))


def _write(aside: Path, workbook: bool) -> list[Path]:
    """All files, in a folder that nobody looks at yet."""
    _copy(STUDY_FILE, aside)
    (aside / SCHEMA_FILE).write_text(schema_text(), encoding="utf-8", newline="\n")
    written = [aside / STUDY_FILE, aside / SCHEMA_FILE]
    if workbook:
        write_workbook(aside / WORKBOOK)
        written.append(aside / WORKBOOK)
    else:
        (aside / "tables").mkdir()
        for name, declaration in tables().items():
            path = aside / "tables" / f"{name}.csv"
            write_csv(pl.DataFrame(schema=dict.fromkeys(declaration.columns, pl.String)), path)
            written.append(path)
    write_csv(data_dictionary(), aside / "data_dictionary.csv")
    write_csv(redcap_dictionary(), aside / "redcap_data_dictionary.csv")
    _copy("README.txt", aside)
    return [
        *written,
        *(aside / name for name in ("data_dictionary.csv", "redcap_data_dictionary.csv", "README.txt")),
    ]


def _copy(name: str, aside: Path) -> None:
    (aside / name).write_bytes(files("graftrial.exports").joinpath("template", name).read_bytes())


def _make_folders(folder: Path, made: list[Path]) -> None:
    """The folder and its missing parents, remembered so that they can be taken back."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir()
        made.append(each)
    if not folder.is_dir():
        raise NotADirectoryError(0, "a file of that name is in the way")


def _move_in(written: list[Path], aside: Path, folder: Path, made: list[Path]) -> list[Path]:
    moved: list[Path] = []
    for path in written:
        target = folder / path.relative_to(aside)
        if not target.parent.exists():
            target.parent.mkdir()
            made.append(target.parent)
        path.replace(target)
        made.append(target)
        moved.append(target)
    return moved


def _take_back(made: list[Path]) -> None:
    """Remove what this run has put there, and nothing else: a folder that has become somebody's stays."""
    for path in reversed(made):
        with suppress(OSError):
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink()
