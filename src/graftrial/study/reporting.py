"""What a protocol says about reporting safety: the law that sets the clocks, the annual report, the narratives."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from graftrial.study.part import Name, Part, PartialDate, Whole

WHOLE_DAY = len("2024-01-31")


class Reporting(Part):
    """Expedited reporting, annual safety report and patient narratives."""

    regime: Literal["", "eu", "uk", "us"] = Field(
        default="",
        description="law whose deadlines count: eu (536/2014), uk (SI 2004/1031), us (21 CFR 312); empty: none shown",
    )
    products: tuple[Name, ...] = Field(
        default=("cells",),
        min_length=1,
        description="products under investigation: a relation to one of them makes an event a reaction",
    )
    development_birth_date: PartialDate | None = Field(
        default=None,
        description="day of the first authorisation of a trial with the product; the annual report counts from it",
    )
    data_lock: PartialDate | None = Field(
        default=None,
        description="last day of the annual report; empty: the last full year before the data cut",
    )
    special_interest: tuple[Name, ...] = Field(
        default=(), description="preferred or CTCAE terms of special interest: each event gets a narrative"
    )
    narrative_days_before: Whole = Field(
        default=14,
        ge=0,
        description="days before the onset from which a narrative tells laboratory and biopsies",
    )
    narrative_days_after: Whole = Field(
        default=28, ge=0, description="days after the onset up to which a narrative tells them"
    )
    narrative_analytes: tuple[Name, ...] = Field(
        default=("creatinine",), description="what a narrative tells of the laboratory"
    )

    @model_validator(mode="after")
    def _whole_days(self) -> Reporting:
        for name in ("development_birth_date", "data_lock"):
            given = getattr(self, name)
            if given is not None and len(given) != WHOLE_DAY:
                raise ValueError(f"{name} is '{given}', expected a whole day such as 2024-01-31")
        if self.data_lock is not None and self.development_birth_date is None:
            raise ValueError("data_lock without development_birth_date: give both")
        if self.data_lock and self.development_birth_date and self.data_lock < self.development_birth_date:
            raise ValueError("data_lock is before development_birth_date")
        return self
