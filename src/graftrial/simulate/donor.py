"""Facts of a deceased donor and of the recipient before transplantation, as KDRI and EPTS ask for them.

Invented from a stream of their own, so that other rows do not depend on them.
"""

from __future__ import annotations

from graftrial.simulate.patient import Patient
from graftrial.simulate.protocol import Row

DONOR = 29  # stream


def donor_facts(patient: Patient, donor_type: str, medical_history: str) -> Row:
    """Cells of the table subjects; a living donor has none of the facts that KDRI asks for."""
    draws = patient.draws(DONOR)
    had_before, years = draws.chance(0.15), draws.lognormal(2.2, 0.8)
    recipient = {
        "has_diabetes": "yes" if medical_history == "diabetes mellitus" else "no",
        "had_previous_transplant": "yes" if had_before else "no",
        "dialysis_years": f"{min(years, 15.0):.1f}",
    }
    if donor_type != "deceased":
        return recipient
    donor = {
        "donor_height_cm": f"{draws.normal(172, 9):.0f}",
        "donor_weight_kg": f"{draws.normal(79, 13):.0f}",
        "donor_hypertension": draws.pick(("no", "yes", "unknown"), (0.68, 0.27, 0.05)),
        "donor_diabetes": draws.pick(("no", "yes", "unknown"), (0.88, 0.08, 0.04)),
        "donor_died_of_stroke": draws.pick(("no", "yes"), (0.6, 0.4)),
        "donor_circulatory_death": draws.pick(("no", "yes"), (0.75, 0.25)),
        "donor_creatinine_mg_per_dl": f"{draws.lognormal(0.95, 0.35):.2f}" if draws.chance(0.93) else "",
    }
    return recipient | donor
