"""What a study is and which documents speak of it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from graftrial.study.part import Id, Name, Part, Whole, YesNo


class Identity(Part):
    id: Name = Field(description="short name or registry number of the study")
    title: Name = Field(description="full title")
    short_title: str = Field(default="", description="title for the head of a page")
    sponsor: str = Field(default="", description="sponsor")
    phase: str = Field(default="", description="phase, as the study states it")
    design: str = Field(default="", description="design in one sentence")
    population: str = Field(default="", description="who can take part, in one sentence")
    sites_planned: Whole | None = Field(default=None, description="number of sites planned")
    status: Literal["planned", "recruiting", "ongoing", "completed", "terminated", "published"] = Field(
        default="planned", description="status of the study"
    )
    status_reason: str = Field(default="", description="why the study was terminated, if it was")
    synthetic: YesNo = Field(
        default=False, description="true for invented data; every output then says SYNTHETIC"
    )


class Registry(Part):
    name: str = Field(description="register, for example ClinicalTrials.gov")
    id: Name = Field(description="number in the register")


class Reference(Part):
    key: Id = Field(description="short key, used as `reference` elsewhere in this file")
    citation: str = Field(description="citation in full")
    doi: str = Field(default="", description="DOI")
    pmid: str = Field(default="", description="PubMed number")
    pmcid: str = Field(default="", description="PubMed Central number")
    nct: str = Field(default="", description="ClinicalTrials.gov number")


class Statement(Part):
    source: str = Field(description="who states it: registry, paper, protocol …")
    value: str = Field(description="what is stated, in the words of the source")
    reference: str = Field(default="", description="key of a reference")


class Discrepancy(Part):
    item: str = Field(description="what the sources disagree about")
    in_force: str = Field(
        default="", description="the `source` whose statement this study file follows; empty where none is"
    )
    reason: str = Field(default="", description="why")
    statements: tuple[Statement, ...] = Field(min_length=2, description="what each source states")

    @model_validator(mode="after")
    def _in_force_is_stated(self) -> Discrepancy:
        if self.in_force and self.in_force not in {each.source for each in self.statements}:
            raise ValueError(f"in_force names '{self.in_force}', which makes no statement here")
        return self
