"""Historical controls in the study folder: which cohort they are, and how they are matched to the treated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from graftrial.study.part import Id, Name, Number, Part, Whole, YesNo
from graftrial.study.variables import HARMS

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
METHODS = (
    "change_from_baseline", "percent_change", "log2_change", "paired_exact",
    "slope_within_patient", "slope_before_after", "responder", "proportion",
)  # fmt: skip
CURVE = (
    "the curves of matched patients are not independent, and no interval of their difference is confirmed for groups "
    "of this size; declare the event up to a day, as a proportion"
)
RANK = "a rank depends on everybody who is ranked; declare a responder, for whom a lost graft is no response"
MODEL = "its number belongs to the model and not to one patient; declare {}"
WITHOUT: Mapping[str, str] = {
    "time_to_event": CURVE,
    "rmst": CURVE,
    "composite_rank": RANK,
    "mixed_model_slope": MODEL.format("slope_within_patient"),
    "mixed_model_visits": MODEL.format("change_from_baseline"),
    "interrupted_series": "each patient is compared with himself alone",
}
NO_INFUSION = "treatment-emergent events begin with an infusion, which controls do not have"


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
        default=(),
        description="endpoints that are compared within pairs: changes, slopes, responders, shares",
    )

    @model_validator(mode="after")
    def _names_nothing_twice(self) -> Self:
        for word, names in (("covariates", self.covariates), ("endpoints", self.endpoints)):
            if twice := [each for each in names if names.count(each) > 1]:
                raise ValueError(f"{word} names {twice[0]} twice")
        return self


def comparison_problems(data: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """What a comparison says about cohorts and endpoints that does not fit: its key, and the sentence.

    data: the study file as TOML gives it.
    """
    given = data.get("comparison")
    if not isinstance(given, Mapping):
        return
    cohorts, endpoints = (_by_id(data.get(each)) for each in ("cohorts", "endpoints"))
    name = given.get("controls")
    if isinstance(name, str) and name not in cohorts:
        yield "controls", f"names '{name}', which is no cohort of this file"
    elif isinstance(name, str) and cohorts[name].get("treated", True) is not False:
        yield "controls", f"names '{name}', a cohort without treated = false"
    listed = given.get("endpoints")
    for each in listed if isinstance(listed, list) else []:
        if not isinstance(each, str):
            continue
        if each not in endpoints:
            yield "endpoints", f"names '{each}', which is no endpoint of this file"
        elif why := _not_offered(endpoints[each]):
            yield "endpoints", f"names '{each}', which is not compared with controls: {why}"


def _not_offered(endpoint: Mapping[str, object]) -> str:
    """Why an endpoint has no number of each patient that pairs could carry; empty where it has."""
    method, variable = str(endpoint.get("method")), endpoint.get("variable")
    if variable in HARMS:
        return NO_INFUSION
    if method in METHODS:
        return ""
    return WITHOUT.get(method, f"methods that have a number of each patient: {', '.join(METHODS)}")


def _by_id(listed: object) -> dict[str, Mapping[str, object]]:
    entries = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return {name: each for each in entries if isinstance(name := each.get("id"), str)}
