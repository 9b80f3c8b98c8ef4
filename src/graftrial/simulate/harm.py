"""Adverse events: ordinary ones by chance, and those that the fate of the person brings."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from graftrial.simulate.draws import Draws
from graftrial.simulate.patient import Patient
from graftrial.simulate.protocol import Protocol, Row

EVENTS = 22  # stream
PER_YEAR = 4.0  # mean number of events in a year of observation
EARLY = 0.35  # share of events in the first four weeks after an infusion
PARTIAL_ONSET = 0.04
MISSING_GRADE = 0.02
WORSENS = 0.06
SERIOUS_GRADE, LIFE_THREATENING, FATAL = 3, 4, 5
EXPECTED = frozenset(
    {"Pyrexia", "Chills", "Headache", "Nausea"}
)  # of the invented reference safety information


@dataclass(frozen=True, slots=True)
class Kind:
    """One entry of events.toml."""

    term: str
    pt: str
    soc: str
    ctcae: str
    weight: float = 0.0
    grades: tuple[float, ...] = ()
    serious: float = 1.0
    days: int = 0
    related: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One event before it is written down. `end` is None while it goes on."""

    kind: Kind
    start: int
    end: int | None
    grade: int
    is_serious: bool
    related: str
    series: str = ""


@cache
def kinds() -> tuple[Kind, ...]:
    """The events that come by chance."""
    return tuple(Kind(**{**each, "grades": tuple(each["grades"])}) for each in _listed()["event"])


@cache
def fates() -> Mapping[str, Kind]:
    """The events that a fate brings, by preferred term."""
    return {each["pt"]: Kind(**each) for each in _listed()["fate"]}


def _listed() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(files("graftrial.simulate").joinpath("events.toml").read_text(encoding="utf-8"))


def adverse_event_rows(patient: Patient, protocol: Protocol) -> list[Row]:
    """All events of one person in order of onset."""
    draws = patient.draws(EVENTS)
    events = _ordinary(patient, draws) + _of_fate(patient)
    ordered = sorted(events, key=lambda event: (event.start, event.kind.pt, event.grade))
    return [
        _row(patient, event, f"AE{place:02d}", draws, protocol)
        for place, event in enumerate(ordered, start=1)
    ]


def _ordinary(patient: Patient, draws: Draws) -> list[Event]:
    years = (patient.last_day - patient.consent_day) / 365.25
    events: list[Event] = []
    for place in range(_poisson(draws, PER_YEAR * years)):
        kind = draws.pick(kinds(), [each.weight for each in kinds()])
        start = _onset(patient, draws)
        grade = 1 + draws.pick(range(4), kind.grades)
        is_serious = (grade >= SERIOUS_GRADE and draws.chance(kind.serious)) or grade >= LIFE_THREATENING
        related = _suspected(patient, kind, start, draws)
        end = _end(patient, start, kind, draws)
        if grade < SERIOUS_GRADE and end is not None and end - start > 3 and draws.chance(WORSENS):
            series, turn = f"SERIES{place + 1}", start + (end - start) // 2
            events.append(Event(kind, start, turn, grade, False, related, series))
            events.append(Event(kind, turn, end, grade + 1, False, related, series))
        else:
            events.append(Event(kind, start, end, grade, is_serious, related))
    return events


def _of_fate(patient: Patient) -> list[Event]:
    """Thrombotic microangiopathy with capillary leak, graft loss, death."""
    events: list[Event] = []
    loss, tma, death = patient.graft_loss_day, patient.tma_day, patient.death_day
    if tma is not None and tma <= patient.last_day:
        leak_end = min(tma + 8, patient.last_day)
        events.append(Event(fates()["Capillary leak syndrome"], tma - 4, leak_end, 4, True, "cells"))
        events.append(Event(fates()["Thrombotic microangiopathy"], tma, None, 4, True, "cells"))
    if loss is not None and loss <= patient.last_day:
        suspected = "nobody" if tma is None else "cells"
        events.append(Event(fates()["Transplant failure"], loss, None, 4, True, suspected))
    if death is not None and death == patient.last_day:
        events.append(Event(fates()["Septic shock"], death - 2, death, FATAL, True, "standard_therapy"))
    return events


