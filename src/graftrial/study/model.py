"""What a protocol says, as frozen data. Knows no file and no patient; `study.load` reads it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from graftrial.study.comparators import Comparator as Comparator
from graftrial.study.comparison import Comparison as Comparison
from graftrial.study.endpoints import Endpoint as Endpoint
from graftrial.study.endpoints import Intercurrent as Intercurrent
from graftrial.study.events import AdverseEvents as AdverseEvents
from graftrial.study.identity import Discrepancy as Discrepancy
from graftrial.study.identity import Identity as Identity
from graftrial.study.identity import Reference as Reference
from graftrial.study.identity import Registry as Registry
from graftrial.study.identity import Statement as Statement
from graftrial.study.immunology import Antibodies as Antibodies
from graftrial.study.immunology import BeadRun as BeadRun
from graftrial.study.immunology import Hla as Hla
from graftrial.study.part import Encoding, Id, Name, Number, Part, PartialDate, Scalar, Whole, YesNo
from graftrial.study.reporting import Reporting as Reporting
from graftrial.study.safety import Safety as Safety
from graftrial.study.safety import SafetyEvent as SafetyEvent
from graftrial.study.safety import SafetyPrior as SafetyPrior
from graftrial.study.safety import SafetyRule as SafetyRule
from graftrial.study.transcripts import Transcripts as Transcripts


class Cohort(Part):
    id: Name = Field(description="as in the column cohort of subjects")
    title: str = Field(description="what the cohort is")
    treated: YesNo = Field(default=True, description="whether its subjects are given the product")
    planned_subjects: Whole | None = Field(default=None, ge=0, description="number planned")
    planned_cells_per_kg: Number | None = Field(
        default=None, gt=0, description="dose of this cohort, where cohorts differ"
    )

    @model_validator(mode="after")
    def _only_treated_cohorts_have_a_dose(self) -> Cohort:
        if self.planned_cells_per_kg is not None and not self.treated:
            raise ValueError("planned_cells_per_kg is given for a cohort that is not treated")
        return self


class Criterion(Part):
    """One eligibility criterion: a fact about the candidate and one comparison."""

    id: Id = Field(description="short id, used in result keys")
    kind: Literal["inclusion", "exclusion"] = Field(
        description="an exclusion criterion describes what excludes"
    )
    text: str = Field(description="the criterion as the protocol words it")
    list: Id = Field(
        default="protocol", description="list the criterion belongs to; `protocol` decides on eligibility"
    )
    fact: Name = Field(description="the fact that is compared; `graftrial rules facts` lists them")
    at_least: Number | None = Field(default=None, description="fact ≥ this")
    more_than: Number | None = Field(default=None, description="fact > this")
    at_most: Number | None = Field(default=None, description="fact ≤ this")
    less_than: Number | None = Field(default=None, description="fact < this")
    equals: Scalar | None = Field(default=None, description="fact is this")
    one_of: tuple[str, ...] = Field(default=(), description="fact is one of these")
    reference: str = Field(default="", description="key of a reference")

    @model_validator(mode="after")
    def _compares(self) -> Criterion:
        bounds = (self.at_least, self.more_than, self.at_most, self.less_than)
        if all(each is None for each in bounds) and self.equals is None and not self.one_of:
            raise ValueError(
                "no comparison: give one of at_least, more_than, at_most, less_than, equals, one_of"
            )
        if self.equals is not None and (self.one_of or any(each is not None for each in bounds)):
            raise ValueError("equals stands beside another comparison: keep one of them")
        lowest = [each for each in bounds[:2] if each is not None]
        highest = [each for each in bounds[2:] if each is not None]
        if len(lowest) > 1 or len(highest) > 1:
            raise ValueError(
                "two limits on the same side: keep one of at_least and more_than, of at_most and less_than"
            )
        if lowest and highest and lowest[0] > highest[0]:
            raise ValueError(f"nothing is above {lowest[0]:g} and below {highest[0]:g} at once")
        return self


class EligibilityList(Part):
    id: Id = Field(description="as in `list` of the criteria")
    title: str = Field(description="what the list is")
    decides: YesNo = Field(default=False, description="whether it decides on eligibility in this study")
    reference: str = Field(default="", description="key of a reference")


class Course(Part):
    treatment: Name = Field(description="drug or procedure, as in the column treatment of treatments")
    sessions: Whole | None = Field(default=None, ge=0, description="number of sessions planned")
    dose: Number | None = Field(default=None, ge=0, description="dose of one session")
    dose_unit: str = Field(default="", description="unit of the dose, for example mg/kg")
    note: str = Field(default="", description="remark")


class StandardTherapy(Part):
    text: str = Field(default="", description="standard therapy in one sentence")
    before_infusion: YesNo = Field(
        default=True, description="whether it has to be complete before the first infusion"
    )
    courses: tuple[Course, ...] = Field(default=(), description="its courses")


class Product(Part):
    name: Name = Field(description="product")
    cell_type: str = Field(default="", description="kind of cell")
    tissue: str = Field(default="", description="tissue of origin")
    autologous: YesNo | None = Field(default=None, description="whether the cells are the patient's own")
    release_tests: tuple[str, ...] = Field(
        default=(), description="tests that a batch must have passed before it is infused"
    )
    identity_panel: Literal["isct_2006", "isct_2006_markers"] | None = Field(
        default=None, description="identity criteria that a batch is shown against; there is no default"
    )


class Dose(Part):
    planned_cells_per_kg: Number | None = Field(
        default=None, gt=0, description="planned viable cells per kg of body weight and infusion"
    )
    planned_infusions: Whole | None = Field(default=None, ge=1, description="planned number of infusions")
    tolerance_percent: Number | None = Field(
        default=None, ge=0, description="deviation from plan that is still in order, in percent"
    )
    route: str = Field(default="", description="planned route")
    timing: str = Field(default="", description="when, in words")


class Visit(Part):
    id: Name = Field(description="name of the visit")
    day: Whole = Field(description="planned study day")
    earliest: Whole = Field(description="first study day of the window")
    latest: Whole = Field(description="last study day of the window")

    @model_validator(mode="after")
    def _window_holds_day(self) -> Visit:
        if not self.earliest <= self.day <= self.latest:
            raise ValueError(f"the window {self.earliest} to {self.latest} does not hold day {self.day}")
        return self


class Schedule(Part):
    anchor: Literal["first_infusion", "enrolled", "consent", "transplant"] = Field(
        default="first_infusion", description="what day 0 is"
    )
    follow_up_days: Whole | None = Field(default=None, ge=0, description="planned follow-up after day 0")
    visits: tuple[Visit, ...] = Field(default=(), description="visits with their windows")


class AnalysisSet(Part):
    id: Id = Field(description="short id")
    title: str = Field(description="what the set is")
    requires: Literal["screened", "enrolled", "infused", "infused_and_post_baseline_biopsy"] = Field(
        description="what a subject must have reached"
    )


class Baseline(Part):
    earliest_day: Whole = Field(default=-90, description="first study day of the baseline window")
    latest_day: Whole = Field(
        default=0,
        description="last study day of the baseline window; day 0 counts where no later time is recorded",
    )

    @model_validator(mode="after")
    def _in_order(self) -> Baseline:
        if self.earliest_day > self.latest_day:
            raise ValueError(f"earliest_day {self.earliest_day} is after latest_day {self.latest_day}")
        return self


class TreatmentEmergent(Part):
    from_day: Whole = Field(default=0, description="first study day")
    until_day: Whole | None = Field(default=None, description="last study day; empty: end of study")
    days_after_last_infusion: Whole | None = Field(
        default=None, ge=0, description="the window ends so many days after the last infusion"
    )

    @model_validator(mode="after")
    def _in_order(self) -> TreatmentEmergent:
        if self.until_day is not None and self.from_day > self.until_day:
            raise ValueError(f"from_day {self.from_day} is after until_day {self.until_day}")
        if self.until_day is not None and self.days_after_last_infusion is not None:
            raise ValueError("two ends of the window: keep one of until_day and days_after_last_infusion")
        return self


class Definitions(Part):
    baseline: Baseline = Field(
        default_factory=Baseline, description="the last value in this window is baseline"
    )
    treatment_emergent: TreatmentEmergent = Field(
        default_factory=TreatmentEmergent,
        description="events that began, or worsened, in this window",
    )


class KidneyFunction(Part):
    sensitivity: tuple[str, ...] = Field(
        default=(),
        description="further eGFR equations under which the report shows every value, as `krs_2023`",
    )


class Amendment(Part):
    version: Name = Field(description="version of the protocol")
    effective_date: PartialDate | None = Field(default=None, description="day from which it is in force")
    what_changed: str = Field(description="what changed")


class DataCut(Part):
    date: PartialDate | None = Field(
        default=None, description="last day whose data count; empty: the newest date in the data"
    )


class Intake(Part):
    decimal_comma: YesNo = Field(default=False, description="true where numbers are written 1,5")
    encoding: Encoding = Field(default="utf-8", description="encoding of the CSV files")
    missing: tuple[str, ...] = Field(
        default=("", "NA", "n/a", "N/A"), description="cell texts that mean: not there"
    )
    complete: tuple[str, ...] = Field(
        default=(),
        description="tables that hold all that happened: there no row means none; elsewhere not reported",
    )
    units: dict[str, str] = Field(
        default_factory=dict, description="unit of an analyte whose unit column is empty"
    )


class Study(Part):
    """One protocol: everything in the study file, frozen."""

    study: Identity = Field(description="what the study is")
    registries: tuple[Registry, ...] = Field(default=(), description="registry numbers")
    references: tuple[Reference, ...] = Field(default=(), description="documents that this file cites")
    discrepancies: tuple[Discrepancy, ...] = Field(
        default=(), description="where sources disagree: both kept, the one in force named"
    )
    cohorts: tuple[Cohort, ...] = Field(default=(), description="cohorts")
    eligibility_lists: tuple[EligibilityList, ...] = Field(
        default=(), description="lists of criteria beside the protocol's own"
    )
    eligibility: tuple[Criterion, ...] = Field(default=(), description="eligibility criteria")
    standard_therapy: StandardTherapy = Field(
        default_factory=StandardTherapy, description="therapy besides the product"
    )
    product: Product | None = Field(default=None, description="the cell product")
    dose: Dose = Field(default_factory=Dose, description="planned dose")
    schedule: Schedule = Field(default_factory=Schedule, description="visits and their windows")
    analysis_sets: tuple[AnalysisSet, ...] = Field(default=(), description="who counts in which analysis")
    definitions: Definitions = Field(default_factory=Definitions, description="baseline, treatment-emergent")
    adverse_events: AdverseEvents = Field(
        default_factory=AdverseEvents, description="how adverse events and laboratory grades are read"
    )
    endpoints: tuple[Endpoint, ...] = Field(default=(), description="endpoints")
    comparators: tuple[Comparator, ...] = Field(
        default=(), description="published results that endpoints are shown beside"
    )
    comparison: Comparison | None = Field(
        default=None, description="historical controls of this folder, matched by propensity score"
    )
    safety: Safety = Field(default_factory=Safety, description="rules that stop the trial")
    rules: dict[str, str] = Field(default_factory=dict, description="pinned edition of every clinical rule")
    thresholds: dict[str, Number] = Field(default_factory=dict, description="pinned thresholds")
    kidney_function: KidneyFunction = Field(
        default_factory=KidneyFunction, description="how kidney function is shown"
    )
    hla: Hla = Field(default_factory=Hla, description="HLA tables that the user supplies")
    antibodies: Antibodies = Field(
        default_factory=Antibodies, description="runs of single-antigen beads beside the table antibodies"
    )
    transcripts: Transcripts = Field(default_factory=Transcripts, description="how lanes are read")
    amendments: tuple[Amendment, ...] = Field(default=(), description="protocol versions")
    data_cut: DataCut = Field(default_factory=DataCut, description="data cut")
    intake: Intake = Field(default_factory=Intake, description="how the tables are written")

    @model_validator(mode="after")
    def _compares_with_a_cohort(self) -> Study:
        name = self.adverse_events.compare_with
        if name and name not in {each.id for each in self.cohorts}:
            raise ValueError(f"adverse_events.compare_with names '{name}', which is no cohort of this file")
        return self
