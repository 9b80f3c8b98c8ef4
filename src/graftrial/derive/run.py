"""The fixed order of derivation: timing, exposure, subjects, laboratory, events, biopsies, screening, timeline."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from graftrial.derive.adverse_events import derive_adverse_events
from graftrial.derive.annual_report import derive_annual_events
from graftrial.derive.antibodies import derive_antibodies
from graftrial.derive.beads import with_bead_rows
from graftrial.derive.biopsies import derive_biopsies
from graftrial.derive.comparison import derive_comparison
from graftrial.derive.deadlines import derive_deadlines
from graftrial.derive.derived import Derived
from graftrial.derive.donor_indices import derive_donor_indices
from graftrial.derive.endpoint_values import derive_endpoints
from graftrial.derive.event_times import derive_event_exposure, derive_event_times
from graftrial.derive.exposure import derive_dated, derive_infusions, derive_treatments
from graftrial.derive.exposure_course import derive_courses, derive_standard_therapy
from graftrial.derive.ibox import derive_ibox
from graftrial.derive.kidney_function import derive_kidney_function, derive_labs, derive_sensitivity
from graftrial.derive.kidney_outcomes import derive_outcomes
from graftrial.derive.lab_grades import lab_grade_frames
from graftrial.derive.narratives import derive_narrative_cases
from graftrial.derive.products import derive_products
from graftrial.derive.proteinuria import derive_proteinuria
from graftrial.derive.reporting_clocks import data_cut_bounds, derive_reporting_cases
from graftrial.derive.safety import derive_safety
from graftrial.derive.safety_subjects import infused_subjects, safety_gaps
from graftrial.derive.screening import derive_screening
from graftrial.derive.subjects import derive_subjects
from graftrial.derive.tacrolimus import derive_concentration_by_dose, derive_tacrolimus, derive_troughs
from graftrial.derive.timeline import derive_timeline
from graftrial.derive.timing import anchors
from graftrial.derive.transcript_criterion import derive_molecular_amr
from graftrial.derive.transcript_frames import derive_transcripts
from graftrial.derive.transcript_study import read_profiles
from graftrial.intake.table import Tables
from graftrial.study.model import Study

DATED = ("disposition", "deviations", "antibodies")


def run(
    study: Study,
    tables: Tables,
    withheld: Collection[tuple[str, int]] = (),
    unread: Collection[tuple[str, int]] = (),
) -> Derived:
    """Every analysis-ready table of a study, as of its data cut; without one everything counts as known.

    withheld: table and row of the file of each row whose result a blocking finding withholds.
    unread: table and row of the file of each row that a finding keeps out, so that nobody knows what it says.
    """
    zero = anchors(study, tables)
    frames = {name: derive_dated(tables, zero, name) for name in DATED}
    frames["antibodies"] = with_bead_rows(frames["antibodies"], tables.supplied, zero)
    frames["treatments"] = derive_treatments(tables, zero)
    frames["infusions"] = derive_infusions(study, tables, zero, withheld)
    frames["subjects"] = derive_subjects(tables, zero, frames["disposition"], frames["infusions"])
    frames["labs"] = derive_labs(study, tables, zero)
    frames["kidney_function"] = derive_kidney_function(study, frames["labs"], frames["subjects"])
    frames["kidney_sensitivity"] = derive_sensitivity(study, frames["labs"], frames["subjects"])
    frames["proteinuria"] = derive_proteinuria(frames["labs"], frames["subjects"])
    frames |= _by_rule_libraries(study, tables, frames)
    frames["adverse_events"] = derive_adverse_events(
        study, tables, zero, frames["subjects"], frames["infusions"]
    )
    frames |= _reports_of_events(study, zero, frames["adverse_events"])
    frames |= _biopsies_and_transcripts(study, tables, zero, frames["subjects"])
    frames["donor_indices"] = derive_donor_indices(study, frames["subjects"])
    frames["ibox"] = derive_ibox(study, frames)
    frames["event_exposure"] = derive_event_exposure(study, frames)
    frames["event_times"] = derive_event_times(frames, frames["event_exposure"])
    frames |= lab_grade_frames(study, frames)
    ordered = {name: _ordered(frame) for name, frame in frames.items()}
    ordered |= _asked_by_the_protocol(study, tables, ordered, unread)
    return Derived(dict(sorted(ordered.items())))


def _asked_by_the_protocol(
    study: Study,
    tables: Tables,
    frames: Mapping[str, pl.DataFrame],
    unread: Collection[tuple[str, int]],
) -> dict[str, pl.DataFrame]:
    """Screening, the timeline, endpoints, historical controls and safety, each from the ordered frames."""
    ordered = dict(frames)
    ordered["screening"] = derive_screening(study, ordered)
    ordered["timeline"] = derive_timeline(ordered)
    ordered |= derive_endpoints(study, tables, ordered)
    ordered |= derive_comparison(study, tables, ordered)
    return ordered | _safety(study, tables, ordered, unread)


def _reports_of_events(study: Study, zero: pl.DataFrame, events: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """What is owed to authorities and readers: expedited cases with deadlines, the annual report, narratives."""
    cases = derive_reporting_cases(study, zero, events)
    return {
        "reporting_cases": cases,
        "deadlines": derive_deadlines(study, cases),
        "annual_events": derive_annual_events(study, zero, events, cases),
        "narrative_cases": derive_narrative_cases(study, events),
    }


def _safety(
    study: Study,
    tables: Tables,
    frames: dict[str, pl.DataFrame],
    unread: Collection[tuple[str, int]],
) -> dict[str, pl.DataFrame]:
    """What every safety rule knows at the cut, and what is missing whatever the rules."""
    _, cut = data_cut_bounds(study)
    treated = infused_subjects(study, frames, cut)
    return {
        "safety_facts": derive_safety(study, frames, cut),
        "safety_gaps": safety_gaps(frames, tables.frame("reported"), treated, unread),
    }


def _biopsies_and_transcripts(
    study: Study, tables: Tables, zero: pl.DataFrame, subjects: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Biopsies, and the transcripts of their lanes: the lanes first, which may be evidence of the classification."""
    profiles = read_profiles(study, tables)
    molecular = derive_molecular_amr(study, tables, profiles)
    biopsies = derive_biopsies(study, tables, zero, subjects, molecular)
    return {"biopsies": biopsies, **derive_transcripts(study, tables, profiles, molecular, biopsies)}


