"""What a protocol says about adverse events: windows, words, readings of the text. No default decides silently."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from graftrial.study.part import Name, Number, Part, Whole, YesNo


class InfusionReaction(Part):
    """An event counts as an infusion reaction by its time, and by its term where terms are declared."""

    within_hours: Number | None = Field(
        default=None,
        gt=0,
        description="hours after the start of an infusion; by day where no time is recorded",
    )
    within_days: Whole | None = Field(default=None, ge=0, description="days after an infusion; 0 is its day")
    terms: tuple[Name, ...] = Field(
        default=(), description="preferred or CTCAE terms that count; empty: every term in the window"
    )

    @model_validator(mode="after")
    def _one_window(self) -> InfusionReaction:
        if self.within_hours is not None and self.within_days is not None:
            raise ValueError("two windows: keep one of within_hours and within_days")
        if self.terms and self.within_hours is None and self.within_days is None:
            raise ValueError("terms without a window: give within_hours or within_days")
        return self

    @property
    def is_declared(self) -> bool:
        """Whether the study file says what an infusion reaction is."""
        return self.within_hours is not None or self.within_days is not None


class LaboratoryGrades(Part):
    """How the laboratory text of CTCAE is read where it leaves a choice; a row may say more than the study."""

    also_edition: Literal["5.0", "6.0"] | None = Field(
        default=None,
        description="edition of CTCAE under which the values are graded once more, for comparison",
    )
    gap: Literal["severe", "mild"] | None = Field(
        default=None,
        description="side to which a printed gap belongs (hyponatraemia 129-130); empty: not assessable there",
    )
    symptomatic: YesNo | None = Field(
        default=None, description="findings with signs or symptoms, for every row"
    )
    on_anticoagulation: YesNo | None = Field(default=None, description="anticoagulation, for every row")
    fasting: YesNo | None = Field(default=None, description="glucose sampled fasting, for every row")
    physiologic_consequences: YesNo | None = Field(
        default=None, description="uric acid with physiologic consequences, for every row"
    )


class AdverseEvents(Part):
    """Definitions of the safety tables."""

    ctcae_terms: str = Field(
        default="",
        description="file of all terms of CTCAE as NCI publishes it (xlsx or csv), below the study folder",
    )
    ctcae_edition: Literal["", "5.0", "6.0"] = Field(default="", description="edition of that file")
    withdrawal_actions: tuple[Name, ...] = Field(
        default=(),
        description="words of the column action that mean: ended the treatment or the participation",
    )
    infusion_reaction: InfusionReaction = Field(
        default_factory=InfusionReaction, description="what counts as an infusion reaction"
    )
    laboratory: LaboratoryGrades = Field(
        default_factory=LaboratoryGrades, description="readings of the laboratory grades"
    )
    compare_with: str = Field(
        default="",
        description="cohort with which every other is compared by Fisher's exact test; empty: no p value",
    )

    @model_validator(mode="after")
    def _file_and_edition(self) -> AdverseEvents:
        if bool(self.ctcae_terms) != bool(self.ctcae_edition):
            raise ValueError("ctcae_terms and ctcae_edition belong together: give both or neither")
        return self
