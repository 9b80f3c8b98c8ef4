"""All results of a study, in the order of the report."""

from __future__ import annotations

from collections.abc import Iterator

from graftrial.analyse.adverse_events import adverse_events
from graftrial.analyse.annual_report import annual_report
from graftrial.analyse.antibodies import mismatches, sera
from graftrial.analyse.antibody_cohort import cohort_of_sera, saturation_of_sera
from graftrial.analyse.antibody_course import antigens_followed, sera_in_detail
from graftrial.analyse.baseline import describe_subjects
from graftrial.analyse.biopsies import lesions, verdicts
from graftrial.analyse.biopsy_shifts import biopsy_shifts
from graftrial.analyse.cell_donor import against_cell_donor
from graftrial.analyse.comparison import comparison
from graftrial.analyse.course_by_visit import course_by_visit
from graftrial.analyse.courses import courses, standard_therapy, tacrolimus
from graftrial.analyse.disposition import deaths, flow, graft_losses, outcomes, reported
from graftrial.analyse.eligibility import eligibility
from graftrial.analyse.endpoints import endpoints
from graftrial.analyse.eplets import eplets, mismatch_sums
from graftrial.analyse.event_map import event_map
from graftrial.analyse.event_rates import event_rates
from graftrial.analyse.exposure import doses
from graftrial.analyse.exposure_by_size import courses_by_size, exposure_together, tacrolimus_by_dose
from graftrial.analyse.immunology import immunology
from graftrial.analyse.kidney_function import egfr_summary, egfr_summary_under, egfr_under, egfr_values
from graftrial.analyse.kidney_outcomes import kidney_outcomes
from graftrial.analyse.kidney_together import kidney_together
from graftrial.analyse.lab_grade_editions import lab_grade_editions
from graftrial.analyse.lab_grades import lab_grades
from graftrial.analyse.narratives import narrative_sources
from graftrial.analyse.product_quality import batches_together, hand_overs, identity_panels
from graftrial.analyse.products import identities, releases
from graftrial.analyse.prognosis import donor_indices, ibox
from graftrial.analyse.proteinuria import urine_summary, urine_values
from graftrial.analyse.reporting import susars
from graftrial.analyse.results import Result, Results, collect
from graftrial.analyse.safety import safety
from graftrial.analyse.transcripts import transcripts
from graftrial.analyse.values_by_visit import values_by_visit
from graftrial.derive import Derived
from graftrial.intake.table import Tables
from graftrial.study.model import Study


def run(study: Study, tables: Tables, derived: Derived) -> Results:
    """Every number of the report, as of the data cut of the study."""
    return collect(
        [
            flow(study, derived),
            reported(tables.frame("reported")),
            eligibility(derived),
            describe_subjects(derived),
            doses(derived),
            adverse_events(study, derived),
            event_rates(study, derived),
            susars(study, derived),
            annual_report(study, derived),
            narrative_sources(study, derived),
            lab_grades(study, derived),
            lab_grade_editions(derived),
            *egfr_values(study, derived),
            *egfr_summary(study, derived),
            *egfr_under(study, derived),
            *egfr_summary_under(study, derived),
            *urine_values(derived),
            *urine_summary(study, derived),
            kidney_outcomes(study, derived),
            *donor_indices(derived),
            *ibox(study, derived),
            *_immunology_and_treatment(study, tables, derived),
            lesions(derived),
            verdicts(derived),
            *transcripts(derived),
            outcomes(derived),
            graft_losses(study, derived),
            deaths(study, derived),
            *_over_all_patients(study, derived),
            endpoints(study, tables, derived),
            comparison(study, derived),
            safety(study, tables, derived),
        ]
    )


def _over_all_patients(study: Study, derived: Derived) -> Iterator[list[Result]]:
    """Shifts, maps and counts that stand beside the single patients."""
    yield from (
        event_map(derived),
        biopsy_shifts(derived),
        kidney_together(derived),
        immunology(study, derived),
        values_by_visit(study, derived),
        course_by_visit(study, derived),
    )


def _immunology_and_treatment(study: Study, tables: Tables, derived: Derived) -> Iterator[list[Result]]:
    """Antibodies and HLA, courses beside the cells, the cells."""
    yield from (
        sera(study, derived),
        sera_in_detail(derived),
        antigens_followed(study, derived),
        cohort_of_sera(derived),
        saturation_of_sera(study, derived),
        mismatches(derived),
        mismatch_sums(study, derived),
        eplets(derived),
        against_cell_donor(derived),
        courses(derived),
        standard_therapy(derived),
        tacrolimus(derived),
        courses_by_size(study, derived),
        tacrolimus_by_dose(derived),
        exposure_together(derived),
        releases(derived),
        identities(derived),
        identity_panels(derived),
        hand_overs(derived, tables),
        batches_together(derived),
    )
