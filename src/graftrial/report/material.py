"""The inputs of a report arranged for its sections: rows per patient, numbers by key, a colour per patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, TypeAlias

import polars as pl

from graftrial.report.inputs import ReportInputs
from graftrial.report.palette import patient_colours
from graftrial.report.results import ResultRows
from graftrial.study.model import Reference, Study

Record: TypeAlias = Mapping[str, Any]

DAY_ZERO = {
    "first_infusion": "first infusion",
    "enrolled": "enrolment",
    "consent": "consent",
    "transplant": "transplantation",
}
PATIENT_COLUMNS = 12  # up to so many patients stand side by side in a table
SIDE_BY_SIDE = 6  # columns of patients in one table
PATIENT_FIGURES = 40  # up to so many patients have a figure of their own in the page
STILL_PICTURES = 24  # so many figures get a still picture; the others are drawn when the page is open
DOCUMENT_PICTURES = 60  # as many in a report that is also set as PDF or Word, which cannot draw
CUT = "The first"  # begins the sentence under a listing that the page cuts short
LISTING_ROWS = 400  # a longer listing is cut in the page and whole in the files beside it


class Material:
    """What sections and figures read."""

    def __init__(self, inputs: ReportInputs) -> None:
        self.inputs = inputs
        self.results = ResultRows(inputs.results, inputs.rules)
        self._partitions: dict[str, Mapping[str, list[Record]]] = {}

    @property
    def study(self) -> Study:
        """The protocol."""
        return self.inputs.study

    @cached_property
    def subjects(self) -> Sequence[Record]:
        """One record per person, in the order of their ids."""
        frame = self.frame("subjects")
        return list(frame.sort("subject_id").iter_rows(named=True)) if "subject_id" in frame.columns else []

    @cached_property
    def subject_ids(self) -> tuple[str, ...]:
        """Ids in order."""
        return tuple(each["subject_id"] for each in self.subjects)

    @cached_property
    def colours(self) -> Mapping[str, str]:
        """The colour of each patient."""
        return patient_colours(self.subject_ids)

    @cached_property
    def infused(self) -> tuple[Record, ...]:
        """Persons who were given cells."""
        return tuple(each for each in self.subjects if each["is_infused"])

    @property
    def with_figures(self) -> tuple[Record, ...]:
        """Persons whose own figures are in the page: the infused first."""
        return tuple(sorted(self.subjects, key=lambda each: not each["is_infused"])[:PATIENT_FIGURES])

    @cached_property
    def with_end(self) -> frozenset[str]:
        """Keys of courses and events whose end was recorded: the others have, at most, a partial date."""
        keys: set[str] = set()
        for frame in (self.frame("treatments"), self.frame("adverse_events")):
            if {"end", "key"} <= set(frame.columns):
                keys.update(frame.filter(pl.col("end").is_not_null()).get_column("key").to_list())
        return frozenset(keys)

    def frame(self, name: str) -> pl.DataFrame:
        """A derived frame; empty and without columns where the run has none of that name."""
        return self.inputs.derived.get(name, pl.DataFrame())

    def table(self, name: str) -> pl.DataFrame:
        """A typed table as it was given."""
        return self.inputs.tables.frame(name) if name in self.inputs.tables.by_name else pl.DataFrame()

    def is_given(self, name: str) -> bool:
        """Whether the study has the table at all."""
        return name in self.inputs.tables.by_name and self.inputs.tables[name].is_present

    def is_complete(self, name: str) -> bool:
        """Whether the study file declares that the table holds everything that happened."""
        return name in self.study.intake.complete

    def rows_of(self, name: str, subject_id: str) -> list[Record]:
        """Rows of a derived frame that belong to a person, in their order."""
        if name not in self._partitions:
            parts: dict[str, list[Record]] = {}
            for row in self.frame(name).iter_rows(named=True):
                parts.setdefault(row["subject_id"], []).append(row)
            self._partitions[name] = parts
        return self._partitions[name].get(subject_id, [])

    def reference(self, key: str) -> Reference | None:
        """A reference of the study file by its key."""
        return next((each for each in self.study.references if each.key == key), None)

    @property
    def day_zero(self) -> str:
        """What day 0 is, in words."""
        return DAY_ZERO[self.study.schedule.anchor]

    @property
    def day_axis(self) -> str:
        """The title of an axis of study days."""
        return f"Study day (day 0: {self.day_zero})"

    @property
    def infusion_day(self) -> int | None:
        """The study day of the first infusion where it is the same for all; 0 where it is the anchor."""
        if self.study.schedule.anchor == "first_infusion":
            return 0
        days = {each.get("infusion_day") for each in self.infused}
        return days.pop() if len(days) == 1 else None

    @property
    def subtitle(self) -> str:
        """What every figure says under its title."""
        return "SYNTHETIC data, invented" if self.study.study.synthetic else ""

    @staticmethod
    def side_by_side(names: Sequence[str]) -> list[Sequence[str]]:
        """Patients in groups that fit beside one another on a page of paper, the groups of even size."""
        n_groups = -(-len(names) // SIDE_BY_SIDE)
        size = -(-len(names) // max(n_groups, 1))
        return [names[start : start + size] for start in range(0, len(names), max(size, 1))]

    def cut_note(self, shown: int, total: int, file: str) -> tuple[str, ...]:
        """The sentence under a listing that the page cuts short; none where it is whole."""
        if shown >= total:
            return ()
        return (f"{CUT} {shown} of {total} rows; all of them are in {file}.",)
