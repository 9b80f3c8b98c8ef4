"""All results of a study, in the order of the report."""

from __future__ import annotations

from graftrial.analyse.adverse_events import adverse_events
from graftrial.analyse.antibodies import mismatches, sera
from graftrial.analyse.biopsies import lesions, verdicts
from graftrial.analyse.courses import courses, standard_therapy, tacrolimus
from graftrial.analyse.disposition import describe_subjects, flow, graft_losses, outcomes, reported
from graftrial.analyse.eligibility import eligibility
from graftrial.analyse.endpoints import endpoints
from graftrial.analyse.exposure import doses
from graftrial.analyse.kidney_function import egfr_change_under, egfr_summary, egfr_under, egfr_values
from graftrial.analyse.kidney_outcomes import kidney_outcomes
from graftrial.analyse.products import identities, releases
from graftrial.analyse.results import Results, collect
from graftrial.derive import Derived
from graftrial.intake.table import Tables
from graftrial.study.model import Study


def run(study: Study, tables: Tables, derived: Derived) -> Results:
    """Every number of the report."""
    return collect(
        [
            flow(study, derived),
            reported(tables.frame("reported")),
            eligibility(derived),
            describe_subjects(derived),
            doses(derived),
            adverse_events(study, derived),
            egfr_values(study, derived),
            egfr_summary(study, derived),
            *egfr_under(study, derived),
            egfr_change_under(study, derived),
            kidney_outcomes(study, derived),
            sera(study, derived),
            mismatches(derived),
            courses(derived),
            standard_therapy(derived),
            tacrolimus(derived),
            releases(derived),
            identities(derived),
            lesions(derived),
            verdicts(derived),
            outcomes(derived),
            graft_losses(study, derived),
            endpoints(study, tables, derived),
        ]
    )