def _by_rule_libraries(
    study: Study, tables: Tables, frames: dict[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """Kidney outcomes, antibodies and HLA, exposure and the cell product."""
    disposed, treated = (name in study.intake.complete for name in ("disposition", "treatments"))
    infused = frames["subjects"].filter("is_infused").select("subject_id", "infusion_day")
    low, high = (study.thresholds.get(f"tacrolimus.target_{each}") for each in ("low", "high"))
    troughs = derive_troughs(frames["labs"])
    return {
        "kidney_outcomes": derive_outcomes(
            frames["kidney_function"], frames["infusions"], frames["disposition"], disposed
        ),
        **derive_antibodies(study, frames["antibodies"], tables.frame("hla"), tables.supplied),
        "beads": tables.supplied.beads,
        "bead_runs": tables.supplied.runs,
        "courses": derive_courses(
            frames["treatments"], frames["subjects"], study.rules.get("exposure.body_surface")
        ),
        "standard_therapy": derive_standard_therapy(
            study.standard_therapy, frames["treatments"], infused, treated
        ),
        "tacrolimus": derive_tacrolimus(troughs.sort("subject_id", "canonical_value"), low, high),
        "tacrolimus_by_dose": derive_concentration_by_dose(troughs, frames["treatments"]),
        **derive_products(study, tables, frames["infusions"]),
    }


def _ordered(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows by subject, day and key: the same whatever the order of the input."""
    order = [
        each
        for each in ("subject_id", "day_low", "start_day_low", "onset_day_low", "key")
        if each in frame.columns
    ]
    return frame.sort(order, nulls_last=True, maintain_order=True) if order else frame
