"""Who takes part and how far they came: subjects, disposition, deviations."""

from __future__ import annotations

from datetime import timedelta

from graftrial.simulate.donor import donor_facts
from graftrial.simulate.patient import FOLLOW_UP, Patient
from graftrial.simulate.protocol import Protocol, Row
from graftrial.simulate.visits import visits_of

SUBJECT, DISPOSITION = 12, 13  # streams
DISEASES = (
    "IgA nephropathy",
    "ADPKD",
    "diabetic nephropathy",
    "hypertensive nephropathy",
    "reflux nephropathy",
)
HISTORY = (
    "arterial hypertension",
    "diabetes mellitus",
    "none of note",
    "hyperlipidaemia",
    "previous CMV infection",
)
SCREEN_FAILURE_WORDS = {
    "low_egfr": "eGFR below the limit of the protocol",
    "recurrent_gn": "recurrent glomerulonephritis on the screening biopsy",
    "tma": "thrombotic microangiopathy on the screening biopsy",
    "no_amr": "screening biopsy without chronic active antibody-mediated rejection",
}


def subject_rows(patient: Patient, protocol: Protocol, molecular_amr_score: str) -> list[Row]:
    """One row; now and then a fact of the donor or the disease is missing."""
    draws = patient.draws(SUBJECT)
    transplanted = patient.day_0 - timedelta(days=round(patient.years_since_transplant * 365.25))
    is_partial = draws.chance(0.1)
    row: Row = {
        "subject_id": patient.subject_id,
        "site_id": patient.site,
        "sex": patient.sex,
        "age_years": str(patient.age_years),
        "cohort": protocol.cohort,
        "consent_date": patient.on(patient.consent_day),
        "transplant_date": transplanted.isoformat()[: 7 if is_partial else 10],
        "donor_type": draws.pick(("deceased", "living"), (0.7, 0.3)),
        "donor_age_years": str(draws.between(18, 68)) if draws.chance(0.94) else "",
        "donor_sex": draws.pick("MF"),
        "primary_disease": draws.pick(DISEASES) if draws.chance(0.93) else "",
        "medical_history": draws.pick(HISTORY),
        "height_cm": f"{patient.height_cm:.1f}",
        "weight_kg": f"{patient.weight_kg:.1f}",
        "n_previous_amr_treatments": str(draws.between(0, 3)),
        "molecular_amr_score": molecular_amr_score,
        "dsa_at_enrolment": "positive, see antibodies",
        "source": protocol.source,
        "note": "SYNTHETIC: invented person",
    }
    return [row | donor_facts(patient, row["donor_type"], row["medical_history"])]


def disposition_rows(patient: Patient, protocol: Protocol) -> list[Row]:
    """The milestones in their order."""
    reached = [("screened", patient.consent_day, "")]
    if patient.fate == "screen_failure":
        words = SCREEN_FAILURE_WORDS[patient.screen_failure]
        reached.append(("screen_failure", patient.consent_day + 12, words))
    else:
        reached.append(("enrolled", patient.therapy_start - 5, ""))
        reached.append(("standard_therapy_completed", patient.therapy_end, ""))
        if patient.fate == "product_failure":
            reached.append(("product_failure", -1, "product outside its release limits"))
            reached.append(("last_contact", patient.last_day, ""))
    if patient.is_infused:
        reached.append(("infused", 0, ""))
        reached += _after_infusion(patient)
    return [
        {
            "subject_id": patient.subject_id,
            "milestone": milestone,
            "date": patient.on(day),
            "reason": reason,
            "source": protocol.source,
        }
        for milestone, day, reason in reached
    ]


def _after_infusion(patient: Patient) -> list[tuple[str, int, str]]:
    reached: list[tuple[str, int, str]] = []
    if patient.graft_loss_day is not None and patient.graft_loss_day <= patient.last_day:
        reason = "thrombotic microangiopathy" if patient.tma_day is not None else "chronic active rejection"
        reached.append(("graft_loss", patient.graft_loss_day, reason))
        reached.append(("dialysis", patient.graft_loss_day, ""))
    if patient.death_day == patient.last_day:
        return [*reached, ("death", patient.last_day, "septic shock")]
    if patient.lost_day == patient.last_day:
        is_withdrawn = patient.fate == "withdrawn"
        milestone = "withdrawn" if is_withdrawn else "lost_to_follow_up"
        return [*reached, (milestone, patient.last_day, "withdrew consent" if is_withdrawn else "moved away")]
    if patient.last_day >= FOLLOW_UP:
        return [*reached, ("completed", FOLLOW_UP, "")]
    return [*reached, ("last_contact", patient.last_day, "")]


def deviation_rows(patient: Patient, infusions: list[Row], protocol: Protocol) -> list[Row]:
    """Visits outside their window and doses outside the tolerance."""
    rows = [
        {
            "subject_id": patient.subject_id,
            "date": patient.on(seen.day),
            "category": "visit window",
            "description": f"visit {seen.visit} took place outside its window",
            "important": "no",
        }
        for seen in visits_of(patient)
        if seen.is_late
    ]
    for infusion in infusions:
        per_kg = float(infusion["viable_cells"]) / float(infusion["weight_kg"])
        percent = 100 * (per_kg / protocol.planned_cells_per_kg - 1)
        if abs(percent) > protocol.tolerance_percent:
            rows.append(
                {
                    "subject_id": patient.subject_id,
                    "date": infusion["start"],
                    "category": "dose",
                    "description": f"dose {percent:+.0f} percent from plan",
                    "important": "yes",
                }
            )
    return rows
