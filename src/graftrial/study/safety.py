"""What the study file says about safety: the events that are monitored, the rules of the three layers, the prior."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from graftrial.study.part import Id, Name, Number, Part, Whole, YesNo
from graftrial.study.reporting import Reporting

if TYPE_CHECKING:
    from graftrial.stats.priors.beta_mixture import BetaMixture
    from graftrial.stats.stopping.design import StoppingDesign
    from graftrial.stats.stopping.time_to_event import FollowUpDesign

Component = tuple[Number, Number, Number]
CRITERIA = ("serious", "grade_at_least", "terms", "soc", "is_infusion_reaction")
DESIGN = (
    "rule", "p0", "n_max", "alpha", "looks", "delta", "p1", "nu", "margin", "cut", "predictive_cut",
    "prior_a", "prior_b", "prior", "control", "table", "calibrated_to", "prior_shape", "prior_rate",
)  # fmt: skip
BOTH = ("rule", "p0", "n_max", "alpha", "delta", "p1")  # keys of boundaries over subjects and over follow-up
FOLLOW_UP = ("calibrated_to", "prior_shape", "prior_rate")


class SafetyEvent(Part):
    """One monitored event of an infused subject: what counts, and until when."""

    id: Id = Field(description="short id, as in `event` of the rules")
    title: Name = Field(description="the event in words")
    serious: YesNo | None = Field(default=None, description="adverse events: serious, or not serious")
    related: Literal["investigator", "sponsor", "either", "any"] = Field(
        default="either",
        description="adverse events: related to the cells in whose judgement; any: whatever the causality",
    )
    grade_at_least: Whole | None = Field(default=None, ge=1, le=5, description="adverse events: CTCAE grade")
    terms: tuple[Name, ...] = Field(
        default=(), description="adverse events: one of these as term, MedDRA or CTCAE term"
    )
    soc: tuple[Name, ...] = Field(default=(), description="adverse events: one of these system organ classes")
    is_infusion_reaction: YesNo | None = Field(default=None, description="adverse events: infusion reaction")
    milestone: Literal["graft_loss", "death"] | None = Field(
        default=None, description="a milestone of the table disposition instead of an adverse event"
    )
    biopsy: Literal["tma"] | None = Field(
        default=None, description="a biopsy with thrombotic microangiopathy instead of an adverse event"
    )
    window_days: Whole | None = Field(
        default=None, ge=0, description="days after the infusion that count; empty: every later day"
    )
    counts_from: Literal["first_infusion", "each_infusion"] = Field(
        default="first_infusion", description="the infusion from which the window runs"
    )
    withdrawn_before_window: Literal["no_event", "replace", "event"] | None = Field(
        default=None,
        description="a subject who left before the window closed; without it a rule is undecidable once it happens",
    )
    partial_dose: Literal["counted", "not_counted"] = Field(
        default="counted", description="a subject whose first dose was below plan by more than the tolerance"
    )

    @model_validator(mode="after")
    def _counts_one_kind(self) -> SafetyEvent:
        chosen = [name for name in ("milestone", "biopsy") if getattr(self, name) is not None]
        if any(getattr(self, name) not in (None, ()) for name in CRITERIA):
            chosen.append("criteria of adverse events")
        if len(chosen) > 1:
            raise ValueError(f"one event counts one kind of thing: keep one of {', '.join(chosen)}")
        if not chosen and self.related == "any":
            raise ValueError(
                "nothing says what counts: give milestone, biopsy, or a criterion of adverse events"
            )
        return self

    @property
    def source(self) -> Literal["adverse_events", "disposition", "biopsies"]:
        """The table in which it is found."""
        return "disposition" if self.milestone else "biopsies" if self.biopsy else "adverse_events"


class SafetyRule(Part):
    """A rule that pauses or stops the trial. One with words alone is legal, and undecidable."""

    id: Id = Field(description="short id")
    layer: Literal["event", "boundary", "board"] = Field(
        description="event: one event is enough; boundary: a statistical rule; board: judgement of the board"
    )
    text: str = Field(description="the rule as the protocol words it")
    action: Literal["pause", "stop"] = Field(default="pause", description="what follows")
    event: Id | None = Field(default=None, description="id of the monitored event; see safety.events")
    window_days: Whole | None = Field(default=None, ge=0, description="overrules the window of the event")
    scope: Literal["trial", "cohort"] = Field(
        default="trial", description="whether the whole trial is counted together or each cohort by itself"
    )
    at_least: Whole = Field(default=1, ge=1, description="layer event: so many subjects with the event")
    among_consecutive: Whole | None = Field(
        default=None, ge=1, description="layer event: among so many subjects who follow one another"
    )
    over: Literal["subjects", "follow_up"] = Field(
        default="subjects",
        description="layer boundary: events are set against subjects, or against the days that all were followed",
    )
    rule: Name | None = Field(
        default=None,
        description="layer boundary: id, as in `graftrial design stopping`, over follow-up as in `design follow-up`",
    )
    p0: Number | None = Field(default=None, description="layer boundary: acceptable event probability")
    n_max: Whole | None = Field(default=None, ge=1, description="layer boundary: subjects planned")
    alpha: Number | None = Field(default=None, description="layer boundary: P(stop | p0) not to be exceeded")
    looks: tuple[Whole, ...] = Field(
        default=(), description="layer boundary: numbers of subjects looked at; empty: every one"
    )
    delta: Number | None = Field(default=None, description="of wang_tsiatis and power_family")
    p1: Number | None = Field(default=None, description="unacceptable probability, of sprt and chen_chaloner")
    nu: Number | None = Field(default=None, description="second cut of chen_chaloner")
    margin: Number | None = Field(default=None, description="tolerated excess, of posterior_vs_control")
    cut: Number | None = Field(default=None, description="fixed posterior cut")
    predictive_cut: Number | None = Field(default=None, description="fixed predictive cut")
    prior_a: Number | None = Field(default=None, description="a of the beta prior")
    prior_b: Number | None = Field(default=None, description="b of the beta prior")
    prior: tuple[Component, ...] = Field(default=(), description="mixture prior: lists of weight, a, b")
    control: tuple[Component, ...] = Field(default=(), description="mixture of the control: weight, a, b")
    table: tuple[tuple[Whole, Whole], ...] = Field(
        default=(), description="of the rule table: pairs of n and the number that stops"
    )
    calibrated_to: Literal["maximum", "expected"] | None = Field(
        default=None, description="over follow-up: total follow-up at which P(stop | p0) is alpha"
    )
    prior_shape: Number | None = Field(
        default=None, description="of gamma_poisson: events the prior is worth"
    )
    prior_rate: Number | None = Field(default=None, description="of gamma_poisson: days the prior is worth")
    while_pending: Literal["continue", "hold"] = Field(
        default="continue",
        description="layer boundary: what holds while open windows could reach the boundary",
    )

    @model_validator(mode="after")
    def _fits_its_layer(self) -> SafetyRule:
        given = [name for name in DESIGN if getattr(self, name) not in (None, ())]
        if given and self.layer != "boundary":
            raise ValueError(f"{given[0]} belongs to a rule of the layer boundary")
        if (self.at_least > 1 or self.among_consecutive) and self.layer != "event":
            raise ValueError("at_least and among_consecutive belong to a rule of the layer event")
        if self.among_consecutive is not None and self.among_consecutive < self.at_least:
            raise ValueError(f"{self.among_consecutive} subjects cannot have {self.at_least} events")
        self._fits_what_it_counts_over(given)
        if given:
            self.design()
        return self

    def _fits_what_it_counts_over(self, given: list[str]) -> None:
        if self.over == "subjects":
            wrong = [name for name in given if name in FOLLOW_UP]
        else:
            wrong = [name for name in given if name not in (*BOTH, *FOLLOW_UP)]
            if self.layer != "boundary" or self.window_days is None:
                raise ValueError("a rule over follow-up is of the layer boundary and says its window_days")
        if wrong:
            raise ValueError(f"{wrong[0]} does not belong to a rule over {self.over.replace('_', '-')}")

    def design(self) -> StoppingDesign | FollowUpDesign | None:
        """The stopping design of a boundary; None for a rule with words alone.

        Raises: ValueError for a design that contradicts itself.
        """
        if self.rule is None and all(getattr(self, name) in (None, ()) for name in DESIGN):
            return None
        if self.rule is None or self.p0 is None or self.n_max is None:
            raise ValueError("a boundary needs rule, p0 and n_max")
        if self.over == "follow_up":
            return self._over_follow_up(self.rule, self.p0, self.n_max)
        return self._over_subjects(self.rule, self.p0, self.n_max)

    def _over_follow_up(self, rule: str, p0: float, n_max: int) -> FollowUpDesign:
        from graftrial.stats.stopping.time_to_event import FollowUpDesign

        if self.alpha is None or self.calibrated_to is None or self.window_days is None:
            raise ValueError("a rule over follow-up needs alpha, calibrated_to and window_days")
        return FollowUpDesign(
            rule, p0, n_max, self.alpha, float(self.window_days), self.calibrated_to,
            self.delta, self.p1, self.prior_shape, self.prior_rate,
        )  # fmt: skip

    def _over_subjects(self, rule: str, p0: float, n_max: int) -> StoppingDesign:
        from graftrial.stats.priors.beta_mixture import BetaMixture
        from graftrial.stats.stopping.design import StoppingDesign

        return StoppingDesign(
            rule=rule, p0=p0, n_max=n_max, alpha=self.alpha, looks=self.looks,
            delta=self.delta, p1=self.p1, nu=self.nu, prior=self._prior(),
            control=BetaMixture.of(*self.control) if self.control else None,
            margin=self.margin, cut=self.cut, predictive_cut=self.predictive_cut, imported=self.table or None,
        )  # fmt: skip

    def _prior(self) -> BetaMixture | None:
        from graftrial.stats.priors.beta_mixture import BetaMixture

        if (self.prior_a is None) != (self.prior_b is None):
            raise ValueError("prior_a and prior_b stand together")
        if self.prior_a is not None and self.prior_b is not None:
            if self.prior:
                raise ValueError("two priors: keep one of prior and prior_a with prior_b")
            return BetaMixture.beta(self.prior_a, self.prior_b)
        return BetaMixture.of(*self.prior) if self.prior else None


class SafetyPrior(Part):
    """Which historical cohorts the board report sets beside the trial's own count."""

    evidence: Name = Field(description="`shipped`, or a CSV file of the study folder in the same columns")
    stratum: Name = Field(description="stratum of the cohorts; cohorts of other strata are never pooled")
    event_type: Name = Field(description="event type of the cohorts")
    robust_weight: Number = Field(gt=0, lt=1, description="weight of Beta(1, 1) in the robust prior")
    event: Id | None = Field(default=None, description="monitored event that it speaks of; empty: every one")
    exclude: tuple[Name, ...] = Field(
        default=(), description="study ids left out, for example because they hold the same patients"
    )
    tau_scale: Number = Field(default=1.0, gt=0, description="scale of the spread between cohorts, on logits")
    mu_sd: Number = Field(default=2.0, gt=0, description="standard deviation of the mean logit")


class Safety(Part):
    board: str = Field(default="", description="who decides")
    events: tuple[SafetyEvent, ...] = Field(default=(), description="events that the rules monitor")
    rules: tuple[SafetyRule, ...] = Field(default=(), description="rules that pause or stop the trial")
    prior: SafetyPrior | None = Field(default=None, description="historical evidence of the board report")
    note: str = Field(default="", description="remark, for example that no rule was published")
    reporting: Reporting = Field(
        default_factory=Reporting, description="expedited and annual reports, narratives"
    )

    @model_validator(mode="after")
    def _follow_up_has_one_start(self) -> Safety:
        for rule in self.rules:
            event = self.event(rule.event)
            if rule.over == "follow_up" and event is not None and event.counts_from == "each_infusion":
                raise ValueError(
                    f"rule {rule.id} over follow-up counts from the first infusion, its event from each"
                )
        return self

    def event(self, event_id: str | None) -> SafetyEvent | None:
        """The monitored event of that id."""
        return next((each for each in self.events if each.id == event_id), None)
