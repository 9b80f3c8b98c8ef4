"""What happened to each subject, with its day: graft loss, death, rescue therapy, withdrawal, end of follow-up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

Frames = Mapping[str, pl.DataFrame]
WORDS = {
    "graft_loss": "graft loss",
    "death": "death",
    "rescue_therapy": "rescue therapy",
    "withdrawal": "withdrawal",
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. day: study day, None where it is not known. key: the row that says so."""

    name: str
    day: int | None
    key: str

    @property
    def words(self) -> str:
        """`graft loss on day 121`."""
        return f"{WORDS[self.name]} on {'a day not reported' if self.day is None else f'day {self.day}'}"


@dataclass(frozen=True, slots=True)
class Course:
    """Events of one subject, the last day on which anything is recorded, and the state of the graft in words."""

    subject: str
    events: Mapping[str, Event]
    last_day: int | None
    graft_status: str
    is_dead: bool | None


def derive_courses_of_subjects(frames: Frames) -> dict[str, Course]:
    """The course of every subject after day 0, by id."""
    milestones = _milestones(frames["disposition"])
    rescues = _rescues(frames["treatments"])
    measured = dict(
        frames["labs"]
        .filter(pl.col("day").is_not_null())
        .group_by("subject_id")
        .agg(pl.col("day").max())
        .iter_rows()
    )
    courses = {}
    for row in frames["subjects"].sort("subject_id").iter_rows(named=True):
        subject = row["subject_id"]
        events = milestones.get(subject, {}) | (
            {"rescue_therapy": rescues[subject]} if subject in rescues else {}
        )
        days = [each for each in (row["last_day"], measured.get(subject)) if each is not None]
        courses[subject] = Course(
            subject, events, max(days) if days else None, row["graft_status"], row["is_dead"]
        )
    return courses


def _milestones(disposition: pl.DataFrame) -> dict[str, dict[str, Event]]:
    names = {
        "graft_loss": "graft_loss",
        "retransplanted": "graft_loss",
        "death": "death",
        "withdrawn": "withdrawal",
    }
    found: dict[str, dict[str, Event]] = {}
    rows = disposition.filter(pl.col("milestone").is_in(list(names))).sort("day", "key", nulls_last=True)
    for row in rows.iter_rows(named=True):
        name = names[row["milestone"]]
        found.setdefault(row["subject_id"], {}).setdefault(name, Event(name, row["day"], row["key"]))
    return found


def _rescues(treatments: pl.DataFrame) -> dict[str, Event]:
    """The first rescue treatment of each subject after day 0."""
    rows = treatments.filter(
        (pl.col("purpose") == "rescue")
        & (pl.col("start_day_high").is_null() | (pl.col("start_day_high") > 0))
    ).sort("start_day", "key", nulls_last=True)
    found: dict[str, Event] = {}
    for row in rows.iter_rows(named=True):
        found.setdefault(row["subject_id"], Event("rescue_therapy", row["start_day"], row["key"]))
    return found
