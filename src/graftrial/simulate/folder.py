"""From invented patients to the files of a study folder."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

from graftrial import study as study_file
from graftrial.intake.declaration import tables
from graftrial.simulate.harm import adverse_event_rows
from graftrial.simulate.immunology import antibody_rows, hla_rows
from graftrial.simulate.laboratory import lab_rows
from graftrial.simulate.oversight import amendment_rows, decision_rows, reported_rows, site_rows
from graftrial.simulate.patient import Patient, invent_patients
from graftrial.simulate.people import deviation_rows, disposition_rows, subject_rows
from graftrial.simulate.protocol import Protocol, Row, protocol_of, template
from graftrial.simulate.refusal import refusal, unwritable
from graftrial.simulate.therapy import cell_rows, treatment_rows
from graftrial.simulate.tissue import biopsy_rows, transcript_rows
from graftrial.study import Study

NOT_INVENTED = ("bead_samples",)  # there are no invented runs of beads to which samples could belong
STUDY_FILE, TABLES, WORKBOOK, MARK = "study.toml", "tables", "study.xlsx", "SYNTHETIC.md"
MARK_TEXT = """# SYNTHETIC

Every person and every number in this folder is invented by `graftrial simulate`, with {subjects} subjects and
the seed {seed}. Nothing here describes anyone. The same command writes the same files, byte for byte.
The model behind the rows is described in the documentation, page `simulate`.
"""
Progress = Callable[[int, int], None]
WORKED = "worked_patients"
STUDY_HEADER = re.compile(r"^[ \t]*\[[ \t]*study[ \t]*\][ \t]*(?:#.*)?$", re.MULTILINE)
SYNTHETIC_KEY = re.compile(r"^[ \t]*synthetic[ \t]*=[ \t]*(?:true|false)\b", re.MULTILINE)
NEXT_HEADER = re.compile(r"^[ \t]*\[", re.MULTILINE)


def write_synthetic_study(
    folder: Path, subjects: int, seed: int, on_progress: Progress | None = None
) -> list[Path]:
    """Write a study of invented patients; the files written, in order.

    folder: a new folder, or one whose tables are still empty; its study file is kept and marked synthetic.
    on_progress: called with subjects done and subjects in all.
    Raises: UsageError GT-SIM-001 to -004 and -006; OutputUnwritable GT-SIM-005; the errors of `study.load`.
    """
    if subjects < 1:
        raise refusal("GT-SIM-002", "--subjects", subjects=subjects)
    if seed < 0:
        raise refusal("GT-SIM-006", "--seed", seed=seed)
    _refuse_rows(folder)
    is_new = not (folder / STUDY_FILE).exists()
    text = _study_text(folder)
    study = Study.model_validate(tomllib.loads(text))
    if study.intake.decimal_comma or study.intake.encoding.lower() not in ("utf-8", "utf8"):
        raise refusal("GT-SIM-004", f"{STUDY_FILE}, [intake]")
    rows = invent_rows(protocol_of(study, seed), subjects, seed, on_progress)
    contents = {STUDY_FILE: text, MARK: MARK_TEXT.format(subjects=subjects, seed=seed)}
    contents |= {
        f"{TABLES}/{name}.csv": _csv(name, rows[name]) for name in tables() if name not in NOT_INVENTED
    }
    if is_new:
        contents |= _worked_patients()
    return _write(folder, contents)


def _worked_patients() -> dict[str, str]:
    """The worked patients that belong to the template's protocol, by path below the study folder."""
    top = files("graftrial.simulate").joinpath(WORKED)
    found = {}
    for patient in sorted(top.iterdir(), key=lambda each: each.name):
        for part in ("", f"{TABLES}/"):
            for file in sorted(patient.joinpath(part).iterdir(), key=lambda each: each.name):
                if file.is_file():
                    text = file.read_text(encoding="utf-8")
                    found[f"{WORKED}/{patient.name}/{part}{file.name}"] = text
    return found


