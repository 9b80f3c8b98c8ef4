"""The walk of a value: study folder → study → tables → findings → derived → results."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import polars as pl

from graftrial import analyse, checks, derive, intake, study
from graftrial.clinical.card import Rule
from graftrial.clinical.egfr.equations import EQUATIONS
from graftrial.clinical.rules import RULES, editions
from graftrial.dates import NotAMoment, read_moment
from graftrial.derive.facts import NAMES as FACT_NAMES
from graftrial.errors import InputUnreadable, UsageError
from graftrial.findings import Finding, in_order
from graftrial.folders import WORKED_PATIENTS
from graftrial.intake.data_cut import newest_moment, up_to
from graftrial.intake.declaration import tables as declarations
from graftrial.intake.signed import read_signed
from graftrial.intake.table import Tables
from graftrial.pipeline import worked_patients
from graftrial.pipeline.worked_patients import WorkedAnswer
from graftrial.study.evidence import evidence_of
from graftrial.study.model import Antibodies, DataCut, Study

PACKAGES = ("polars", "pydantic", "numpy", "scipy", "fastexcel")
OnStage = Callable[[str], None]
DERIVING = "deriving"
Answers = tuple[WorkedAnswer, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """One line of the manifest: what went in, what came out."""

    stage: str
    inputs: Mapping[str, str]
    output: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """A study whose tables have been read, typed and checked; withheld rows are gone and counted.

    study: the protocol with the data cut that counts in this run: the command's, its own, or the newest date.
    """

    study: Study
    tables: Tables
    findings: tuple[Finding, ...]
    data_cut: str
    stages: tuple[Stage, ...]
    worked: Answers = ()
    signed: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_blocked(self) -> bool:
        """Whether a finding ends the run with exit code 4."""
        return any(each.blocking for each in self.findings)


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that a report is made from."""

    checked: Checked
    derived: derive.Derived
    results: analyse.Results
    stages: tuple[Stage, ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that this run used, in the order of the registry."""
        used = {pin for pins in self.results.frame["rules"].unique() for pin in pins.split("; ") if pin}
        return tuple(each for each in RULES if each.pin in used)


def silent(_: str) -> None:
    """No progress."""


def check(folder: Path, cutoff: str = "", on_stage: OnStage = silent) -> Checked:
    """Reads, types and checks a study folder, and runs its worked patients.

    cutoff: data cut as an ISO date; empty takes the study file's, else the newest date in the data.
    Raises: UsageError (exit 2) for input that cannot be read, StudyFileError (exit 3) for a wrong study file.
    """
    protocol = _protocol(folder, on_stage)
    checked = _checked(protocol, folder, cutoff, on_stage)
    return _with_worked(checked, _work(protocol, folder), folder)


def _protocol(folder: Path, on_stage: OnStage) -> Study:
    on_stage("reading the study file")
    protocol = study.load(folder)
    study.check_pins(protocol, editions(), folder, EQUATIONS)
    study.check_borrowed_names(protocol, FACT_NAMES.keys(), declarations().keys(), folder)
    evidence_of(protocol, folder)
    return protocol


def _checked(protocol: Study, folder: Path, cutoff: str, on_stage: OnStage) -> Checked:
    return replace(_check_tables(protocol, folder, cutoff, on_stage), signed=read_signed(folder))


def work(folder: Path) -> Answers:
    """The answers of the worked patients alone. Raises: like `check`."""
    return _work(_protocol(folder, silent), folder)


def _with_worked(checked: Checked, worked: Answers, folder: Path) -> Checked:
    """The same with the worked patients and what they disagree about."""
    if not worked:
        return checked
    met = worked_patients.disagreements(worked)
    stage = Stage("worked patients", worked_patients.hashes(folder), _hash(repr(worked)))
    return replace(
        checked,
        findings=in_order([*checked.findings, *met]),
        stages=(checked.stages[0], stage, *checked.stages[1:]),
        worked=worked,
    )


def _work(protocol: Study, folder: Path) -> Answers:
    """Every worked patient through the study's own rules, each as a study folder of its own."""
    answers: list[WorkedAnswer] = []
    for patient in worked_patients.worked_folders(folder):
        try:
            checked = _check_tables(_for_worked_patients(protocol), patient, "", silent, folder)
        except InputUnreadable as refused:
            place = f"{WORKED_PATIENTS}/{patient.name}"
            raise InputUnreadable(
                [replace(each, where=f"{place}: {each.where}") for each in refused.problems]
            ) from refused
        results = _answered(checked, silent)[1]
        answers += worked_patients.compare(patient, worked_patients.outcome(results.frame, checked.findings))
    return tuple(answers)


def _for_worked_patients(protocol: Study) -> Study:
    """The protocol without its data cut, so that all rows count, and without the patients' runs of beads."""
    return protocol.model_copy(update={"data_cut": DataCut(), "antibodies": Antibodies()})


def _check_tables(
    protocol: Study, folder: Path, cutoff: str, on_stage: OnStage, study_folder: Path | None = None
) -> Checked:
    """The tables of a folder; what the study file names beside them lies below the study folder."""
    on_stage("reading the tables")
    raw = intake.read(folder, protocol.intake)
    tables, brought = _with_supplied(
        study_folder or folder, protocol, intake.type_tables(raw, protocol.intake)
    )
    on_stage("checking")
    terms = intake.read_ctcae_terms(study_folder or folder, protocol)
    findings = [
        *tables.findings,
        *brought,
        *derive.lane_findings(protocol, tables),
        *checks.run(protocol, tables),
        *checks.check_terms(tables, terms),
    ]
    cut = cutoff or protocol.data_cut.date or ""
    if cut:
        _, late = up_to(tables, _last_day_of(cut))
        findings += late
    tables = intake.without_rows(tables, _places(findings, "row"))
    cells = {
        (each.table, each.row, each.column) for each in findings if each.withholds == "cell" and each.column
    }
    tables = intake.without_cells(tables, cells)
    if cut:
        tables, _ = up_to(tables, _last_day_of(cut))
    stages = (
        Stage(
            "study",
            _file_hashes(folder, "study.toml", protocol.adverse_events.ctcae_terms),
            _hash(protocol.model_dump_json()),
        ),
        Stage("intake", dict(sorted({**raw.hashes, **tables.supplied.hashes}.items())), _hash_tables(tables)),
        Stage("checks", {"intake": _hash_tables(tables)}, _hash(repr(in_order(findings)))),
    )
    cut = cut or newest_moment(tables)
    return Checked(_as_of(protocol, cut), tables, in_order(findings), cut, stages)


def _with_supplied(folder: Path, protocol: Study, tables: Tables) -> tuple[Tables, list[Finding]]:
    """The tables with what lies beside them: HLA tables of the user, runs of beads, lanes of transcripts."""
    supplied, found = intake.read_registries(folder, protocol.hla)
    tables, met = intake.with_beads(replace(tables, supplied=supplied), folder, protocol.antibodies.runs)
    tables, of_lanes = intake.with_lanes(tables, folder)
    return tables, [*found, *met, *of_lanes]


def run(
    folder: Path,
    cutoff: str = "",
    on_stage: OnStage = silent,
    worked: Callable[[], Answers | None] | None = None,
) -> Run:
    """The whole walk of a study folder, without writing anything.

    worked: gives the answers of the worked patients where another process has them; None where it has none.
    """
    protocol = _protocol(folder, on_stage)
    checked = _checked(protocol, folder, cutoff, on_stage)
    derived, results = _answered(checked, on_stage)
    given = worked() if worked else None
    checked = _with_worked(checked, _work(protocol, folder) if given is None else given, folder)
    done = Run(checked, derived, results, ())
    pins = tuple(each.pin for each in done.rules)
    derived_hash = _hash("".join(_frame_hash(frame) for frame in derived.frames.values()))
    stages = (
        *checked.stages,
        Stage("derive", {"checks": checked.stages[-1].output}, derived_hash, pins),
        Stage("analyse", {"derive": derived_hash}, _frame_hash(results.exported()), pins),
    )
    return replace(done, stages=stages)


def _answered(checked: Checked, on_stage: OnStage) -> tuple[derive.Derived, analyse.Results]:
    on_stage(DERIVING)
    derived = derive.run(
        checked.study, checked.tables, _places(checked.findings, "result"), _unread(checked.findings)
    )
    on_stage("analysing")
    return derived, analyse.run(checked.study, checked.tables, derived)


def _as_of(protocol: Study, cut: str) -> Study:
    day = read_moment(cut).text if cut else None
    return protocol.model_copy(update={"data_cut": DataCut(date=day)})


def versions() -> dict[str, str]:
    """Versions of what computed a run."""
    found = {"python": platform.python_version()}
    for name in ("graftrial", *PACKAGES):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _last_day_of(cutoff: str) -> date:
    try:
        latest = read_moment(cutoff).latest
    except NotAMoment:
        latest = None
    if latest is None:
        raise UsageError.of("GT-CLI-001", "--cutoff", cutoff=cutoff)
    return latest


def _places(findings: Iterable[Finding], withholds: str) -> frozenset[tuple[str, int]]:
    """Table and row of every finding that withholds this much."""
    return frozenset((each.table, each.row) for each in findings if each.withholds == withholds and each.row)


def _unread(findings: Iterable[Finding]) -> frozenset[tuple[str, int]]:
    """Rows that a blocking finding keeps out: nobody knows what they say."""
    return _places((each for each in findings if each.blocking), "row")


def _file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _file_hashes(folder: Path, *names: str) -> dict[str, str]:
    """Files and their hashes; a worked patient has no study file."""
    return {name: _file_hash(folder / name) for name in names if name and (folder / name).exists()}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _frame_hash(frame: pl.DataFrame) -> str:
    return _hash(frame.write_csv()) if frame.width else ""


def _hash_tables(tables: Tables) -> str:
    return _hash(
        "".join(
            name + _frame_hash(table.frame)
            for name, table in sorted(tables.by_name.items())
            if table.is_present
        )
        + _frame_hash(tables.supplied.beads)
    )
