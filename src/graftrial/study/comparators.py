"""Published results that stand beside an endpoint in grey: context, never subtracted from our own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Self

from pydantic import Field, model_validator

from graftrial.study.part import Id, Name, Number, Part, Whole


class Comparator(Part):
    """One result of another trial, with what a reader must know before looking across."""

    id: Id = Field(description="short id, named by endpoints")
    trial: Name = Field(description="trial or study")
    arm: Name = Field(description="arm, or what was compared with what")
    quantity: Name = Field(description="what the number is")
    unit: str = Field(default="", description="unit of the number")
    value: Number = Field(description="the published number")
    lower: Number | None = Field(default=None, description="lower published limit")
    upper: Number | None = Field(default=None, description="upper published limit")
    spread: str = Field(default="", description="what the limits are: 95% CI, IQR")
    n: Whole = Field(ge=1, description="patients behind the number")
    events: Whole | None = Field(
        default=None, ge=0, description="patients with the event, of whom the number is the share"
    )
    against: Id | None = Field(
        default=None, description="the other arm of the same trial, with whose counts this one is compared"
    )
    effect_as_printed: str = Field(default="", description="what the publication says of both arms together")
    population: Name = Field(description="who the patients were, and how they differ")
    method: Name = Field(description="how the number was made")
    source: Name = Field(description="citation with its identifier")

    @model_validator(mode="after")
    def _limits_hold_the_value(self) -> Self:
        if (self.lower is None) != (self.upper is None):
            raise ValueError("one of lower and upper is given: give both or neither")
        if self.lower is not None and self.upper is not None:
            if not self.lower <= self.value <= self.upper:
                raise ValueError(f"the limits {self.lower:g} to {self.upper:g} do not hold {self.value:g}")
            if not self.spread:
                raise ValueError("limits are given, but spread does not say what they are")
        return self

    @model_validator(mode="after")
    def _counts_make_the_value(self) -> Self:
        if self.events is not None and abs(self.events / self.n - self.value) > 1e-9:
            raise ValueError(f"{self.events} of {self.n} is not {self.value:g}")
        if self.against is not None and self.events is None:
            raise ValueError("against is given, but events is not: an effect is recomputed from counts")
        if self.effect_as_printed and self.against is None:
            raise ValueError("effect_as_printed is given, but against is not")
        return self


@cache
def shipped() -> Mapping[str, Comparator]:
    """The published results that come with graftrial, by id; every number was read in its source."""
    text = files("graftrial.study").joinpath("comparators.toml").read_text(encoding="utf-8")
    found = [Comparator.model_validate(each) for each in tomllib.loads(text)["comparators"]]
    return {each.id: each for each in found}