def _row(patient: Patient, event: Event, ae_id: str, draws: Draws, protocol: Protocol) -> Row:
    kind, is_fatal = event.kind, event.grade == FATAL
    onset = patient.on(event.start)
    is_partial = draws.chance(PARTIAL_ONSET) and not event.is_serious and event.start > 40
    is_graded = event.is_serious or bool(event.series) or not draws.chance(MISSING_GRADE)
    aware = event.start + (draws.between(0, 1) if event.is_serious else draws.between(0, 3))
    return {
        "subject_id": patient.subject_id,
        "ae_id": ae_id,
        "series_id": event.series,
        "term": kind.term,
        "meddra_pt": kind.pt,
        "meddra_soc": kind.soc,
        "meddra_version": "invented",
        "start": onset[:7] if is_partial else onset,
        "end": "" if event.end is None else patient.on(event.end),
        "ongoing": "yes" if event.end is None else "no",
        "ctcae_term": kind.ctcae,
        "grade": str(event.grade) if is_graded else "",
        "ctcae_edition": "5.0" if is_graded else "",
        **_seriousness(event),
        "related_cells_investigator": _judgement(event, "cells", draws),
        "related_cells_sponsor": _judgement(event, "cells", draws),
        "related_standard_therapy_investigator": _judgement(event, "standard_therapy", draws),
        "related_standard_therapy_sponsor": _judgement(event, "standard_therapy", draws),
        "related_procedure_investigator": "related" if kind.pt == "Procedural pain" else "not_related",
        "related_procedure_sponsor": "related" if kind.pt == "Procedural pain" else "not_related",
        "expected": "yes" if kind.pt in EXPECTED else "no",
        "action": "second infusion withheld" if patient.tma_day is not None and event.is_serious else "none",
        "outcome": "fatal" if is_fatal else "not_recovered" if event.end is None else "recovered",
        "aware_date": patient.on(aware),
        "entered_date": patient.on(aware + draws.between(0, 4)),
        "source": protocol.source,
    }


def _seriousness(event: Event) -> Row:
    """The overall answer and its six criteria."""
    is_fatal, is_threatening = event.grade == FATAL, event.grade == LIFE_THREATENING
    answers = {
        "serious": event.is_serious,
        "serious_death": is_fatal,
        "serious_life_threatening": event.is_serious and is_threatening,
        "serious_hospitalisation": event.is_serious and not is_fatal,
        "serious_disability": False,
        "serious_congenital_anomaly": False,
        "serious_other": False,
    }
    return {name: "yes" if answer else "no" for name, answer in answers.items()}


def _judgement(event: Event, judged: str, draws: Draws) -> str:
    if event.related != judged:
        return draws.pick(("not_related", "unlikely"), (0.8, 0.2))
    return draws.pick(("possible", "probable", "definite"), (0.6, 0.3, 0.1))


def _suspected(patient: Patient, kind: Kind, start: int, draws: Draws) -> str:
    if kind.related == "cells" and (not patient.is_infused or start < 0 or draws.chance(0.5)):
        return "nobody"
    if kind.related == "standard_therapy" and (not patient.has_therapy or start < patient.therapy_start):
        return "nobody"
    return kind.related


def _onset(patient: Patient, draws: Draws) -> int:
    if patient.is_infused and draws.chance(EARLY):
        after = draws.pick(patient.infusion_days) + int(-7 * math.log(1 - draws.uniform() * 0.98))
        return min(after, patient.last_day)
    return draws.between(patient.consent_day + 1, patient.last_day)


def _end(patient: Patient, start: int, kind: Kind, draws: Draws) -> int | None:
    end = start + max(0, round(kind.days * draws.lognormal(1.0, 0.5)) - 1)
    return end if end <= patient.last_day else None


def _poisson(draws: Draws, mean: float) -> int:
    """A Poisson count, by counting waiting times."""
    count, waited = -1, 0.0
    while waited < mean:
        waited -= math.log(1 - draws.uniform() * (1 - 1e-12))
        count += 1
    return count
