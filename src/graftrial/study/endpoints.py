"""What an endpoint declares: variable, population, timepoint, method, and how intercurrent events are handled.

An endpoint without `method` is described in words and nothing is computed for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from graftrial.study.part import Id, Name, Number, Part, Whole
from graftrial.study.variables import EVENTS, HARMS, KIND_OF, STATES, Variable

Method = Literal[
    "change_from_baseline", "percent_change", "log2_change", "paired_exact", "composite_rank", "responder",
    "mixed_model_visits", "slope_within_patient", "slope_before_after", "mixed_model_slope", "interrupted_series",
    "proportion", "rate", "time_to_event", "rmst",
]  # fmt: skip
Happening = Literal["graft_loss", "death", "rescue_therapy", "withdrawal"]
Strategy = Literal[
    "treatment_policy", "while_on_treatment", "exclude_after", "last_value", "value_zero", "composite_worst"
]
Interval = Literal[
    "hodges_lehmann", "t", "clopper_pearson", "wilson", "blaker", "jeffreys", "mid_p", "garwood"
]

AT_ONE_TIME = (
    "change_from_baseline",
    "percent_change",
    "log2_change",
    "paired_exact",
    "composite_rank",
    "mixed_model_visits",
)
SLOPES = ("slope_within_patient", "slope_before_after", "mixed_model_slope")
OVER_TIME = (*SLOPES, "interrupted_series")
SHARES = ("proportion", "responder")
CURVES = ("time_to_event", "rmst")
REFUSED: Mapping[str, str] = {
    "joint_model": (
        "joint_model is not offered: no formula of it has been confirmed for groups of this size; declare the slope "
        "without imputation and composite_rank beside it, which says what a lost graft is worth"
    ),
}
INTERVALS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("change_from_baseline", "paired_exact"), ("hodges_lehmann", "t")),
    **dict.fromkeys(("percent_change", "log2_change"), ("hodges_lehmann", "t")),
    **dict.fromkeys(SHARES, ("clopper_pearson", "wilson", "blaker", "jeffreys", "mid_p")),
    "rate": ("garwood", "mid_p"),
}


class Intercurrent(Part):
    """One event after the infusion that changes what a later value means, and what is done about it."""

    event: Happening = Field(description="what may happen between the infusion and the timepoint")
    strategy: Strategy = Field(
        description=(
            "treatment_policy: values count as recorded; exclude_after: values from the event on do not count; "
            "while_on_treatment: the last value before the event counts; last_value: it is carried to the "
            "timepoint; value_zero: `value` stands from the event on; composite_worst: worst rank, non-responder"
        )
    )
    value: Number | None = Field(
        default=None, description="what stands from the event on under value_zero; empty: 0"
    )

    @model_validator(mode="after")
    def _value_belongs_to_value_zero(self) -> Self:
        if self.value is not None and self.strategy != "value_zero":
            raise ValueError(f"value is given, which the strategy {self.strategy} does not use")
        return self


class Endpoint(Part):
    """One endpoint of the protocol."""

    id: Id = Field(description="short id")
    kind: Literal["primary", "secondary", "exploratory"] = Field(description="rank of the endpoint")
    title: str = Field(description="what is measured")
    measure: str = Field(default="", description="how")
    time_frame: str = Field(default="", description="when")
    population: Id | None = Field(default=None, description="id of the analysis set")
    variable: Variable | None = Field(default=None, description="derived variable that is analysed")
    score: Name | None = Field(
        default=None, description="score of the table transcripts, for the variable transcript"
    )
    method: Method | None = Field(
        default=None, description="how it is computed; empty: described in words, nothing is computed"
    )
    at: Name | None = Field(default=None, description="id of the visit at which it is read")
    visits: tuple[Name, ...] = Field(
        default=(), description="visits of mixed_model_visits, `at` among them; empty: all after day 0"
    )
    window_days: tuple[Whole, ...] | None = Field(
        default=None, description="first and last study day; where one value is read, the last counts"
    )
    until_day: Whole | None = Field(default=None, ge=1, description="last study day, counted from day 0")
    model: Literal["total", "two_slope"] = Field(
        default="total", description="mixed model: one slope, or one up to the knot and one after it"
    )
    knot_days: Whole | None = Field(default=None, gt=0, description="end of the acute phase in study days")
    freedom: Literal["kenward_roger", "satterthwaite"] = Field(
        default="kenward_roger", description="degrees of freedom of the mixed model"
    )
    threshold: Number | None = Field(default=None, description="what makes a responder")
    direction: Literal["at_least", "at_most"] | None = Field(
        default=None, description="a responder is at least, or at most, the threshold"
    )
    of: Literal["value", "change", "percent_change", "log2_change"] = Field(
        default="value", description="what is held against the threshold"
    )
    missing: Literal["not_assessable", "non_responder"] = Field(
        default="not_assessable", description="what a patient without a value is"
    )
    better: Literal["higher", "lower"] | None = Field(
        default=None, description="which way the variable improves; needed for ranks and for single patients"
    )
    competing: tuple[Literal["death", "graft_loss"], ...] = Field(
        default=(), description="events after which the endpoint cannot happen any more"
    )
    interval: Interval | None = Field(
        default=None, description="kind of interval; empty: the exact one of the method"
    )
    min_points: Whole = Field(default=3, ge=3, description="fewest values that make a slope")
    min_span_days: Whole = Field(
        default=0, ge=0, description="shortest time between first and last value of a slope"
    )
    intercurrent: tuple[Intercurrent, ...] = Field(
        default=(), description="what may come between, and how it is handled"
    )
    reported: Name | None = Field(
        default=None, description="statement of the table reported that stands beside the rows"
    )
    comparators: tuple[Id, ...] = Field(
        default=(), description="published results shown in grey beside this endpoint"
    )

    @field_validator("method", mode="before")
    @classmethod
    def _is_offered(cls, given: object) -> object:
        if isinstance(given, str) and given in REFUSED:
            raise ValueError(REFUSED[given])
        return given

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        for why in _gaps(self):
            raise ValueError(why)
        return self

    @property
    def words(self) -> str:
        """The variable in words."""
        if self.variable is None:
            return ""
        return (
            f"transcript score {self.score}"
            if self.variable == "transcript"
            else KIND_OF[self.variable].words
        )

    @property
    def unit(self) -> str:
        """The unit of the variable; empty where it has none."""
        return KIND_OF[self.variable].unit if self.variable else ""


def _gaps(endpoint: Endpoint) -> list[str]:
    """What a declared computation still lacks, or says twice."""
    if endpoint.method is None:
        given = [name for name in ("variable", "population", "at") if getattr(endpoint, name) is not None]
        return [f"{given[0]} is given, but no method: nothing would be computed"] if given else []
    if endpoint.variable is None or endpoint.population is None:
        missing = "variable" if endpoint.variable is None else "population"
        return [f"method is given, but no {missing}"]
    return [*_fitting(endpoint), *_times(endpoint), *_details(endpoint)]


def _fitting(endpoint: Endpoint) -> list[str]:
    method, variable = str(endpoint.method), str(endpoint.variable)
    allowed = {
        "proportion": (*STATES, *EVENTS, *HARMS),
        "rate": HARMS,
        "time_to_event": (*EVENTS, *HARMS),
        "rmst": (*EVENTS, *HARMS),
    }
    numbers = tuple(name for name, kind in KIND_OF.items() if kind.kind == "number")
    fits = allowed.get(method, numbers)
    found = []
    if variable not in fits:
        found.append(f"{method} does not fit the variable {variable}; it fits {', '.join(fits)}")
    chosen = INTERVALS.get(method, ())
    if endpoint.interval and endpoint.interval not in chosen:
        choices = ", ".join(chosen) or "none of its own: the method gives its limits"
        found.append(f"interval {endpoint.interval} does not belong to {method}; choices: {choices}")
    if (variable == "transcript") != (endpoint.score is not None):
        found.append("the variable transcript and the key score go together")
    return found


def _times(endpoint: Endpoint) -> list[str]:
    method, found = endpoint.method, []
    given = [name for name in ("at", "window_days", "until_day") if getattr(endpoint, name) is not None]
    if len(given) > 1:
        found.append(f"{' and '.join(given)} are given: keep one")
    if not given:
        found.append("no timepoint: give one of at, window_days, until_day")
    if method in (*AT_ONE_TIME, "responder") and given == ["until_day"]:
        found.append(f"{method} reads one value: give at or window_days instead of until_day")
    if method == "mixed_model_visits" and given and given != ["at"]:
        found.append(f"{method} is of visits: give at instead of {given[0]}")
    if method in OVER_TIME and given == ["at"]:
        found.append(f"{method} reads many values: give window_days or until_day instead of at")
    if method == "proportion" and given and (endpoint.variable in STATES) == (given == ["until_day"]):
        needed = "at or window_days" if endpoint.variable in STATES else "until_day"
        found.append(f"a proportion of {endpoint.variable} needs {needed} instead of {given[0]}")
    if method in (*CURVES, "rate") and given and given != ["until_day"]:
        found.append(f"{method} counts from day 0: give until_day instead of {given[0]}")
    window = endpoint.window_days
    if window is not None and (len(window) != 2 or window[0] > window[1]):
        found.append("window_days is not a first and a last study day, as [-7, 365]")
    return found


def _details(endpoint: Endpoint) -> list[str]:
    method, found = endpoint.method, []
    if method == "mixed_model_slope" and (endpoint.model == "two_slope") != (endpoint.knot_days is not None):
        found.append("the model two_slope and the key knot_days go together")
    if endpoint.visits and method != "mixed_model_visits":
        found.append(f"visits are given, which {method} does not use")
    if endpoint.visits and endpoint.at not in endpoint.visits:
        found.append(f"visits does not name {endpoint.at}, at which the endpoint is read")
    if method == "mixed_model_visits" and endpoint.freedom != "kenward_roger":
        found.append("mixed_model_visits has the degrees of freedom of Kenward and Roger only")
    if method == "responder" and (endpoint.threshold is None or endpoint.direction is None):
        found.append("a responder needs threshold and direction")
    if method in ("composite_rank", "interrupted_series") and endpoint.better is None:
        found.append(f"{method} needs better: higher or lower")
    if endpoint.competing and method not in CURVES:
        found.append(f"competing events are given, which {method} does not use")
    if endpoint.competing and method == "rmst":
        found.append("rmst is of the time without any of the events: take graft_loss_or_death instead")
    events = [each.event for each in endpoint.intercurrent]
    if twice := [each for each in events if events.count(each) > 1]:
        found.append(f"two strategies for {twice[0]}: keep one")
    if method == "mixed_model_visits" and _strategies(endpoint, ("composite_worst",)):
        found.append("composite_worst has no meaning in mixed_model_visits: a rank has no mean")
    if method in OVER_TIME and (bad := _strategies(endpoint, ("last_value", "composite_worst"))):
        found.append(f"{bad[0]} has no meaning in {method}: there is no single value")
    return found


def _strategies(endpoint: Endpoint, among: tuple[str, ...]) -> list[str]:
    return [each.strategy for each in endpoint.intercurrent if each.strategy in among]
