"""What belongs to the study and not to one person: sites, protocol versions, the board, an aggregate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from graftrial.simulate.patient import FIRST_CONSENT, SITES, Patient, data_end
from graftrial.simulate.protocol import Protocol, Row

BOARD_MEETS_EVERY = 182  # days
PAUSE_RULE = "tma_or_capillary_leak"
PAUSED_FOR = "thrombotic microangiopathy after an infusion"
REVIEWED = "reviewed: seen early, treated, and the further infusion withheld"
RESUMED_ON = "no second infusion where creatinine has risen by a quarter"
CHAIR = "chair of the invented board"


def site_rows() -> list[Row]:
    """Three invented hospitals."""
    return [
        {
            "site_id": site,
            "name": f"Invented University Hospital {place}",
            "country": "invented",
            "principal_investigator": f"Invented Investigator {place}",
        }
        for place, site in enumerate(SITES, start=1)
    ]


def amendment_rows(protocol: Protocol) -> list[Row]:
    """The protocol versions of the study file."""
    return [
        {"version": version, "effective_date": effective, "what_changed": changed}
        for version, effective, changed in protocol.amendments
    ]


def decision_rows(patients: Sequence[Patient], protocol: Protocol) -> list[Row]:
    """Half-yearly meetings, and a pause and its answer after every microangiopathy."""
    decisions = _pauses(patients) + _meetings(patients)
    return [
        {
            "date": day,
            "data_cut": cut,
            "decision": decision,
            "answers": answers,
            "reason": reason,
            "conditions": conditions,
            "signed_by": CHAIR,
            "source": protocol.source,
        }
        for day, cut, decision, answers, reason, conditions in sorted(decisions)
    ]


def reported_rows(patients: Sequence[Patient], protocol: Protocol) -> list[Row]:
    """One aggregate, as an invented register states it."""
    return [
        {
            "statement": "register_screened",
            "label": "screened, as the invented register states it",
            "events": str(len(patients)),
            "source": protocol.source,
            "note": "an aggregate beside the rows; never added to them",
        }
    ]


def _pauses(patients: Sequence[Patient]) -> list[tuple[str, ...]]:
    decisions: list[tuple[str, ...]] = []
    harmed = (each.day_0 + timedelta(days=each.tma_day) for each in patients if each.tma_day is not None)
    for day in sorted(set(harmed)):
        paused, resumed = day + timedelta(days=1), day + timedelta(days=8)
        decisions.append((paused.isoformat(), day.isoformat(), "pause", PAUSE_RULE, PAUSED_FOR, ""))
        cut = (resumed - timedelta(days=1)).isoformat()
        decisions.append((resumed.isoformat(), cut, "resume", PAUSE_RULE, REVIEWED, RESUMED_ON))
    return decisions


def _meetings(patients: Sequence[Patient]) -> list[tuple[str, ...]]:
    last, day = data_end(patients), FIRST_CONSENT + timedelta(days=BOARD_MEETS_EVERY)
    decisions: list[tuple[str, ...]] = []
    while day <= last:
        cut = (day - timedelta(days=14)).isoformat()
        decisions.append((day.isoformat(), cut, "continue", "", "review of all data", "none"))
        day += timedelta(days=BOARD_MEETS_EVERY)
    return decisions