def invent_rows(
    protocol: Protocol, subjects: int, seed: int, on_progress: Progress | None = None
) -> dict[str, list[Row]]:
    """The rows of every table."""
    patients = invent_patients(subjects, seed, protocol.planned_infusions)
    rows: dict[str, list[Row]] = {name: [] for name in tables()}
    for done, patient in enumerate(patients, start=1):
        for table, found in _rows_of(patient, protocol):
            rows[table] += found
        if on_progress:
            on_progress(done, subjects)
    rows["sites"] = site_rows()
    rows["amendments"] = amendment_rows(protocol)
    rows["decisions"] = decision_rows(patients, protocol)
    rows["reported"] = reported_rows(patients, protocol)
    return rows


def _rows_of(patient: Patient, protocol: Protocol) -> Iterator[tuple[str, list[Row]]]:
    cells = cell_rows(patient, protocol)
    profiles = transcript_rows(patient)
    yield "subjects", subject_rows(patient, protocol, profiles[0]["value"])
    yield "deviations", deviation_rows(patient, cells["infusions"], protocol)
    yield "disposition", disposition_rows(patient, protocol)
    yield "treatments", treatment_rows(patient, protocol)
    yield from cells.items()
    yield "adverse_events", adverse_event_rows(patient, protocol)
    yield "labs", lab_rows(patient)
    yield "hla", hla_rows(patient)
    yield "antibodies", antibody_rows(patient, protocol)
    yield "biopsies", biopsy_rows(patient, protocol)
    yield "transcripts", profiles


def _refuse_rows(folder: Path) -> None:
    if (folder / WORKBOOK).exists():
        raise refusal("GT-SIM-001", WORKBOOK, file=WORKBOOK)
    try:
        for path in sorted((folder / TABLES).glob("*")):
            if path.is_file() and _has_rows(path):
                raise refusal("GT-SIM-001", f"{TABLES}/{path.name}", file=f"{TABLES}/{path.name}")
    except OSError as error:
        raise unwritable(f"{folder.name}/{TABLES}", error) from error


def _has_rows(path: Path) -> bool:
    """Whether anything but a header stands in the file; what is no CSV counts as rows."""
    if path.suffix.lower() != ".csv":
        return True
    return any(line.strip() for line in path.read_bytes().splitlines()[1:])


def _study_text(folder: Path) -> str:
    """The study file as it will be written: the folder's own, marked synthetic, or the template."""
    if not (folder / STUDY_FILE).exists():
        return template()
    study_file.load(folder)
    return _marked((folder / STUDY_FILE).read_text(encoding="utf-8"))


def _marked(text: str) -> str:
    """The text with `synthetic = true` in the table [study]; everything else as it was."""
    header = STUDY_HEADER.search(text)
    if header is None:
        raise refusal("GT-SIM-003", STUDY_FILE)
    following = NEXT_HEADER.search(text, header.end())
    end = following.start() if following else len(text)
    section = text[header.end() : end]
    if SYNTHETIC_KEY.search(section):
        section = SYNTHETIC_KEY.sub("synthetic = true", section, count=1)
    else:
        section = "\nsynthetic = true" + section
    marked = text[: header.end()] + section + text[end:]
    wanted = tomllib.loads(text)
    wanted["study"]["synthetic"] = True
    try:
        is_marked = tomllib.loads(marked) == wanted
    except tomllib.TOMLDecodeError:
        is_marked = False
    if not is_marked:
        raise refusal("GT-SIM-003", STUDY_FILE)
    return marked


def _csv(table: str, rows: list[Row]) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(tables()[table].columns), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _write(folder: Path, contents: dict[str, str]) -> list[Path]:
    """Write the study file first, so that no invented row ever lies in a folder without its mark."""
    written = []
    try:
        (folder / TABLES).mkdir(parents=True, exist_ok=True)
        for name, text in contents.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("utf-8"))
            written.append(path)
    except OSError as error:
        raise unwritable(folder.name, error) from error
    return written
