"""The lanes of a study as readings, each with its biopsy: the rows that every frame of transcripts is made of.

Positive controls are compared inside a cartridge, never across the study: a later patient changes no earlier verdict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

import polars as pl

from graftrial.clinical.transcripts.quality import FAIL, PASS, WARN
from graftrial.derive.derived import row_key
from graftrial.derive.transcript_quality import Quality, check_lanes, cohort_of_positives
from graftrial.derive.transcript_reference import same_biopsy
from graftrial.derive.transcripts import Reading, Settings, quality_findings, read_biopsies
from graftrial.findings import Finding, finding
from graftrial.intake.rcc_file import TABLE, Lane
from graftrial.intake.supplied import StudyLane
from graftrial.intake.table import Tables
from graftrial.study.model import Study

SET, CLASSIFIER, PUBLISHED = "gene set", "classifier", "published model"
PRINTED = "printed"  # in place of the quality of a lane, where a biopsy has a printed score alone


@dataclass(frozen=True, slots=True)
class Profile:
    """The reading of one lane and its biopsy.

    name: the biopsy, and its file where the biopsy has more than one lane. is_alone: whether it has one lane only.
    key: of the row of the table transcripts.
    """

    subject_id: str
    biopsy_id: str
    name: str
    is_alone: bool
    key: str
    reading: Reading

    @property
    def quality(self) -> str:
        """Verdict of the lane; `not scored` where a blocking finding keeps it out."""
        if self.reading.lane.is_blocked or self.reading.quality is None:
            return "not scored"
        return self.reading.quality.verdict

    @property
    def is_usable(self) -> bool:
        """Whether a change or a criterion may rest on this lane: it is scored, and every check passes."""
        return self.quality == PASS

    def why_not_usable(self) -> str:
        """The checks that a lane did not pass, in words; empty where it is usable."""
        if self.is_usable or self.reading.quality is None:
            return "" if self.is_usable else self.quality
        checks = [each.title for each in self.reading.quality.checks if each.verdict in (FAIL, WARN)]
        return f"quality of the lane: {self.quality} ({'; '.join(checks)})" if checks else self.quality


def settings_of(study: Study) -> Settings:
    """What the study file fixes about lanes."""
    named = study.transcripts
    return Settings(named.instrument or "", named.fail_hk_below_lod, named.set_fraction)


def read_profiles(study: Study, tables: Tables) -> tuple[Profile, ...]:
    """The reading of every lane whose row and biopsy are in use, in the order of the table."""
    kept = _in_use(tables)
    times = Counter(each.biopsy_id for each, _ in kept)
    settings = settings_of(study)
    read: dict[str, Reading] = {}
    for lanes in _by_cartridge([each.lane for each, _ in kept]):
        read |= {each.lane.file: each for each in read_biopsies(lanes, settings, cohort_of_positives(lanes))}
    return tuple(
        Profile(
            each.subject_id, each.biopsy_id, _name(each, times[each.biopsy_id]), times[each.biopsy_id] == 1, key,
            read[each.lane.file],
        )
        for each, key in kept
    )  # fmt: skip


def lane_findings(study: Study, tables: Tables) -> list[Finding]:
    """What the quality of each lane says, and lanes of the reference set: GT-TX-014, -015, -019."""
    settings = settings_of(study)
    subjects = {each.lane.file: each.subject_id for each, _ in _in_use(tables)}
    found: list[Finding] = []
    for lanes in _by_cartridge([each.lane for each, _ in _in_use(tables)]):
        cohort = cohort_of_positives(lanes)
        qualities = check_lanes(lanes, cohort, settings.instrument, settings.fail_hk_below_lod)
        for lane, quality in zip(lanes, qualities, strict=True):
            found += [
                replace(each, table=lane.file, subject_id=subjects[lane.file])
                for each in _of_lane(lane, quality)
            ]
    return found


def _of_lane(lane: Lane, quality: Quality) -> list[Finding]:
    itself = same_biopsy(lane.counts)
    known = [finding("GT-TX-014", TABLE, file=lane.file, reference=itself)] if itself else []
    return [*quality_findings(lane, quality), *known]


def _in_use(tables: Tables) -> list[tuple[StudyLane, str]]:
    """Lanes whose row and biopsy were not withheld and lie before the data cut, with the key of the row."""
    biopsies = set(tables.frame("biopsies")["biopsy_id"])
    rows = tables.frame(TABLE).with_columns(key=row_key(TABLE))
    keys = {(row["biopsy_id"], row["rcc_file"]): row["key"] for row in rows.iter_rows(named=True)}
    return [
        (each, keys[each.biopsy_id, each.lane.file])
        for each in tables.supplied.lanes
        if each.biopsy_id in biopsies and (each.biopsy_id, each.lane.file) in keys
    ]


def _by_cartridge(lanes: Sequence[Lane]) -> Iterable[list[Lane]]:
    """Lanes of one cartridge together; a lane that names none stands alone."""
    groups: dict[str, list[Lane]] = {}
    for lane in lanes:
        groups.setdefault(lane.cartridge or f"file {lane.file}", []).append(lane)
    return groups.values()


def _name(given: StudyLane, times: int) -> str:
    return given.biopsy_id if times == 1 else f"{given.biopsy_id}.{PurePosixPath(given.lane.file).stem}"


def places_of(profiles: Sequence[Profile], biopsies: pl.DataFrame) -> list[dict[str, Any]]:
    """Of each profile: subject, biopsy, study day with bounds, period, graft, file and key."""
    known = {row["biopsy_id"]: row for row in biopsies.iter_rows(named=True)}
    return [_place(each, known[each.biopsy_id]) for each in profiles]


def _place(profile: Profile, biopsy: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "subject_id": profile.subject_id,
        "biopsy_id": profile.biopsy_id,
        "profile": profile.name,
        **{name: biopsy[name] for name in ("day", "day_low", "day_high", "date_text", "period", "graft_id")},
        "file": profile.reading.lane.file,
        "quality": profile.quality,
        "key": profile.key,
    }


PLACE: Mapping[str, pl.DataType] = {
    "subject_id": pl.String(), "biopsy_id": pl.String(), "profile": pl.String(), "day": pl.Int32(),
    "day_low": pl.Int32(), "day_high": pl.Int32(), "date_text": pl.String(), "period": pl.String(),
    "graft_id": pl.String(), "file": pl.String(), "quality": pl.String(), "key": pl.String(),
}  # fmt: skip
