"""Two biopsies of one graft read together: what a change of g + ptc may be called, and what forbids to call it so.

g + ptc fall in a graft that dies, too. So a fall is called an improvement only where the graft is known to function,
thrombotic microangiopathy is known to be absent, and neither tubular injury nor chronic damage can have risen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

NOT_ASSESSABLE, ROSE, UNCHANGED = "not assessable", "rose", "unchanged"
FELL, FELL_OUTRANKED, FELL_OPEN = "fell", "fell, outranked", "fell, open"
LOST, FUNCTIONING = "lost", "functioning"
WHOLE_SUM, WHOLE_INDEX = (0, 6), (0, 15)
INJURY: Mapping[str | None, tuple[int, int]] = {
    "absent": (0, 0),
    "mild": (1, 1),
    "moderate": (2, 2),
    "severe": (3, 3),
    "present": (1, 3),
    None: (0, 3),
}

Between = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Seen:
    """What one biopsy of a pair shows; numbers as lowest and highest possible value.

    mvi: g + ptc, 0 to 6. tma: thrombotic microangiopathy, None where it is not stated. injury: tubular injury, 0 absent
    to 3 severe. chronicity: chronicity index, 0 to 15.
    """

    mvi: Between = WHOLE_SUM
    tma: bool | None = None
    injury: Between = INJURY[None]
    chronicity: Between = WHOLE_INDEX


@dataclass(frozen=True, slots=True)
class PairReading:
    """What became of g + ptc, in one word and in one plain sentence that says why it counts or does not."""

    state: str
    sentence: str


def read_pair(before: Seen, after: Seen, graft: str, graft_date: str = "") -> PairReading:
    """The reading of two biopsies of one graft.

    graft: `lost`, `functioning`, or anything else for unknown. graft_date: of the loss or of the last report, as text.
    The word `improved` stands in the sentence only if the state is `fell`.
    """
    against, unknown = _against(before, after, graft, graft_date), _unknown(before, after, graft)
    numbers = f"g + ptc {_shown(before.mvi)} before, {_shown(after.mvi)} after"
    aside = _sentence("Beside it: ", against)
    if after.mvi[0] > before.mvi[1]:
        return PairReading(ROSE, f"{numbers}: higher.{aside}")
    if after.mvi == before.mvi and after.mvi[0] == after.mvi[1]:
        return PairReading(UNCHANGED, f"{numbers}: the same.{aside}")
    if after.mvi[1] >= before.mvi[0]:
        return PairReading(NOT_ASSESSABLE, f"{numbers}: whether it fell or rose is not known.{aside}")
    if against:
        why = " and ".join(against)
        return PairReading(FELL_OUTRANKED, f"{numbers}: lower, and not to be read as recovery: {why}.")
    if unknown:
        return PairReading(
            FELL_OPEN, f"{numbers}: lower; whether the graft is better is open: {' and '.join(unknown)}."
        )
    return PairReading(
        FELL,
        f"{numbers}: microvascular inflammation has improved; the graft functions, there is no thrombotic "
        "microangiopathy, and tubular injury and chronicity index are no higher.",
    )


def _against(before: Seen, after: Seen, graft: str, graft_date: str) -> list[str]:
    """What outranks a lower sum."""
    found = []
    if graft == LOST:
        found.append(f"the graft was lost{f' ({graft_date})' if graft_date else ''}")
    if after.tma:
        words = {True: "is still there", False: "is new", None: "is there, whether it is new is not known"}
        found.append(f"thrombotic microangiopathy {words[before.tma]}")
    if after.injury[0] > before.injury[1]:
        found.append("tubular injury rose")
    if after.chronicity[0] > before.chronicity[1]:
        numbers = f"from {_shown(before.chronicity)} to {_shown(after.chronicity)}"
        found.append(f"the chronicity index rose {numbers}")
    return found


def _unknown(before: Seen, after: Seen, graft: str) -> list[str]:
    """What would have to be known before a lower sum could be called better."""
    found = []
    if graft not in (LOST, FUNCTIONING):
        found.append("whether the graft functions is not known")
    if after.tma is None:
        found.append("thrombotic microangiopathy is not stated")
    if after.injury[0] <= before.injury[1] and after.injury[1] > before.injury[0]:
        found.append("whether tubular injury rose is not known")
    if after.chronicity[0] <= before.chronicity[1] and after.chronicity[1] > before.chronicity[0]:
        found.append("whether the chronicity index rose is not known")
    return found


def _shown(between: Between) -> str:
    low, high = between
    return str(low) if low == high else f"{low} to {high}"


def _sentence(head: str, items: list[str]) -> str:
    return f" {head}{' and '.join(items)}." if items else ""
