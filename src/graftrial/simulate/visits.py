"""When an invented person was seen: the visits of the protocol, with the small departures of real life."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from graftrial.simulate.patient import Patient

VISITS = 11  # stream
MONTH = 30.4375
MISSED = 0.04
OUT_OF_WINDOW = 0.03
FIXED = {"D0": 0, "D1": 1, "D7": 7, "D14": 14, "D28": 28}  # study days of the visits around the infusions
EXTENDED = frozenset({"screening", "baseline", "D1", "D7", "D14", "D28", "M3", "M6", "M9", "M12"})
ANTIBODY = frozenset({"screening", "baseline", "D28", "M3", "M6", "M12"})


@dataclass(frozen=True, slots=True)
class SeenAt:
    """One visit that took place. `is_late`: outside its window."""

    visit: str
    day: int
    is_late: bool = False


@lru_cache(maxsize=2)  # several tables of one person ask
def visits_of(patient: Patient) -> tuple[SeenAt, ...]:
    """The visits that took place up to the last day of the person, in order."""
    draws = patient.draws(VISITS)
    seen = [SeenAt("screening", patient.consent_day + draws.between(0, 3))]
    if patient.fate == "screen_failure":
        return tuple(seen)
    seen.append(SeenAt("baseline", -draws.between(1, 3)))
    if not patient.is_infused:
        return tuple(seen)
    second = patient.infusion_days[1] if len(patient.infusion_days) > 1 else FIXED["D28"]
    planned = [(name, second if name == "D28" else day) for name, day in FIXED.items()]
    planned += [(f"M{month}", round(month * MONTH)) for month in range(2, 13)]
    for name, day in planned:
        shift = draws.between(-3, 3) if name[0] == "M" else 0
        is_late = name[0] == "M" and draws.chance(OUT_OF_WINDOW)
        is_missed = name[0] == "M" and name not in ("M6", "M12") and draws.chance(MISSED)
        actual = day + (14 if is_late and name not in ("M6", "M12") else shift)
        if actual <= patient.last_day and not is_missed:
            seen.append(SeenAt(name, actual, is_late and name not in ("M6", "M12")))
    return tuple(seen)
