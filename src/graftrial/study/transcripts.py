"""What a study file says of molecular transcripts: the instrument, limits fixed beforehand, what counts as AMR."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from graftrial.clinical.transcripts.gene_sets import LOWEST_FRACTION
from graftrial.study.part import Name, Number, Part, Whole, YesNo


class MolecularAmr(Part):
    """From which value on a score counts as molecular AMR; there is no default."""

    score: Name = Field(
        description="a score of the lanes as in derived/transcript_scores.csv, or the name of a printed score"
    )
    at_least: Number = Field(description="molecular AMR from this value on")
    printed: YesNo = Field(
        default=False,
        description="true: a score that an external report printed; false: a score of the lanes",
    )
    source: Name = Field(description="where the threshold was fixed, and for Banff: where it was validated")
    as_banff_criterion: YesNo = Field(
        default=False,
        description="whether the pinned Banff edition takes it as its validated transcript criterion; else it is "
        "only shown beside histology",
    )


class Transcripts(Part):
    """How lanes that the table transcripts names are read."""

    instrument: Literal["max", "flex", "sprint"] | None = Field(
        default=None, description="for the limit of binding density"
    )
    fail_hk_below_lod: Whole | None = Field(
        default=None,
        ge=1,
        description="a lane fails from so many housekeeping genes below the limit of detection",
    )
    set_fraction: Number = Field(
        default=LOWEST_FRACTION,
        ge=0,
        le=1,
        description="share of the genes of a set that must be measured; below it the set is refused",
    )
    molecular_amr: MolecularAmr | None = Field(
        default=None,
        description="what counts as molecular AMR; without it agreement with histology is not judged",
    )
