"""Historical cohorts for a safety prior: what published studies say, one event type a row.

Not reported is not zero: a row without a stated count never enters. Rows are pooled within one stratum and one event
type only, patients are counted once, and the monitored trial never stands inside its own prior.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from graftrial.errors import Problem, StudyFileError, problem
from graftrial.study.keys import nearest
from graftrial.study.locate import KeyPath, locate
from graftrial.study.model import Study
from graftrial.study.safety import SafetyPrior
from graftrial.study.wording import FILE, where

SHIPPED = "shipped"
TABLE = "evidence.csv"
NEEDED = (
    "row_id", "study_id", "citation", "registry_id", "stratum", "event_type", "events", "n_at_risk",
    "event_definition", "status", "overlaps_with",
)  # fmt: skip
REPORTED = "reported"


@dataclass(frozen=True, slots=True)
class Cohort:
    """One row of the evidence table. events, n_at_risk: None where they are not stated."""

    row_id: str
    study_id: str
    citation: str
    registry_ids: tuple[str, ...]
    stratum: str
    event_type: str
    events: int | None
    n_at_risk: int | None
    definition: str
    overlaps_with: tuple[str, ...]

    @property
    def is_countable(self) -> bool:
        """Whether a proportion can be formed."""
        return self.events is not None and self.n_at_risk is not None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The cohorts that a prior is made from, and those left out with the reason.

    definitions: what the cohorts counted; more than one means that they did not count the same thing.
    """

    cohorts: tuple[Cohort, ...]
    left_out: tuple[tuple[Cohort, str], ...]

    @property
    def definitions(self) -> tuple[str, ...]:
        """Each definition once."""
        return tuple(dict.fromkeys(each.definition for each in self.cohorts))


def evidence_table(path: Path | None = None) -> tuple[Cohort, ...]:
    """Every row of a table, the shipped one without a path.

    Raises: OSError, ValueError with the reason.
    """
    if path is None:
        text = files("graftrial.study").joinpath(TABLE).read_text(encoding="utf-8")
    else:
        text = path.read_text(encoding="utf-8-sig")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    missing = [each for each in NEEDED if each not in (rows.fieldnames or ())]
    if missing:
        raise ValueError(f"it has no column {missing[0]}")
    return tuple(_cohort(row) for row in rows)


def evidence_of(study: Study, folder: Path) -> Evidence | None:
    """The cohorts of `[safety.prior]`; None where the study file has none.

    Raises: StudyFileError GT-STUDY-032 (table), -033 (same patients twice), -034 (unknown stratum or event type).
    """
    prior = study.safety.prior
    if prior is None:
        return None
    lines = locate((folder / FILE).read_text(encoding="utf-8"))
    try:
        table = evidence_table(None if prior.evidence == SHIPPED else folder / prior.evidence)
    except (OSError, ValueError) as refused:
        reason = getattr(refused, "strerror", None) or str(refused)
        raise StudyFileError(_problem("GT-STUDY-032", lines, "evidence", reason=reason)) from refused
    for key in ("stratum", "event_type"):
        known = sorted({str(getattr(each, key)) for each in table})
        given = str(getattr(prior, key))
        if given not in known:
            meant = nearest(given, known)
            what = f"no cohort has the {key.replace('_', ' ')} `{given}`" + (
                f", did you mean `{meant}`?" if meant else ""
            )
            raise StudyFileError(_problem("GT-STUDY-034", lines, key, what))
    own = {each.id for each in study.registries}
    kept, left_out = _chosen(prior, table, own)
    for former, latter in _overlapping(kept):
        raise StudyFileError(_problem("GT-STUDY-033", lines, "exclude", former=former, latter=latter))
    return Evidence(kept, left_out)


def _problem(code: str, lines: Mapping[KeyPath, int], key: str, what: str = "", **words: str) -> Problem:
    path: KeyPath = ("safety", "prior", key)
    return problem(code, where(lines, path if path in lines else ("safety", "prior")), what, **words)


def _chosen(
    prior: SafetyPrior, table: tuple[Cohort, ...], own: set[str]
) -> tuple[tuple[Cohort, ...], tuple[tuple[Cohort, str], ...]]:
    kept: list[Cohort] = []
    left_out: list[tuple[Cohort, str]] = []
    for each in table:
        if each.stratum != prior.stratum or each.event_type != prior.event_type:
            continue
        if own & set(each.registry_ids):
            left_out.append((each, "this trial itself"))
        elif each.study_id in prior.exclude:
            left_out.append((each, "excluded in the study file"))
        elif not each.is_countable:
            left_out.append((each, "count not reported, which is not zero"))
        else:
            kept.append(each)
    return tuple(kept), tuple(left_out)


def _overlapping(kept: tuple[Cohort, ...]) -> Iterator[tuple[str, str]]:
    """Pairs of studies that hold, or may hold, the same patients."""
    names = {each.study_id for each in kept}
    for each in kept:
        for other in each.overlaps_with:
            if other in names:
                yield each.study_id, other


def _cohort(row: dict[str, str]) -> Cohort:
    is_reported = row["status"] == REPORTED
    if not is_reported and row["events"]:
        raise ValueError(f"{row['row_id']} has a count and is not reported")
    return Cohort(
        row["row_id"], row["study_id"], row["citation"], _listed(row["registry_id"]), row["stratum"],
        row["event_type"], _whole(row["events"]), _whole(row["n_at_risk"]), row["event_definition"],
        _listed(row["overlaps_with"]),
    )  # fmt: skip


def _listed(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.split(";") if each.strip())


def _whole(text: str) -> int | None:
    """A count; an empty cell is no count, never zero."""
    return int(text) if text else None
