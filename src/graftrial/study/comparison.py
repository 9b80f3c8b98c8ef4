"""Historical controls in the study folder: which cohort they are, and how they are matched to the treated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol, Self, get_args

from pydantic import Field, model_validator

from graftrial.study.endpoints import Endpoint
from graftrial.study.part import Id, Name, Number, Part, Whole, YesNo

Covariate = Literal[
    "age_years", "sex", "years_since_transplant", "weight_kg", "bmi_kg_per_m2", "has_diabetes", "has_hypertension",
    "n_previous_amr_treatments", "donor_age_years", "donor_type",
    "egfr_baseline", "creatinine_baseline", "upcr_baseline", "dsa_immunodominant_mfi_baseline", "g_plus_ptc_baseline",
]  # fmt: skip
COVARIATES: tuple[str, ...] = get_args(Covariate)
BASELINE = "_baseline"  # the last value of an endpoint variable inside [definitions.baseline]
CODED: Mapping[str, Mapping[object, float]] = {
    "sex": {"F": 1.0, "M": 0.0},
    "donor_type": {"deceased": 1.0, "living": 0.0},
    "has_diabetes": {True: 1.0, False: 0.0},
    "has_hypertension": {True: 1.0, False: 0.0},
}
METHODS = ("change_from_baseline", "percent_change", "log2_change", "paired_exact")


class Comparison(Part):
    """Treated patients beside controls of the study folder, matched by propensity score."""

    controls: Name = Field(description="id of the cohort of controls, which has treated = false")
    covariates: tuple[Covariate, ...] = Field(
        min_length=1,
        description="baseline facts in the propensity model; a patient without one is not matched",
    )
    caliper: Number = Field(
        gt=0,
        description="largest distance of a pair, in standard deviations of the logit; there is no default",
    )
    ratio: Whole = Field(default=1, ge=1, le=5, description="controls for each treated patient, at most")
    with_replacement: YesNo = Field(default=False, description="whether a control may be matched again")
    endpoints: tuple[Id, ...] = Field(
        default=(), description="endpoints whose changes are compared within pairs"
    )

    @model_validator(mode="after")
    def _names_nothing_twice(self) -> Self:
        for word, names in (("covariates", self.covariates), ("endpoints", self.endpoints)):
            if twice := [each for each in names if names.count(each) > 1]:
                raise ValueError(f"{word} names {twice[0]} twice")
        return self


class _Cohort(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def treated(self) -> bool: ...


def check_comparison(
    comparison: Comparison | None, cohorts: Sequence[_Cohort], endpoints: Sequence[Endpoint]
) -> None:
    """Refuse a comparison with a cohort that is not there or was treated, and of endpoints that do not fit.

    Raises: ValueError with what is wrong.
    """
    if comparison is None:
        return
    cohort = next((each for each in cohorts if each.id == comparison.controls), None)
    if cohort is None:
        raise ValueError(
            f"comparison.controls names '{comparison.controls}', which is no cohort of this file"
        )
    if cohort.treated:
        raise ValueError(f"comparison.controls names '{cohort.id}', a cohort without treated = false")
    known = {each.id: each for each in endpoints}
    for name in comparison.endpoints:
        if name not in known:
            raise ValueError(f"comparison.endpoints names '{name}', which is no endpoint of this file")
        if known[name].method not in METHODS:
            raise ValueError(
                f"comparison.endpoints names '{name}', which has no change of each patient; methods that have: "
                + ", ".join(METHODS)
            )
