"""Every check, in an explicit tuple, and the one call that asks them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from graftrial.checks import (
    adverse_events,
    beads,
    biopsy,
    chronology,
    dose,
    hla,
    identity,
    plausibility,
    product,
    reporting,
)
from graftrial.findings import Finding, in_order
from graftrial.intake.table import Tables
from graftrial.study.model import Study

Check = Callable[[Study, Tables], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    identity.check_row_of_unknown_subject,
    identity.check_reference_to_unknown_product,
    identity.check_transcripts_of_unknown_biopsy,
    identity.check_transcripts_of_ambiguous_biopsy,
    identity.check_cohort_not_declared,
    identity.check_site_not_listed,
    identity.check_autologous_product_of_another_person,
    identity.check_autologous_donor_is_the_person,
    identity.check_amendment_not_in_study_file,
    chronology.check_end_before_start,
    chronology.check_anything_after_death,
    chronology.check_birth_after_consent_or_transplant,
    chronology.check_infusion_before_transplant,
    chronology.check_infusion_before_consent,
    chronology.check_event_before_consent,
    chronology.check_biopsy_before_transplant,
    chronology.check_date_against_stated_day,
    chronology.check_infusion_before_end_of_standard_therapy,
    chronology.check_outside_visit_windows,
    chronology.check_timing_of_biopsy_against_dates,
    chronology.check_sponsor_aware_before_onset,
    chronology.check_consent_before_transplant,
    plausibility.check_creatinine_without_unit,
    plausibility.check_other_analyte_without_unit,
    plausibility.check_unknown_unit,
    plausibility.check_plausible_only_in_another_unit,
    plausibility.check_value_outside_plausible_range,
    plausibility.check_limits_of_normal,
    plausibility.check_creatinine_without_age,
    plausibility.check_creatinine_without_sex,
    plausibility.check_unknown_analyte,
    plausibility.check_body_mass_index,
    plausibility.check_weight_at_infusion,
    plausibility.check_age_against_birth_year,
    plausibility.check_living_donor_is_adult,
    dose.check_recorded_dose_against_cells_and_weight,
    dose.check_dose_deviates_from_plan,
    dose.check_power_of_ten,
    dose.check_dose_not_assessable,
    dose.check_route,
    dose.check_more_infusions_than_planned,
    dose.check_planned_dose_against_study_file,
    product.check_failed_release_test,
    product.check_required_test_missing,
    product.check_required_test_pending,
    product.check_no_release_test,
    product.check_passed_outside_limits,
    product.check_infused_after_expiry,
    product.check_product_without_row,
    product.check_infusion_names_no_product,
    product.check_product_infused_twice,
    product.check_infused_before_release,
    product.check_infused_before_harvest,
    product.check_start_of_infusion_in_custody,
    adverse_events.check_death_without_serious,
    adverse_events.check_serious_without_criterion,
    adverse_events.check_criterion_without_serious,
    adverse_events.check_death_with_another_outcome,
    adverse_events.check_life_threatening_with_low_grade,
    adverse_events.check_grade_without_edition,
    adverse_events.check_onset_missing,
    adverse_events.check_event_of_person_never_infused,
    adverse_events.check_ongoing_with_end,
    adverse_events.check_sponsor_downgrades_causality,
    adverse_events.check_ongoing_but_recovered,
    adverse_events.check_fatal_with_lower_grade,
    adverse_events.check_death_without_milestone,
    adverse_events.check_serious_without_causality,
    adverse_events.check_graded_by_another_edition,
    adverse_events.check_emergent_without_infusion,
    adverse_events.check_part_without_end,
    biopsy.check_arterial_lesion_without_artery,
    biopsy.check_c4d_without_method,
    biopsy.check_scar_lesions_without_scar,
    biopsy.check_inadequate_sample,
    biopsy.check_biopsy_without_date_and_timing,
    biopsy.check_unknown_diagnosis,
    biopsy.check_diagnosis_without_edition,
    biopsy.check_inferred_scores,
    biopsy.check_rejection_and_no_rejection,
    biopsy.check_tubulitis_of_destroyed_membranes,
    reporting.check_milestones_exclude_each_other,
    reporting.check_milestone_without_infusion,
    reporting.check_infusion_without_milestone,
    reporting.check_kidney_measured_after_graft_loss,
    reporting.check_aggregate_smaller_than_rows,
    reporting.check_aggregate_larger_than_rows,
    reporting.check_aggregate_more_than_all,
    hla.check_unknown_allele,
    hla.check_blank_second_allele,
    hla.check_unknown_locus,
    hla.check_unknown_specificity,
    hla.check_specificity_against_typing,
    hla.check_antibody_against_self,
    beads.check_specificity_of_beads,
    beads.check_bead_against_self,
    beads.check_allele_in_eplet_table,
)


def run(study: Study, tables: Tables) -> tuple[Finding, ...]:
    """What does not fit together in the tables of a study, in the order of reports.

    The findings of intake itself (cells that cannot be read, ranges of single cells, duplicate keys) are in
    `tables.findings` and are not repeated here. Nothing is changed: `Finding.withholds` says what the
    pipeline has to keep out.
    """
    return in_order(each for check in CHECKS for each in check(study, tables))
